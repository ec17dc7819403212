"""A parcel that a source alone calls delivered teaches as well."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.followed import ORDER, event, news
from tests.store.shops import ALICE
from tests.webhook_fakes import FakeJobs, FakeKept
from tracker.delivered_orders import DeliveredOrders
from tracker.errors import StoreUnavailable
from tracker.order import Status
from tracker.parcel import TrackingNews
from tracker.verbs.follow_order import FOLLOW, SECONDS


def test_its_order_is_read_behind_everybody_once_for_all_who_say_so() -> None:
    kept, jobs = FakeKept(), FakeJobs()
    told = news(event(Status.OUT_FOR_DELIVERY, hours=2), event(Status.DELIVERED, hours=1))

    assert 1 == DeliveredOrders(kept, jobs).drop(ALICE, ORDER, news=told)
    assert ([(ALICE, ORDER)], [told]) == (kept.dropped, kept.news)
    assert ([(FOLLOW, ALICE)], [ORDER.encode()]) == (jobs.handed_on, jobs.payloads)
    assert [(SECONDS, True)] == jobs.terms


@pytest.mark.parametrize(
    "told", [None, news(), news(event(Status.DELIVERED, hours=2), event(Status.RETURNING, hours=1))]
)
def test_other_news_waits_for_whoever_looks_it_up(told: TrackingNews | None) -> None:
    kept, jobs = FakeKept(), FakeJobs()
    DeliveredOrders(kept, jobs).drop(ALICE, ORDER, news=told)

    assert ([(ALICE, ORDER)], []) == (kept.dropped, jobs.handed_on)


@dataclass
class NoJobs(FakeJobs):
    """A store that is away."""

    def hand_on(
        self, kind: str, shop: str, payload: bytes = b"", *, after: float = 0.0, once: bool = False
    ) -> None:
        """Cannot be promised."""
        raise StoreUnavailable("away")


def test_news_is_dealt_with_whether_or_not_a_job_can_be_handed_on() -> None:
    kept = FakeKept()

    assert 1 == DeliveredOrders(kept, NoJobs()).drop(ALICE, ORDER, news=news(event(Status.DELIVERED)))
    assert [(ALICE, ORDER)] == kept.dropped


def test_what_is_known_of_an_orders_parts_is_the_same() -> None:
    orders = DeliveredOrders(FakeKept(), FakeJobs())
    orders.know_part(ALICE, "gid://shopify/Return/1", ORDER)

    assert ORDER == orders.order_of(ALICE, "gid://shopify/Return/1")
