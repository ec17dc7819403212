"""A merchant tries it: the shop's newest order is looked up as a shopper would, and told by its parts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from tracker import order_number
from tracker.claim import Claim, by_email
from tracker.deadline import Deadline
from tracker.errors import Refusal, UpstreamError
from tracker.order_number import OrderNumber
from tracker.ports.orders import FoundOrder, NewestOrders

BUDGET_SECONDS = 5.0

LookUp = Callable[[str, OrderNumber, Claim], tuple[bytes, str]]
"""The look-up itself, for a shop: the finished answer (JSON), and where it came from."""


class Part(StrEnum):
    """What has to work, in the order in which it is tried."""

    ORDER = "order"  # the shop shows us an order with an e-mail address
    NUMBER = "number"  # its name can be read as what a shopper would type
    STORY = "story"  # looking it up by both gives its story


@dataclass(frozen=True, slots=True)
class Tried:
    """How one part went: `failure` is None where it worked, else the code of what went wrong. `milliseconds`
    is what it took."""

    part: Part
    failure: str | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Trial:
    """How the look-up went. Parts after the first that failed were not tried. Of the story it says the
    headline (`status`, None where nothing is delivered) and the number of parcels, nothing of a person."""

    parts: tuple[Tried, ...]
    status: str | None = None
    parcels: int = 0

    @property
    def works(self) -> bool:
        """True where a shopper would have got a story."""
        return len(self.parts) == len(Part) and self.parts[-1].failure is None


class _Failed(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def try_lookup(
    shop: str,
    *,
    orders: NewestOrders,
    look_up: LookUp,
    monotonic: Callable[[], float] = time.monotonic,
) -> Trial:
    """Look up the newest order of this shop that has an e-mail address. Never raises for what the shop or
    Redis does: that is what the merchant wants to see."""
    parts: list[Tried] = []

    @contextmanager
    def trying(part: Part) -> Iterator[None]:
        started, failure = monotonic(), None
        try:
            yield
        except (_Failed, Refusal, UpstreamError) as error:
            failure = error.code
            raise _Failed(error.code) from None
        finally:
            parts.append(Tried(part, failure, round((monotonic() - started) * 1000)))

    try:
        with trying(Part.ORDER):
            order, email = _newest(shop, orders)
        with trying(Part.NUMBER):
            number = _number(order)
        with trying(Part.STORY):
            answer, _ = look_up(shop, number, by_email(email))
    except _Failed:
        return Trial(tuple(parts))
    story = json.loads(answer)
    return Trial(tuple(parts), story["order"]["status"], len(story["shipments"]))


def _newest(shop: str, orders: NewestOrders) -> tuple[FoundOrder, str]:
    found = orders.newest(shop, deadline=Deadline(BUDGET_SECONDS)).orders
    for order in sorted(found, key=lambda order: order.placed_at, reverse=True):
        if order.email:
            return order, order.email
    raise _Failed("no_email" if found else "no_order")


def _number(order: FoundOrder) -> OrderNumber:
    number = order_number.read(order.name)
    if number is None:
        raise _Failed("unreadable_name")
    return number
