"""An app's own metafields as its blocks see them: `app.metafields.<namespace>.<key>`.

https://shopify.dev/docs/api/liquid/objects/metafield
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from tracker.demo.installation import Metafield


class _Value(dict[str, object]):
    """`value`, `type` and `list?`; written out it is the text that was stored."""

    def __init__(self, metafield: Metafield) -> None:
        super().__init__(value=_read(metafield), type=metafield.type)
        self["list?"] = metafield.type.startswith("list.")
        self._text = metafield.value

    def __str__(self) -> str:
        return self._text

    def __liquid__(self) -> object:
        return self["value"] if self["type"] == "boolean" else self._text


def liquid_metafields(metafields: Iterable[Metafield]) -> Mapping[str, Mapping[str, object]]:
    """Namespace → key → metafield."""
    found: dict[str, dict[str, object]] = {}
    for one in metafields:
        found.setdefault(one.namespace, {})[one.key] = _Value(one)
    return found


def _read(metafield: Metafield) -> object:
    kind = metafield.type.removeprefix("list.")
    if kind == "json" or metafield.type.startswith("list."):
        return json.loads(metafield.value)
    if kind == "boolean":
        return metafield.value == "true"
    if kind == "number_integer":
        return int(metafield.value)
    if kind == "number_decimal":
        return float(metafield.value)
    return metafield.value
