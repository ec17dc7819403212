"""Notes of an order's parcels are kept in few bytes, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from tracker.order import Attention, Status
from tracker.parcel_note import ParcelNote
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


def _note(carrier: str | None, hours: int) -> ParcelNote:
    return ParcelNote(carrier, Status.IN_TRANSIT, Attention.NONE, NOON - timedelta(hours=hours), "DE")
