"""Nothing of a customer may be kept any longer."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.ports.privacy import Purge
from tracker.webhook import Person


def redact_customer(shop: str, person: Person, *, purges: Sequence[Purge]) -> int:
    """Delete what is kept of this person and of these orders; of others nothing. How much there was. Raises
    what `purges` raise, after which it has to be done again."""
    return sum(purge.person(shop, person) for purge in purges)
