"""Lua scripts, as they are sent to Redis."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

Argument = bytes | str | int
"""What is sent along, beside the keys."""


SCRIPTS = Path(__file__).parent / "scripts"
OURS = "ours"
"""How all of them deal with what is not ours. Redis knows no modules, so each begins with it."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script, sent by its digest and in full only where the server does not know it yet."""

    name: str
    text: str
    digest: str
    repeatable: bool

    @classmethod
    def load(cls, name: str, *, repeatable: bool = True) -> Script:
        """The script of this name beside this file. `repeatable` says that it may be run twice in place of
        once, if nobody knows whether it was run: at worst it counts one try too many."""
        text = "".join((SCRIPTS / f"{each}.lua").read_text(encoding="utf-8") for each in (OURS, name))
        return cls(name, text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), repeatable)
