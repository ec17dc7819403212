"""What a merchant types into the fields of a block's schema, read by the type of each setting.

https://shopify.dev/docs/storefronts/themes/architecture/settings/input-settings
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

PREFIX = "setting."
"""Before a setting's id in the name of its field, beside which a form has fields of its own."""

_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


class BadSetting(ValueError):
    """A value that a setting can't have. The text names the setting and says why."""


def read_settings(schema: Iterable[Mapping[str, Any]], form: Mapping[str, str]) -> dict[str, object]:
    """The values of a form by the ids of their settings, as Liquid will have them.

    A box that is not ticked is not sent, and means no; of other settings those that were not sent are left
    out. Raises BadSetting.
    """
    values: dict[str, object] = {}
    for setting in schema:
        if "id" not in setting:  # a header or a paragraph
            continue
        name = f"{PREFIX}{setting['id']}"
        if setting["type"] == "checkbox":
            values[setting["id"]] = name in form
        elif name in form:
            values[setting["id"]] = _read(setting, form[name].strip())
    return values


def _read(setting: Mapping[str, Any], typed: str) -> object:
    kind = setting["type"]
    if kind in ("range", "number"):
        return _number(setting, typed)
    if kind in ("select", "radio") and typed not in [one["value"] for one in setting["options"]]:
        raise BadSetting(f"{setting['id']} is none of its options")
    if kind == "color" and typed and not _COLOR.fullmatch(typed):
        raise BadSetting(f"{setting['id']} is a color such as #1f5c4d, or empty for the theme's own")
    if kind == "richtext" and typed and not typed.startswith("<"):
        # Shopify's field writes paragraphs of HTML; this one is a plain field.
        return f"<p>{escape(typed, quote=False)}</p>"
    return typed


def _number(setting: Mapping[str, Any], typed: str) -> int | float:
    try:
        number = float(typed)
    except ValueError:
        raise BadSetting(f"{setting['id']} is a number") from None
    if not setting.get("min", number) <= number <= setting.get("max", number):
        raise BadSetting(f"{setting['id']} goes from {setting['min']} to {setting['max']}")
    return int(number) if number.is_integer() else number
