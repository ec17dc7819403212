"""Words for shoppers, from the theme extension's own locale files, for pages made without the theme."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from tracker import theme_files
from tracker.web import liquid
from tracker.web.liquid import as_text

DEFAULT = "en"
ROOT = "track_order"
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
PLURAL_WORDS = {"zero", "one", "two", "few", "many", "other"}
SAMPLES = (0, 1, 2, 3, 11, 100)
"""Numbers that take every plural form of our languages between them; see the block's form snippet."""
COLLECTED = ("pick_up", "pickup_point", "retail")
"""Ways on which the shopper comes for it: then it is collected where the rest is delivered."""

IN_PARTS = re.compile(r"(advice|help|step|step_pickup|refusal\.\w+)\.(?!next_in)")
"""Words that the script gets as whole pieces (templates/parts.liquid)."""

BORROWED = {
    **{f"refusal.timed_out.{part}": f"refusal.upstream_unavailable.{part}" for part in ("body", "next")},
    "step.2": "label.in_transit",
    "step.4": "label.delivered",
    "advice.problem.second": "next.problem",
    "next.in_transit": "next.processing",
    "next.attempted": "next.action_needed",
    **{f"next.consignee_{why}": "next.action_needed" for why in ("absent", "address", "payment")},
    "next.consignee_not_collected": "next.returning",
    "next.held_return": "returned.in_progress",
    **{f"next.{who}": "next.problem" for who in ("carrier_lost", "carrier_damaged", "retailer")},
    "story.delivered_at": "label.delivered",
    "story.collected_at": "step_pickup.4",
    "label.pick_up_shipped": "step.1",
    "label.pick_up_label_created": "step.1",
    "status.pick_up_label_created": "status.pick_up_shipped",
    "next.pick_up_shipped": "next.pick_up_processing",
    "next.pick_up_label_created": "next.pick_up_processing",
    **{f"status.{way}_delivered": "detail.collected" for way in COLLECTED},
    **{f"label.{way}_delivered": "step_pickup.4" for way in COLLECTED},
}
"""Texts that are said for something else too, by its key, as track-order-words.liquid lends them."""


DIRECTIVES = {"d": "%-d", "dd": "%d", "M": "%-m", "MM": "%m", "y": "%Y"}
"""Fields of a date in CLDR's patterns as Liquid writes them."""


class Words:
    """The words of one language, by dotted key below `track_order`.

    `date_form` is how the language writes a day, for Liquid's `date`; `direction` is ltr or rtl.
    """

    def __init__(self, tag: str, texts: Mapping[str, Any]) -> None:
        locale = _locale(tag)
        self.tag = tag
        self.direction: str = locale.text_direction
        self._texts = _with_borrowed(dict(_flat(texts)))
        self._plural = locale.plural_form
        self._regions = locale.territories
        self.date_form = _date_form(locale)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def say(self, key: str, **values: object) -> Markup:
        """The text under `key` with its places filled, as text safe for Liquid; empty for an unknown key."""
        return _fill(self._text(key), values)

    def count(self, key: str, number: int, **values: object) -> Markup:
        """The text under `key` in the plural form that `number` takes."""
        forms = self._texts.get(key, {})
        text = forms.get(self._plural(number), forms.get("other", ""))
        return _fill(text, values)

    def region(self, told: str | None) -> str | None:
        """The name of a country that is told by its code (ISO 3166-1 alpha-2); what is none stays."""
        return told if told is None else self._regions.get(told, told)

    def for_script(self) -> Iterator[tuple[str, str]]:
        """Key and text of all that the block's script puts together: places as [name], plural forms by
        sample."""
        for key, text in self._texts.items():
            if IN_PARTS.match(key):
                continue
            if isinstance(text, str):
                yield key, PLACE.sub(r"[\1]", text)
            else:
                for sample in SAMPLES:
                    form = text.get(self._plural(sample), text["other"])
                    yield f"{key}.{sample}", PLACE.sub(r"[\1]", form)

    def _text(self, key: str) -> str:
        text = self._texts.get(key, "")
        return text if isinstance(text, str) else ""


def _with_borrowed(texts: dict[str, Any]) -> dict[str, Any]:
    """The texts with those that track-order-words.liquid makes of them."""
    borrowed = {key: texts.get(lender, "") for key, lender in BORROWED.items()}
    return texts | borrowed


def _flat(texts: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, text in texts.items():
        key = f"{path}{name}"
        if isinstance(text, dict) and not set(text) <= PLURAL_WORDS:
            yield from _flat(text, f"{key}.")
        else:
            yield key, text


def _fill(text: str, values: Mapping[str, object]) -> Markup:
    pieces = PLACE.split(text)
    filled = (
        as_text(values.get(piece, "")) if odd % 2 else as_text(piece) for odd, piece in enumerate(pieces)
    )
    return Markup("").join(filled)


def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT)


def _date_form(locale: Locale) -> str:
    """Day, month and year in the language's own order. In numbers, since Liquid knows English names alone; by
    name in English, where nobody knows whether 3/4 is in March or in April."""
    if locale.language == DEFAULT:
        return liquid.ENGLISH_DATE
    pattern = locale.datetime_skeletons["yMd"].pattern
    return re.sub(r"[dMy]+", lambda field: DIRECTIVES[field[0]], pattern)


@cache
def all_words() -> dict[str, Words]:
    """Words by tag, one for each locale file of the theme extension."""
    return {tag: Words(tag, json.loads(text)[ROOT]) for tag, text in theme_files.locales().items()}


def choose(asked: str | None, accepted: list[str]) -> Words:
    """The words of the language asked for, else of the first accepted one that we have, else English.

    Tags are BCP 47 in any case; a tag that we lack falls back to its language (RFC 4647, 3.4).
    """
    known = {tag.casefold(): words for tag, words in all_words().items()}
    for tag in ([asked] if asked else []) + accepted:
        wanted = tag.casefold()
        while wanted:
            if wanted in known:
                return known[wanted]
            wanted = wanted.rpartition("-")[0]
    return known[DEFAULT]
