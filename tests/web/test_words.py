"""Words for shoppers on the page without JavaScript: all there, all filled, in the shopper's language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import tracker.web.words
from tests.web.conftest import MakeApp, Told
from tests.web.rendering import elements, render, shopifys_date, shown, texts
from tests.web.storefront import ADA, Storefront
from tracker import errors, theme_files
from tracker.order import Attention, Detail, Method, Status
from tracker.timeline_reason import GENERAL, SPECIFIC
from tracker.web.liquid import day
from tracker.web.words import BORROWED, DEFAULT, ROOT, Words, all_words, choose

WEB = Path(__file__).parents[2] / "tracker" / "web"
ENGLISH: dict[str, Any] = json.loads(theme_files.locales()[DEFAULT])[ROOT]

COUNT = re.compile(r'_count\("([a-z_]+)"')
KEY = re.compile(r"""\b(?:say|count)\(\s*f?['"]([a-z_.]+)['"]""")
OPEN_KEY = re.compile(r"""\b(?:say|count)\(\s*f?['"]([a-z_.]+\.)(?:['"] ~|\{)""")


def sources() -> str:
    files = [*WEB.glob("templates/*.liquid"), WEB / "story.py", WEB / "page.py"]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_word_that_is_named_exists() -> None:
    named = {key for key in KEY.findall(sources()) if not key.endswith(".")}
    named |= {f"count.{key}" for key in COUNT.findall(sources())}

    assert len(named) > 20
    assert {key for key in named if key not in all_words()[DEFAULT]} == set()


def test_every_fact_of_a_parcel_has_a_name() -> None:
    """The table of facts names its words by their last part alone."""
    tree = ast.parse((WEB / "story.py").read_text(encoding="utf-8"))
    pairs = [node.elts for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    keys = {
        first.value
        for first, _ in pairs
        if isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and first.value not in ("from", "to")
    }

    assert {"carrier", "number", "pickup"} <= keys
    assert {key for key in keys if f"story.{key}" not in all_words()[DEFAULT]} == set()


REFUSALS = [refusal.code for refusal in errors.Refusal.__subclasses__() if refusal.code != "internal_error"]

FAMILIES: dict[str, Set[str]] = {
    "status": {*Status, "digital", "scheduled"},
    "label": set(Status),
    "partly": {"processing", "on_hold", "scheduled"},
    "next": {*Status, "digital", "scheduled", "action_needed", "problem", *SPECIFIC, *GENERAL}
    - {"delivered", "customs_released"},
    "reason": SPECIFIC | GENERAL,
    "advice": {"delivered", "stalled", "attempted", "problem"},
    "attention": set(Attention) - {Attention.NONE},
    "detail": set(Detail),
    "method": set(Method) - {Method.SHIPPING, Method.NONE},
    "step": {"0", "1", "2", "3", "4"},
    "step_pickup": {"3", "4"},
    "count": {"delivered", "on_hold", "parcels", "earlier", "more_items"},
    "refusal": set(REFUSALS)
    - {"invalid_signature", "invalid_id_token", "try_again"},  # no shopper is told these
    "field": {"order", "email"},
    "help": {"number", "email", "recent", "old"},
    "refund": {"refunded", "partially_refunded"},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_word_of_the_model_has_a_sentence(family: str) -> None:
    borrowed = {key.removeprefix(f"{family}.") for key in BORROWED}
    assert FAMILIES[family] - {*ENGLISH[family], *borrowed} == set()


def test_every_family_of_words_that_is_asked_for_is_there() -> None:
    families = {prefix.rstrip(".").split(".")[0] for prefix in OPEN_KEY.findall(sources())}

    assert len(families) > 8
    assert families <= set(ENGLISH)


def test_each_field_has_a_sentence_for_each_fault() -> None:
    for field in ("order", "email"):
        assert {"required", "invalid", "too_long"} <= set(ENGLISH["field"][field])


class CarefulWords(Words):
    """Fails where a place is left unfilled, or filled with nothing."""

    def say(self, key: str, **values: object) -> Any:
        self.check(self._text(key), values)
        return super().say(key, **values)

    def count(self, key: str, number: int, **values: object) -> Any:
        for form in self._texts[key].values():
            self.check(form, values)
        return super().count(key, number, **values)

    @staticmethod
    def check(text: str, values: dict[str, object]) -> None:
        for place in tracker.web.words.PLACE.findall(text):
            assert values.get(place) not in (None, ""), (text, place)


def test_no_place_in_a_sentence_stays_empty(
    every_order: dict[str, Told], make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = CarefulWords(DEFAULT, ENGLISH)
    monkeypatch.setattr("tracker.web.page.choose", lambda *_: careful)
    storefront = Storefront(make_app())

    for name in every_order:
        email = "grace@example.com" if name in ("#10012", "#12-A", "#1024") else "ada@example.com"
        email = "haruka@example.jp" if name == "#1034" else email
        page = storefront.look_up({"order": name, "email": email}, as_page=True)
        assert (name, page.status_code) == (name, 200)


def test_pages_have_no_empty_paragraph_and_nothing_unfilled(every_order: dict[str, Told]) -> None:
    for name, told in every_order.items():
        # Places for a customer's orders are empty until the script fills them.
        html = re.sub(r'<ul class="track-order__recent".*?</ul>', "", render(told.page), flags=re.DOTALL)
        assert "None" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL), name
        assert "Undefined" not in html
        for element in elements(html):
            allowed_empty = element.has("live") or element.has("error") or "data-result" in element.attributes
            if element.tag in ("p", "li", "dt", "dd", "h2", "h3", "h4", "summary", "a", "ol", "ul", "dl"):
                assert element.text or allowed_empty, (name, element.tag, element.attributes)
                assert not re.search(r"\[[a-z]+\]", element.text), (name, element.text)


def test_the_page_says_the_headline_of_its_status(every_order: dict[str, Told]) -> None:
    for name, told in every_order.items():
        status = told.answer["order"]["status"] or "digital"
        waits = [item["scheduled_at"] for item in told.answer["unshipped"]]
        if status == "on_hold" and all(waits):
            status = "scheduled"
        expected = {ENGLISH["status"][status], ENGLISH["partly"].get(status)}
        attention = told.answer["order"]["attention"]
        if attention in ("problem", "stalled"):
            expected = {ENGLISH["attention"][attention]}
        if status == "delivered" and "pickup_point" in {one["method"] for one in told.answer["shipments"]}:
            expected = {ENGLISH["detail"]["collected"]}
        (headline,) = texts(render(told.page), "headline")
        sentences = {text.partition("{{")[0] for text in expected if text}
        assert [headline.startswith(sentence) for sentence in sentences].count(True) == 1, name


HEADLINES = {
    "#1001": "Your order is on its way.",
    "#1005": "Your order was delivered.",
    "#1013": "Your order is on hold.",
    "#1012": "Part of your order has left. The shop is preparing the rest.",
    "#1015": "The shop is preparing your order.",
    "#1020": "Nothing in this order needs to be shipped.",
    "#1021": "This order was cancelled.",
    "#1032": "The shop is preparing your order.",
}


def test_a_pre_order_says_in_its_headline_when_it_is_sent(every_order: dict[str, Told]) -> None:
    told = every_order["#1014"]
    (item,) = told.answer["unshipped"]
    planned = int(datetime.fromisoformat(item["scheduled_at"]).timestamp())

    assert texts(render(told.page), "headline") == [
        f"Your order is scheduled to be sent {shopifys_date(planned, '%-d %B %Y (%Z)')}."
    ]


@pytest.mark.parametrize("name", HEADLINES)
def test_headlines_as_shoppers_read_them(name: str, every_order: dict[str, Told]) -> None:
    assert texts(render(every_order[name].page), "headline") == [HEADLINES[name]]


def test_the_steps_stand_where_the_order_is(every_order: dict[str, Told]) -> None:
    """Of an order that has left in part they stand where each parcel is: it is neither all being prepared nor
    all on its way."""
    for name, told in every_order.items():
        step = told.answer["order"]["step"]
        steps = [element for element in elements(shown(render(told.page))) if element.has("step")]
        present = [place % 5 for place, element in enumerate(steps) if "aria-current" in element.attributes]
        if told.answer["order"]["partly"]:
            expected = [parcel["step"] for parcel in told.answer["shipments"] if parcel["step"] is not None]
        else:
            expected = [] if step is None else [step]
        assert (name, present) == (name, expected)


GERMAN = {
    "form": {"heading": "Sendung verfolgen"},
    "count": {"parcels": {"one": "{{ total }} Paket", "other": "{{ total }} Pakete"}},
}
POLISH = {
    "count": {
        "parcels": {
            "one": "{{ total }} paczka",
            "few": "{{ total }} paczki",
            "many": "{{ total }} paczek",
            "other": "{{ total }} paczki",
        }
    }
}


@pytest.fixture
def languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """English, German, Brazilian Portuguese and Polish, whatever the shop's own files are."""
    known = {
        "en": Words("en", ENGLISH),
        "de": Words("de", GERMAN),
        "pt-BR": Words("pt-BR", GERMAN),
        "pl": Words("pl", POLISH),
    }
    monkeypatch.setattr(tracker.web.words, "all_words", lambda: known)


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize(
    ("asked", "accepted", "tag"),
    [
        (None, [], "en"),
        ("de", [], "de"),
        ("de-CH", [], "de"),
        ("DE-ch-1996", ["pl"], "de"),
        ("pt-BR", [], "pt-BR"),
        ("pt-PT", [], "en"),
        ("tlh", ["de"], "de"),
        ("tlh", ["*", "fr", "pl-PL"], "pl"),
        ("", ["de"], "de"),
        ("-", [], "en"),
        ("\ud800", ["\x00"], "en"),
        ("../../etc/passwd", [], "en"),
    ],
)
def test_the_language_falls_back(asked: str | None, accepted: list[str], tag: str) -> None:
    assert choose(asked, accepted).tag == tag


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize(
    ("tag", "number", "text"),
    [
        ("de", 1, "1 Paket"),
        ("de", 2, "2 Pakete"),
        ("pl", 1, "1 paczka"),
        ("pl", 3, "3 paczki"),
        ("pl", 5, "5 paczek"),
        ("pl", 22, "22 paczki"),
    ],
)
def test_plural_forms_are_those_of_the_language(tag: str, number: int, text: str) -> None:
    assert choose(tag, []).count("count.parcels", number, total=number) == text


@pytest.mark.usefixtures("languages")
def test_a_word_that_a_language_lacks_is_empty_and_never_a_key() -> None:
    assert choose("de", []).say("story.nothing") == ""
    assert choose("de", []).count("count.nothing", 1) == ""


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize(
    ("options", "heading"),
    [
        ({}, "Track your order"),
        ({"headers": {"Accept-Language": "fr, de;q=0.9, en;q=0.8"}}, "Sendung verfolgen"),
        ({"headers": {"Accept-Language": ";;q=,,*"}}, "Track your order"),
    ],
)
def test_the_page_speaks_the_browsers_language(
    options: dict[str, Any], heading: str, make_app: MakeApp
) -> None:
    page = Storefront(make_app()).page(**options)

    assert texts(page.text, "heading") == [heading]


@pytest.mark.usefixtures("languages")
def test_the_language_of_the_form_comes_before_the_browsers(make_app: MakeApp) -> None:
    storefront = Storefront(make_app())
    german = {"Accept-Language": "de"}

    asked_english = storefront.look_up(ADA | {"locale": "en"}, as_page=True, headers=german)
    refused_english = storefront.look_up({"locale": "en"}, as_page=True, headers=german)
    not_asked = storefront.look_up(ADA, as_page=True, headers=german)

    assert texts(asked_english.text, "heading") == ["Track your order"]
    assert texts(not_asked.text, "heading") == ["Sendung verfolgen"]
    assert texts(refused_english.text, "heading") == ["Track your order"]


def test_every_locale_file_can_be_spoken() -> None:
    for tag, words in all_words().items():
        assert words.tag == tag
        assert words.say("form.submit"), tag
        assert words.direction == ("rtl" if tag in ("ar", "he") else "ltr")


DAYS = {
    "en": "1 November 2026",
    "de": "1.11.2026",
    "fr": "01/11/2026",
    "sv": "2026-11-01",
    "ja": "2026/11/1",
    "ko": "2026. 11. 1.",
    "pl": "1.11.2026",
}


@pytest.mark.parametrize("tag", DAYS)
def test_a_day_is_written_in_the_order_of_its_language(tag: str) -> None:
    """Liquid knows no names of months but English ones."""
    moment = datetime(2026, 11, 1, 20, 4, tzinfo=UTC)

    assert render(str(day(moment, all_words()[tag].date_form))) == f"{DAYS[tag]} (PST)"


def test_every_language_writes_day_month_and_year() -> None:
    for tag, words in all_words().items():
        assert set(re.findall(r"%-?(\w)", words.date_form)) in ({*"dmY"}, {*"dBY"}), tag
        assert not re.search(r"[A-Za-z]", re.sub(r"%-?\w", "", words.date_form)), tag
