"""What has to be told or forgotten of a shop or a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tracker.webhook import Person


class Purge(Protocol):
    """What is kept outside of the store of shops, to be deleted. Doing it twice does no harm. Each method
    raises errors.CacheUnavailable where it cannot be known that it is gone."""

    def shop(self, domain: str) -> int:
        """Nothing of this shop is left there. Takes as long as looking at every key there is. How many keys
        there were."""
        ...

    def person(self, shop: str, person: Person) -> int:
        """Nothing of this person and of these orders is left there. How many of its keys there were."""
        ...


class Disclosure(Protocol):
    """What is kept outside of the store of shops, to be shown to whom it is about."""

    def of(self, shop: str, person: Person) -> Sequence[bytes]:
        """Every finished answer, and every record of parcels under way (JSON), that is kept of this person or
        of these orders; what lies there and is not ours is passed over. Raises errors.CacheUnavailable."""
        ...
