"""Questions that count against one limit or another, and what was counted."""

from __future__ import annotations

from redis import Redis

from tests.store.shops import (
    asked,
)
from tracker.ports.answers import Question, Spent

HOUR = 3600


def counts(client: Redis) -> list[int]:
    """Every counter's count, the lowest first."""
    return sorted(int(client.get(key) or 0) for key in client.scan_iter(match="*:g:*"))


def elsewhere(number: int) -> Question:
    """The same shop, but nothing else in common with any other number's question."""
    return asked(
        number=f"#{number}", stem=str(number), email=f"{number}@example.com", network=f"10.{number}.0.0/24"
    )


def vary(name: str, number: int) -> Question:
    """A question that this one limit counts together with QUESTION, and the finer ones do not."""
    unique = elsewhere(number)
    match name:
        case "email":
            return asked(number=unique.number, stem=unique.stem, network=unique.network)
        case "number_network":
            return asked(claim=unique.claim, number=f"EN-{number}-1001")
        case "number":
            return asked(claim=unique.claim, network=unique.network)
        case _:
            return unique


def refused_by(told: object) -> str:
    """The limit's name, once the time is one that an hour's window can have left on a slow machine."""
    assert isinstance(told, Spent)
    assert HOUR - 600 < told.retry_after <= HOUR
    return told.limit
