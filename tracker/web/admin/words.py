"""The English of the merchant's page, all of it from one file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_TEXTS: dict[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def say(key: str, **values: object) -> str:
    """The text under a dotted key, with its places filled. Raises KeyError for an unknown key."""
    text = _find(key)
    if not isinstance(text, str):
        raise KeyError(key)
    return text.format_map(values)


def say_or(key: str, otherwise: str) -> str:
    """The text under a key, or under another where there is none: for words that come from elsewhere."""
    try:
        return say(key)
    except KeyError:
        return say(otherwise)


def below(*keys: str) -> Iterator[tuple[str, str]]:
    """Key and text of everything below some keys, for the page's script."""
    for key in keys:
        found = _find(key)
        if isinstance(found, str):
            yield key, found
        else:
            yield from below(*(f"{key}.{name}" for name in found))


def ago(moment: datetime, *, now: datetime) -> str:
    """How long ago that was, roughly; what a clock ahead of ours dates later is now."""
    past = now - moment
    if past < _MINUTE:
        return say("ago.now")
    if past < _HOUR:
        return say("ago.minutes", count=past // _MINUTE)
    if past < _DAY:
        return say("ago.hours", count=past // _HOUR)
    if past < 2 * _DAY:
        return say("ago.yesterday")
    return say("ago.days", count=past // _DAY)


def day(moment: datetime) -> str:
    """A date, as 3 Nov 2026 (UTC)."""
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y}"


def _find(key: str) -> Any:
    found: Any = _TEXTS
    for name in key.split("."):
        found = found[name]
    return found
