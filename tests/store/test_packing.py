"""What is kept is small, and nothing but what was packed comes out."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.growth import split_order
from tests.fakes import NOON
from tracker.shopify.reading import read_order
from tracker.store.packing import NotPacked, pack, unpack
from tracker.timeline import tell
from tracker.web.schemas import write_answer


@given(st.binary())
def test_what_was_packed_comes_out_again(value: bytes) -> None:
    assert value == unpack(pack(value))


@given(st.binary(), st.data())
def test_a_part_of_it_does_not_open(value: bytes, data: st.DataObject) -> None:
    packed = pack(value)
    part = packed[: data.draw(st.integers(0, len(packed) - 1))]

    with pytest.raises(NotPacked):
        unpack(part)


@pytest.mark.parametrize(
    "other",
    [b"", b"rubbish", pack(b"ours") + b"more", zlib.compress(b"without a dictionary") + b"!"],
    ids=["nothing", "rubbish", "more", "without a dictionary"],
)
def test_what_is_not_ours_does_not_open(other: bytes) -> None:
    with pytest.raises(NotPacked):
        unpack(other)


def test_what_another_dictionary_was_needed_for_does_not_open() -> None:
    packing = zlib.compressobj(zdict=b"of another release")
    packed = packing.compress(b"an answer") + packing.flush()

    with pytest.raises(NotPacked):
        unpack(packed)


def test_the_dictionary_knows_the_words_of_an_answer() -> None:
    """Or it would be of no use, and nothing would say so."""
    order = read_order(split_order(100_000_042))
    assert order is not None
    answer = write_answer(tell(order, now=NOON, stalled_days=5), NOON, 300)

    assert len(pack(answer)) < 0.8 * len(zlib.compress(answer, 6))
