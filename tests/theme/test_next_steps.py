"""Whose turn it is, and to do what, as a shopper sees and hears it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.theme import answers
from tests.theme.answers import answer, event, parcel, story, unshipped
from tests.theme.harness import render, words
from tests.theme.shopper import Shopper

TEXTS = words()["track_order"]

REASONS = {
    ("problem", "customs_inspection"): ("customs", TEXTS["next"]["customs"]),
    ("delayed", "weather_delay"): ("weather", TEXTS["next"]["weather"]),
    ("problem", "consignee_refused"): ("consignee_refused", TEXTS["next"]["consignee_refused"]),
    ("problem", "carrier_lost"): ("carrier_lost", TEXTS["next"]["problem"]),
    ("action_needed", "consignee_absent"): ("consignee_absent", TEXTS["next"]["action_needed"]),
}
"""The matter and why; the words for that, and what is to be done."""


@pytest.mark.parametrize(("attention", "reason"), REASONS)
def test_each_reason_has_a_next_step_of_its_own(shopper: Shopper, attention: str, reason: str) -> None:
    """Told to everybody, and nothing else is advised beside it: who waits for the weather need not write."""
    word, turn = REASONS[attention, reason]
    changes = {"attention": attention, "reason": reason}
    shopper.look_up(answer(story(order={"attention": attention}, shipments=[parcel(**changes)])))
    for sentence in (TEXTS["attention"][attention], TEXTS["reason"][word], turn):
        assert sentence in shopper.said
    expect(shopper.result).to_contain_text(turn)
    expect(shopper.result.locator(".track-order__advice")).to_have_count(0)


@pytest.mark.parametrize("attention", TEXTS["attention"])
def test_what_needs_attention_is_said_with_a_next_step(shopper: Shopper, attention: str) -> None:
    """Never beside the word that there is nothing to do, unless it is only late."""
    advice = attention if attention in ("problem", "stalled") else None
    changes = {"attention": attention, "advice": advice}
    shopper.look_up(answer(story(order=changes, shipments=[parcel(**changes)])))
    assert TEXTS["attention"][attention] in shopper.said
    nothing_to_do = shopper.result.get_by_text("There is nothing you need to do.").count()
    assert nothing_to_do == (attention == "delayed")
    expect(shopper.result.locator(".track-order__advice")).to_have_count(0 if advice is None else 1)


@pytest.mark.parametrize("attention", ["problem", "stalled"])
def test_what_went_wrong_is_the_headline_and_the_progress_keeps_its_place(
    shopper: Shopper, attention: str
) -> None:
    ready = {"status": "ready_for_pickup", "step": 3, "attention": attention}
    shopper.look_up(answer(story(order=ready, shipments=[parcel(**ready)])))
    headline = shopper.result.locator(".track-order__headline")
    expect(headline).to_have_text(TEXTS["attention"][attention])
    for word in (TEXTS["status"]["ready_for_pickup"], TEXTS["label"]["ready_for_pickup"]):
        expect(shopper.result).not_to_contain_text(word)
    expect(shopper.result.locator("[aria-current=step]")).to_have_text(TEXTS["step"]["3"])


def test_whose_turn_it_is_to_pay_is_told_so(shopper: Shopper) -> None:
    waits = {"status": "processing", "step": 0, "payment": "pending", "payment_due": "pending"}
    shopper.look_up(answer(story(order=waits, shipments=[], unshipped=[unshipped()])))
    summary = shopper.result.locator(".track-order__summary")
    expect(summary).to_contain_text(TEXTS["payment"]["pending"])
    expect(shopper.result.get_by_text(TEXTS["payment"]["pending"])).to_have_count(1)
    assert TEXTS["payment"]["pending"] in shopper.said
    expect(summary).not_to_contain_text(TEXTS["next"]["processing"])


@pytest.mark.parametrize("hold", ["address", "stock", "return"])
def test_why_it_is_on_hold_is_told_with_what_to_do(shopper: Shopper, hold: str) -> None:
    """Once: a return that is waited for stands among the notes too, and there is no need to say it there."""
    returned = TEXTS["returned"]["in_progress"]
    turn = returned if hold == "return" else TEXTS["next"][f"held_{hold}"]
    waits = {"status": "on_hold", "step": 0, "hold": hold, "return": "in_progress"}
    shopper.look_up(answer(story(order=waits, shipments=[], unshipped=[unshipped("on_hold")])))
    expect(shopper.result.locator(".track-order__summary")).to_contain_text(turn)
    expect(shopper.result.get_by_text(turn)).to_have_count(1)
    assert turn in shopper.said
    expect(shopper.result).not_to_contain_text(TEXTS["next"]["on_hold"])


def test_what_was_in_an_order_without_a_parcel_is_told(shopper: Shopper) -> None:
    """With its pictures, and not where the merchant hides what is in a parcel."""
    shopper.shop.answer = answer(told_without_parcel())
    shopper.look_up(shopper.shop.answer)
    place = shopper.result.locator(".track-order__parcel", has_text=TEXTS["story"]["contents"])
    expect(place.locator(".track-order__item")).to_have_text(["2 × Field guide · Blue"])
    expect(place.locator("img")).to_have_attribute("src", "https://shop.test/guide.png")
    shopper.shop.blocks = render(settings={"show_items": False})
    shopper.look_up(shopper.shop.answer)
    expect(shopper.result).not_to_contain_text("Field guide")


def told_without_parcel() -> answers.Json:
    pictured = answers.item("Field guide", 2, image_url="https://shop.test/guide.png")
    return answers.told_as(None) | {"contents": [pictured]}


def test_whose_order_was_called_off_with_a_part_of_the_money_knows_whom_to_ask(shopper: Shopper) -> None:
    """Whoever keeps the order and gets a part back has nothing to ask for."""
    rest = TEXTS["refund"]["partially_refunded_rest"]
    shopper.look_up(answer(answers.told_as("cancelled")))
    expect(shopper.result).to_contain_text(TEXTS["refund"]["partially_refunded"])
    expect(shopper.result).to_contain_text(rest)
    refund = {"status": "partially_refunded", "at": answers.NOW}
    shopper.look_up(answer(story(order={"payment": "partially_refunded", "refund": refund})))
    expect(shopper.result).to_contain_text(TEXTS["refund"]["partially_refunded"])
    expect(shopper.result).not_to_contain_text(rest)


def test_who_sends_it_back_is_told_of_that_first(shopper: Shopper) -> None:
    back = answers.told_as("delivered")
    back["order"] |= {"return": "in_progress", "advice": None}
    shopper.look_up(answer(back))
    turn = TEXTS["returned"]["in_progress"]
    expect(shopper.result.locator(".track-order__summary")).to_contain_text(turn)
    expect(shopper.result.get_by_text(turn)).to_have_count(1)
    assert turn in shopper.said


def test_a_shop_that_brings_it_itself_is_no_carrier(shopper: Shopper) -> None:
    left = {"status": "shipped", "step": 1}
    shopper.look_up(answer(story(order=left, shipments=[parcel(status="shipped", method="local")])))
    for sentence in (TEXTS["status"]["local_shipped"], TEXTS["next"]["local_shipped"]):
        expect(shopper.result).to_contain_text(sentence)
    expect(shopper.result).not_to_contain_text(TEXTS["next"]["shipped"])


@pytest.mark.parametrize("method", ["pick_up", "pickup_point"])
def test_who_comes_for_it_is_told_when_and_with_what(shopper: Shopper, method: str) -> None:
    """With steps that end in collecting, from the first on."""
    waiting = {"status": "processing", "step": 0}
    waits = [unshipped(method=method)]
    shopper.look_up(answer(story(order=waiting, shipments=[], unshipped=waits)))
    next_step = "pick_up_processing" if method == "pick_up" else "processing"
    expect(shopper.result).to_contain_text(TEXTS["next"][next_step])
    expect(shopper.result.locator(".track-order__step").last).to_have_text(TEXTS["step_pickup"]["4"])
    ready = {"status": "ready_for_pickup", "step": 3}
    shopper.look_up(answer(story(order=ready, shipments=[parcel(status="ready_for_pickup", method=method)])))
    next_step = "ready_for_pickup" if method == "pick_up" else "pickup_point_ready_for_pickup"
    expect(shopper.result).to_contain_text(TEXTS["next"][next_step])


def test_what_waits_in_the_shop_is_packed_and_not_shipped(shopper: Shopper) -> None:
    """Whatever the shop's books call it."""
    told = {"status": "shipped", "step": 1}
    packed = parcel(**told, method="pick_up", events=[event("shipped", answers.NOW)], shipped_at=None)
    shopper.look_up(answer(story(order=told, shipments=[packed])))
    expect(shopper.result.locator(".track-order__headline")).to_have_text(TEXTS["status"]["pick_up_shipped"])
    expect(shopper.result).to_contain_text(TEXTS["next"]["pick_up_processing"])
    for word in (TEXTS["label"]["shipped"], "carrier has not scanned"):
        expect(shopper.result).not_to_contain_text(word)


def test_who_cancelled_it_is_not_asked_whether_that_was_expected(shopper: Shopper) -> None:
    for why, asked in (("customer", 0), ("inventory", 1)):
        told = answers.told_as("cancelled")
        told["order"]["cancel_reason"] = why
        shopper.look_up(answer(told))
        expect(shopper.result).to_contain_text(TEXTS["cancel_reason"][why])
        expect(shopper.result.get_by_text(TEXTS["next"]["cancelled"])).to_have_count(asked)


def test_what_waits_for_its_day_is_not_on_hold(shopper: Shopper) -> None:
    waits = {"status": "on_hold", "step": 0}
    planned = unshipped("on_hold", scheduled_at="2026-12-01T00:00:00Z")
    shopper.look_up(answer(story(order=waits, shipments=[], unshipped=[planned])))
    expect(shopper.result).to_contain_text(TEXTS["story"]["scheduled_at"])
    expect(shopper.result).not_to_contain_text(TEXTS["label"]["on_hold"])


def test_what_was_asked_just_now_is_told_so(shopper: Shopper) -> None:
    shopper.look_up(answer(story(news_at=None, checked_at=answers.NOW)))
    expect(shopper.result).to_contain_text("Last checked just now.")
