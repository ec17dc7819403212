"""The block as HTML: what is there before, and without, JavaScript."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.theme.harness import Translate, render, words
from tracker.web.look import Look, read_look
from tracker.web.words import all_words


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.source = html
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        """The attributes of the only such element."""
        [only] = [has for name, has in self.found if name == tag and wanted.items() <= has.items()]
        return only


def test_without_javascript_the_form_posts_both_fields() -> None:
    page = Elements(render())
    form = page.one("form")
    assert (form["method"], form["action"]) == ("post", "/apps/track-order/lookup")
    order, email = page.one("input", name="order"), page.one("input", name="email")
    assert (order["type"], email["type"]) == ("text", "email")
    assert "required" in order
    assert "required" in email
    assert email["autocomplete"] == "email"
    assert page.one("button", type="submit")


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/apps/track-order", "/apps/track-order"),
        ("/tools/parcels/", "/tools/parcels"),
        (" apps/orders ", "/apps/orders"),
        ("https://shop.example/apps/track-order", "/apps/track-order"),
        ("https://shop.example/apps/track-order/?preview=1", "/apps/track-order"),
        ("", "/apps/track-order"),
    ],
)
def test_the_proxys_path_is_read_however_a_merchant_writes_it(typed: str, path: str) -> None:
    assert Elements(render(settings={"proxy_path": typed})).one("form")["action"] == f"{path}/lookup"


PARTS = ["pictures", "items", "events", "freshness", "expected", "status_page"]
CHOSEN = {"contact_url": "/pages/help", "hidden": ["events", "items"]}


@pytest.mark.parametrize("block", ["track-order", "track-order-button"])
def test_what_was_chosen_for_the_whole_shop_holds_in_its_blocks(block: str) -> None:
    """By Liquid alone: the app noted it in the shop, and nothing is fetched for it."""
    untouched, element = Elements(render(block)).one(block), Elements(render(block, chosen=CHOSEN)).one(block)

    assert (" ".join(PARTS), None) == (untouched["data-show"], untouched.get("data-contact"))
    assert ("pictures freshness expected status_page", "/pages/help") == (
        element["data-show"],
        element["data-contact"],
    )


@pytest.mark.parametrize("block", ["track-order", "track-order-button"])
def test_what_a_block_says_of_its_own_comes_first(block: str) -> None:
    settings = {"contact_url": "/pages/warehouse", "proxy_path": "/tools/parcels"}
    html = render(block, chosen=CHOSEN, known_path="/a/where", settings=settings)

    assert "/pages/warehouse" == Elements(html).one(block)["data-contact"]
    assert "/pages/help" not in html
    assert ("/tools/parcels" in html, "/a/where" in html) == (True, False)
    assert "/a/where" in render(block, chosen=CHOSEN, known_path="/a/where")


def test_a_part_is_shown_where_neither_the_shop_nor_the_block_hides_it() -> None:
    """A box that is ticked may be one that nobody has touched, so it brings back nothing."""
    html = render(chosen=CHOSEN, settings={"show_items": True, "show_expected": False})

    assert "pictures freshness status_page" == Elements(html).one("track-order")["data-show"]


@pytest.mark.parametrize("block", ["track-order", "track-order-button"])
def test_the_contact_page_of_every_new_shop_counts_where_the_merchant_named_none(block: str) -> None:
    unnamed, named = (
        render(block, contact_page="/pages/contact", chosen=chosen) for chosen in (None, CHOSEN)
    )
    assert "/pages/contact" == Elements(unnamed).one(block)["data-contact"]
    assert "/pages/help" == Elements(named).one(block)["data-contact"]


def test_a_contact_page_of_the_whole_shop_is_no_markup() -> None:
    html = render(chosen={"contact_url": '/"><script>alert(1)</script>', "hidden": []})

    assert '/"><script>alert(1)</script>' == Elements(html).one("track-order")["data-contact"]
    assert "<script>alert" not in html


@pytest.mark.parametrize("chosen", [None, {}, {"contact_url": None, "hidden": []}, {"hidden": None}])
def test_nothing_noted_is_nothing_chosen(chosen: dict[str, object] | None) -> None:
    assert render() == render(chosen=chosen)


def test_a_customer_who_is_logged_in_finds_the_address_filled_in() -> None:
    page = Elements(render(email='"ann"@example.com'))
    assert page.one("input", name="email")["value"] == '"ann"@example.com'


@pytest.mark.parametrize(("count", "places"), [(None, 3), (0, 0), (1, 1), (9, 4)])
def test_a_customers_orders_have_their_room_from_the_start(count: int | None, places: int) -> None:
    """As much as they can take: none where there never was one, and no more than is good above a form. Where
    Liquid tells no number, for a few."""
    page = Elements(render(email="ann@example.com", orders_count=count))
    lists = [has for name, has in page.found if name == "ul" and "data-recent" in has]
    offered = "data-customer" in page.one("track-order")

    assert (places > 0, places > 0) == (bool(lists), offered)
    assert places == re.sub(r"<template.*?</template>", "", page.source, flags=re.DOTALL).count("<li></li>")


@pytest.mark.parametrize(
    ("email", "noted", "offered"),
    [(None, True, False), ("ann@example.com", True, True), ("ann@example.com", False, False)],
)
def test_a_list_is_offered_where_there_can_be_one(email: str | None, *, noted: bool, offered: bool) -> None:
    """To who is signed in, unless the app noted that the shop did not grant what it takes."""
    html = render(email=email, orders_count=2, chosen={"hidden": [], "lists_orders": noted})

    assert (offered, offered) == ("data-customer" in html, "data-recent" in html)


def test_the_shops_language_is_sent_along() -> None:
    assert Elements(render(locale="pt-BR")).one("input", name="locale")["value"] == "pt-BR"


def test_the_words_are_said_to_be_in_their_own_language() -> None:
    """A Danish shop without Danish words has English ones, and a screen reader must know."""
    assert Elements(render(locale="da")).one("track-order")["lang"] == "en"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he", "rtl"), ("ja", "ltr")])
def test_the_words_run_in_their_own_direction(language: str, direction: str) -> None:
    """Whatever the theme does: most of them have no direction but their own."""
    block = render(translate=Translate(words(language), language), locale=language)
    assert Elements(block).one("track-order")["dir"] == direction


def test_english_words_in_a_page_from_right_to_left_run_left_to_right() -> None:
    assert Elements(render(locale="fa")).one("track-order")["dir"] == "ltr"


def test_two_blocks_share_a_page_without_sharing_an_id() -> None:
    page = render(block_id="one") + render(block_id="two")
    ids = [has["id"] for _, has in Elements(page).found if "id" in has]
    assert len(ids) == len(set(ids)) > 10


def test_the_form_carries_what_a_page_without_javascript_goes_by() -> None:
    """What was set, by the names that the service reads; nothing for what was not, and none of its texts."""
    look = Look(
        accent="#c2185b",
        text="#102a43",
        background="#e3f2fd",
        radius=20,
        width=560,
        density="compact",
        shown=frozenset({"events", "expected"}),
        contact="/pages/help",
        faq="/pages/faq",
    )
    settings: dict[str, object] = {"accent": look.accent, "text_color": look.text, "radius": look.radius}
    settings |= {"background": look.background, "width": look.width, "density": look.density}
    settings |= {"contact_url": look.contact, "faq_url": look.faq}
    settings |= {f"show_{part}": part in look.shown for part in PARTS}
    texts = dict.fromkeys(("heading", "intro", "order_label", "email_label", "button", "help"), "Ours")

    carried = hidden_fields(render(settings=settings | texts))
    unset = dict.fromkeys(settings.keys() - {f"show_{part}" for part in PARTS})

    assert look == read_look(carried)
    assert {"locale", *look.carried()} == set(carried)
    assert {"locale", "show"} == set(hidden_fields(render(settings=unset)))


def hidden_fields(html: str) -> dict[str, str | None]:
    fields = [has for tag, has in Elements(html).found if tag == "input" and has["type"] == "hidden"]
    return {str(has["name"]): has["value"] for has in fields}


def test_without_javascript_a_customers_orders_are_a_button_away() -> None:
    """It posts the form to the app's own page, whatever is typed. Enter still looks up what is."""
    page = Elements(render(email="ann@example.com", settings={"proxy_path": "/tools/parcels"}))
    submits = [has for tag, has in page.found if tag == "button" and has["type"] == "submit"]

    assert [None, "/tools/parcels"] == [has.get("formaction") for has in submits]
    assert "formnovalidate" in submits[1]
    assert ["noscript"] == [tag for tag, _ in page.found if tag == "noscript"]
    assert "<noscript>" not in render()


def test_labels_and_descriptions_lead_to_elements_that_exist() -> None:
    page = Elements(render())
    ids = {has.get("id") for _, has in page.found}
    pointed = [has["for"] for _, has in page.found if "for" in has]
    pointed += [one for _, has in page.found for one in (has.get("aria-describedby") or "").split()]
    assert len(pointed) == 6
    assert set(pointed) <= ids


def test_the_editor_can_find_the_block() -> None:
    assert Elements(render(block_id="x1")).one("track-order")["data-shopify-editor-block"] == "x1"


def test_a_merchants_texts_replace_ours_and_are_no_markup() -> None:
    html = render(
        settings={"heading": "Where <b>is</b> it?", "button": "Go & see", "intro": "<em>Hello</em>"}
    )
    assert "Where &lt;b&gt;is&lt;/b&gt; it?" in html
    assert "Go &amp; see" in html
    assert "<em>Hello</em>" in html
    assert "Find my order" not in html


def test_the_heading_can_be_left_out() -> None:
    assert "track-order__heading" in render()
    assert "track-order__heading" not in render(settings={"show_heading": False})


@pytest.mark.parametrize("language", ["en", "pl", "ar"])
def test_the_block_and_the_apps_own_page_hand_the_script_the_same_words(language: str) -> None:
    """What is said for something else too is lent by both alike."""
    translate = Translate(words(f"{language}.default" if language == "en" else language), language)
    handed = dict(re.findall(r'<data value="([^"]+)">([^<]*)<', render(translate=translate)))
    page = dict(all_words()[language].for_script())
    assert handed.keys() <= page.keys()
    assert {key: page[key] for key in handed} == handed
    needless = {key for key in page.keys() - handed.keys() if key.split(".")[0] != "form"}
    assert needless == {"language"}


def test_a_text_that_depends_on_a_number_is_there_for_every_plural_form() -> None:
    found = dict(re.findall(r'<data value="count\.earlier\.(\d+)">([^<]+)<', render()))
    assert found == {
        number: f"Show [total] earlier update{'' if number == '1' else 's'}"
        for number in ("0", "1", "2", "3", "11", "100")
    }
