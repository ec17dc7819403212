"""A story stays fresh while somebody looks at it, and only then."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.theme import answers
from tests.theme.answers import answer, event, html, item, parcel, refusal, story, told_as
from tests.theme.harness import words
from tests.theme.shopper import Shopper

TEXTS = words()["track_order"]
AWHILE = 5 * 60_000


@pytest.fixture
def looking(patient_shopper: Shopper) -> Shopper:
    """Somebody who looks at a parcel that is under way."""
    patient_shopper.look_up(answer(story()))
    return patient_shopper


def turn_away(shopper: Shopper, *, hidden: bool) -> None:
    """Another tab comes to the front, or this one again."""
    shopper.page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )


def test_every_few_minutes_it_asks_again_and_says_what_changed(looking: Shopper) -> None:
    """In place: the focus and what was unfolded stay as they are."""
    looking.result.get_by_text("Show 2 earlier updates").click()
    link = looking.result.get_by_role("link", name="Follow it with UPS")
    link.focus()
    looking.shop.answer = answer(told_as("out_for_delivery"))
    looking.page.clock.run_for(AWHILE + 1_000)
    headline = TEXTS["status"]["out_for_delivery"]
    expect(looking.result).to_contain_text(headline)
    expect(looking.root.get_by_role("status")).to_contain_text(f"There is news: {headline}")
    assert looking.focused == "Follow it with UPS (new tab)"
    assert looking.result.locator("details[open]").count() == 1
    expect(looking.result.locator("[aria-current=step]")).to_have_text(TEXTS["step"]["3"])
    assert len(looking.shop.asked) == 2
    assert looking.shop.asked[0].form == looking.shop.asked[1].form


def test_it_asks_again_as_soon_as_the_answer_says(patient_shopper: Shopper) -> None:
    """And after that as soon as the next one does."""
    shopper = patient_shopper
    shopper.look_up(answer(told_as("shipped") | {"refresh_after": 15}))
    shopper.shop.answer = answer(told_as("in_transit") | {"refresh_after": 60})
    shopper.page.clock.run_for(16_000)
    expect(shopper.result).to_contain_text(TEXTS["status"]["in_transit"])
    shopper.page.clock.run_for(40_000)
    shopper.settle()
    assert len(shopper.shop.asked) == 2
    shopper.shop.answer = answer(told_as("out_for_delivery") | {"refresh_after": 300})
    shopper.page.clock.run_for(21_000)
    expect(shopper.result).to_contain_text(TEXTS["status"]["out_for_delivery"])
    shopper.page.clock.run_for(AWHILE - 60_000)
    shopper.settle()
    assert len(shopper.shop.asked) == 3


def test_the_pause_is_always_that_of_the_last_answer(patient_shopper: Shopper) -> None:
    """Longer or shorter than the one before; and what is over is asked of no more, nor in the background."""
    shopper = patient_shopper

    def passes(seconds: int, asked: int) -> None:
        shopper.page.clock.run_for(seconds * 1_000)
        shopper.settle()
        assert len(shopper.shop.asked) == asked, f"after {seconds} s"

    shopper.look_up(answer(told_as("in_transit") | {"refresh_after": 300}))
    shopper.shop.answer = answer(told_as("out_for_delivery") | {"refresh_after": 15})
    passes(299, 1)
    passes(1, 2)
    expect(shopper.result).to_contain_text(TEXTS["status"]["out_for_delivery"])
    shopper.shop.answer = answer(told_as("attempted") | {"refresh_after": 90})
    passes(14, 2)
    turn_away(shopper, hidden=True)
    passes(600, 2)
    turn_away(shopper, hidden=False)
    expect(shopper.result).to_contain_text(TEXTS["status"]["attempted"])
    shopper.shop.answer = answer(told_as("delivered") | {"refresh_after": None})
    passes(89, 3)
    passes(1, 4)
    expect(shopper.result).to_contain_text("Your order was delivered.")
    passes(3_600, 4)


def test_pictures_that_are_folded_away_wait_and_stay_once_they_are_seen(patient_shopper: Shopper) -> None:
    """A story that is fresh takes none of them away, and brings those that are new."""
    shopper = patient_shopper
    address = f"{shopper.shop.origin}/mug.svg"
    lines = [item(f"Thing {number}", image_url=f"{address}?{number}") for number in range(13)]
    pictures = shopper.result.locator("img[src]")
    shopper.look_up(answer(story(shipments=[parcel(items=lines)])))
    expect(pictures).to_have_count(10)
    shopper.result.get_by_text("Show 3 more items").click()
    expect(pictures).to_have_count(13)
    expect(pictures.last).to_have_js_property("complete", True)  # noqa: FBT003 - what is expected
    lines.append(item("Thing 13", image_url=f"{address}?13"))
    shopper.shop.answer = answer(story(shipments=[parcel(items=lines)]))
    shopper.page.clock.run_for(AWHILE + 1_000)
    expect(shopper.result).to_contain_text("Show 4 more items")
    assert [f"{address}?{number}" for number in range(14)] == pictures.evaluate_all(
        "(pictures) => pictures.map((picture) => picture.src)"
    )


def test_what_changed_less_is_shown_and_not_said(looking: Shopper) -> None:
    said = looking.said
    more = [event("in_transit", "2026-11-21T12:01:00Z", message="Passed a bridge"), *answers.EVENTS]
    looking.shop.answer = answer(story(shipments=[parcel(events=more)]))
    looking.page.clock.run_for(AWHILE + 1_000)
    expect(looking.result).to_contain_text("Passed a bridge")
    assert looking.said == said


@pytest.mark.parametrize(
    "sent", [refusal("upstream_unavailable", 503), html(404), refusal("rate_limited", 429)]
)
def test_a_failure_leaves_the_story_as_it_was(looking: Shopper, sent: answers.Answer) -> None:
    before, said = looking.result.inner_text(), looking.said
    looking.shop.answer = sent
    with looking.page.expect_response("**/lookup"):
        looking.page.clock.run_for(AWHILE + 1_000)
    looking.settle()
    # How long ago it was is still true.
    now = before.replace("checked 5 minutes ago", "checked 10 minutes ago")
    assert before != now
    expect(looking.result).to_contain_text("checked 10 minutes ago")
    assert (looking.result.inner_text(), looking.said) == (now, said)
    with looking.page.expect_response("**/lookup"):
        looking.page.clock.run_for(AWHILE + 1_000)


@pytest.mark.parametrize("sent", [refusal("upstream_unavailable", 503), html(404)])
def test_a_look_in_vain_leaves_the_story_and_says_so(looking: Shopper, sent: answers.Answer) -> None:
    """Calmly, with the button still under the finger; a look that is answered takes the line away."""
    stale = TEXTS["story"]["stale"]
    again = looking.page.get_by_role("button", name="Check again")
    looking.shop.answer = sent
    again.click()
    expect(looking.result).to_contain_text(stale)
    expect(looking.result).to_contain_text(TEXTS["status"]["in_transit"])
    assert looking.said == stale
    assert looking.focused == "Check again"
    looking.page.context.set_offline(True)
    again.click()
    expect(looking.root).not_to_have_attribute("data-waiting", "")
    expect(looking.result).to_contain_text(TEXTS["status"]["in_transit"])
    looking.page.context.set_offline(False)
    looking.shop.answer = answer(story())
    again.click()
    expect(looking.result).not_to_contain_text(stale)
    expect(looking.result).to_contain_text(TEXTS["status"]["in_transit"])


def test_what_could_not_be_checked_is_no_news(looking: Shopper) -> None:
    """It may be behind what is on the page: nothing is taken back for it, and who asks reads that it is not
    the latest."""
    stale, before = TEXTS["story"]["stale"], TEXTS["status"]["in_transit"]
    said = looking.said
    looking.shop.answer = answer(told_as("shipped") | {"stale": True})
    with looking.page.expect_response("**/lookup"):
        looking.page.clock.run_for(AWHILE + 1_000)
    looking.settle()
    expect(looking.result).to_contain_text(before)
    assert looking.said == said
    looking.page.get_by_role("button", name="Check again").click()
    expect(looking.result).to_contain_text(stale)
    expect(looking.result).to_contain_text(before)
    assert looking.said == stale


def test_who_sees_nothing_yet_is_told_what_could_not_be_checked(patient_shopper: Shopper) -> None:
    patient_shopper.look_up(answer(told_as("shipped") | {"stale": True}))
    expect(patient_shopper.result).to_contain_text(TEXTS["story"]["stale"])
    expect(patient_shopper.result).to_contain_text(TEXTS["status"]["shipped"])


def test_an_order_that_is_not_found_any_more_is_shown_no_longer(looking: Shopper) -> None:
    looking.shop.answer = refusal("order_not_found", 404)
    looking.page.get_by_role("button", name="Check again").click()
    expect(looking.result).to_contain_text("We could not find this order")
    expect(looking.result).not_to_contain_text(TEXTS["status"]["in_transit"])


def test_what_was_yesterday_is_told_so_on_a_page_that_was_left_open(patient_shopper: Shopper) -> None:
    """Though nothing is asked of what has arrived."""
    patient_shopper.look_up(answer(told_as("delivered")))
    day = patient_shopper.result.locator(".track-order__expected")
    expect(day).to_have_text("Today")
    turn_away(patient_shopper, hidden=True)
    patient_shopper.page.clock.fast_forward(24 * 60 * 60_000)
    turn_away(patient_shopper, hidden=False)
    expect(day).to_have_text("Yesterday")
    assert len(patient_shopper.shop.asked) == 1


def test_in_the_background_it_asks_nothing(looking: Shopper) -> None:
    turn_away(looking, hidden=True)
    looking.page.clock.run_for(10 * AWHILE)
    assert len(looking.shop.asked) == 1
    looking.shop.answer = answer(told_as("delivered"))
    turn_away(looking, hidden=False)
    expect(looking.result).to_contain_text("Your order was delivered.")
    assert len(looking.shop.asked) == 2


def test_once_it_is_delivered_it_asks_no_more(looking: Shopper) -> None:
    looking.shop.answer = answer(told_as("delivered"))
    looking.page.clock.run_for(AWHILE + 1_000)
    expect(looking.result).to_contain_text("Your order was delivered.")
    looking.page.clock.run_for(3 * AWHILE)
    turn_away(looking, hidden=True)
    looking.page.clock.run_for(AWHILE)
    turn_away(looking, hidden=False)
    looking.settle()
    assert len(looking.shop.asked) == 2


def test_who_comes_back_at_once_finds_what_was_there(looking: Shopper) -> None:
    turn_away(looking, hidden=True)
    looking.page.clock.run_for(30_000)
    turn_away(looking, hidden=False)
    looking.page.clock.run_for(1_000)
    assert len(looking.shop.asked) == 1


@pytest.mark.parametrize("status", ["delivered", "cancelled", None])
def test_what_has_come_to_its_end_is_left_alone(patient_shopper: Shopper, status: str | None) -> None:
    patient_shopper.look_up(answer(told_as(status)))
    patient_shopper.page.clock.run_for(3 * AWHILE)
    turn_away(patient_shopper, hidden=True)
    turn_away(patient_shopper, hidden=False)
    assert len(patient_shopper.shop.asked) == 1


def test_another_order_ends_the_watch_over_this_one(looking: Shopper) -> None:
    looking.page.get_by_role("button", name="Look up another order").click()
    looking.page.clock.run_for(3 * AWHILE)
    assert len(looking.shop.asked) == 1


def test_an_impatient_shopper_goes_before_the_clock(looking: Shopper) -> None:
    """A look that is under way unseen is given up for one that somebody waits for."""
    looking.shop.open.clear()
    looking.page.clock.run_for(AWHILE + 1_000)
    looking.page.get_by_role("button", name="Check again").click()
    expect(looking.root.get_by_role("status")).to_have_text("Looking for your order…")
    looking.shop.answer = answer(told_as("delivered"))
    looking.shop.open.set()
    expect(looking.root).not_to_have_attribute("data-waiting", "")
    assert looking.focused == "Order #1001"
