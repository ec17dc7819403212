"""A vendor's words → ours, by a table of each vendor's. Pure. An unknown word becomes `Status.UNKNOWN` and is
told of: a guess would be believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tracker.order import Reading, Status

OnUnknownWord = Callable[[str, str], None]
"""Told the source's name and a word that its table lacks: letters, digits, `_`, `-` and `.` alone, or `?`."""

Table = Mapping[str, Reading]

SILENT = Reading(None)
"""No word at all: whatever held before still does."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def ignore(_source: str, _word: str) -> None:
    """Nobody wants to know."""


def table(*rows: tuple[str, Reading]) -> Table:
    """Each reading with the vendor's word as its `raw`."""
    return {raw: replace(reading, raw=raw) for raw, reading in rows}


class Words:
    """One vendor's table, and somebody to tell of every word that it lacks."""

    def __init__(self, source: str, known: Table, on_unknown_word: OnUnknownWord = ignore) -> None:
        self._source = source
        self._known = known
        self._on_unknown_word = on_unknown_word

    def read(self, word: object, coarser: object = None) -> Reading:
        """What `word` means; where the table lacks it, what the vendor's `coarser` word for the same thing
        does, and else nothing that is known. Either may be None or empty: no word was said."""
        words = [said for said in (word, coarser) if said is not None and said != ""]
        for said in words:
            if isinstance(said, str) and said in self._known:
                return self._known[said]
            self._on_unknown_word(self._source, _plain(said))
        return Reading(Status.UNKNOWN, raw=_plain(words[0])) if words else SILENT


def _plain(word: object) -> str:
    return word if isinstance(word, str) and _PLAIN.fullmatch(word) else "?"
