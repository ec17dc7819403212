"""Asking: what is sent, what is said meanwhile, and every way in which it can be refused."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.theme.answers import Answer, answer, html, refusal, story, told_as
from tests.theme.harness import render
from tests.theme.shopper import Shopper

CUT_SHORT = Answer(json.dumps(story()).encode()[:200])

REFUSALS = {
    "order_not_found": (refusal("order_not_found", 404), "We could not find this order"),
    "rate_limited": (refusal("rate_limited", 429), "Please wait a little"),
    "not_set_up": (refusal("not_set_up", 503), "Order tracking is not ready yet"),
    "invalid_signature": (refusal("invalid_signature", 401), "Order tracking is not ready yet"),
    "upstream_unavailable": (refusal("upstream_unavailable", 503), "We cannot look up your order right now"),
    "invalid_request": (refusal("invalid_request", 422), "Something is missing or mistyped"),
    "a code of tomorrow": (refusal("unheard_of", 418), "We cannot look up your order right now"),
    "an error under a 200": (refusal("order_not_found", 200), "We could not find this order"),
    "the shop's own 404 page": (html(404), "Order tracking is not ready yet"),
    "a gateway's 502 page": (html(502), "We cannot look up your order right now"),
    "a page where an answer should be": (html(200), "We cannot look up your order right now"),
    "the shop's own 429 page": (html(429), "Please wait a little"),
    "half an answer": (CUT_SHORT, "We cannot look up your order right now"),
    "a line that broke": (Answer(CUT_SHORT.body, promised=5_000), "No connection"),
    "JSON of another kind": (
        Answer(b'{"errors": "Not Found"}', 404),
        "We cannot look up your order right now",
    ),
    "an answer without its parts": (Answer(b'{"order": {}}'), "We cannot look up your order right now"),
    "a locked shop": (
        Answer(b"", 302, "text/html", {"Location": "/password"}),
        "The shop asks for its password",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_kind_sentence_with_the_focus(shopper: Shopper, name: str) -> None:
    """Title, reason and next step; a screen reader hears the title, which has the focus, once."""
    sent, title = REFUSALS[name]
    shopper.look_up(sent)
    assert shopper.focused == title
    assert shopper.said == ""
    assert shopper.result.locator("p").count() >= 2
    assert shopper.result.get_by_role("button", name="Try again").count() == (
        title in ("We cannot look up your order right now", "No connection")
    )
    assert shopper.page.get_by_label("Order number").input_value() == "1001"


def test_an_order_that_is_not_found_comes_with_the_usual_reasons(shopper: Shopper) -> None:
    shopper.shop.blocks = render(settings={"contact_url": "/pages/contact"})
    shopper.look_up(refusal("order_not_found", 404))
    assert shopper.result.get_by_role("listitem").count() == 4
    expect(shopper.result.get_by_role("link", name="Contact the shop")).to_have_attribute(
        "href", f"{shopper.shop.origin}/pages/contact"
    )


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("7200", "again in 2 hours."),
        ("300", "again in 5 minutes."),
        ("2.0", "again in 2 seconds."),
        ("soon", "again in a few minutes."),
    ],
)
def test_a_pause_says_how_long_it_lasts(shopper: Shopper, header: str, sentence: str) -> None:
    shopper.look_up(refusal("rate_limited", 429, headers={"Retry-After": header}))
    expect(shopper.result).to_contain_text(sentence)


def test_only_the_theme_editor_tells_what_the_merchant_can_mend(shopper: Shopper) -> None:
    shopper.look_up(html(404))
    expect(shopper.result).not_to_contain_text("theme editor")
    shopper.shop.blocks = render(design_mode=True)
    shopper.look_up(html(404))
    expect(shopper.result).to_contain_text("Shown only in the theme editor")


@pytest.mark.parametrize(
    ("errors", "faulty", "text"),
    [
        ({"order": ["invalid"]}, "order", "This does not look like an order number."),
        ({"email": ["too_long"]}, "email", "This is too long for an e-mail address."),
        ({"email": ["required"], "order": ["required"]}, "order", "Please enter your order number."),
        ({"email": ["a_word_of_tomorrow"]}, "email", "This does not look like an e-mail address."),
    ],
)
def test_a_field_at_fault_is_marked_described_and_focused(
    shopper: Shopper, errors: dict[str, list[str]], faulty: str, text: str
) -> None:
    shopper.look_up(refusal("invalid_request", 422, errors=errors))
    assert shopper.focused == faulty
    assert shopper.page.locator("[aria-invalid=true]").count() == len(errors)
    field = shopper.page.locator(f"[name={faulty}]")
    expect(field).to_have_accessible_description(
        " ".join(
            shopper.page.locator(f"#{one}").inner_text()
            for one in str(field.get_attribute("aria-describedby")).split()
        )
    )
    expect(shopper.page.locator(f"[data-error={faulty}]")).to_contain_text(text)


def test_an_empty_form_is_marked_without_asking(shopper: Shopper) -> None:
    shopper.visit()
    shopper.send()
    assert shopper.focused == "order"
    assert shopper.page.locator("[aria-invalid=true]").count() == 2
    assert shopper.shop.asked == []


def test_marks_and_refusals_go_when_they_no_longer_hold(shopper: Shopper) -> None:
    shopper.look_up(refusal("order_not_found", 404))
    shopper.page.get_by_label("Order number").fill(" ")
    shopper.send()
    expect(shopper.result).to_be_empty()
    shopper.shop.answer = answer(story())
    shopper.type()
    shopper.send()
    expect(shopper.result).to_contain_text("Order #1001")
    assert shopper.page.locator("[aria-invalid]").count() == 0


def test_an_address_without_a_dot_is_not_sent(shopper: Shopper) -> None:
    """Nobody can have one, so it would be a wrong guess."""
    shopper.visit()
    shopper.type("1001", "ann@example")
    shopper.send()
    expect(shopper.page.locator("[data-error=email]")).to_contain_text("does not look like an e-mail address")
    assert (shopper.focused, shopper.shop.asked) == ("email", [])


def test_what_is_sent(shopper: Shopper) -> None:
    """A form in the body, nothing in the address, and JSON asked for."""
    shopper.shop.blocks = render(locale="fr")
    shopper.shop.answer = answer(story())
    shopper.visit("?utm_source=mail")
    shopper.type("＃１００１", "ann+shop@example.com")
    shopper.send()
    expect(shopper.result).to_contain_text("Order #1001")
    [asked] = shopper.shop.asked
    assert asked.path == "/apps/track-order/lookup"
    assert asked.headers["Accept"] == "application/json"
    typed = {name: asked.form[name] for name in ("order", "email", "locale")}
    assert typed == {"order": ["＃１００１"], "email": ["ann+shop@example.com"], "locale": ["fr"]}
    assert shopper.page.context.cookies() == []


def test_an_order_number_in_the_address_is_filled_in(shopper: Shopper) -> None:
    shopper.visit("?order=%231001")
    expect(shopper.page.get_by_label("Order number")).to_have_value("#1001")


def test_while_it_waits_it_says_so_and_asks_only_once(shopper: Shopper) -> None:
    shopper.shop.open.clear()
    shopper.shop.answer = answer(story())
    shopper.visit()
    shopper.type()
    shopper.send()
    expect(shopper.root.get_by_role("status")).to_have_text("Looking for your order…")
    expect(shopper.page.get_by_role("button", name="Find my order")).to_have_attribute(
        "aria-disabled", "true"
    )
    shopper.page.get_by_role("button", name="Find my order").click(force=True)
    shopper.page.get_by_label("E-mail address").press("Enter")
    assert shopper.barriers() == []
    shopper.shop.open.set()
    expect(shopper.result).to_contain_text("Order #1001")
    assert len(shopper.shop.asked) == 1


def test_after_twelve_seconds_it_gives_up_and_offers_to_try_again(patient_shopper: Shopper) -> None:
    shopper = patient_shopper
    shopper.shop.open.clear()
    shopper.shop.answer = answer(story())
    shopper.visit()
    shopper.type()
    shopper.send()
    shopper.page.clock.run_for(5_000)
    expect(shopper.root.get_by_role("status")).to_contain_text("Still looking")
    shopper.page.clock.run_for(7_000)
    expect(shopper.result).to_contain_text("This takes too long")
    shopper.shop.open.set()
    shopper.page.get_by_role("button", name="Try again").click()
    expect(shopper.result).to_contain_text("Your order is on its way.")


def test_a_shopper_without_a_connection_is_told_so(shopper: Shopper) -> None:
    shopper.visit()
    shopper.page.context.set_offline(True)
    shopper.type()
    shopper.send()
    expect(shopper.result).to_contain_text("No connection")


def test_a_block_that_is_taken_away_and_put_back_starts_anew(shopper: Shopper) -> None:
    """The theme editor does this. An answer to the old question is not shown."""
    shopper.shop.open.clear()
    shopper.shop.answer = answer(story())
    shopper.visit()
    shopper.type()
    with shopper.page.expect_request("**/lookup"):
        shopper.send()
    expect(shopper.root.get_by_role("status")).to_have_text("Looking for your order…")
    shopper.page.evaluate(
        "{ const block = document.querySelector('track-order'), place = block.parentNode;"
        " block.remove(); place.append(block); }"
    )
    expect(shopper.root.get_by_role("status")).to_be_empty()
    shopper.shop.open.set()
    expect(shopper.result).to_be_empty()
    with shopper.page.expect_request("**/lookup"):
        shopper.send()
    expect(shopper.result).to_contain_text("Order #1001")


def test_two_blocks_on_a_page_answer_each_for_itself(shopper: Shopper) -> None:
    shopper.shop.blocks = render(block_id="one") + render(block_id="two")
    shopper.shop.answer = answer(told_as("delivered"))
    shopper.visit()
    second = shopper.page.locator("#track-order-two")
    second.get_by_label("Order number").fill("1001")
    second.get_by_label("E-mail address").fill("ann@example.com")
    second.get_by_role("button").click()
    expect(second).to_contain_text("Your order was delivered.")
    expect(shopper.page.locator("#track-order-one [data-result]")).to_be_empty()


def test_nothing_is_left_on_window(shopper: Shopper) -> None:
    names = "Object.getOwnPropertyNames(window).sort()"
    with_block, shopper.shop.blocks = shopper.shop.blocks, ""
    shopper.page.goto(f"{shopper.shop.origin}/pages/track")
    before = shopper.page.evaluate(names)
    shopper.shop.blocks = with_block
    shopper.look_up(answer(story()))
    assert shopper.page.evaluate(names) == before


def test_what_was_refused_is_gone_while_it_is_tried_again(shopper: Shopper) -> None:
    """With the button that would do nothing now; the focus waits at the form's own."""
    shopper.look_up(refusal("upstream_unavailable", 503))
    shopper.shop.open.clear()
    shopper.page.get_by_role("button", name="Try again").click()
    expect(shopper.root.get_by_role("status")).to_have_text("Looking for your order…")
    expect(shopper.result).to_be_empty()
    assert shopper.focused == "Find my order"
    shopper.shop.answer = answer(story())
    shopper.shop.open.set()
