"""What is kept is small, and nothing but what was packed comes out."""

from __future__ import annotations

import hashlib
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.growth import split_order
from tests.fakes import NOON
from tracker.shopify.reading import read_order
from tracker.store.packing import ANSWERS, FIRST, LEVEL, NotPacked, Packing, unpack
from tracker.store.parcels_record import NOTES
from tracker.timeline import tell
from tracker.web.schemas import write_answer

every_way = pytest.mark.parametrize("packing", [FIRST, ANSWERS, NOTES], ids=["first", "answers", "notes"])


@every_way
@given(value=st.binary())
def test_what_was_packed_comes_out_again(packing: Packing, value: bytes) -> None:
    assert value == packing.unpack(packing.pack(value))


@every_way
@given(value=st.binary(), data=st.data())
def test_a_part_of_it_does_not_open(packing: Packing, value: bytes, data: st.DataObject) -> None:
    packed = packing.pack(value)
    part = packed[: data.draw(st.integers(0, len(packed) - 1))]

    with pytest.raises(NotPacked):
        packing.unpack(part)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"rubbish",
        FIRST.pack(b"ours") + b"more",
        ANSWERS.pack(b"ours") + b"more",
        NOTES.pack(b"a note"),
        zlib.compress(b"without a dictionary") + b"!",
    ],
    ids=["nothing", "rubbish", "more", "more of an answer", "of another kind", "without a dictionary"],
)
def test_what_is_not_ours_does_not_open(other: bytes) -> None:
    with pytest.raises(NotPacked):
        unpack(other)


def test_what_another_dictionary_was_needed_for_does_not_open() -> None:
    packing = zlib.compressobj(zdict=b"of another release")
    packed = packing.compress(b"an answer") + packing.flush()

    with pytest.raises(NotPacked):
        unpack(packed)


@given(st.binary())
def test_an_answer_of_the_release_before_opens(value: bytes) -> None:
    assert value == unpack(FIRST.pack(value)) == unpack(ANSWERS.pack(value))


def test_a_mark_stands_for_one_dictionary_for_ever() -> None:
    """A worker of another release would read an answer out of it that nobody wrote. Whoever changes a
    dictionary changes its mark, and notes both here."""
    digests = {
        packing.mark: hashlib.sha256(packing.dictionary).hexdigest()[:16]
        for packing in (FIRST, ANSWERS, NOTES)
    }

    assert digests == {
        b"\x78": "55355a7770155288",
        b"\x04": "a606e012f32b3c05",
        b"\x03": "f0f848fa6fe2bdd0",
    }


def _answer() -> bytes:
    order = read_order(split_order(100_000_042))
    assert order is not None
    return write_answer(tell(order, now=NOON, stalled_days=5), NOON, 300)


def test_the_dictionary_knows_every_field_of_an_answer() -> None:
    """One that it does not know costs room in each answer, and nothing would say so."""
    fields = set(re.findall(rb'"\w+":', _answer()))

    assert len(fields) > 40
    assert set() == {field for field in fields if field not in ANSWERS.dictionary}


def test_the_dictionary_spares_a_third() -> None:
    answer = _answer()

    assert len(ANSWERS.pack(answer)) < 0.67 * len(zlib.compress(answer, LEVEL))
