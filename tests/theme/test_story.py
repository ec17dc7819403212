"""The delivery story as a shopper sees, hears and reaches it."""

from __future__ import annotations

import re
from itertools import zip_longest

import pytest
from playwright.sync_api import expect

from tests.theme import answers
from tests.theme.answers import answer, event, item, parcel, split, story, told_as, unshipped
from tests.theme.harness import render, words
from tests.theme.shopper import Shopper

TEXTS = words()["track_order"]


@pytest.mark.parametrize("status", [*answers.STEPS, None])
def test_each_status_has_its_headline(shopper: Shopper, status: str | None) -> None:
    """The focus is on the order's name, and the sentence is said once."""
    shopper.look_up(answer(told_as(status)))
    headline = TEXTS["status"][status or "digital"]
    expect(shopper.result).to_contain_text(headline)
    assert shopper.focused == "Order #1001"
    assert shopper.said.count(headline) == 1
    current = shopper.result.locator("[aria-current=step]")
    step = answers.STEPS.get(status or "")
    assert current.count() == (step is not None)
    if step is not None:
        group = "step_pickup" if status == "ready_for_pickup" else "step"
        borrowed = {2: TEXTS["label"]["in_transit"], 4: TEXTS["label"]["delivered"]}
        expect(current).to_have_text(borrowed.get(step) or TEXTS[group][str(step)])
        assert shopper.result.locator("ol.track-order__steps > li").count() == 5


@pytest.mark.parametrize("method", ["pick_up", "pickup_point"])
def test_what_is_collected_is_not_called_delivered(shopper: Shopper, method: str) -> None:
    done = {"status": "delivered", "step": 4}
    collected = parcel(
        **done,
        method=method,
        detail="collected",
        delivered_at="2026-11-20T11:00:00Z",
        events=[event("delivered", "2026-11-20T11:00:00Z")],
    )
    shopper.look_up(answer(story(order=done, shipments=[collected])))
    expect(shopper.result.locator(".track-order__headline")).to_have_text(TEXTS["detail"]["collected"])
    expect(shopper.result.locator(".track-order__expected")).to_have_text("Yesterday")
    expect(shopper.result).not_to_contain_text("Delivered")
    on_its_way = shopper.result.locator(".track-order__step", has_text=TEXTS["label"]["in_transit"])
    expect(on_its_way).to_be_visible(visible=method == "pickup_point")


def test_copied_stands_on_the_button_for_a_moment(patient_shopper: Shopper) -> None:
    shopper = patient_shopper
    shopper.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shopper.look_up(answer(story()))
    button = shopper.page.get_by_role("button", name="Copy 1Z999AA10123456784")
    button.click()
    expect(button).to_have_text(TEXTS["story"]["copied"])
    shopper.page.clock.run_for(3_000)
    expect(button).to_have_text(TEXTS["story"]["copy"])


PLANNED = {
    "a day": (["2026-12-01T11:00:00Z"], "Tuesday 1 December"),
    "tomorrow": (["2026-11-22T11:00:00Z"] * 2, "tomorrow"),
    "several days": (
        ["2026-12-04T11:00:00Z", "2026-12-01T11:00:00Z"],
        "Tuesday 1 December – Friday 4 December",
    ),
}


@pytest.mark.parametrize("name", PLANNED)
def test_what_waits_for_its_day_says_the_day_in_its_headline(shopper: Shopper, name: str) -> None:
    """A pre-order, which is on hold for nothing but that, and nobody has to act."""
    days, told = PLANNED[name]
    waits = [unshipped("on_hold", scheduled_at=day) for day in days]
    on_hold = {"status": "on_hold", "step": 0}
    shopper.look_up(answer(story(order=on_hold, shipments=[], unshipped=waits)))
    sentence = f"Your order is scheduled to be sent {told}."
    expect(shopper.result.locator(".track-order__headline")).to_have_text(sentence)
    assert sentence in shopper.said
    expect(shopper.result).to_contain_text(TEXTS["next"]["scheduled"])
    expect(shopper.result).not_to_contain_text(TEXTS["next"]["on_hold"])
    shopper.look_up(answer(story(order=on_hold, unshipped=waits)))
    expect(shopper.result.locator(".track-order__headline")).to_have_text(
        f"Part of your order has left. The rest is scheduled to be sent {told}."
    )


def test_what_is_held_for_another_reason_too_is_on_hold(shopper: Shopper) -> None:
    waits = [unshipped("on_hold", scheduled_at="2026-12-01T11:00:00Z"), unshipped("on_hold")]
    on_hold = {"status": "on_hold", "step": 0}
    shopper.look_up(answer(story(order=on_hold, shipments=[], unshipped=waits)))
    expect(shopper.result.locator(".track-order__headline")).to_have_text(TEXTS["status"]["on_hold"])
    expect(shopper.result).to_contain_text("Planned for Tuesday 1 December")


def test_an_update_that_tells_of_trouble_is_marked(shopper: Shopper) -> None:
    """Besides its status, and only that one."""
    late = event("in_transit", "2026-11-21T09:12:00Z", attention="delayed", message="Held up in Leipzig")
    shopper.look_up(answer(story(shipments=[parcel(events=[late, *answers.EVENTS])])))
    marks = shopper.result.locator(".track-order__event .track-order__mark")
    expect(marks).to_have_text([TEXTS["attention"]["delayed"]])
    expect(shopper.result.locator(".track-order__event").first).to_contain_text("Held up in Leipzig")
    assert shopper.barriers() == []


@pytest.mark.parametrize(("known", "marked"), [("de", "de"), ("zh-Hant", "zh-Hant"), (None, "")])
def test_a_carriers_own_words_say_which_language_they_are_in(
    shopper: Shopper, known: str | None, marked: str
) -> None:
    """An empty mark says that nobody knows; their direction is their own as well."""
    told = [event("in_transit", "2026-11-21T09:12:00Z", message="Im Zustellstützpunkt", language=known)]
    shopper.look_up(answer(story(shipments=[parcel(events=told)])))
    words = shopper.result.get_by_text("Im Zustellstützpunkt")
    expect(words).to_have_attribute("lang", marked)
    assert words.evaluate("(element) => element.localName") == "bdi"


def test_words_of_tomorrow_do_no_harm(shopper: Shopper) -> None:
    """A status, reason, method or payment that this version has never heard of."""
    strange = {"status": "teleported", "attention": "puzzled", "payment": "bartered", "return": "lent"}
    changes = {
        "status": "teleported",
        "attention": "puzzled",
        "reason": "sprites_x",
        "method": "owl",
        "source": "x",
        "events": [event("teleported", answers.NOW, attention="puzzled")],
    }
    shopper.look_up(answer(story(order=strange, shipments=[parcel(**changes)])))
    expect(shopper.result).to_contain_text("There is no news from the carrier.")
    assert "undefined" not in shopper.result.inner_text()


def test_a_split_order_tells_what_is_where(shopper: Shopper) -> None:
    shopper.look_up(answer(split()))
    for sentence in (
        "Part of your order has left. The shop is preparing the rest.",
        "1 of 5 items delivered",
        "Parcel 1 of 2",
        "Parcel 2 of 2",
        "1 of 3 × Stoneware mug · Blue",
        "1 × Linen tea towel",
        "Someone signed for it.",
        "The weather holds it up.",
        "Tuesday 24 November – Thursday 26 November",
        "Not shipped yet",
        "Planned for Tuesday 1 December",
        "You asked for a return.",
    ):
        expect(shopper.result).to_contain_text(sentence)
    now = shopper.result.locator(".track-order__parcel [aria-current=step]")
    expect(now).to_have_text([TEXTS["label"]["delivered"], TEXTS["label"]["in_transit"]])
    expect(shopper.result.locator(".track-order__summary ol")).to_have_count(0)
    carrier = shopper.result.get_by_role("link", name="Follow it with UPS")
    expect(carrier).to_have_attribute("href", "https://www.ups.com/track?n=1Z")
    expect(carrier).to_have_attribute("rel", "noopener noreferrer")
    assert shopper.barriers() == []


def test_parcels_that_travel_apart_are_announced_as_meant(shopper: Shopper) -> None:
    shopper.look_up(answer(story(shipments=[parcel(), parcel()])))
    expect(shopper.result).to_contain_text(
        "Your order comes in 2 parcels. They may arrive on different days."
    )


def test_what_a_cancelled_parcel_held_is_not_counted_twice(shopper: Shopper) -> None:
    mugs = [item(quantity=2)]
    again = [unshipped(quantity=2)]
    shopper.look_up(answer(story(shipments=[parcel(status="cancelled", items=mugs)], unshipped=again)))
    expect(shopper.result).not_to_contain_text("2 of 4")
    expect(shopper.result).to_contain_text("2 × Stoneware mug")


@pytest.mark.parametrize(
    ("estimate", "sentence"),
    [
        ("2026-11-21T17:00:00Z", "Expected today."),
        ("2026-11-22T17:00:00Z", "Expected tomorrow."),
        ("2026-11-25T17:00:00Z", "Expected Wednesday 25 November."),
        ("2026-11-19T17:00:00Z", "Was expected Thursday 19 November."),
        # Already the next day in Berlin.
        ("2026-11-24T23:30:00Z", "Expected Wednesday 25 November."),
    ],
)
def test_the_expected_day_is_the_shoppers_own(shopper: Shopper, estimate: str, sentence: str) -> None:
    shopper.look_up(answer(story(order={"estimated_delivery_at": estimate})))
    expect(shopper.result).to_contain_text(sentence)
    assert sentence in shopper.said


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        (("2026-11-21T13:00:00Z", "2026-11-21T15:00:00Z"), "Expected today, 14:00–16:00."),
        (
            ("2026-11-24T08:00:00Z", "2026-11-26T08:00:00Z"),
            "Expected Tuesday 24 November – Thursday 26 November.",
        ),
        # As a source's date comes.
        (("2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z"), "Expected Tuesday 24 November."),
        ((None, "2026-11-22T08:00:00Z"), "Expected tomorrow."),
        (("2026-11-22T08:00:00Z", None), "Expected tomorrow."),
    ],
)
def test_a_delivery_window_is_told_as_precisely_as_it_is_known(
    shopper: Shopper, window: tuple[str | None, str | None], sentence: str
) -> None:
    known = {"from": window[0], "to": window[1], "source": "carrier"}
    shopper.look_up(answer(story(shipments=[parcel(delivery_window=known)])))
    expect(shopper.result).to_contain_text(sentence)


def test_what_was_learned_from_other_parcels_is_no_promise(shopper: Shopper) -> None:
    """Told with both its ends, of a parcel and of an order whose last parcel it is said of; what a carrier
    said of another parcel stays its word."""
    usual = {"from": "2026-11-24T12:00:00Z", "to": "2026-11-26T12:00:00Z", "source": "rule"}
    said = {"from": None, "to": "2026-11-23T12:00:00Z", "source": "carrier"}
    shopper.look_up(answer(story(shipments=[parcel(delivery_window=usual)])))
    sentence = "Usually arrives Tuesday 24 November – Thursday 26 November."
    expect(shopper.result.locator(".track-order__expected")).to_have_text(sentence)
    assert sentence in shopper.said

    both = [parcel(delivery_window=window) for window in (said, usual)]
    shopper.look_up(answer(story(order={"estimated_delivery_at": usual["to"]}, shipments=both)))
    expect(shopper.result.locator(".track-order__expected")).to_have_text(sentence)
    facts = shopper.result.locator("dt", has_text=re.compile("^(Expected|Usually arrives)$"))
    expect(facts).to_have_text(["Expected", "Usually arrives"])


def test_updates_come_newest_first_and_the_rest_is_folded(shopper: Shopper) -> None:
    shopper.look_up(answer(story()))
    assert shopper.result.locator(".track-order__event:visible").count() == 2
    expect(shopper.result.locator(".track-order__event").first).to_contain_text(
        "21 Nov 2026, 09:12 · Leipzig, Germany"
    )
    shopper.result.get_by_text("Show 2 earlier updates").click()
    assert shopper.result.locator(".track-order__event:visible").count() == 4


def test_one_earlier_update_is_counted_in_the_singular(shopper: Shopper) -> None:
    three = [event("in_transit", f"2026-11-2{day}T08:00:00Z") for day in (1, 0)] + answers.EVENTS[-1:]
    shopper.look_up(answer(story(shipments=[parcel(events=three)])))
    expect(shopper.result.get_by_text("Show 1 earlier update", exact=True)).to_be_visible()


def test_it_says_how_old_the_news_is_and_when_it_asked(shopper: Shopper) -> None:
    shopper.look_up(answer(story()))
    expect(shopper.result).to_contain_text("Carrier news 4 hours ago, checked 5 minutes ago.")
    expect(shopper.result).to_contain_text("Times are in your time zone (Europe/Berlin).")


def test_an_old_or_shortened_story_says_so(shopper: Shopper) -> None:
    shopper.look_up(answer(story(stale=True, truncated=True, checked_at="2026-11-21T09:00:00Z")))
    for sentence in (TEXTS["story"]["stale"], TEXTS["story"]["truncated"], "checked 3 hours ago."):
        expect(shopper.result).to_contain_text(sentence)


def test_a_cancelled_order_tells_why_and_where_the_money_is(shopper: Shopper) -> None:
    shopper.look_up(answer(told_as("cancelled")))
    for sentence in (
        "19 Nov 2026, 09:00 · Something in it was no longer in stock.",
        "20 Nov 2026, 09:00 · A partial refund was sent.",
    ):
        expect(shopper.result).to_contain_text(sentence)
    expect(shopper.result).not_to_contain_text("Expected")


@pytest.mark.parametrize(
    ("payment", "returned"), [*zip_longest(TEXTS["payment"], TEXTS["returned"], fillvalue="no_return")]
)
def test_payment_and_return_have_a_sentence_each(shopper: Shopper, payment: str, returned: str) -> None:
    """Only that nothing comes back is not worth one."""
    shopper.look_up(answer(story(order={"payment": payment, "return": returned})))
    expect(shopper.result).to_contain_text(TEXTS["payment"][payment])
    shown = shopper.result.locator(".track-order__notes li").all_inner_texts()
    assert shown == [TEXTS["payment"][payment], *filter(None, [TEXTS["returned"].get(returned)])]


def test_a_payment_that_will_not_come_is_not_awaited(shopper: Shopper) -> None:
    cancelled = {"status": "cancelled", "step": None, "cancelled_at": answers.NOW, "payment": "pending"}
    shopper.look_up(answer(story(order=cancelled, shipments=[])))
    expect(shopper.result).not_to_contain_text("waiting for the payment")


HOSTILE = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>[name]"


def test_what_an_answer_holds_is_text_and_nothing_more(shopper: Shopper) -> None:
    hostile = parcel(
        items=[item(HOSTILE, variant=HOSTILE)],
        events=[event("in_transit", answers.NOW, message=HOSTILE, city=HOSTILE)],
        tracking=[{"carrier": HOSTILE, "number": HOSTILE, "url": "https://carrier.example/"}],
    )
    shopper.look_up(answer(story(order={"name": HOSTILE}, shipments=[hostile])))
    assert shopper.result.inner_text().count(HOSTILE) >= 6
    assert shopper.result.locator("img, script").count() == 0
    assert shopper.page.title() == "Track your order"


def test_only_web_addresses_become_links_and_pictures(shopper: Shopper) -> None:
    urls = [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " vbscript:x",
        "data:text/html,x",
        "//[",
        "ups.com",
        "",
        None,
    ]
    bad = parcel(
        tracking=[{"carrier": "UPS", "number": f"1Z{index}", "url": url} for index, url in enumerate(urls)],
        items=[item(image_url=url) for url in urls],
    )
    for url in ("javascript:alert(1)", None):
        shopper.look_up(answer(story(order={"status_page_url": url}, shipments=[bad])))
        expect(shopper.result).to_contain_text("1Z7")
        assert shopper.result.locator("a, img").count() == 0


def test_pictures_and_updates_are_the_merchants_choice(shopper: Shopper) -> None:
    told = answer(story(shipments=[parcel(items=[item(image_url=f"{shopper.shop.origin}/mug.svg")])]))
    shopper.look_up(told)
    expect(shopper.result.locator("img")).to_have_attribute("alt", "")
    shopper.shop.blocks = render(settings={"show_pictures": False, "show_events": False})
    shopper.look_up(told)
    expect(shopper.result.locator("img")).to_have_count(0)
    expect(shopper.result).not_to_contain_text("What happened")


def test_the_way_back_and_a_second_look(shopper: Shopper) -> None:
    shopper.look_up(answer(told_as("in_transit")))
    expect(shopper.page.get_by_label("Order number")).to_be_hidden()
    shopper.shop.answer = answer(told_as("out_for_delivery"))
    shopper.page.get_by_role("button", name="Check again").click()
    expect(shopper.result).to_contain_text(TEXTS["status"]["out_for_delivery"])
    assert shopper.focused == "Order #1001"
    shopper.page.get_by_role("button", name="Look up another order").click()
    assert shopper.focused == "order"
    expect(shopper.result).to_be_empty()
    assert len(shopper.shop.asked) == 2


def test_the_whole_way_by_keyboard(shopper: Shopper) -> None:
    shopper.shop.answer = answer(story())
    shopper.visit()
    keys = shopper.page.keyboard
    keys.press("Tab")
    keys.type("1001")
    keys.press("Tab")
    keys.type("ann@example.com")
    keys.press("Enter")
    expect(shopper.result).to_contain_text("Order #1001")
    reached = []
    for _ in range(5):
        keys.press("Tab")
        reached.append(shopper.focused)
    assert reached == [
        "Check again",
        "Copy",
        "Follow it with UPS (new tab)",
        "Show 2 earlier updates",
        "Look up another order",
    ]
    keys.press("Enter")
    assert shopper.focused == "order"
