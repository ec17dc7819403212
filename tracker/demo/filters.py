"""Liquid filters that Shopify's themes have and plain Liquid has not, as far as a block needs them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from html import escape as escape_as_python
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from liquid import is_undefined

_NAMED_DATES = {
    "abbreviated_date": "%b %d, %Y",
    "basic": "%m/%d/%Y",
    "date": "%B %d, %Y",
    "date_at_time": "%B %d, %Y at %I:%M %p",
    "default": "%A, %B %d, %Y at %I:%M %p %z",
    "on_date": "on %b %d, %Y",
}
"""https://shopify.dev/docs/api/liquid/filters/date"""


def escape(value: object) -> str:
    """`escape`: as Ruby writes an apostrophe, which is not as Python does."""
    return (
        ""
        if value is None or is_undefined(value)
        else escape_as_python(str(value)).replace("&#x27;", "&#39;")
    )


def asset_url(prefix: str) -> Callable[[object], str]:
    """`asset_url`: where the extension's assets are served."""
    return lambda name: f"{prefix}{name}"


def stylesheet_tag(url: object, **_: object) -> str:
    """`stylesheet_tag`: a link element; `preload:` is taken and has no effect here."""
    return f'<link href="{escape(str(url))}" rel="stylesheet" type="text/css" media="all">'


def script_tag(url: object) -> str:
    """`script_tag`: a script element."""
    return f'<script src="{escape(str(url))}" type="text/javascript"></script>'


def to_json(value: object) -> str:
    """`json`: safe inside a script element, as Shopify's is."""
    text = json.dumps(_plain(value), ensure_ascii=False, default=str)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def money(value: object) -> str:
    """`money`: an amount in cents as US dollars."""
    return f"${float(str(value)) / 100:,.2f}"


def handleize(value: object) -> str:
    """`handle`: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-")


def pluralize(count: int, one: str, other: str) -> str:
    """`pluralize`: English."""
    return one if count == 1 else other


def make_date(time_zone: str) -> Callable[..., str]:
    """`date`: a time in the shop's zone. Accepts ISO 8601 text, `now`, Unix seconds or a datetime."""
    zone = ZoneInfo(time_zone)

    def in_zone(value: object, pattern: object = None, **options: object) -> str:
        at = _time(value, zone)
        if at is None:
            return "" if value is None else str(value)
        named = options.get("format")
        wanted = _NAMED_DATES.get(str(named), str(named)) if named is not None else pattern
        if wanted is None:
            return str(at)
        # Python's %s takes the time for one of the machine's own zone.
        return at.strftime(str(wanted).replace("%s", str(int(at.timestamp()))))

    return in_zone


def time_tag(formatted: Callable[..., str], zone: ZoneInfo) -> Callable[..., str]:
    """`time_tag`: a time element around what `date` would write."""

    def tag(value: object, pattern: object = "%B %d, %Y", **options: object) -> str:
        at = _time(value, zone)
        machine = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at is not None else str(value)
        return f'<time datetime="{escape(machine)}">{escape(formatted(value, pattern, **options))}</time>'

    return tag


def make_translate(tables: Sequence[Mapping[str, Any]], locale: str) -> Callable[..., str]:
    """`t`: words of the first table that has the key, values put in, in the plural form `count` asks for.

    The result is escaped unless the key ends in `_html`; then only the values are. A missing key is named,
    as Shopify does. https://shopify.dev/docs/storefronts/themes/architecture/locales/storefront-locale-files
    """

    def translate(key: object, **values: object) -> str:
        raw = str(key).endswith("_html")
        found = next((text for table in tables if (text := _text(table, str(key), locale, values))), None)
        if found is None:
            return f"translation missing: {escape(locale)}.{escape(str(key))}"
        words = found if raw else escape(found)
        return re.sub(r"{{\s*(\w+)\s*}}", lambda match: escape(_shown(values.get(match[1]))), words)

    return translate


def _text(table: Mapping[str, Any], key: str, locale: str, values: Mapping[str, object]) -> str | None:
    node: Any = table
    for part in key.split("."):
        if not isinstance(node, Mapping) or part not in node:
            return None
        node = node[part]
    if isinstance(node, Mapping):
        node = node.get(_plural(values.get("count"), locale), node.get("other"))
    return node if isinstance(node, str) else None


def _plural(count: object, locale: str) -> str:
    try:
        return str(Locale.parse(locale, sep="-").plural_form(int(str(count))))
    except (ValueError, UnknownLocaleError):
        return "other"


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _plain(value: object) -> object:
    if is_undefined(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _time(value: object, zone: ZoneInfo) -> datetime | None:
    if isinstance(value, datetime):
        at = value
    elif isinstance(value, date):
        at = datetime(value.year, value.month, value.day, tzinfo=zone)
    elif value in ("now", "today"):
        at = datetime.now(UTC)
    else:
        text = str(value)
        try:
            at = datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            return None
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
