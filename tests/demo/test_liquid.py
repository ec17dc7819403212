"""Blocks, filters and words behave as on a storefront."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.demo.conftest import EXTENSION
from tracker.demo import filters
from tracker.demo.customers import customer_of
from tracker.demo.extension import Extension
from tracker.demo.installation import Metafield
from tracker.demo.liquid import Theme, Visitor

SHOP = "a.myshopify.com"
HERE = Extension(EXTENSION)


WHEN = datetime(2026, 11, 20, tzinfo=UTC)


def theme(locale: str = "en", *, customer: str = "", extension: Extension = HERE) -> Theme:
    return Theme(extension, Visitor(SHOP, locale, customer, placed=("track-order",)), "http://shop.example")


def alone(source: str, locale: str = "en", *, customer: str = "") -> str:
    return theme(locale, customer=customer).page("{% layout none %}" + source)


def test_a_block_is_rendered_with_its_defaults_in_shopifys_wrapper() -> None:
    text = theme().block("track-order") or ""
    assert text.startswith('<div id="shopify-block-')
    assert 'class="shopify-block shopify-app-block own-class"' in text
    assert 'class="corners-round"' in text
    assert "<h2>" not in text
    assert '<form action="/apps/track-order/lookup"' in text
    assert "schema" not in text


def test_white_space_goes_as_far_as_the_next_tag(tmp_path: Path) -> None:
    """The schema is a tag, though nothing of it is printed, and the last newline is text like any other."""
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks/b.liquid").write_text(
        "{% if true -%}\n a\n{%- endif -%}\n\n{% schema %}{}{% endschema %}\n"
    )
    assert ">a\n</div>" in (theme(extension=Extension(tmp_path)).block("b") or "")
    assert alone("{% if true %}a{% endif -%} b\n") == "ab\n"


def test_a_setting_can_be_changed() -> None:
    assert "<h2>&lt;b&gt;</h2>" in (theme().block("track-order", heading="<b>") or "")


def test_words_come_in_the_visitors_language_else_in_the_default() -> None:
    assert '<p lang="en">Hello A &amp; B &lt;you&gt;</p>' in (theme().block("track-order") or "")
    assert '<p lang="fr">Bonjour A &amp; B</p>' in (theme("fr").block("track-order") or "")


def test_the_head_loads_the_blocks_stylesheet_and_script_once() -> None:
    text = theme().within_layout("")
    assert text.count("/cdn/extensions/track-order/assets/block.css") == 1
    assert '<script src="/cdn/extensions/track-order/assets/block.js" async></script>' in text


def test_a_block_that_is_not_there_is_none() -> None:
    assert theme().block("nothing") is None


def test_a_schema_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks/bad.liquid").write_text("{% schema %}{'name': 1,}{% endschema %}")
    with pytest.raises(ValueError, match="Expecting"):
        theme(extension=Extension(tmp_path)).block("bad")


@pytest.mark.parametrize("name", ["../conftest.py", "..", "a/b", "", ".hidden", "block.css/"])
def test_an_asset_outside_its_folder_is_not_found(name: str) -> None:
    assert HERE.asset(name) is None


def test_an_unset_setting_is_blank(tmp_path: Path) -> None:
    """Text is empty and a checkbox off, as for a merchant who changed nothing."""
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks/b.liquid").write_text(
        "{% if block.settings.t == blank %}blank{% endif %}{% if block.settings.c %}on{% endif %}"
        '{% schema %}{"settings":[{"type":"text","id":"t"},{"type":"checkbox","id":"c"},'
        '{"type":"header"}]}{% endschema %}'
    )
    assert ">blank</div>" in (theme(extension=Extension(tmp_path)).block("b") or "")


def test_a_page_does_not_escape_by_itself() -> None:
    """As on Shopify: what is not escaped runs."""
    assert alone("{{ '<b>' }}{{ '<b>' | escape }}") == "<b>&lt;b&gt;"


def test_objects_of_a_storefront_are_there() -> None:
    assert alone("{{ shop.permanent_domain }} {{ request.locale.iso_code }}", "fr") == "a.myshopify.com fr"
    assert alone("{{ routes.root_url }} {{ request.design_mode }}") == "/ false"
    assert alone("{{ customer.email }}") == ""
    ada, nobodys = customer_of("ada@example.com"), "42"
    assert ada is not None
    told = "{{ customer.email }} {{ customer.id }} {{ customer.first_name }}"
    assert alone(told, customer=str(ada.id)) == f"ada@example.com {ada.id} Ada"
    assert alone("{% if customer %}known{% endif %}", customer=nobodys) == ""
    assert (
        alone("{% for one in localization.available_languages %}{{ one.iso_code }} {% endfor %}")
        == "en fr pl "
    )


def test_a_style_tag_holds_rendered_css() -> None:
    assert alone("{% style %}a { top: {{ 1 | plus: 1 }}px }{% endstyle %}") == (
        "<style data-shopify>a { top: 2px }</style>"
    )


def test_tags_for_assets() -> None:
    assert alone("{{ 'a.css' | asset_url | stylesheet_tag }}") == (
        '<link href="/cdn/extensions/track-order/assets/a.css" rel="stylesheet" type="text/css" media="all">'
    )
    assert alone("{{ 'a.js' | asset_url | script_tag }}").startswith('<script src="/cdn/')


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ '2026-11-20T12:05:00Z' | date: '%Y-%m-%d %H:%M' }}", "2026-11-20 04:05"),
        ("{{ '2026-11-20T12:05:00Z' | date: format: 'abbreviated_date' }}", "Nov 20, 2026"),
        ("{{ '2026-11-20T12:05:00Z' | date: '%s.' }}", "1795176300."),
        ("{{ '2026-11-20T12:05:00Z' | date: '%-d %b' }}", "20 Nov"),
        ("{{ 0 | date: '%Y' }}", "1969"),
        ("{{ 'soon' | date: '%Y' }}", "soon"),
        ("{{ nothing | date: '%Y' }}", ""),
        (
            "{{ '2026-11-20T12:05:00Z' | time_tag: '%d.%m.' }}",
            '<time datetime="2026-11-20T12:05:00Z">20.11.</time>',
        ),
        ("{{ '<a & b>' | json }}", '"\\u003ca \\u0026 b\\u003e"'),
        ("{{ nothing | json }}", "null"),
        (
            "{{ '<a & \"b\">' | escape }}'{{ \"'\" | escape }}{{ 1 | escape }}{{ nothing | escape }}",
            "&lt;a &amp; &quot;b&quot;&gt;'&#39;1",
        ),
        ("{{ 123456 | money }}", "$1,234.56"),
        ("{{ 'Rain Shell!' | handle }}", "rain-shell"),
        (
            "{{ 1 | pluralize: 'parcel', 'parcels' }} {{ 2 | pluralize: 'parcel', 'parcels' }}",
            "parcel parcels",
        ),
    ],
)
def test_a_filter_writes_what_shopifys_does(source: str, text: str) -> None:
    assert alone(source) == text


def test_dates_may_be_objects() -> None:
    shown = filters.make_date("Asia/Tokyo")
    assert shown(datetime(2026, 1, 1, 20, tzinfo=UTC), "%d %H") == "02 05"
    assert shown(date(2026, 1, 1), "%d %H") == "01 00"
    assert shown("2026-01-01 20:00", "%d %H") == "01 20"
    assert shown("now", "%Y") == str(datetime.now(ZoneInfo("Asia/Tokyo")).year)


@pytest.mark.parametrize(
    ("locale", "count", "text"),
    [
        ("en", 1, "1 parcel"),
        ("en", 0, "0 parcels"),
        ("fr", 0, "0 colis"),
        ("fr", 2, "2 les colis"),
        ("pl", 3, "3 paczki"),
        ("pl", 5, "5 paczek"),
        ("xx", 1, "1 parcels"),
    ],
)
def test_a_plural_follows_the_language(locale: str, count: int, text: str) -> None:
    assert filters.make_translate(HERE.translations(locale), locale)("parcels", count=count) == text


def test_words_fall_back_and_missing_ones_are_named() -> None:
    words = filters.make_translate(HERE.translations("fr"), "fr")
    assert words("only_english") == "Only in English"
    assert words("no.such.key") == "translation missing: fr.no.such.key"
    assert words("greeting.deeper") == "translation missing: fr.greeting.deeper"
    assert words("greeting") == "Bonjour "


def test_only_a_key_for_html_keeps_its_markup() -> None:
    words = filters.make_translate(HERE.translations("en"), "en")
    assert words("greeting", name="<i>") == "Hello &lt;i&gt; &lt;you&gt;"
    assert words("greeting_html", name="<i>") == "<b>Hello &lt;i&gt;</b>"


def stored(kind: str, value: str, *, namespace: str = "track_order", key: str = "words") -> Metafield:
    return Metafield(1, namespace, key, kind, value, WHEN, WHEN)


def with_app(*metafields: Metafield, placed: tuple[str, ...] = ("track-order", "button")) -> Theme:
    """The theme of a shop where the app keeps these, and has these blocks."""
    return Theme(HERE, Visitor(SHOP, metafields=metafields, placed=placed), "http://shop.example")


def test_a_block_reads_the_app_s_own_metafields() -> None:
    assert ">Track</a>" in (with_app().block("button") or "")
    words = stored("json", '{"button": "Where is it?"}')
    assert ">Where is it?</a>" in (with_app(words).block("button") or "")


@pytest.mark.parametrize(("kind", "value", "shown"), [("json", "[1]", "[1]"), ("boolean", "true", "true")])
def test_a_metafield_written_out_is_its_text(tmp_path: Path, kind: str, value: str, shown: str) -> None:
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks/one.liquid").write_text(
        "{{ app.metafields.track_order.words }}|{{ app.metafields.track_order.words.type }}"
        "|{{ app.metafields['$app:inner'].words }}|{% if app.metafields.track_order.words %}yes{% endif %}"
    )
    reserved = stored("single_line_text_field", "mine", namespace="app--1--inner")
    visitor = Visitor(SHOP, metafields=(stored(kind, value), reserved))
    text = Theme(Extension(tmp_path), visitor, "http://shop.example").block("one") or ""
    assert f"{shown}|{kind}|mine|yes" in text


def test_a_block_is_available_only_while_its_metafield_is_true() -> None:
    assert with_app().block("note") is None
    for value, there in (("false", False), ("true", True)):
        notes = stored("boolean", value, key="notes")
        assert there == (with_app(notes).block("note") is not None)


def test_an_embed_is_on_every_page_once_it_is_switched_on() -> None:
    """With its style in the head; a page that an app proxy returns has it too."""
    on, off = with_app(), with_app(placed=("track-order",))
    for text in (on.template("track-order"), on.page("x")):
        assert 1 == text.count('<a id="button-')
        assert text.index('<a id="button-') < text.index("</body>")
        assert 1 == text.count("/assets/button.css")
    assert [] == [one for one in ('<a id="button-', "/assets/button.css") if one in off.page("x")]
