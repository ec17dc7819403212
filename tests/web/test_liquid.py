"""Text of orders stays text where Shopify renders the page as Liquid and the browser as HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from tests.web.conftest import Told
from tests.web.rendering import SECRET_OF_THE_SHOP, SIGNED_IN, elements, render, texts
from tests.web.storefront import Storefront
from tracker import theme_files
from tracker.demo.oddities import HOSTILE_TITLES
from tracker.web import liquid
from tracker.web.page import SCRIPTS
from tracker.web.words import all_words

spiced = st.lists(
    st.text(max_size=5)
    | st.sampled_from(
        ["{", "}", "{{", "}}", "{%", "%}", "{%-", "-}}", "raw", "endraw", "shop.email", "<", "&#123;"]
    )
).map("".join)


@given(text=spiced)
@settings(max_examples=200)
@example("{{ shop.email }}")
@example("{% raw %}{{ shop.email }}{% endraw %}")
@example("{&#123; shop.email }}")
@example("&lbrace;&lbrace; shop.email }}")
def test_any_text_comes_out_as_it_was(text: str) -> None:
    assert unescape(render(str(liquid.as_text(text)))) == text


@given(text=spiced)
@settings(max_examples=50)
def test_text_in_an_attribute_stays_in_it(text: str) -> None:
    html = render(f'<p title="{liquid.as_text(text)}"></p>')
    (element,) = elements(html)

    assert list(element.attributes) == ["title"]


def test_markup_is_left_as_it_is_and_nothing_is_empty() -> None:
    assert liquid.as_text(Markup("<b>{{ x }}</b>")) == "<b>{{ x }}</b>"
    assert liquid.as_text(None) == ""
    assert liquid.as_text(0) == "0"


def test_times_are_written_in_the_zone_of_the_shop_by_name() -> None:
    moment = datetime(2026, 11, 2, 3, 4, tzinfo=UTC)

    assert render(str(liquid.day(moment))) == "1 November 2026 (PST)"
    assert render(str(liquid.time(moment))) == "1 November 2026, 19:04 PST"


def test_hostile_titles_are_shown_as_they_are(every_order: dict[str, Told]) -> None:
    """None runs, neither as Liquid nor as HTML, and none swallows the rest of the page."""
    html = render(every_order["#1030"].page)

    shown = texts(html, "item")
    assert [text.removeprefix("1 × ") for text in shown] == list(HOSTILE_TITLES)
    assert SECRET_OF_THE_SHOP not in html
    assert not any("onerror" in element.attributes for element in elements(html))
    assert "<b>1Z</b>{{ shop.email }}" in [element.text for element in elements(html) if element.tag == "dd"]


def test_no_page_hands_the_shops_own_objects_to_an_order(every_order: dict[str, Told]) -> None:
    for name, told in every_order.items():
        html = render(told.page)
        assert SECRET_OF_THE_SHOP not in html, name
        assert re.findall(rf"[^ ]*{SIGNED_IN}.", html) == [f'value="{SIGNED_IN}"'], name
        assert elements(html)[-1].tag == "script", name


def test_no_script_but_our_own_stands_in_a_page(every_order: dict[str, Told]) -> None:
    for told in every_order.values():
        page = elements(render(told.page))
        scripts = [element for element in page if element.tag == "script"]
        assert len(scripts) == 1
        assert (scripts[0].attributes["src"] or "").startswith("/apps/track-order/assets/track-order.")
        assert not any(name.startswith("on") for element in page for name in element.attributes)


def test_links_of_a_page_lead_to_the_web_or_to_a_phone_alone(every_order: dict[str, Told]) -> None:
    links = [
        element.attributes
        for told in every_order.values()
        for element in elements(render(told.page))
        if element.tag == "a"
    ]

    back = [link for link in links if link["href"] == "#track-order-number-page"]
    phones = [link for link in links if re.fullmatch(r"tel:\+[0-9]{7,15}", link["href"] or "")]
    away = [link for link in links if link not in back + phones]

    assert len(back) == len(every_order)
    assert len(away) > 20
    assert phones
    assert [link for link in away if not (link["href"] or "").startswith(("https://", "http://"))] == []
    assert {link["rel"] for link in away} == {"noopener noreferrer"}


@pytest.mark.parametrize("file", ["track-order.css"])
def test_the_style_holds_no_liquid_and_cannot_end_early(file: str) -> None:
    """It goes into the page as it is."""
    text = theme_files.read(f"assets/{file}")

    for piece in ("{{", "{%", "</style"):
        assert piece not in text.casefold()


def test_the_words_hold_no_liquid_once_their_places_are_filled() -> None:
    for words in all_words().values():
        for key, text in words.for_script():
            assert not set("{}%<>") & set(text), key


def test_the_scripts_are_served_and_not_rendered(storefront: Storefront) -> None:
    """JavaScript has braces of its own, so it must never be taken for Liquid."""
    page = storefront.page().text

    for name in SCRIPTS:
        assert theme_files.read(f"assets/{name}.js")[:60] not in page
