"""Notes of an order's parcels are kept in few bytes, to the second."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from tracker.order import Attention, Status
from tracker.parcel_note import NotedOrder, ParcelNote
from tracker.store.packing import NotPacked
from tracker.store.parcels_record import NOTES, pack_notes, unpack_notes
from tracker.store.sealing import Sealer

LISTPACK_BYTES = 64
"""Redis' own default (`hash-max-listpack-value`)."""

texts = st.none() | st.text(st.characters(exclude_characters="\0"), min_size=1)
moments = st.integers(1, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
notes = st.lists(
    st.builds(
        ParcelNote,
        carrier=texts,
        status=st.sampled_from(Status),
        attention=st.sampled_from(Attention),
        news=st.none() | moments,
        destination=texts,
        reported=st.booleans(),
    )
)


@given(notes)
def test_what_is_kept_is_what_was_noted(noted: list[ParcelNote]) -> None:
    assert noted == unpack_notes(pack_notes(noted))


@given(notes, st.integers(0, 2**48 - 1), st.text() | st.integers(0).map("#{}".format))
def test_whose_they_are_is_kept_with_them(noted: list[ParcelNote], number: int, name: str) -> None:
    of_order = [replace(note, order=NotedOrder(number, name)) for note in noted]

    assert of_order == unpack_notes(pack_notes(of_order))


def test_a_number_that_no_order_has_yet_is_left_out() -> None:
    note = replace(_note("UPS", 0), order=NotedOrder(2**48, "#1001"))

    assert [_note("UPS", 0)] == unpack_notes(pack_notes([note]))


@given(st.binary())
def test_what_is_not_ours_is_told_from_it(plain: bytes) -> None:
    """Whatever was packed there: a release to come may have further words."""
    try:
        read = unpack_notes(NOTES.pack(plain))
    except NotPacked:
        return
    assert read == unpack_notes(pack_notes(read))


def test_half_a_note_is_none() -> None:
    plain = NOTES.unpack(pack_notes([_note("UPS", 0)]))

    with pytest.raises(NotPacked):
        unpack_notes(NOTES.pack(plain[:-1]))


@pytest.mark.parametrize("carrier", ["UPS", "DHL Express", "Colissimo", None])
def test_a_shop_keeps_three_parcels_by_one_carrier_where_redis_needs_no_pointers(
    carrier: str | None,
) -> None:
    noted = [_note(carrier, hours) for hours in (0, 30, 75)]
    sealed = Sealer("a secret").seal(pack_notes(noted), purpose="parcels", shop="alice", place="a field")

    assert LISTPACK_BYTES >= len(f"{NOON.timestamp():.0f}:") + len(sealed)


@pytest.mark.parametrize("carrier", ["UPS", "Deutsche Post", "Colissimo", None])
def test_so_it_does_one_parcel_with_the_order_it_is_of(carrier: str | None) -> None:
    note = replace(_note(carrier, 30), order=NotedOrder(5_748_639_127_641, "#10017"))
    sealed = Sealer("a secret").seal(pack_notes([note]), purpose="parcels", shop="alice", place="a field")

    assert LISTPACK_BYTES >= len(f"{NOON.timestamp():.0f}:") + len(sealed)


def _note(carrier: str | None, hours: int) -> ParcelNote:
    return ParcelNote(carrier, Status.IN_TRANSIT, Attention.NONE, NOON - timedelta(hours=hours), "DE")
