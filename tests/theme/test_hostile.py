"""What a theme, another app, a policy or a browser may do to the block, and what is left of it then."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, expect

from tests.theme.answers import Answer, answer, item, parcel, refusal, split, story, told_as
from tests.theme.harness import EXTENSION, Storefront, Translate, render, words
from tests.theme.shopper import Shopper

TEXTS = words()["track_order"]

HOSTILE_THEME = (
    "*{box-sizing:content-box;text-transform:uppercase;font-size:40px;margin:30px;line-height:3}"
    "button{all:unset}label{display:none}a{color:red;display:block;float:right}"
    "p{margin:40px;color:#f00}ul,ol{padding:60px;list-style:square inside}"
    "input{border:0;height:12px;padding:0;appearance:none;background:#fff;color:#fff}"
    "p:empty,div:empty,ul:empty{display:none}summary{list-style:none}h2,h3,h4{font-size:70px}dl{display:flex}dd{margin-left:90px}"
    "html,body{margin:0;background:#101418;color:#eee}header,main,h1{margin:0}"
)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_theme_that_styles_every_element_leaves_it_usable(shopper: Shopper, width: int) -> None:
    """Labels are there, words keep letters and size, targets their height, and nothing scrolls sideways."""
    shopper.page.set_viewport_size({"width": width, "height": 800})
    shopper.shop.style = HOSTILE_THEME
    shopper.visit()
    # A region that is not there yet when it gets its words is not read aloud.
    expect(shopper.root.locator("[data-live]")).to_have_css("display", "block")
    shopper.look_up(refusal("order_not_found", 404))
    expect(shopper.page.get_by_text(TEXTS["form"]["order_label"], exact=True)).to_be_visible()
    intro = shopper.page.get_by_text(TEXTS["form"]["intro"])
    expect(intro).to_have_css("text-transform", "none")
    expect(intro).to_have_css("color", "rgb(238, 238, 238)")
    box = shopper.page.get_by_label("Order number").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    expect(shopper.page.get_by_label("Order number")).to_have_css("color", "rgb(238, 238, 238)")
    assert not shopper.overflows()
    assert shopper.barriers() == []
    shopper.look_up(answer(split()))
    heights = [
        box["height"]
        for each in shopper.root.locator("button:visible, a:visible, summary:visible").all()
        if (box := each.bounding_box())
    ]
    assert min(heights) >= 44
    assert not shopper.overflows()
    assert shopper.barriers() == []


INSISTENT_THEME = (
    "button,[type=submit]{background:#1a237e!important;color:#fff!important;border-radius:0!important}"
    "button:hover{background:#000!important;color:#000!important}a{color:#1a237e!important}"
    "label{display:none!important}form,ul,p{display:block!important}"
)


def test_a_theme_that_insists_leaves_it_usable(shopper: Shopper) -> None:
    """`!important` in rules of elements is common: fields keep their labels, the button its contrast, also
    where the pointer is, and a form that gave way to the answer is gone."""
    shopper.shop.style = INSISTENT_THEME
    shopper.look_up(refusal("order_not_found", 404))
    expect(shopper.page.get_by_text(TEXTS["form"]["order_label"], exact=True)).to_be_visible()
    assert shopper.barriers() == []
    shopper.root.locator(".track-order__submit").hover()
    assert shopper.barriers() == []
    shopper.look_up(answer(split()))
    expect(shopper.root.locator("form")).to_be_hidden()
    assert shopper.barriers() == []
    assert not shopper.overflows()


STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
NO_SCRIPT = STRICT.replace("script-src 'self'", "script-src 'none'")
VIOLATIONS = """
globalThis.refused = [];
addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));
"""
ATTRIBUTES = "@supports (color: attr("


def test_a_strict_policy_stops_nothing(patient_shopper: Shopper) -> None:
    """No inline script or style is needed, and none is tried, from the form to a picture in a story; and no
    text is parsed as HTML, from a customer's orders to the dialog of the button."""
    shopper = patient_shopper
    shopper.bring_script(VIOLATIONS)
    shopper.shop.headers = {"Content-Security-Policy": STRICT}
    shopper.shop.blocks = render(settings={"accent": "#ff0000"}, email="ann@example.com")
    shopper.shop.embed = render("track-order-button")
    shopper.shop.orders = Answer(b'{"orders": [{"name": "#1004", "placed_at": "2026-11-20T10:00:00Z"}]}')
    pictured = parcel(items=[item(image_url=f"{shopper.shop.origin}/mug.svg")])
    shopper.look_up(answer(story(shipments=[pictured])))
    expect(shopper.result).to_contain_text("Order #1001")
    expect(shopper.result.locator("img")).to_have_js_property("complete", value=True)
    shopper.page.get_by_role("button", name="Look up another order").click()
    expect(shopper.root.locator(".track-order__submit")).to_have_css("background-color", "rgb(255, 0, 0)")
    expect(shopper.root.get_by_role("button", name="Order #1004")).to_be_visible()
    shopper.page.get_by_role("link", name="Track my order").click()
    dialog = shopper.page.get_by_role("dialog")
    expect(dialog.get_by_label("Order number")).to_be_focused()
    assert shopper.page.evaluate("refused") == []


@pytest.mark.parametrize(("policy", "color"), [(STRICT, "rgb(255, 0, 0)"), (NO_SCRIPT, "rgb(34, 34, 34)")])
def test_in_a_browser_that_reads_no_attributes_colors_come_by_script_or_from_the_theme(
    patient_shopper: Shopper, policy: str, color: str
) -> None:
    """Through the CSSOM, which no policy on styles forbids; without a script the theme's own apply."""
    shopper = patient_shopper
    style = (EXTENSION / "assets" / "track-order.css").read_text("utf-8")
    before, _, rest = style.partition(ATTRIBUTES)
    older = before + rest.partition("\n}\n")[2]
    assert ATTRIBUTES not in older
    shopper.page.route("**/track-order.css", lambda route: route.fulfill(body=older, content_type="text/css"))
    shopper.bring_script(
        "const supports = CSS.supports;"
        " CSS.supports = (...asked) => !asked.join().includes('attr(') && supports.apply(CSS, asked)"
    )
    shopper.shop.headers = {"Content-Security-Policy": policy}
    shopper.shop.blocks = render(settings={"accent": "#ff0000"})
    shopper.visit()
    expect(shopper.root.locator(".track-order__submit")).to_have_css("background-color", color)


WRAPPED = {
    "expects an address": "const inner = fetch; window.fetch = (url, ...rest) => {"
    " if (url.includes('/cart')) console.log('cart'); return inner(url, ...rest); }",
    "forgets the signal": "const inner = fetch;"
    " window.fetch = (url, init) => inner(url, { ...init, signal: null })",
    "reads the answer first": "const inner = fetch; window.fetch = async (...all) => {"
    " const answer = await inner(...all); await answer.clone().text(); return answer; }",
}


@pytest.mark.parametrize("name", WRAPPED)
def test_another_app_that_wraps_fetch_is_no_obstacle(patient_shopper: Shopper, name: str) -> None:
    patient_shopper.bring_script(WRAPPED[name])
    patient_shopper.look_up(answer(story()))
    expect(patient_shopper.result).to_contain_text("Your order is on its way.")


def test_another_app_that_leaves_nothing_of_the_answer_is_no_fault_of_the_line(
    patient_shopper: Shopper,
) -> None:
    """A body can be read once, and whoever wraps `fetch` may take it: for a story and for a refusal alike."""
    patient_shopper.bring_script(
        "const inner = fetch; window.fetch = async (...all) => {"
        " const answer = await inner(...all); await answer.text(); return answer; }"
    )
    for sent in (answer(story()), refusal("order_not_found", 404)):
        patient_shopper.look_up(sent)
        expect(patient_shopper.result).to_contain_text("We cannot look up your order right now")


def test_another_app_that_listens_for_the_end_of_a_look_up_does_not_make_it_endless(
    patient_shopper: Shopper,
) -> None:
    """Whoever wraps `fetch` has the signal in hand, and a second `onabort` takes the place of the first."""
    patient_shopper.bring_script(
        "const inner = fetch; window.fetch = (url, init) => {"
        " if (init?.signal) init.signal.onabort = () => console.log('over'); return inner(url, init); }"
    )
    patient_shopper.shop.open.clear()
    patient_shopper.visit()
    patient_shopper.type()
    with patient_shopper.page.expect_request("**/lookup"):
        patient_shopper.send()
    patient_shopper.page.clock.run_for(12_000)
    expect(patient_shopper.result).to_contain_text("This takes too long")


@pytest.mark.parametrize(
    "broken",
    [
        "() => undefined",
        "async () => undefined",
        "() => { throw new TypeError(); }",
        "async () => { throw new Error('no consent'); }",
    ],
)
def test_a_fetch_that_another_app_broke_is_told_kindly(patient_shopper: Shopper, broken: str) -> None:
    """And not as a fault of a connection that is as it should be."""
    patient_shopper.bring_script(f"window.fetch = {broken}")
    patient_shopper.look_up(answer(story()))
    expect(patient_shopper.result).to_contain_text("We cannot look up your order right now")
    expect(patient_shopper.page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_script_that_did_not_arrive_is_asked_for_again(shopper: Shopper) -> None:
    """Browsers remember a module that failed under its address."""
    shopper.page.route("**/track-order-more.js", lambda route: route.abort())
    shopper.look_up(answer(story()))
    expect(shopper.result).to_contain_text("We cannot look up your order right now")
    shopper.page.unroute("**/track-order-more.js")
    shopper.page.get_by_role("button", name="Try again").click()
    expect(shopper.result).to_contain_text("Your order is on its way.")


@pytest.mark.parametrize(("width", "direction"), [(320, "rtl"), (768, "ltr")])
@pytest.mark.parametrize(
    "sent", [answer(told_as("attempted")), answer(split()), refusal("order_not_found", 404)]
)
def test_from_right_to_left_nothing_is_lost(
    shopper: Shopper, width: int, sent: Answer, direction: str
) -> None:
    """In a theme that knows the direction, and in one that does not."""
    shopper.page.set_viewport_size({"width": width, "height": 800})
    shopper.shop.language, shopper.shop.direction = "he", direction
    shopper.shop.blocks = render(translate=Translate(words("he"), "he"), locale="he")
    shopper.look_up(sent)
    expect(shopper.root.locator(".track-order__submit, .track-order__summary").first).to_have_css(
        "direction", "rtl"
    )
    assert not shopper.overflows()
    assert shopper.barriers() == []


def test_a_number_reads_from_left_to_right_in_any_language(shopper: Shopper) -> None:
    """Told or typed: `#1001` is never `1001#`. What is typed begins where its label does."""
    shopper.shop.blocks = render(translate=Translate(words("ar"), "ar"), locale="ar")
    shopper.look_up(answer(story()))
    number = shopper.result.locator("bdi", has_text="1Z999AA10123456784")
    assert number.evaluate("(bdi) => bdi.matches(':dir(ltr)')")
    field = shopper.root.locator("input[name=order]")
    expect(field).to_have_css("direction", "ltr")
    expect(field).to_have_css("text-align", "right")


def test_text_at_twice_its_size_stays_within_the_page(shopper: Shopper) -> None:
    """WCAG 1.4.4, on a small screen."""
    shopper.page.set_viewport_size({"width": 390, "height": 844})
    shopper.shop.style = "body{font-size:32px}"
    for sent in (refusal("order_not_found", 404), answer(split())):
        shopper.look_up(sent)
        assert not shopper.overflows()


def test_spacing_that_a_reader_sets_is_borne(shopper: Shopper) -> None:
    """WCAG 1.4.12."""
    shopper.shop.style = (
        "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
        "p{margin-bottom:2em!important}"
    )
    shopper.look_up(answer(split()))
    assert not shopper.overflows()


def test_without_javascript_the_form_is_whole(browser: Browser, storefront: Storefront) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{storefront.origin}/pages/track")
    page.get_by_label("Order number").fill("1001")
    page.get_by_label("E-mail address").fill("ann@example.com")
    with page.expect_request("**/lookup") as sent:
        page.get_by_role("button", name="Find my order").click()
    assert sent.value.method == "POST"
    assert parse_qs(sent.value.post_data or "") == {
        "order": ["1001"],
        "email": ["ann@example.com"],
        "locale": ["en"],
        "radius": ["8"],
        "width": ["704"],
        "density": ["comfortable"],
        "show": ["pictures items events freshness expected status_page"],
    }
    context.close()


def test_the_page_of_the_app_itself_works_as_the_block_does(shopper: Shopper) -> None:
    """The same widget without any theme editing, its scripts from the proxy."""
    shopper.shop.answer = answer(story())
    shopper.page.goto(f"{shopper.shop.origin}/apps/track-order?order=1001")
    expect(shopper.page.get_by_label("Order number")).to_have_value("1001")
    shopper.page.get_by_label("E-mail address").fill("ann@example.com")
    shopper.send()
    expect(shopper.result).to_contain_text("Your order is on its way.")
