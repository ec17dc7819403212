"""A shop is forgotten everywhere, and the store forgets it last."""

from __future__ import annotations

import pytest

from tracker.errors import TrackerError
from tracker.verbs.forget_shop import forget_shop

ALICE = "alice.myshopify.com"


class Told:
    """ports.Purge and the erasing of ports.Shops; remembers the order."""

    def __init__(self, *, fails: bool = False) -> None:
        self.order: list[str] = []
        self.fails = fails

    def shop(self, domain: str) -> None:
        self.order.append(f"purge {domain}")
        if self.fails:
            raise TrackerError

    def erase(self, domain: str) -> bool:
        self.order.append(f"erase {domain}")
        return True


def test_everything_is_purged_before_the_store_forgets_it() -> None:
    told = Told()

    assert forget_shop(ALICE, shops=told, purges=[told, told])  # type: ignore[arg-type, list-item] # all that is needed
    assert told.order == [f"purge {ALICE}", f"purge {ALICE}", f"erase {ALICE}"]


def test_what_could_not_be_purged_keeps_the_shop_in_the_store() -> None:
    """So that trying again begins from the start."""
    told = Told(fails=True)

    with pytest.raises(TrackerError):
        forget_shop(ALICE, shops=told, purges=[told])  # type: ignore[arg-type, list-item] # all that is needed
    assert told.order == [f"purge {ALICE}"]
