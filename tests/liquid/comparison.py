"""The original Liquid makes of blocks and pages, byte for byte, what the demo's renderer makes of them.

What plain Liquid has not (`t`, `asset_url`, `{% schema %}`…) each side has of its own. The file is not named
like a test, so that `make test` needs no Ruby: `make liquid` names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

import tracker.demo.liquid
from tests.liquid.engine import EXTENSION, Engine, LiquidFault, started
from tests.web.conftest import Told
from tests.web.storefront import ADA, Storefront
from tracker.demo.customers import CUSTOMERS
from tracker.demo.extension import Extension
from tracker.demo.installation import Metafield
from tracker.demo.liquid import ASSETS, Theme, Visitor
from tracker.demo.oddities import HOSTILE_TITLES
from tracker.demo.state import TIME_ZONE
from tracker.web import liquid

pytest_plugins = ["tests.web.conftest"]

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HERE = Extension(EXTENSION)
SHOP = Visitor("northwind.myshopify.com")
ORIGIN = "http://shop.example"

Json = dict[str, Any]


class _StandingStill(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _StandingStill:
        return cls.fromtimestamp(NOW.timestamp(), tz)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with started(TIME_ZONE, int(NOW.timestamp())) as engine:
        yield engine


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The theme editor's sample tells of hours ago, and both sides must mean the same now."""
    monkeypatch.setattr(tracker.demo.filters, "datetime", _StandingStill)


class Both:
    """One storefront, rendered by either side. Its objects are the same data; what is made of them is not."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self._engine = engine
        self._monkeypatch = monkeypatch

    def block(
        self,
        handle: str,
        *,
        settings: Json | None = None,
        locale: str = "en",
        signed_in: bool = False,
        noted: Json | None = None,
        **changes: Json,
    ) -> tuple[str, str]:
        """The inside of a block: by the original, by the demo. `noted` is what the app put into the shop, by
        the metafields' keys; `changes` are made to the global objects."""
        metafields = tuple(_metafield(key, value) for key, value in (noted or {}).items())
        customer = str(CUSTOMERS[0].id) if signed_in else ""
        visitor = Visitor(SHOP.shop_domain, locale, customer, metafields=metafields, orders_count=2)
        objects = _objects(visitor, changes)
        with self._monkeypatch.context() as patch:
            patch.setattr(tracker.demo.liquid, "_objects", lambda *_: objects)
            wrapped = Theme(HERE, visitor, ORIGIN).block(handle, **(settings or {})) or ""
        parts = re.fullmatch(r'<div id="shopify-block-(\w+)" class="[^"]*">(.*)</div>', wrapped, re.DOTALL)
        assert parts, wrapped[:200]
        original = self._engine.render(
            block=handle,
            id=parts[1],
            settings=settings or {},
            shopify_attributes="",
            locale=locale,
            objects={**objects, "app": _app(noted or {}), "asset_prefix": ASSETS},
        )
        return original, parts[2]

    def page(self, source: str) -> tuple[str, str]:
        """A page of the app proxy without its layout: by the original, by the demo."""
        alone = f"{{% layout none %}}{source}"
        visitor = Visitor(SHOP.shop_domain, "en", str(CUSTOMERS[0].id), orders_count=9)
        return (
            self._engine.render(page=alone, objects=_objects(visitor, {})),
            Theme(HERE, visitor, ORIGIN).page(alone),
        )


@pytest.fixture
def both(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Both:
    return Both(engine, monkeypatch)


def _objects(visitor: Visitor, changes: dict[str, Json]) -> Json:
    known: Json = dict(tracker.demo.liquid._objects(HERE, visitor, ORIGIN, tracker.demo.liquid.TRACKING_PAGE))
    return known | {name: known[name] | change for name, change in changes.items()}


def _metafield(key: str, value: Any) -> Metafield:
    """As it is kept: JSON as text."""
    kind = "single_line_text_field" if isinstance(value, str) else "json"
    text = value if isinstance(value, str) else json.dumps(value)
    return Metafield(1, "track_order", key, kind, text, NOW, NOW)


def _app(noted: Json) -> Json:
    """Liquid's `app`, whose metafields have their value and type."""
    return {"metafields": {"track_order": {key: {"value": value} for key, value in noted.items()}}}


def _settings(handle: str) -> list[Json]:
    block = HERE.block(handle)
    assert block is not None
    found: list[Json] = [setting for setting in block.schema["settings"] if "id" in setting]
    return found


AWKWARD = 'Ann\'s "<b>" & {{ shop.email }} {% raw %} žluťoučký 注文 😀'
TYPED = {"text", "inline_richtext", "richtext", "url", "color"}
PATHS = (
    "/tools/parcels/",
    " apps/orders ",
    "https://shop.example/apps/track-order/?preview=1",
    "//",
    "?",
    "/ /",
)


def _choices(handle: str) -> Iterator[tuple[str, Json]]:
    """Settings worth a look: nothing, everything, each choice of a list by itself, odd paths."""
    every = _settings(handle)
    yield "as they come", {}
    yield "nothing typed", {one["id"]: None for one in every if one["type"] in TYPED}
    yield "nothing set", {one["id"]: None for one in every}
    yield "all off", {one["id"]: False for one in every if one["type"] == "checkbox"}
    yield "awkward texts", {one["id"]: AWKWARD for one in every if one["type"] in TYPED}
    yield "blank texts", {one["id"]: " " for one in every if one["type"] in TYPED}
    for one in every:
        for option in one.get("options", []):
            yield (
                f"{one['id']} {option['value']}",
                {one["id"]: option["value"], "selector": "a[href='/track']"},
            )
    for path in PATHS:
        yield f"path {path}", {"proxy_path": path}


BLOCKS = ("track-order", "track-order-button")
CHOICES = [(handle, name, chosen) for handle in BLOCKS for name, chosen in _choices(handle)]


@pytest.mark.parametrize(
    ("handle", "name", "chosen"), CHOICES, ids=[f"{one[0]}: {one[1]}" for one in CHOICES]
)
def test_a_block_with_other_settings(both: Both, handle: str, name: str, chosen: Json) -> None:
    """In the shop and in the theme editor, for strangers and customers, written from left and from right."""
    shown = handle == "track-order" or bool(chosen.get("on_page", True))
    for locale, signed_in, in_editor in product(("en", "he"), (False, True), (False, True)):
        original, ours = both.block(
            handle,
            settings=chosen,
            locale=locale,
            signed_in=signed_in,
            request={"design_mode": in_editor, "locale": {"iso_code": locale}},
        )
        assert ("<track-order" in original) == shown
        assert original == ours


@pytest.mark.parametrize("locale", [*HERE.locales(), "pt", "fr-CA", "hu"])
@pytest.mark.parametrize("handle", BLOCKS)
def test_a_block_in_every_language(both: Both, handle: str, locale: str) -> None:
    """Those that the extension has, and those that fall back."""
    original, ours = both.block(handle, locale=locale)
    assert "<track-order" in original
    assert "translation missing" not in original
    assert original == ours


@pytest.mark.parametrize(
    "template", ["index", "product", "collection", "list-collections", "cart", "page", "blog"]
)
def test_the_button_on_every_template(both: Both, template: str) -> None:
    off = {one["id"]: False for one in _settings("track-order-button") if one["id"].startswith("on_")}
    shown, ours = both.block("track-order-button", template={"name": template})
    assert "<track-order-button" in shown
    assert shown == ours
    hidden, ours = both.block("track-order-button", settings=off, template={"name": template})
    assert hidden == ours
    assert "<" not in hidden


NOTED: dict[str, Json] = {
    "a path": {"proxy_path": "/tools/parcels"},
    "nothing chosen": {"settings": {"contact_url": None, "hidden": []}},
    "everything": {"proxy_path": "/a/b", "settings": {"contact_url": AWKWARD, "hidden": ["items", "events"]}},
    "another form": {"settings": {"hidden": "items"}},
    "no object": {"settings": [1]},
}


@pytest.mark.parametrize("noted", NOTED.values(), ids=NOTED.keys())
@pytest.mark.parametrize("handle", BLOCKS)
def test_a_block_with_what_the_app_noted_in_the_shop(both: Both, handle: str, noted: Json) -> None:
    """With and without settings of the block's own beside it."""
    own: Json = {"contact_url": "/pages/own", "proxy_path": "/apps/own", "show_pictures": False}
    for chosen in ({}, own):
        original, ours = both.block(handle, settings=chosen, noted=noted)
        assert "<track-order" in original
        assert original == ours


def test_every_order_as_a_page(both: Both, every_order: dict[str, Told]) -> None:
    """Stories for browsers without JavaScript, dates in the shop's zone among them."""
    for name, told in every_order.items():
        original, ours = both.page(told.page)
        assert original == ours, name
        assert " PST" in original or " PDT" in original, name


def test_hostile_titles_stay_text(both: Both, every_order: dict[str, Told]) -> None:
    """What a product is called is neither run nor swallowed by the engine that runs in Shopify's shops."""
    original, _ = both.page(every_order["#1030"].page)
    assert both.page("{{ shop.email }}") == ("owner@northwind.example",) * 2
    assert "owner@northwind.example" not in original
    for title in HOSTILE_TITLES:
        assert str(liquid.as_text(title)) in original
    assert original.rstrip().endswith("</script>")


@pytest.mark.parametrize("locale", HERE.locales())
def test_the_form_and_a_refusal_in_every_language(both: Both, storefront: Any, locale: str) -> None:
    pages = [
        storefront.page(("locale", locale)),
        storefront.page(("locale", locale), ("dialog", "button-1")),
        storefront.look_up({"order": "9999", "email": "ada@example.com", "locale": locale}, as_page=True),
        storefront.look_up({"order": "", "email": "no address", "locale": locale}, as_page=True),
    ]
    assert [200, 200, 404, 422] == [page.status_code for page in pages]
    for page in pages:
        original, ours = both.page(page.text)
        assert f'lang="{locale}"' in original
        assert f'value="{CUSTOMERS[0].email}"' in original
        assert original == ours


def test_pages_in_the_look_of_a_block_and_with_a_customers_orders(
    both: Both, storefront: Any, app: Flask
) -> None:
    look = {
        "accent": "#c2185b",
        "width": "560",
        "show": "items",
        "contact": "/pages/help",
        "faq": "/pages/faq",
    }
    typed = {"order": "1Z999AA10123456784", "email": "ada@gmial.com"}
    pages = {
        "a story": storefront.look_up(look | ADA, as_page=True),
        "a miss": storefront.look_up(look | typed, as_page=True),
        "a number": storefront.page(("order", "{{ 1001 }}")),
        "choices": Storefront(app, customer=str(CUSTOMERS[0].id)).page(),
    }
    assert [200, 404, 200, 200] == [page.status_code for page in pages.values()]
    for name, page in pages.items():
        original, ours = both.page(page.text)
        assert "<track-order" in original, name
        assert original == ours, name


SPICED = st.lists(
    st.text(max_size=5)
    | st.sampled_from(
        ["{", "}", "{{", "}}", "{%", "%}", "{%-", "-}}", "raw", "endraw", "shop.email", "&#123;"]
    )
).map("".join)


def test_any_text_of_an_order_comes_out_as_it_was(both: Both) -> None:
    @given(text=SPICED)
    @settings(max_examples=300)
    @example("{{ shop.email }}")
    @example("{% raw %}{{ shop.email }}{% endraw %}")
    @example("{% comment %}")
    def comes_out(text: str) -> None:
        written = str(liquid.as_text(text))
        assert both.page(f"{written}.") == (f"{written}.",) * 2

    comes_out()


def test_liquid_that_is_none_is_refused(engine: Engine) -> None:
    """Nothing above passes because faults are printed on both sides."""
    with pytest.raises(LiquidFault, match="not properly terminated"):
        engine.render(page="{{ shop.email", objects={})
