"""A story as sentences, for the page without JavaScript: the same choices as the block's script makes.

The script is theme_extension/assets/track-order-story.js; a test holds that both say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from tracker.web import liquid
from tracker.web.words import Words

NOT_AWAITED = {"ready_for_pickup", "delivered", "returning", "cancelled"}
NOT_LEFT = {"processing", "on_hold", "cancelled"}
MOOT_PAYMENTS = {"pending", "authorized"}
LAST_STEP = 4
SHOWN_EVENTS = 2
SHOWN_ITEMS = 10
HANDED_OVER = {"pick_up", "pickup_point", "retail"}
ADVICE_STEPS = ("first", "second", "third")


class Advice(NamedTuple):
    """A few steps under a title; folded where most people do not need them."""

    title: Markup
    steps: list[Markup]
    unfolded: bool


class StoryView:
    """What the template asks of an answer (the parsed JSON of a 200) in the language of `words`."""

    def __init__(self, answer: dict[str, Any], words: Words, *, now: datetime) -> None:
        self.order = answer["order"]
        self.parcels = answer["shipments"]
        self.unshipped = answer["unshipped"]
        self.checked_at = _moment(answer["checked_at"])
        self.alone = len(self.parcels) == 1 and not self.unshipped
        # What a cancelled parcel held is sent again or not at all.
        self._live = [parcel for parcel in self.parcels if parcel["status"] != "cancelled"]
        self._ordered: Counter[tuple[str, str | None]] = Counter()
        for item in [each for parcel in self._live for each in parcel["items"]] + self.unshipped:
            self._ordered[item["title"], item["variant"]] += item["quantity"]
        self._answer = answer
        self._words = words
        self._now = now

    @property
    def headline(self) -> Markup:
        """Where the order is, in one sentence."""
        status = self.order["status"] or "digital"
        left = any(parcel["status"] not in NOT_LEFT for parcel in self.parcels)
        partly = self._words.say(f"partly.{status}") if left else Markup("")
        return partly or self._words.say(f"status.{status}") or self._words.say("status.unknown")

    @property
    def expected(self) -> Markup:
        """When it comes or came, empty where that is not known."""
        status = self.order["status"]
        delivered = sorted(parcel["delivered_at"] for parcel in self.parcels if parcel["delivered_at"])
        if status == "delivered" and delivered:
            return self._words.say("story.delivered", date=self.day(delivered[-1]))
        # What has not left yet has no date, so the order as a whole has none.
        if status is None or self.unshipped or status in NOT_AWAITED:
            return Markup("")
        due = (self.parcels[0]["delivery_window"] if self.alone else None) or {
            "from": None,
            "to": self.order["estimated_delivery_at"],
        }
        end = due["to"] or due["from"]
        if not end:
            return Markup("")
        past = _moment(end).date() < self._now.date()
        return self._words.say("story.was_expected" if past else "story.expected", date=self._range(due))

    @property
    def attention(self) -> Markup:
        """What is the matter with the order, empty where nothing is."""
        return self.attention_among(self.order["attention"], self.parcels)

    @property
    def remarks(self) -> Iterator[Markup]:
        """The sentences under the headline."""
        order, say, items = self.order, self._words.say, self.order["items"]
        status = order["status"]
        if self.alone and status == "delivered":
            yield say(f"detail.{self.parcels[0]['detail']}")
        if order["cancelled_at"]:
            yield _join(
                " · ", self.time(order["cancelled_at"]), say(f"cancel_reason.{order['cancel_reason']}")
            )
        stalled = order["attention"] == "stalled"
        yield say(f"next.{order['attention']}") or (
            Markup("") if stalled else say(f"next.{status or 'digital'}")
        )
        if 0 < items["delivered"] < items["total"]:
            yield self._count("delivered", items["total"], done=items["delivered"])
        if 0 < items["on_hold"] < items["total"]:
            yield self._count("on_hold", items["on_hold"])
        if len(self._live) > 1 and not self.unshipped and status != "delivered":
            yield self._count("parcels", len(self._live))
        if self._answer["stale"]:
            yield say("story.stale")
        if self._answer["truncated"]:
            yield say("story.truncated")

    @property
    def steps(self) -> Iterator[tuple[Markup, bool]]:
        """Label of each step and whether it is the present one; none where the order is off the way."""
        now = self.order["step"]
        if now is None:
            return
        collected = bool(self.parcels) and all(parcel["method"] == "pick_up" for parcel in self.parcels)
        for number in range(LAST_STEP + 1):
            yield self._words.say(f"{'step_pickup' if collected else 'step'}.{number}"), number == now

    @property
    def notes(self) -> Iterator[Markup]:
        """Payment, refund and return."""
        order, say = self.order, self._words.say
        refund, payment = order["refund"], order["payment"]
        if not refund and not (order["cancelled_at"] and payment in MOOT_PAYMENTS):
            yield say(f"payment.{payment}")
        if refund:
            at = self.time(refund["at"]) if refund["at"] else Markup("")
            yield _join(" · ", at, say(f"refund.{refund['status']}"))
        yield say(f"returned.{order['return']}")

    def attention_among(self, attention: str | None, parcels: list[dict[str, Any]]) -> Markup:
        """What is the matter, and who has to act as the first parcel with this attention says."""
        reason = next((parcel["reason"] for parcel in parcels if parcel["attention"] == attention), None)
        acts = self._words.say(f"reason.{reason.split('_')[0]}") if reason else Markup("")
        return _join(" ", self._words.say(f"attention.{attention}"), acts)

    def advice(self, told: dict[str, Any], parcels: list[dict[str, Any]]) -> Advice | None:
        """What helps where the order or one parcel (`told`) is as it is, None where nothing needs to."""
        if told["attention"] in {"problem", "stalled"}:
            key = told["attention"]
        elif any(parcel["method"] not in HANDED_OVER for parcel in parcels):
            key = told["status"]
        else:
            return None
        steps = [self._words.say(f"advice.{key}.{step}") for step in ADVICE_STEPS]
        title = self._words.say(f"advice.{key}.title")
        return Advice(title, [step for step in steps if step], unfolded=key != "delivered") if title else None

    def parcel_advice(self, parcel: dict[str, Any]) -> Advice | None:
        """The same for a parcel that does not share it with the whole order."""
        shared = self.alone or parcel["status"] == self.order["status"]
        return None if shared else self.advice(parcel, [parcel])

    def freshness(self, events: list[dict[str, Any]], checked_at: str) -> Markup:
        """When the carrier last said something, and when it was last asked."""
        checked = self.time(checked_at)
        if not events:
            return self._words.say("story.checked", date=checked)
        newest = max(event["occurred_at"] for event in events)
        return self._words.say("story.news", news=self.time(newest), date=checked)

    @property
    def order_freshness(self) -> Markup:
        """The freshness over all parcels."""
        events = [event for parcel in self.parcels for event in parcel["events"]]
        return self.freshness(events, self._answer["checked_at"])

    def label(self, status: str) -> Markup:
        """A status in a word or two."""
        return self._words.say(f"label.{status}") or self._words.say("label.unknown")

    def facts(self, parcel: dict[str, Any]) -> Iterator[tuple[Markup, Markup]]:
        """Name and value of what is known of a parcel."""
        pickup, due = parcel["pickup"], parcel["delivery_window"]
        awaited = not self.alone and parcel["status"] not in NOT_AWAITED and due
        facts: list[tuple[str, object]] = []
        for tracking in parcel["tracking"]:
            facts += [("carrier", tracking["carrier"]), ("number", tracking["number"])]
        facts += [
            ("pickup", _join(", ", pickup["name"], pickup["city"]) if pickup else None),
            ("scheduled_at", parcel["scheduled_at"] and self.day(parcel["scheduled_at"])),
            ("shipped_at", parcel["shipped_at"] and self.time(parcel["shipped_at"])),
            ("expected_at", self._range(due) if awaited else None),
            ("delivered_at", parcel["delivered_at"] and self.time(parcel["delivered_at"])),
        ]
        for key, value in facts:
            if value:
                yield self._words.say(f"story.{key}"), liquid.as_text(value)

    def links(self, parcel: dict[str, Any]) -> Iterator[tuple[str, Markup]]:
        """Address and text of a parcel's links. The addresses were proven safe when the order was read."""
        for tracking in parcel["tracking"]:
            if tracking["url"]:
                carrier = tracking["carrier"]
                named = self._words.say("story.link_named", carrier=carrier) if carrier else None
                yield tracking["url"], named or self._words.say("story.link")

    def ordered(self, item: dict[str, Any]) -> int:
        """How many of an item the order holds."""
        return self._ordered[item["title"], item["variant"]]

    def place(self, event: dict[str, Any]) -> Markup:
        """Where an event happened."""
        return _join(", ", event["city"], event["province"], event["country"])

    def day(self, iso: str) -> Markup:
        """The day of a time of the answer, in the shop's zone."""
        return liquid.day(_moment(iso))

    def time(self, iso: str) -> Markup:
        """A time of the answer, in the shop's zone."""
        return liquid.time(_moment(iso))

    def _range(self, due: dict[str, Any]) -> Markup:
        days = dict.fromkeys(self.day(end) for end in (due["from"], due["to"]) if end)
        return Markup("–").join(days)

    def _count(self, key: str, number: int, **values: object) -> Markup:
        return self._words.count(f"count.{key}", number, total=number, **values)


def _join(glue: str, *texts: object) -> Markup:
    return Markup(glue).join(liquid.as_text(text) for text in texts if text)  # noqa: S704 - glue of our own


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
