"""A merchant's trial says which part works, which does not and why; of the order it says next to nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.fakes import NOON, FakeNewest
from tracker.claim import Claim, by_email
from tracker.errors import (
    AccessDenied,
    NotSetUp,
    OrderNotFound,
    RateLimited,
    Refusal,
    UpstreamError,
    UpstreamTimeout,
)
from tracker.order_number import OrderNumber
from tracker.ports.orders import FoundOrder
from tracker.verbs.try_lookup import Part, Trial, try_lookup

ALICE = "alice.myshopify.com"


def order(name: str, email: str | None = "ada@example.com", *, days_ago: int = 0) -> FoundOrder:
    return FoundOrder(f"gid://shopify/Order/{days_ago}", name, email, NOON - timedelta(days=days_ago))


class Finder:
    """The look-up: a story of two parcels, or what it is told to raise."""

    def __init__(self, error: Refusal | UpstreamError | None = None) -> None:
        self.asked: list[tuple[str, str, Claim]] = []
        self._error = error

    def __call__(self, shop: str, number: OrderNumber, claim: Claim) -> tuple[bytes, str]:
        self.asked.append((shop, number.canonical, claim))
        if self._error is not None:
            raise self._error
        return json.dumps({"order": {"status": "in_transit"}, "shipments": [{}, {}]}).encode(), "read"


class Ticks:
    """A clock that is a quarter of a second later at each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


def tried(newest: FakeNewest, finder: Finder | None = None) -> Trial:
    return try_lookup(ALICE, orders=newest, look_up=finder or Finder(), monotonic=Ticks())


def outcome(trial: Trial) -> list[tuple[Part, str | None]]:
    return [(tried.part, tried.failure) for tried in trial.parts]


def test_the_newest_order_with_an_e_mail_is_looked_up_as_a_shopper_would() -> None:
    finder = Finder()
    trial = tried(
        FakeNewest([order("#1001", days_ago=3), order("#1003", None), order("#1002", days_ago=1)]), finder
    )

    assert [(Part.ORDER, None), (Part.NUMBER, None), (Part.STORY, None)] == outcome(trial)
    assert (True, "in_transit", 2) == (trial.works, trial.status, trial.parcels)
    [(shop, number, claim)] = finder.asked
    assert (ALICE, by_email("ada@example.com")) == (shop, claim)
    assert "1002" in number
    assert [250, 250, 250] == [part.milliseconds for part in trial.parts]


@pytest.mark.parametrize(
    ("newest", "failure"),
    [
        (FakeNewest([]), "no_order"),
        (FakeNewest([order("#1001", None), order("#1002", "")]), "no_email"),
        (FakeNewest(error=AccessDenied()), AccessDenied.code),
        (FakeNewest(error=UpstreamTimeout()), UpstreamTimeout.code),
    ],
)
def test_without_an_order_to_try_nothing_is_looked_up(newest: FakeNewest, failure: str) -> None:
    finder = Finder()
    trial = tried(newest, finder)

    assert ([(Part.ORDER, failure)], False) == (outcome(trial), trial.works)
    assert ([], None, 0) == (finder.asked, trial.status, trial.parcels)


def test_a_number_that_no_shopper_could_type_is_told() -> None:
    trial = tried(FakeNewest([order("\u0000")]))

    assert [(Part.ORDER, None), (Part.NUMBER, "unreadable_name")] == outcome(trial)


@pytest.mark.parametrize(
    "error",
    [OrderNotFound("unknown_number"), NotSetUp("x"), RateLimited("door", retry_after=1), UpstreamTimeout()],
)
def test_a_look_up_that_fails_is_told_by_its_code(error: Refusal | UpstreamError) -> None:
    trial = tried(FakeNewest([order("#1001")]), Finder(error))

    assert [(Part.ORDER, None), (Part.NUMBER, None), (Part.STORY, error.code)] == outcome(trial)
    assert not trial.works


def test_a_trial_names_nobody() -> None:
    trial = tried(FakeNewest([order("#1001")]))

    assert [] == [word for word in ("ada", "1001", "gid") if word in repr(trial)]
