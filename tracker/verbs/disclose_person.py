"""What is kept of a person, for whoever answers to them for it."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.ports.privacy import Disclosure
from tracker.webhook import Person


def disclose_person(shop: str, person: Person, *, disclosures: Sequence[Disclosure]) -> list[bytes]:
    """Every answer (JSON) that is kept of this person and of these orders, each once. Raises what
    `disclosures` raise."""
    return list(dict.fromkeys(answer for kept in disclosures for answer in kept.of(shop, person)))
