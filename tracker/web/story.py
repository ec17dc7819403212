"""A story as sentences, for the page without JavaScript: the same choices as the block's script makes.

The script is theme_extension/assets/track-order-story.js; a test holds that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from markupsafe import Markup

from tracker.web import liquid
from tracker.web.words import COLLECTED, Words

GRAVE = {"stalled", "problem"}
MOOT_PAYMENTS = {"pending", "authorized"}
SHOWN_EVENTS = 2
SHOWN_ITEMS = 10
ADVISED = ("delivered", "stalled", "attempted", "problem")
"""What there is advice for: statuses and attentions."""


class StoryView:
    """What the template asks of an answer (the parsed JSON of a 200) in the language of `words`."""

    def __init__(self, answer: dict[str, Any], words: Words) -> None:
        self.order = answer["order"]
        self.parcels = answer["shipments"]
        self.unshipped = answer["unshipped"]
        self.checked_at = _moment(answer["checked_at"])
        self.alone = len(self.parcels) == 1 and not self.unshipped
        planned = [item["scheduled_at"] for item in self.unshipped]
        # What waits for its day alone is told by that day.
        self._planned = sorted(planned) if self.order["status"] == "on_hold" and all(planned) else []
        self._now = "scheduled" if self._planned else self.order["status"] or "digital"
        # How all of it reaches the shopper, None where there are several ways.
        ways = {part["method"] for part in [*self.parcels, *self.unshipped]}
        self._way = ways.pop() if len(ways) == 1 else None
        # What a cancelled parcel held is sent again or not at all.
        self._live = [parcel for parcel in self.parcels if parcel["status"] != "cancelled"]
        self._answer = answer
        self._words = words

    @property
    def headline(self) -> Markup:
        """Where the order is, in one sentence."""
        if self._grave:
            return self._words.say(f"attention.{self.order['attention']}")
        return self._partly or self._usual("status", date=self._day) or self._words.say("status.unknown")

    def expected(self, *, dates: bool) -> Markup:
        """When it comes (if such `dates` are wanted) or came, empty where that is not known."""
        status = self.order["status"]
        delivered = sorted(parcel["delivered_at"] for parcel in self.parcels if parcel["delivered_at"])
        if status == "delivered" and delivered:
            return self.day(delivered[-1])  # the headline said what happened then
        due = self.order["delivery_window"]
        if not due or not dates:
            return Markup("")
        usual, past, to_come = (
            self._words.say(f"story.{word}", date=self._range(due))
            for word in ("usual", "was_expected", "expected")
        )
        if due["source"] == "rule":
            return usual
        return liquid.if_past(_moment(due["to"] or due["from"]), past, to_come)

    @property
    def attention(self) -> Markup:
        """What is the matter with the order, empty where nothing is."""
        told = self._partly if self._grave else self._words.say(f"attention.{self.order['attention']}")
        return _join(" ", told, self._words.say(f"reason.{self._reason(self.order, self.parcels)}"))

    @property
    def remarks(self) -> Iterator[Markup]:
        """The sentences under the headline."""
        order, say, items = self.order, self._words.say, self.order["items"]
        status = order["status"]
        if self.alone and status == "delivered" and not self.collected:
            yield say(f"detail.{self.parcels[0]['detail']}")
        if order["cancelled_at"]:
            yield _join(
                " · ", self.time(order["cancelled_at"]), say(f"cancel_reason.{order['cancel_reason']}")
            )
        yield self._turn
        if 0 < items["delivered"] < items["total"]:
            yield self._count("delivered", items["total"], done=items["delivered"])
        if 0 < items["on_hold"] < items["total"]:
            yield self._count("on_hold", items["on_hold"])
        if len(self._live) > 1 and not self.unshipped and status != "delivered":
            yield self._count("parcels", len(self._live))
        if self._answer["truncated"]:
            yield say("story.truncated")

    @property
    def collected(self) -> str | None:
        """The way of the whole order if its shopper comes for it."""
        return self.collects(self._way)

    def collects(self, method: str | None) -> str | None:
        """A way to the shopper if its shopper comes for it."""
        return method if method in COLLECTED else None

    @property
    def notes(self) -> Iterator[Markup]:
        """Payment, refund and return."""
        order, say = self.order, self._words.say
        refund, payment = order["refund"], order["payment"]
        if not refund and not (order["cancelled_at"] and payment in MOOT_PAYMENTS):
            paid = say(f"payment.{payment}") or say(f"refund.{payment}")
            if paid != self._turn:
                yield paid
        if refund:
            at = self.time(refund["at"]) if refund["at"] else Markup("")
            yield _join(" · ", at, say(f"refund.{refund['status']}"))
        yield say(f"returned.{order['return']}")

    def state(self, parcel: dict[str, Any]) -> Markup:
        """Where a parcel is and how it reaches the shopper. Of the only one that went wrong the headline says
        how it is."""
        told = self.alone and self._grave
        label = None if told else self.label(parcel["status"], parcel["method"])
        return _join(" · ", label, self._words.say(f"method.{parcel['method']}"))

    def matter(self, parcel: dict[str, Any]) -> Markup:
        """What is the matter with one parcel of several, and what to do about it."""
        reason = self._reason(parcel, [parcel])
        keys = (f"attention.{parcel['attention']}", f"reason.{reason}", f"next.{reason}")
        return _join(" ", *(self._words.say(key) for key in keys))

    def parcel_advice(self, parcel: dict[str, Any]) -> str | None:
        """What there is advice for in a parcel that does not share it with the whole order."""
        shared = self.alone or parcel["status"] == self.order["status"]
        return None if shared else parcel.get("advice")

    def freshness(self, told: dict[str, Any]) -> Markup:
        """When a carrier of an answer or of a parcel last said something, and when it was last asked."""
        # An answer that was kept by an older release does not tell when that was.
        news, checked = told.get("news_at"), self.time(told["checked_at"])
        if not news:
            return self._words.say("story.checked", date=checked)
        return self._words.say("story.news", news=self.time(news), date=checked)

    def known(self, *, freshness: bool) -> Markup:
        """Whether this is what was last known, and the freshness over all parcels if it is wanted."""
        stale = self._words.say("story.stale") if self._answer["stale"] else None
        return _join(" ", stale, self.freshness(self._answer) if freshness else None)

    def label(self, status: str, method: str | None = None) -> Markup:
        """A status in a word or two, for its way to the shopper (the order's unless told) if that has its
        own."""
        say = self._words.say
        return say(f"label.{method or self._way}_{status}") or say(f"label.{status}") or say("label.unknown")

    def facts(self, parcel: dict[str, Any], *, dates: bool) -> Iterator[tuple[Markup, Markup]]:
        """Name and value of what is known of a parcel, when it comes among it if such `dates` are wanted."""
        pickup, due = parcel["pickup"], parcel["delivery_window"]
        awaited = dates and not self.alone and due
        handed = "collected_at" if parcel["method"] in COLLECTED else "delivered_at"
        facts: list[tuple[str, object]] = []
        for tracking in parcel["tracking"]:
            facts += [("carrier", tracking["carrier"]), ("number", _isolated(tracking["number"]))]
        facts += [
            ("pickup", _join(", ", pickup["name"], pickup["city"]) if pickup else None),
            ("scheduled_at", parcel["scheduled_at"] and self.day(parcel["scheduled_at"])),
            ("shipped_at", parcel["shipped_at"] and self.time(parcel["shipped_at"])),
            (
                "usual_at" if due and due["source"] == "rule" else "expected_at",
                self._range(due) if awaited else None,
            ),
            (handed, parcel["delivered_at"] and self.time(parcel["delivered_at"])),
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

    def asked(self, parcel: dict[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
        """Who can be asked about a parcel that there is advice for: each carrier with its phone and its help
        page, one of them known."""
        if parcel.get("advice") is None:
            return
        # An answer that was kept by an older release has neither.
        known = {
            each["carrier"]: (each.get("carrier_phone"), each.get("carrier_help_url"))
            for each in parcel["tracking"]
        }
        for carrier, (phone, help_url) in known.items():
            if phone or help_url:
                yield carrier, phone, help_url

    def place(self, event: dict[str, Any]) -> Markup:
        """Where an event happened."""
        return _join(", ", event["city"], event["province"], event["country"])

    def day(self, iso: str) -> Markup:
        """The day of a time of the answer, in the shop's zone."""
        return _apart(self._words, liquid.day(_moment(iso), self._words.date_form))

    def time(self, iso: str) -> Markup:
        """A time of the answer, in the shop's zone."""
        return time_in(self._words, iso)

    @property
    def _grave(self) -> bool:
        """Whether it stands still or went wrong: then that is what there is to say, and not where it was."""
        return self.order["step"] is not None and self.order["attention"] in GRAVE

    @property
    def _turn(self) -> Markup:
        """Whose turn it is, and to do what; empty where there is more to do than a sentence holds."""
        order, say = self.order, self._words.say
        if answered := say(f"next.{self._reason(order, self.parcels)}"):
            return answered
        if order["attention"] in GRAVE:
            return Markup("")
        return (
            say(f"next.{order['attention']}")
            or say(f"payment.{order['payment_due']}")
            or (Markup("") if order["cancel_reason"] == "customer" else self._usual("next"))
        )

    def _reason(self, told: dict[str, Any], parcels: list[dict[str, Any]]) -> str | None:
        """Why the order or a parcel (`told`) is as it is, as the first of these parcels with its attention
        says: in full where there are words for that, else who has to act."""
        attention = told["attention"]
        reason = next((parcel["reason"] for parcel in parcels if parcel["attention"] == attention), None)
        return reason if reason is None or f"reason.{reason}" in self._words else reason.split("_")[0]

    @property
    def _day(self) -> Markup:
        """When what is planned for a day is to be sent."""
        return (
            self._range({"from": self._planned[0], "to": self._planned[-1]}) if self._planned else Markup("")
        )

    @property
    def _partly(self) -> Markup:
        """Where both parts of an order are of which one has left."""
        return self._words.say(f"partly.{self._now}", date=self._day) if self.order["partly"] else Markup("")

    def _usual(self, group: str, **values: object) -> Markup:
        """The words for the order as it is now, for its way to the shopper if that has its own."""
        now = f"{group}.{self._now}"
        return self._words.say(f"{group}.{self._way}_{self._now}") or self._words.say(now, **values)

    def _range(self, due: dict[str, Any]) -> Markup:
        start, end = due["from"], due["to"]
        if not start or not end or start == end:
            return self.day(end or start)
        return _apart(self._words, liquid.window(_moment(start), _moment(end), self._words.date_form))

    def _count(self, key: str, number: int, **values: object) -> Markup:
        return self._words.count(f"count.{key}", number, total=number, **values)


def time_in(words: Words, iso: str) -> Markup:
    """A time of an answer (ISO 8601 with Z) as these words write it, in the shop's zone."""
    return _apart(words, liquid.time(_moment(iso), words.date_form))


def _apart(words: Words, date: Markup) -> Markup:
    """A date that stays together from right to left, where the letters of its zone would otherwise run on
    into the Latin word or the number that comes next (UAX #9, rules W7 and N1)."""
    if words.direction == "ltr":
        return date
    return Markup('<span dir="rtl">{}</span>').format(date)


def _isolated(number: str | None) -> Markup:
    """A number that reads from left to right in any language."""
    return Markup(f"<bdi>{liquid.as_text(number)}</bdi>") if number else Markup("")  # noqa: S704 - escaped here


def _join(glue: str, *texts: object) -> Markup:
    return Markup(glue).join(liquid.as_text(text) for text in texts if text)  # noqa: S704 - glue of our own


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
