"""What Shopify tells is acted on once, and remembered only then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.webhook_fakes import FakeSeen
from tracker.errors import CacheUnavailable, InvalidSignature
from tracker.verbs.take_webhook import take_webhook
from tracker.webhook import (
    Delivered,
    Envelope,
    NotForUs,
    OrderChanged,
    ShopRedacted,
    Uninstalled,
    Unreadable,
)

ENVELOPE = Envelope("alice.myshopify.com", "orders/updated", "event-1")
CHANGED = Delivered(OrderChanged("gid://shopify/Order/1"))


class Acts:
    """Acts on everything, and remembers it; the first `failures` times in vain."""

    def __init__(self, failures: int = 0) -> None:
        self.acted: list[Any] = []
        self._failures = failures

    def __call__(self, envelope: Envelope, event: Any) -> str:
        if self._failures:
            self._failures -= 1
            raise CacheUnavailable
        self.acted.append(event)
        return "acted"


def take(
    delivered: Delivered = CHANGED,
    envelope: Envelope = ENVELOPE,
    *,
    acts: Acts,
    seen: FakeSeen,
    shop_id: int | None = None,
) -> str:
    return take_webhook(
        envelope,
        delivered,
        acts=dict.fromkeys([OrderChanged, ShopRedacted, Uninstalled], acts),
        seen=seen,
        shop_id_of=lambda _shop: shop_id,
    )


def test_a_copy_is_told_from_what_came_before() -> None:
    acts, seen = Acts(), FakeSeen()

    assert ["acted", "duplicate"] == [take(acts=acts, seen=seen) for _ in range(2)]
    assert [CHANGED.event] == acts.acted


@pytest.mark.parametrize(
    "other", [replace(ENVELOPE, topic="orders/fulfilled"), replace(ENVELOPE, event_id="event-2")]
)
def test_one_event_under_another_topic_and_another_event_are_no_copies(other: Envelope) -> None:
    acts, seen = Acts(), FakeSeen()
    take(acts=acts, seen=seen)

    assert "acted" == take(envelope=other, acts=acts, seen=seen)


def test_what_failed_is_not_remembered_and_is_done_when_it_comes_again() -> None:
    acts, seen = Acts(failures=1), FakeSeen()

    with pytest.raises(CacheUnavailable):
        take(acts=acts, seen=seen)
    assert "acted" == take(acts=acts, seen=seen)


def test_that_a_shop_is_to_be_forgotten_is_not_remembered() -> None:
    acts, seen = Acts(), FakeSeen()

    assert ["acted"] * 2 == [take(Delivered(ShopRedacted()), acts=acts, seen=seen) for _ in range(2)]
    assert [] == seen.events


@pytest.mark.parametrize(
    ("event", "outcome"),
    [(NotForUs(), "unknown_topic"), (Unreadable("no_order"), "unreadable_no_order")],
)
def test_what_means_nothing_needs_nobody(event: NotForUs | Unreadable, outcome: str) -> None:
    class Away(FakeSeen):
        def seen(self, envelope: Envelope) -> bool:
            raise CacheUnavailable

    assert outcome == take(Delivered(event), acts=Acts(), seen=Away())


@pytest.mark.parametrize(
    ("named", "known", "fits"), [(7, 7, True), (7, None, True), (None, 7, True), (7, 8, False)]
)
def test_the_shops_id_in_the_body_is_compared_with_what_is_known(
    named: int | None,
    known: int | None,
    fits: bool,  # noqa: FBT001 - a column of the table
) -> None:
    acts, seen = Acts(), FakeSeen()
    delivered = Delivered(CHANGED.event, named)

    if fits:
        assert "acted" == take(delivered, acts=acts, seen=seen, shop_id=known)
        return
    with pytest.raises(InvalidSignature) as refusal:
        take(delivered, acts=acts, seen=seen, shop_id=known)
    assert ("shop_mismatch", [], []) == (refusal.value.cause, acts.acted, seen.events)
