"""What the pretend shop knows, and what an answer may say of it: the judge of everything that is told while
something is broken."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.pretend_shopify import PretendShopify
from tracker.demo.bodies import event_body
from tracker.demo.model import Order
from tracker.demo.parcels import move

WATCHED = ("#1001", "#1033", "#1031A", "L-1234", "EN-1001-FR", "#12-A", "#1027", "#1028", "#1029", "#1034")
"""Orders of three buyers, each with one parcel under way, that the shop has no second of by that name."""

MOVES = ("IN_TRANSIT", "OUT_FOR_DELIVERY")
STEP = "Step "
"""Before the number of a change, in what its event says."""

GOOD = frozenset({"story", "not_found"})
"""Verdicts on a service that is well."""
HONEST = frozenset({*GOOD, "stale", "unavailable"})
"""Verdicts on one that says what it cannot do: a story that says it is old, a 503 that names a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One look-up. `floor` is the newest change of the order that had been acknowledged when it was sent;
    `right` says whether the e-mail is the buyer's and the order is there."""

    number: str
    email: str
    right: bool
    floor: int = 0


class Truth:
    """The shop's orders, the changes that were made to them, and those that the service has taken."""

    def __init__(self, shopify: PretendShopify, *, watched: Sequence[str] = WATCHED) -> None:
        self._shopify = shopify
        shop = shopify.shop
        self._orders: dict[str, Order] = {name: shop.find_order(name) for name in watched}
        self._emails = {name: order.email or "" for name, order in self._orders.items()}
        # What an earlier trial changed is still told of.
        self._steps = {
            name: _step([event.message or "" for event in order.parcels[0].events])
            for name, order in self._orders.items()
        }
        self._taken = dict.fromkeys(watched, 0)
        self._lock = threading.Lock()
        self._turn = itertools.cycle(watched)
        self._strangers = itertools.count(1)

    @property
    def names(self) -> list[str]:
        """The orders that are asked for."""
        return list(self._orders)

    def right(self, name: str) -> Asked:
        """The buyer's own question."""
        with self._lock:
            return Asked(name, self._emails[name], right=True, floor=self._taken[name])

    def wrong(self, name: str) -> Asked:
        """Somebody else's: a stranger's e-mail, another buyer's, or a number that the shop does not have."""
        serial = next(self._strangers)
        match serial % 3:
            case 0:
                return Asked(name, f"stranger-{serial}@example.com", right=False)
            case 1:
                others = sorted({email for email in self._emails.values() if email != self._emails[name]})
                return Asked(name, others[serial % len(others)], right=False)
            case _:
                return Asked(f"77{serial:07d}", self._emails[name], right=False)

    def change(self) -> tuple[str, int, bytes]:
        """Move the next order's parcel on. Its name, the number of the change, and the webhook's body."""
        name = next(self._turn)
        order = self._orders[name]
        shop = self._shopify.shop
        with shop.lock:
            step = self._steps[name] + 1
            parcel = order.parcels[0]
            status = MOVES[step % len(MOVES)]
            event = move(order, parcel, status, event_id=shop.next_id(), now=shop.clock())
            event.message = f"{STEP}{step}"
            body = json.dumps(event_body(shop, order, parcel, event)).encode()
            self._steps[name] = step
        return name, step, body

    def taken(self, name: str, step: int) -> None:
        """The webhook about this change was answered by 200: from now on nobody may be told less."""
        with self._lock:
            self._taken[name] = max(self._taken[name], step)

    def judge(self, asked: Asked, status: int, headers: dict[str, str], body: bytes) -> str:
        """One word for an answer: those of HONEST, or what it did that it never may."""
        if status == 200:
            return self._judge_story(asked, json.loads(body))
        code = _code(headers, body)
        if (status, code) == (404, "order_not_found"):
            return "buyer_not_found" if asked.right else "not_found"
        if (status, code) == (503, "upstream_unavailable") and headers.get("retry-after", "").isdigit():
            return "unavailable"
        return f"{status}_{code}"

    def _judge_story(self, asked: Asked, story: dict[str, Any]) -> str:
        if not asked.right:
            return "told_a_stranger"
        order = self._orders[asked.number]
        shipments = story["shipments"]
        numbers = [one["number"] for shipment in shipments for one in shipment["tracking"]]
        with self._shopify.shop.lock:
            theirs = [one.number for parcel in order.parcels for one in parcel.tracking]
            newest = self._steps[asked.number]
        if story["order"]["name"] != order.name or numbers != theirs:
            return "another_story"
        told = _step([event["message"] for event in shipments[0]["events"]])
        if told > newest:
            return "another_story"
        if told < asked.floor:
            return "lost_webhook"
        return "stale" if story["stale"] else "story"


def _step(messages: Sequence[str]) -> int:
    """The newest change that events tell of; 0 for none of ours."""
    said = [message.removeprefix(STEP) for message in messages if message.startswith(STEP)]
    return max((int(step) for step in said), default=0)


def _code(headers: dict[str, str], body: bytes) -> str:
    if not headers.get("content-type", "").startswith("application/problem+json"):
        return "no_problem_document"
    return str(json.loads(body).get("code"))
