"""One shop never has more questions under way than its share, and one alone while it does not answer."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.store.shops import ALICE, BOB
from tracker.errors import UpstreamBusy, UpstreamThrottled, UpstreamTimeout
from tracker.shopify import slots as slots_module
from tracker.shopify.slots import ShopSlots


def room(slots: ShopSlots, shop: str = ALICE, *, most: int = 9) -> int:
    """How many more questions this shop may have under way now."""
    with ExitStack() as stack:
        for taken in range(most):
            try:
                stack.enter_context(slots.taken(shop))
            except UpstreamBusy:
                return taken
    return most


def time_out(slots: ShopSlots, shop: str = ALICE) -> None:
    with pytest.raises(UpstreamTimeout), slots.taken(shop):
        raise UpstreamTimeout


def test_each_shop_has_its_own_share() -> None:
    slots = ShopSlots(3)

    with slots.taken(ALICE), slots.taken(ALICE):
        assert [1, 3] == [room(slots, ALICE), room(slots, BOB)]
    assert 3 == room(slots, ALICE)


def test_who_finds_none_is_told_when_to_come_back() -> None:
    slots = ShopSlots(1)

    with slots.taken(ALICE), pytest.raises(UpstreamBusy) as caught, slots.taken(ALICE):
        pass
    assert (2, False) == (caught.value.retry_after, caught.value.permanent)


def test_from_a_time_out_on_one_asks_for_all_until_there_is_an_answer() -> None:
    slots = ShopSlots(3)
    time_out(slots)

    assert [1, 3] == [room(slots, ALICE), room(slots, BOB)]
    assert 3 == room(slots, ALICE)


def test_who_gave_too_little_time_calls_nobody_slow_nor_well() -> None:
    slots = ShopSlots(3)

    def try_briefly() -> None:
        with pytest.raises(UpstreamTimeout), slots.taken(ALICE, forgiving=True):
            raise UpstreamTimeout

    try_briefly()
    assert 3 == room(slots)
    time_out(slots)
    try_briefly()
    assert 1 == room(slots)


def test_a_refusal_is_an_answer_too() -> None:
    slots = ShopSlots(3)
    time_out(slots)
    with pytest.raises(UpstreamThrottled), slots.taken(ALICE):
        raise UpstreamThrottled

    assert 3 == room(slots, ALICE)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots_module, "SLOW_SHOPS", 2)
    slots = ShopSlots(3)
    for shop in ("a", "b", "c"):
        time_out(slots, shop)

    with slots.taken("a"), slots.taken("c"):
        assert [2, 0] == [room(slots, "a"), room(slots, "c")]
