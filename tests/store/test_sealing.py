"""Values at rest open only where they were sealed, and names say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.shops import ALICE, BOB, SECRET
from tracker.store.sealing import NONCE_BYTES, VERSION, Sealer

PLACE = "{shop}:l:name"
texts = st.text(alphabet=st.characters(exclude_characters="\0"), max_size=20)


def sealed(value: bytes = b"a story", secret: str = SECRET) -> bytes:
    return Sealer(secret).seal(value, purpose="answer", shop=ALICE, place=PLACE)


@given(value=st.binary(max_size=200))
def test_what_is_sealed_opens_where_it_was_sealed(value: bytes) -> None:
    assert value == Sealer(SECRET).open(sealed(value), purpose="answer", shop=ALICE, place=PLACE)


@pytest.mark.parametrize(
    ("secret", "purpose", "shop", "place"),
    [
        ("another secret of the app, too", "answer", ALICE, PLACE),
        (SECRET, "token", ALICE, PLACE),
        (SECRET, "answer", BOB, PLACE),
        (SECRET, "answer", ALICE, "{shop}:l:other"),
    ],
    ids=["secret", "purpose", "shop", "place"],
)
def test_it_opens_nowhere_else(secret: str, purpose: str, shop: str, place: str) -> None:
    assert Sealer(secret).open(sealed(), purpose=purpose, shop=shop, place=place) is None


@given(rubbish=st.binary(max_size=100) | st.binary(max_size=100).map(lambda some: VERSION + some))
def test_rubbish_is_nothing(rubbish: bytes) -> None:
    assert Sealer(SECRET).open(rubbish, purpose="answer", shop=ALICE, place=PLACE) is None


@given(at=st.integers(0, len(sealed()) - 1), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_noticed(at: int, bit: int) -> None:
    broken = bytearray(sealed())
    broken[at] ^= 1 << bit

    assert Sealer(SECRET).open(bytes(broken), purpose="answer", shop=ALICE, place=PLACE) is None


@given(length=st.integers(0, len(sealed()) - 1))
def test_a_part_of_it_is_nothing(length: int) -> None:
    assert Sealer(SECRET).open(sealed()[:length], purpose="answer", shop=ALICE, place=PLACE) is None


def test_the_first_byte_is_the_version_of_the_format() -> None:
    assert sealed()[:1] == VERSION
    assert Sealer(SECRET).open(b"\x02" + sealed()[1:], purpose="answer", shop=ALICE, place=PLACE) is None


def test_the_same_value_is_never_sealed_alike_twice() -> None:
    """The nonce is random: two entries of one story cannot be told to be one."""
    nonces = {sealed()[1 : 1 + NONCE_BYTES] for _ in range(100)}

    assert len(nonces) == 100


def test_the_value_is_not_in_what_is_kept() -> None:
    assert b"ada@example.com" not in sealed(b"ada@example.com")


def test_a_name_stays_what_it_is_over_releases() -> None:
    """Another name for the same parts would make every cache cold and every count start anew."""
    assert Sealer(SECRET).name("entry", ALICE, "#1001") == "lvvwhty7cKEpxtKVHCg2Gg"


@given(parts=st.lists(texts, min_size=1, max_size=4))
def test_a_name_is_the_same_for_the_same_parts_in_another_process(parts: list[str]) -> None:
    assert Sealer(SECRET).name("entry", *parts) == Sealer(SECRET).name("entry", *parts)


@given(
    one=st.lists(texts.filter(lambda text: "\0" not in text), max_size=3), other=st.lists(texts, max_size=3)
)
def test_other_parts_have_another_name(one: list[str], other: list[str]) -> None:
    """Also where only the border between two parts moved."""
    other = [part.replace("\0", "") for part in other]
    sealer = Sealer(SECRET)
    # No part and one empty part are the one pair that no caller tells apart.
    same = (one or [""]) == (other or [""])

    assert same == (sealer.name("entry", *one) == sealer.name("entry", *other))


def test_a_name_depends_on_secret_and_purpose() -> None:
    names = {
        Sealer(SECRET).name("entry", ALICE),
        Sealer(SECRET).name("shop", ALICE),
        Sealer("another secret of the app, too").name("entry", ALICE),
    }

    assert len(names) == 3


@given(text=st.text(alphabet=st.characters(categories=["Cs"]), min_size=1))
def test_half_a_surrogate_pair_has_a_name_too(text: str) -> None:
    """JSON can carry one; naming it must not fail."""
    assert len(Sealer(SECRET).name("entry", text)) == 22


def test_repr_shows_nothing() -> None:
    assert SECRET not in repr(Sealer(SECRET))
