"""An app's own metafields as its blocks see them: `app.metafields.<namespace>.<key>`.

https://shopify.dev/docs/api/liquid/objects/metafield
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.demo.installation import Metafield
from tracker.demo.metafields import RESERVED, read_value


class _Value(dict[str, object]):
    """`value`, `type` and `list?`; written out it is the text that was stored."""

    def __init__(self, metafield: Metafield) -> None:
        super().__init__(value=read_value(metafield), type=metafield.type)
        self["list?"] = metafield.type.startswith("list.")
        self._text = metafield.value

    def __str__(self) -> str:
        return self._text

    def __liquid__(self) -> object:
        """What conditions compare: python-liquid asks for it."""
        return self["value"] if self["type"] == "boolean" else self._text


def liquid_metafields(metafields: Iterable[Metafield]) -> Mapping[str, Mapping[str, object]]:
    """Namespace → key → metafield; the reserved namespaces by their short names, `$app` and `$app:x`."""
    found: dict[str, dict[str, object]] = {}
    for one in metafields:
        name = one.namespace
        if name == RESERVED or name.startswith(f"{RESERVED}--"):
            name = "$app" + name.removeprefix(RESERVED).replace("--", ":", 1)
        found.setdefault(name, {})[one.key] = _Value(one)
    return found
