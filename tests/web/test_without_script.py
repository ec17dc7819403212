"""Who has no JavaScript gets the same answer in the same look: what the form carries, from page to page."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp
from tests.web.rendering import Element, elements, render, shown, texts
from tests.web.signed_in import ADA as ADAS_ID
from tests.web.signed_in import GRACE, names
from tests.web.storefront import ADA, FORM, PATH, Storefront
from tests.web.test_signed_in_proof import WITHOUT_CUSTOMERS

LOOK = {
    "accent": "#c2185b",
    "text": "#102a43",
    "background": "#e3f2fd",
    "radius": "20",
    "width": "560",
    "density": "compact",
    "contact": "/pages/help",
    "faq": "/pages/faq",
    "show": "expected items",
}
STYLE = (
    "--track-order-accent: #c2185b; --track-order-text: #102a43; --track-order-background: #e3f2fd; "
    "--track-order-radius: 20px; --track-order-width: 560px;"
)
WRONG = ADA | {"email": "mallory@example.com"}
ODD = {"order": "???", "email": "ada"}
ANSWERS = {"a story": (ADA, 200), "a miss": (WRONG, 404), "fields at fault": (ODD, 422)}


def page_of(response: TestResponse) -> list[Element]:
    return elements(shown(render(response.text)))


def forms(page: list[Element]) -> list[tuple[str, dict[str, str]]]:
    """Where each form of a page leads, and its fields that are hidden."""
    found: list[tuple[str, dict[str, str]]] = []
    for element in page:
        has = {name: value or "" for name, value in element.attributes.items()}
        if element.tag == "form":
            found.append((has["action"], {}))
        elif element.tag == "input" and has["type"] == "hidden":
            found[-1][1][has["name"]] = has["value"]
    return found


def links(page: list[Element]) -> dict[str, str]:
    return {element.text: element.attributes["href"] or "" for element in page if element.tag == "a"}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_the_look_of_the_block_that_asked(name: str, storefront: Storefront) -> None:
    """And each of its forms carries it on."""
    fields, status = ANSWERS[name]

    response = storefront.look_up(fields | LOOK, as_page=True)

    page = page_of(response)
    (root,) = [element for element in page if element.tag == "track-order"]
    assert (status, f"{STYLE} ") == (response.status_code, root.attributes["style"])
    assert "track-order--compact" in (root.attributes["class"] or "").split()
    assert "expected items" == root.attributes["data-show"]
    assert LOOK.items() >= {name: root.attributes[f"data-{name}"] for name in ("accent", "text")}.items()
    assert forms(page)
    for _, carried in forms(page):
        assert carried.items() >= LOOK.items()


def test_a_form_that_asks_for_no_look_has_the_themes_own(storefront: Storefront) -> None:
    page = page_of(storefront.look_up(as_page=True))

    (root,) = [element for element in page if element.tag == "track-order"]
    assert "style" not in root.attributes
    assert {"locale"} == set(forms(page)[0][1])


@pytest.mark.parametrize("name", ANSWERS)
def test_nobody_can_put_words_on_the_shops_page(name: str, storefront: Storefront) -> None:
    """A form can be posted from any site; what is no look is passed over and never repeated."""
    fields, status = ANSWERS[name]
    words = dict.fromkeys(("heading", "intro", "help", "order_label", "button"), "call 0900 123")
    odd = dict.fromkeys(LOOK, "call 0900 123")

    response = storefront.look_up(fields | words | odd, as_page=True)

    assert (status, False) == (response.status_code, "0900" in response.text)


def test_the_helping_pages_of_the_block_are_led_to(storefront: Storefront) -> None:
    for fields, _ in (ANSWERS["a story"], ANSWERS["a miss"]):
        led = links(page_of(storefront.look_up(fields | LOOK, as_page=True)))
        assert led["Contact the shop"] == "/pages/help"
        assert led["Questions and answers"] == "/pages/faq"


def test_a_miss_leads_to_the_contact_page_of_every_new_shop(storefront: Storefront) -> None:
    page = render(storefront.look_up(WRONG, as_page=True).text, contact_page="/pages/contact")

    assert "/pages/contact" == links(elements(shown(page)))["Contact the shop"]


def test_a_story_can_be_asked_for_once_more_as_it_was_asked_for(storefront: Storefront, app: Flask) -> None:
    """By e-mail, or by who is signed in; another look at it is the same story."""
    customer = Storefront(app, customer=ADAS_ID)
    for response, address, proof in (
        (storefront.look_up(ADA | LOOK, as_page=True), "lookup", {"email"}),
        (customer.choose(as_page=True, fields={"order": "1001"} | LOOK), "orders/lookup", set[str]()),
    ):
        action, fields = forms(page_of(response))[-1]
        assert f"{PATH}/{address}" == action
        assert {"order", "locale", *LOOK, *proof} == set(fields)
        again = customer.send(
            "POST", f"/proxy/{address}", data=urlencode(fields), content_type=FORM, headers={}
        )
        assert (200, response.text) == (again.status_code, again.text)


def test_an_address_stands_in_a_page_only_once_it_was_proven(storefront: Storefront) -> None:
    right, wrong = (storefront.look_up(fields, as_page=True).text for fields in (ADA, WRONG))

    assert (1, 0) == (right.count(ADA["email"]), wrong.count(WRONG["email"]))


@pytest.mark.parametrize(
    ("number", "filled"),
    [
        ("1004", "1004"),
        ("#EN-1004", "#EN-1004"),
        ("{{ 1004 }}", "{{ 1004 }}"),
        ('"<1004>', '"<1004>'),
        ("{{ shop.email }}", "{{ shop.email }}"),
        ("{% raw %}", None),
        ("???", None),
        ("９" * 64, None),
        ("", None),
    ],
)
def test_a_number_in_the_address_is_filled_in_if_it_can_be_one(
    number: str, filled: str | None, storefront: Storefront
) -> None:
    (field,) = [
        element
        for element in page_of(storefront.page(("order", number)))
        if element.attributes.get("name") == "order"
    ]

    assert filled == field.attributes.get("value")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"order": "1Z999AA10123456784"}, "This looks like a carrier’s tracking number."),
        ({"order": "04917012345678"}, "This looks like a phone number."),
        ({"email": "ada@gmial.com"}, "Is gmial.com right, or should it be gmail.com?"),
    ],
)
def test_a_likely_slip_is_told_with_what_was_not_found(
    typed: dict[str, str], said: str, storefront: Storefront
) -> None:
    told = texts(shown(render(storefront.look_up(ADA | typed, as_page=True).text)), "attention")

    assert [True] == [text.startswith(said) for text in told]


def test_what_nobody_can_see_is_no_slip(storefront: Storefront) -> None:
    """Nor does it come back: it could turn the sentence around."""
    page = storefront.look_up(ADA | {"email": "mallory@\u202egmail.com"}, as_page=True)

    assert (404, []) == (page.status_code, texts(shown(render(page.text)), "attention"))


def test_a_phone_number_that_is_no_order_number_is_said_to_be_one(storefront: Storefront) -> None:
    page = shown(render(storefront.look_up(ADA | {"order": "+4917012345678"}, as_page=True).text))

    assert [True, False] == [text.startswith("This looks like a phone") for text in texts(page, "error")]


class TestRecentOrders:
    """What the app's own page offers to who is signed in."""

    def choices(self, response: TestResponse) -> list[str]:
        buttons = [element.attributes for element in page_of(response) if element.tag == "button"]
        return [button["value"] or "" for button in buttons if button.get("name") == "order"]

    def test_they_are_those_of_the_list_and_each_is_found_by_a_press(self, app: Flask) -> None:
        for customer in (ADAS_ID, GRACE):
            storefront = Storefront(app, customer=customer)
            response = storefront.page()
            offered = self.choices(response)
            assert offered == names(storefront.list_orders())
            (action, fields) = forms(page_of(response))[-1]
            assert f"{PATH}/orders/lookup" == action
            chosen = storefront.choose(as_page=True, fields={**fields, "order": offered[-1]})
            assert f"Order {offered[-1]}" in texts(render(chosen.text), "title")

    def test_a_page_without_them_leads_there(self, app: Flask) -> None:
        storefront = Storefront(app, customer=ADAS_ID)
        for response in (storefront.page(("order", "1001")), storefront.look_up(WRONG, as_page=True)):
            buttons = [element for element in page_of(response) if "formaction" in element.attributes]
            assert ["Your recent orders"] == [button.text for button in buttons]
            assert PATH == buttons[0].attributes["formaction"]

    def test_those_beyond_the_fourth_are_folded(self, app: Flask) -> None:
        assert ["Your recent orders (+7)"] == texts(
            shown(render(Storefront(app, customer=ADAS_ID).page().text)), "more"
        )

    def test_from_the_block_they_are_asked_for_in_its_look(self, app: Flask) -> None:
        storefront = Storefront(app, customer=GRACE)

        response = storefront.send(
            "POST", "/proxy", data=urlencode({"order": "", **LOOK, "locale": "de"}), content_type=FORM
        )

        assert (200, 4) == (response.status_code, len(self.choices(response)))
        page = page_of(response)
        assert "Ihre letzten Bestellungen" in [element.text for element in page]
        assert len(forms(page)) == 2
        for _, carried in forms(page):
            assert carried.items() >= LOOK.items()

    @pytest.mark.parametrize("extra", [("utm_source", "mail"), ("order", "1001"), ("x", "y")])
    def test_a_query_with_more_than_shopifys_own_names_proves_nobody(
        self, extra: tuple[str, str], app: Flask, shopify: PretendShopify
    ) -> None:
        assert [] == self.choices(Storefront(app, customer=ADAS_ID).page(extra))
        assert shopify.calls() == 0

    def test_nobody_who_is_not_signed_in_is_offered_any(
        self, storefront: Storefront, shopify: PretendShopify
    ) -> None:
        responses = storefront.page(), storefront.send("POST", "/proxy", data="", content_type=FORM)

        assert [(200, []), (200, [])] == [(one.status_code, self.choices(one)) for one in responses]
        assert shopify.calls() == 0

    @pytest.mark.parametrize("fault", ["5xx", "hang"])
    def test_a_shop_that_fails_leaves_the_form_alone(
        self, fault: str, make_app: MakeApp, shopify: PretendShopify, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However long it would take to answer."""
        monkeypatch.setattr("tracker.app.PAGE_BUDGET_SECONDS", 0.35)
        shopify.switch(fail=fault)

        response = Storefront(make_app(), customer=ADAS_ID).page()

        assert (200, []) == (response.status_code, self.choices(response))

    def test_who_asks_too_often_has_the_form_alone(self, make_app: MakeApp) -> None:
        storefront = Storefront(make_app(lookup_limit="2/minute"), customer=ADAS_ID)

        counts = [len(self.choices(storefront.page())) for _ in range(3)]

        assert [10, 10, 0] == counts
        assert storefront.list_orders().status_code == 429

    def test_without_the_scope_there_are_none(self, app: Flask, shopify: PretendShopify) -> None:
        shopify.switch(scopes=WITHOUT_CUSTOMERS)

        assert [] == self.choices(Storefront(app, customer=ADAS_ID).page())


def test_in_a_browser_without_a_script(storefront: Storefront, browser: Browser) -> None:
    """The story has the block's look, and the form for another order is a press away, its field ready."""
    page_as_it_is = f"<!doctype html><body>{render(storefront.look_up(ADA | LOOK, as_page=True).text)}"
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        context.route("**/*", lambda route: route.fulfill(content_type="text/html", body=page_as_it_is))
        page.goto("http://alice.test/apps/track-order/lookup")
        root, story = page.locator("track-order"), page.locator(".track-order__story")
        expect(root).to_have_css("color", "rgb(16, 42, 67)")
        expect(root).to_have_css("background-color", "rgb(227, 242, 253)")
        expect(root).to_have_css("width", "560px")
        expect(page.locator(".track-order__summary")).to_have_css("border-radius", "20px")
        expect(page.get_by_label("Order number")).to_be_hidden()

        page.get_by_role("link", name="Look up another order").click()

        expect(page.get_by_label("Order number")).to_be_focused()
        expect(page.get_by_text("Order number", exact=True)).to_be_in_viewport()
        expect(story).to_be_hidden()
        page.go_back()
        expect(story).to_be_visible()
