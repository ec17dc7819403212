"""What the page without JavaScript says is to be done, and which day it takes for today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.plain_orders import at, told
from tests.plain_orders import parcel as plain_parcel
from tests.theme.answers import NOW, parcel, story, unshipped
from tests.web.conftest import Told
from tests.web.rendering import SHOP_ZONE, elements, render, shown
from tracker.carriers.aftership import codes as aftership
from tracker.carriers.dhl import codes as dhl
from tracker.carriers.easypost import codes as easypost
from tracker.carriers.karrio import codes as karrio
from tracker.carriers.seventeen_track import codes as seventeen_track
from tracker.order import Attention, Reading, ShipmentStory, Source, TrackingEvent
from tracker.web.story import StoryView
from tracker.web.words import DEFAULT, Words, all_words

TABLES = (aftership.WORDS, easypost.WORDS, seventeen_track.WORDS, dhl.WORDS, karrio.WORDS)
READINGS = {
    *(reading for table in TABLES for reading in table.values()),
    *(Reading(None, attention, why) for attention, why in easypost.DETAILS.values()),
}
"""All that a source can say of a parcel."""

WAITING = {"carrier", "weather", "retailer", "customs_released"}
"""Reasons that ask nothing of the shopper."""


def view(words: Words, attention: str, reason: str | None, **changes: object) -> StoryView:
    changes |= {"attention": attention, "reason": reason}
    return StoryView(story(order={"attention": attention}, shipments=[parcel(**changes)]), words)


def sentences(told: StoryView) -> set[str]:
    return {str(remark) for remark in told.remarks if remark}


def reading_of(vendors_word: Reading) -> ShipmentStory:
    """A parcel of which its source says this."""
    return told(plain_parcel(TrackingEvent(vendors_word, at(1), Source.AGGREGATOR)))


def test_whatever_a_source_says_the_reason_has_words_and_a_next_step_in_every_language() -> None:
    """And never asks for something beside the word that others deal with it."""
    reasons = set()
    for vendors_word in READINGS:
        parcel_told = reading_of(vendors_word)
        reason = parcel_told.reason
        if reason is None:
            continue
        reasons.add(reason)
        for tag, words in all_words().items():
            shown = view(words, parcel_told.attention, reason)
            who = reason if f"reason.{reason}" in words else reason.partition("_")[0]
            assert str(words.say(f"reason.{who}") or "?") in shown.attention, (tag, reason)
            turn = str(words.say(f"next.{who}"))
            assert turn in sentences(shown) or reason == "customs_released", (tag, reason)
            asked = parcel_told.attention is Attention.ACTION_NEEDED
            assert not (asked and who in WAITING), (tag, vendors_word)
    assert {"consignee_absent", "consignee_payment", "carrier_lost", "consignee_not_collected"} <= reasons


@pytest.mark.parametrize(
    ("vendors_word", "reason"),
    [
        (seventeen_track.WORDS["DeliveryFailure_NoBody"], "consignee_absent"),
        (aftership.WORDS["AttemptFail_003"], "consignee_absent"),
        (aftership.WORDS["Exception_002"], "consignee_address"),
        (seventeen_track.WORDS["Exception_Destroyed"], "carrier_damaged"),
        (aftership.WORDS["Exception_009"], "retailer_rejected"),
        (seventeen_track.WORDS["DeliveryFailure_Security"], None),
    ],
)
def test_a_reason_without_words_is_told_in_those_of_another_or_not(
    vendors_word: Reading, reason: str | None
) -> None:
    assert reason == reading_of(vendors_word).reason


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("consignee_refused", "If you did not refuse it, contact the shop."),
        (
            "carrier_lost",
            "Contact the shop with your order number. "
            "It can ask the carrier, send it again or give your money back.",
        ),
    ],
)
def test_what_to_do_is_that_of_the_reason(reason: str, sentence: str) -> None:
    assert sentences(view(all_words()[DEFAULT], "problem", reason)) == {sentence}


def test_where_nobody_knows_why_the_advice_holds_what_to_do() -> None:
    for attention in ("problem", "stalled"):
        assert sentences(view(all_words()[DEFAULT], attention, None)) == set()


@pytest.mark.parametrize(("why", "said"), [("customer", False), ("inventory", True)])
def test_who_cancelled_it_is_not_asked_whether_that_was_expected(why: str, *, said: bool) -> None:
    words = all_words()[DEFAULT]
    order = {
        "status": "cancelled",
        "step": None,
        "cancelled_at": NOW,
        "cancel_reason": why,
    }
    shown = StoryView(story(order=order, shipments=[]), words)
    assert said == (str(words.say("next.cancelled")) in sentences(shown))


def test_what_is_to_be_paid_is_said_once() -> None:
    words = all_words()[DEFAULT]
    due = {"status": "processing", "step": 0, "payment": "pending", "payment_due": "pending"}
    shown = StoryView(story(order=due, shipments=[], unshipped=[unshipped()]), words)
    assert words.say("payment.pending") in [*shown.remarks]
    assert words.say("payment.pending") not in [*shown.notes]


def test_of_several_parcels_each_says_what_to_do_about_its_own_trouble() -> None:
    words = all_words()[DEFAULT]
    late = parcel(attention="delayed", reason="customs_delayed")
    shown = StoryView(story(shipments=[parcel(), late]), words)
    assert shown.matter(late).endswith(str(words.say("next.customs")))
    assert shown.matter(shown.parcels[0]) == ""


def test_the_shops_contact_page_is_a_click_away(every_order: dict[str, Told]) -> None:
    """The one that every new shop has, where the merchant named none and it is still there."""
    page = every_order["#1001"].page
    links = [
        element.attributes.get("href")
        for element in elements(shown(render(page, contact_page="/pages/contact")))
    ]
    assert "/pages/contact" in links
    assert 'data-contact="/pages/contact"' in render(page, contact_page="/pages/contact")
    assert "data-contact" not in render(page)


def in_shop(now: str, source: str) -> str:
    """What Liquid makes of this at that time, in a shop in Los Angeles."""

    def date(value: object, pattern: str) -> str:
        moment = (
            datetime.fromisoformat(now) if value == "now" else datetime.fromtimestamp(int(str(value)), UTC)
        )
        return moment.astimezone(SHOP_ZONE).strftime(pattern)

    return render(source, date=date)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        # The evening of the same day there, though the next one in UTC.
        ("2026-11-22T02:00:00Z", "Expected 21 November 2026 (PST)."),
        ("2026-11-22T09:00:00Z", "Was expected 21 November 2026 (PST)."),
    ],
)
def test_a_day_is_over_when_it_is_over_in_the_shop(now: str, sentence: str) -> None:
    due = {"from": None, "to": "2026-11-21T23:00:00Z", "source": "carrier"}
    page = StoryView(story(order={"delivery_window": due}), all_words()[DEFAULT])
    assert in_shop(now, page.expected(dates=True)) == sentence


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("2026-11-22T01:00:00Z", "21 November 2026, 15:00–17:00 PST"),
        ("2026-11-22T23:00:00Z", "21 November 2026 (PST)–22 November 2026 (PST)"),
        ("2026-11-21T23:00:00Z", "21 November 2026 (PST)"),
    ],
)
def test_a_window_within_a_day_of_the_shop_is_told_by_its_hours(end: str, told: str) -> None:
    due = {"from": "2026-11-21T23:00:00Z", "to": end, "source": "rule"}
    page = StoryView(story(order={"delivery_window": due}), all_words()[DEFAULT])
    assert in_shop("2026-11-20T12:00:00Z", page.expected(dates=True)) == f"Usually arrives {told}."
