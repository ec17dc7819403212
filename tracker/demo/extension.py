"""Reading a theme app extension from its folder: blocks, their schema, snippets, words and assets.

https://shopify.dev/docs/apps/build/online-store/theme-app-extensions/configuration
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = re.compile(r"{%-?\s*schema\s*-?%}(?P<json>.*?){%-?\s*endschema\s*-?%}", re.DOTALL)
_NOTHING = "{{ '' }}"
"""In place of a schema, which is a tag that prints nothing but ends the white space beside it."""
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Block:
    """A block's Liquid without its schema, and the schema as read."""

    source: str
    schema: Mapping[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        """Each setting's default, as a merchant finds them; blank where there is none."""
        return {
            one["id"]: one.get("default", False if one.get("type") == "checkbox" else "")
            for one in self.schema.get("settings", [])
            if "id" in one
        }


class Extension:
    """The folder is read anew at every use, so that an edit shows on reload."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def block(self, handle: str) -> Block | None:
        """A block by its file name without ending, None where there is none.

        Raises ValueError for a schema that is not JSON, which Shopify would refuse too.
        """
        path = self.folder / "blocks" / f"{handle}.liquid"
        if not path.is_file():
            return None
        text = path.read_text("utf-8")
        match = _SCHEMA.search(text)
        schema = json.loads(match["json"]) if match else {}
        return Block(_SCHEMA.sub(_NOTHING, text), schema)

    def blocks(self) -> dict[str, Block]:
        """Every block by its file name."""
        names = sorted(path.stem for path in self.folder.glob("blocks/*.liquid"))
        return {name: block for name in names if (block := self.block(name)) is not None}

    def handle(self) -> str:
        """What the extension is called in addresses: its `handle`, or its name in lower case with hyphens."""
        path = self.folder / "shopify.extension.toml"
        raw = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
        name = str(raw.get("name", self.folder.name))
        return str(raw.get("handle") or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"))

    def words_for_merchants(self, text: str) -> str:
        """A text of a schema: what the default language has for `t:some.key`, anything else as it is."""
        if not text.startswith("t:"):
            return text
        words: Any = {}
        for path in sorted(self.folder.glob("locales/*.default.schema.json")):
            words = json.loads(path.read_text("utf-8"))
        for part in text[2:].split("."):
            words = words.get(part) if isinstance(words, Mapping) else None
        return words if isinstance(words, str) else text

    def snippet(self, name: str) -> str | None:
        """The Liquid of a snippet, None for an unknown one."""
        path = self._inside("snippets", f"{name}.liquid")
        return path.read_text("utf-8") if path is not None else None

    def asset(self, name: str) -> Path | None:
        """The file of an asset, None for an unknown one."""
        return self._inside("assets", name)

    def locales(self) -> list[str]:
        """Languages there are words for, the default first."""
        names = sorted(path.name.removesuffix(".json") for path in self.folder.glob("locales/*.json"))
        shoppers = [name for name in names if not name.endswith(".schema")]
        default = [name.removesuffix(".default") for name in shoppers if name.endswith(".default")]
        return default + [name for name in shoppers if not name.endswith(".default")]

    def translations(self, locale: str) -> list[Mapping[str, Any]]:
        """Words to look a key up in, nearest first: the language asked for, then the default."""
        wanted = [f"{locale}.json", f"{locale.partition('-')[0]}.json", f"{locale}.default.json"]
        paths = [self._inside("locales", name) for name in wanted]
        paths += sorted(self.folder.glob("locales/*.default.json"))
        return [json.loads(path.read_text("utf-8")) for path in paths if path is not None]

    def _inside(self, part: str, name: str) -> Path | None:
        path = self.folder / part / name
        return path if _FILE.fullmatch(name) and path.is_file() else None
