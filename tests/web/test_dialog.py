"""The theme's button gets the page as a dialog, by itself and in the language it asks for."""

from __future__ import annotations

import pytest

from tests.web.conftest import MakeApp
from tests.web.rendering import Element, elements, render
from tests.web.storefront import Storefront


def source(make_app: MakeApp, **query: str) -> str:
    """The page's Liquid for what the visitor's address asks."""
    storefront = Storefront(make_app())
    page = storefront.send("GET", "/proxy", query=storefront.query(*query.items()))
    assert page.status_code == 200
    return page.text


def parts(make_app: MakeApp, **query: str) -> list[Element]:
    return elements(render(source(make_app, **query).replace("{% layout none %}", "")))


def test_it_stands_alone_and_carries_the_buttons_id(make_app: MakeApp) -> None:
    """No layout of the theme, no style or script of its own; every id ends in the one that was given."""
    page = source(make_app, dialog="track-order-button-x1")
    found = parts(make_app, dialog="track-order-button-x1")

    assert "{% layout none %}" in page
    assert found[0].tag == "dialog"
    assert not {"style", "script"} & {element.tag for element in found}
    ids = [element.attributes["id"] or "" for element in found if "id" in element.attributes]
    assert len(ids) > 5
    assert all(each.endswith("track-order-button-x1") for each in ids)


@pytest.mark.parametrize("odd", ["", "a b", '"><b>', "x" * 81, "{{"])
def test_an_odd_id_gets_the_whole_page(odd: str, make_app: MakeApp) -> None:
    found = parts(make_app, dialog=odd)
    assert "dialog" not in {element.tag for element in found}
    assert found[0].tag == "style"


@pytest.mark.parametrize(
    ("asked", "spoken", "direction"),
    [
        ("de", "de", "ltr"),
        ("de-CH", "de", "ltr"),
        ("ar", "ar", "rtl"),
        ("tlh", "en", "ltr"),
        ("", "en", "ltr"),
    ],
)
def test_it_speaks_the_language_of_the_shop(
    asked: str, spoken: str, direction: str, make_app: MakeApp
) -> None:
    """Whatever the browser's is: the button's page is in the shop's language, and in its direction."""
    found = parts(make_app, dialog="x", locale=asked)
    (widget,) = [element for element in found if element.tag == "track-order"]
    assert (widget.attributes["lang"], widget.attributes["dir"]) == (spoken, direction)
