"""What sources write for people → plain text. Pure.

Some carriers write for a web page of theirs, with links, line breaks and entities in it. Pages of ours show
text as text, so nothing here keeps anybody safe: it keeps shoppers from reading markup.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tracker.shapes import text

_HIDDEN = frozenset({"script", "style"})
_APART = frozenset({"br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "hr", "li", "p", "td", "th", "tr"})
"""Tags that a reader sees as a gap; what stands at both sides of the others is one word."""

_MOST_LAYERS = 5
"""Some encode what was encoded already. Nobody does so more often without a wish to hide something."""

_MOST_TAGS = 100
"""The parser's work grows with the square of how many begin and never end."""

_BEGINS_A_TAG = re.compile(r"<+(?=[A-Za-z/!?])")
"""A tag that never ends is text to the parser."""


def plain(value: object, length: int) -> str | None:
    """One line of at most `length` characters without markup, entities and control characters; None where
    nothing is left, and where it is not plain after some layers were taken off, or has hundreds of tags. What
    is plain already stays as it is."""
    cleaned = text(value, 4 * length)
    for _ in range(_MOST_LAYERS):
        if cleaned is None or not ("<" in cleaned or "&" in cleaned):
            break
        if cleaned.count("<") > _MOST_TAGS:
            return None
        peeled = _peel(cleaned)
        if peeled == cleaned:
            break
        cleaned = peeled
    else:
        return None
    return text(cleaned, length)


def _peel(marked: str) -> str | None:
    """Without one layer: what the parser takes off, or else what it takes for text."""
    reader = _Reader()
    try:
        reader.feed(marked)
        reader.close()
    except AssertionError:  # what the parser has for some declarations
        return None
    seen = text("".join(reader.pieces), len(marked))
    return text(_BEGINS_A_TAG.sub("", marked), len(marked)) if seen == marked else seen


class _Reader(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._hidden = self._hidden or tag in _HIDDEN
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = self._hidden and tag not in _HIDDEN
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)

    def _part(self, tag: str) -> None:
        if tag in _APART:
            self.pieces.append(" ")
