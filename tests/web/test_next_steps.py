"""What the page without JavaScript says is to be done, and which day it takes for today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.theme.answers import parcel, story
from tests.web.conftest import Told
from tests.web.rendering import SHOP_ZONE, elements, render, shown
from tracker.web.story import StoryView
from tracker.web.words import DEFAULT, Words, all_words

REASONS = (
    "carrier_damaged",
    "consignee_address",
    "customs_delayed",
    "weather_delay",
    "retailer_x",
    "other_x",
)


def view(words: Words, attention: str, reason: str | None) -> StoryView:
    changes = {"attention": attention, "reason": reason}
    return StoryView(story(order={"attention": attention}, shipments=[parcel(**changes)]), words)


def sentences(told: StoryView) -> set[str]:
    return {str(remark) for remark in told.remarks if remark}


def test_each_reason_has_a_next_step_of_its_own_in_every_language() -> None:
    """And no list of advice beside it, which speaks of reasons that nobody knows."""
    for tag, words in all_words().items():
        turns = []
        for reason in REASONS:
            told, who = view(words, "problem", reason), reason.partition("_")[0]
            assert str(words.say(f"reason.{who}")) in told.attention, (tag, reason)
            turns.append(str(words.say(f"next.{who}")))
            assert turns[-1] in sentences(told), (tag, reason)
            assert told.advice(told.order, told.parcels) is None
        assert len({*turns, ""}) == len(REASONS) + 1, tag


@pytest.mark.parametrize("reason", ["customs_released", "consignee_refused"])
def test_a_reason_may_have_words_of_its_own(reason: str) -> None:
    """What the customs have let through is not being checked, and who refused it is asked for nothing."""
    words = all_words()[DEFAULT]
    told = view(words, "none", reason)
    assert told.attention == words.say(f"reason.{reason}")
    assert str(words.say("next.in_transit")) in sentences(told)


def test_where_nobody_knows_why_the_advice_holds_what_to_do() -> None:
    for attention in ("problem", "stalled"):
        told = view(all_words()[DEFAULT], attention, None)
        assert sentences(told) == set()
        assert attention == told.advice(told.order, told.parcels)


def test_of_several_parcels_each_says_what_to_do_about_its_own_trouble() -> None:
    words = all_words()[DEFAULT]
    late = parcel(attention="delayed", reason="customs_delayed")
    told = StoryView(story(shipments=[parcel(), late]), words)
    assert told.matter(late).endswith(str(words.say("next.customs")))
    assert told.matter(told.parcels[0]) == ""


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
    told = StoryView(story(order={"delivery_window": due}), all_words()[DEFAULT])
    assert in_shop(now, told.expected) == sentence


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
    assert in_shop("2026-11-20T12:00:00Z", page.expected) == f"Usually arrives {told}."
