"""A story as sentences, for the page without JavaScript: the same choices as the block's script makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from markupsafe import Markup

from tracker.web import liquid
from tracker.web.words import Words

ENDED = {"delivered", "cancelled", "returning"}
WAITING = {"processing", "on_hold", "cancelled"}
COLLECTED = {"pick_up", "pickup_point"}
SHOWN_EVENTS = 2


class StoryView:
    """What the template asks of an answer (the parsed JSON of a 200) in the language of `words`."""

    def __init__(self, answer: dict[str, Any], words: Words, *, now: datetime) -> None:
        self.order = answer["order"]
        self.parcels = answer["shipments"]
        self.unshipped = answer["unshipped"]
        self.checked_at = _moment(answer["checked_at"])
        self._answer = answer
        self._words = words
        self._now = now

    @property
    def alone(self) -> bool:
        """True where one parcel is the whole order."""
        return len(self.parcels) == 1 and not self.unshipped

    @property
    def headline(self) -> Markup:
        """Where the order is, in one sentence."""
        status = self.order["status"] or "none"
        left = any(parcel["status"] not in WAITING for parcel in self.parcels)
        partly = self._words.say(f"partly.{status}") if left else Markup("")
        return partly or self._words.say(f"status.{status}") or self._words.say("status.unknown")

    @property
    def expected(self) -> Markup:
        """When it comes or came, empty where that is not known."""
        status = self.order["status"]
        delivered = sorted(parcel["delivered_at"] for parcel in self.parcels if parcel["delivered_at"])
        if status == "delivered" and delivered:
            return self._words.say("story.delivered", date=self.day(delivered[-1]))
        if status is None or status in ENDED:
            return Markup("")
        window = self.parcels[0]["delivery_window"] if self.alone else None
        return self._arrival(window or {"from": None, "to": self.order["estimated_delivery_at"]})

    @property
    def remarks(self) -> Iterator[Markup]:
        """The sentences under the headline."""
        order, say, items = self.order, self._words.say, self.order["items"]
        status, attention = order["status"], order["attention"]
        if status == "delivered" and len(self.parcels) == 1 and self.parcels[0]["detail"]:
            yield say(f"detail.{self.parcels[0]['detail']}")
        if order["cancelled_at"]:
            yield self.time(order["cancelled_at"])
        if order["cancel_reason"]:
            yield say(f"cancel_reason.{order['cancel_reason']}")
        if attention not in {"stalled", "problem"} and (
            attention != "action_needed" or status == "attempted"
        ):
            yield say(f"next.{status or 'none'}")
        if 0 < items["delivered"] < items["total"]:
            yield self._count("delivered", items["total"], done=items["delivered"])
        if 0 < items["on_hold"] < items["total"]:
            yield self._count("on_hold", items["on_hold"])
        live = sum(parcel["status"] != "cancelled" for parcel in self.parcels)
        if live > 1 and status != "delivered":
            yield self._count("parcels", live)
        if self._answer["stale"]:
            yield say("story.stale")
        if self._answer["truncated"]:
            yield say("story.truncated")

    @property
    def steps(self) -> Iterator[tuple[Markup, str]]:
        """Label and state (done, now, ahead) of each step; none where the order is off the way."""
        now = self.order["step"]
        if now is None:
            return
        methods = [parcel["method"] for parcel in self.parcels]
        collected = bool(methods) and all(method in COLLECTED for method in methods)
        at_the_shop = collected and all(method == "pick_up" for method in methods)
        for number in (0, 1, 3, 4) if at_the_shop else (0, 1, 2, 3, 4):
            state = "done" if number < now or now == 4 else "now" if number == now else "ahead"  # noqa: PLR2004 - the last step
            yield self._words.say(f"{'step_pickup' if collected else 'step'}.{number}"), state

    @property
    def attention(self) -> Markup:
        """What is the matter with the order, empty where nothing is."""
        return self.attention_of(self.order, self.parcels)

    @property
    def notes(self) -> Iterator[Markup]:
        """Payment, refund and return."""
        order, say = self.order, self._words.say
        refund = order["refund"]
        settled = refund and order["payment"] in {"refunded", "partially_refunded"}
        moot = order["cancelled_at"] and order["payment"] in {"pending", "authorized"}
        if not settled and not moot and order["payment"]:
            yield say(f"payment.{order['payment']}")
        if refund:
            at = self.time(refund["at"]) if refund["at"] else Markup("")
            yield Markup(" ").join([say(f"refund.{refund['status']}"), at])
        if order["return"] and order["return"] != "no_return":
            yield say(f"returned.{order['return']}")

    def attention_of(self, part: dict[str, Any], parcels: list[dict[str, Any]]) -> Markup:
        """What is the matter with the order or one parcel, and who has to act."""
        attention = part["attention"]
        text = self._words.say(f"attention.{attention}")
        reasons = [p["reason"] for p in parcels if p["attention"] == attention and p["reason"]]
        if not text or (part["status"] == "attempted" and attention == "action_needed" and not reasons):
            return Markup("")
        reason = self._words.say(f"reason.{reasons[0].split('_')[0]}") if reasons else Markup("")
        return Markup(" ").join(filter(None, [text, reason]))

    def label(self, status: str) -> Markup:
        """A status in a word or two."""
        return self._words.say(f"label.{status}") or self._words.say("label.unknown")

    def facts(self, parcel: dict[str, Any]) -> Iterator[tuple[Markup, Markup]]:
        """Name and value of what is known of a parcel."""
        said: Callable[[str], Markup] = lambda key: self._words.say(f"story.{key}")  # noqa: E731 - short for a table of facts
        for tracking in parcel["tracking"]:
            if tracking["carrier"]:
                yield said("carrier"), liquid.as_text(tracking["carrier"])
            if tracking["number"]:
                yield said("number"), liquid.as_text(tracking["number"])
        if pickup := parcel["pickup"]:
            yield said("pickup"), liquid.as_text(", ".join(filter(None, [pickup["name"], pickup["city"]])))
        if parcel["scheduled_at"]:
            yield said("scheduled_at"), self.day(parcel["scheduled_at"])
        if parcel["shipped_at"]:
            yield said("shipped_at"), self.time(parcel["shipped_at"])
        if parcel["delivered_at"]:
            yield said("delivered_at"), self.time(parcel["delivered_at"])

    def links(self, parcel: dict[str, Any]) -> Iterator[tuple[str, Markup]]:
        """Address and text of a parcel's links. The addresses were proven safe when the order was read."""
        for tracking in parcel["tracking"]:
            if tracking["url"]:
                carrier = tracking["carrier"]
                named = self._words.say("story.link_named", carrier=carrier) if carrier else None
                yield tracking["url"], named or self._words.say("story.link")

    def ordered(self, item: dict[str, Any]) -> int:
        """How many of an item the whole order holds."""
        sent = [i for parcel in self.parcels if parcel["status"] != "cancelled" for i in parcel["items"]]
        same = (
            i for i in sent + self.unshipped if (i["title"], i["variant"]) == (item["title"], item["variant"])
        )
        return sum(each["quantity"] for each in same)

    def day(self, iso: str) -> Markup:
        """The day of a time of the answer, in the shop's zone."""
        return liquid.day(_moment(iso))

    def time(self, iso: str) -> Markup:
        """A time of the answer, in the shop's zone."""
        return liquid.time(_moment(iso))

    def _arrival(self, window: dict[str, Any]) -> Markup:
        end = window["to"] or window["from"]
        if not end:
            return Markup("")
        if _moment(end).date() < self._now.date():
            return self._words.say("story.was_expected", date=self.day(end))
        both = [window["from"], window["to"]] if window["from"] and window["to"] else [end]
        days = list(dict.fromkeys(self.day(each) for each in both))
        return self._words.say("story.expected", date=Markup("–").join(days))

    def _count(self, key: str, number: int, **values: object) -> Markup:
        return self._words.count(f"count.{key}", number, total=number, **values)


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
