"""What the merchant's page says of accounts at sources. Never a key or a secret. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from tracker.errors import SourceUnavailable
from tracker.ports.sources import KeptAccount, SourceAccount
from tracker.web.admin.words import say, say_or
from tracker.web.pushes import PUSH_PATH

LABELS = {"done": "news.works", "todo": "news.trouble", "unknown": "news.waits"}
"""By the word for the look. Where a source is away nobody has anything to do."""

TroublesOf = Callable[[str, str], Sequence[str]]
"""The codes of what a shop's source refuses for, gravest first; none where it works."""


def account_facts(
    shop: str, kept: Sequence[KeptAccount], *, troubles_of: TroublesOf, pushing: Collection[str]
) -> list[dict[str, Any]]:
    """One object for each account: its source, how it is called, how it goes in a word for the look and in a
    sentence, what was chosen for it, alone and in a sentence, and the path of its pushes, None where the
    source does not push."""
    return [_facts(shop, one.account, troubles_of, pushing) for one in kept]


def _facts(
    shop: str, account: SourceAccount, troubles_of: TroublesOf, pushing: Collection[str]
) -> dict[str, Any]:
    source = account.source
    trouble = next(iter(troubles_of(shop, source)), None)
    state = "done" if trouble is None else "unknown" if trouble == SourceUnavailable.code else "todo"
    return {
        "source": source,
        "name": say(f"sources.{source}"),
        "state": state,
        "label": say(LABELS[state]),
        "text": say("news.fine") if trouble is None else say_or(f"troubles.{trouble}", "troubles.other"),
        "quota": say("news.quota", count=f"{account.daily_quota:,}"),
        "daily_quota": account.daily_quota,
        "asked": say(f"news.asked.{account.ask_about}"),
        "ask_about": account.ask_about,
        "path": push_path(source, shop) if source in pushing else None,
    }


def push_path(source: str, shop: str) -> str:
    """Where this source pushes what is new of this shop's parcels."""
    return PUSH_PATH.replace("<source>", source).replace("<shop>", shop)
