"""A rotation goes on until no batch is left."""

from __future__ import annotations

from tracker.ports.tokens import Resealed
from tracker.verbs.rotate_secrets import BATCH, Rotation, rotate_secrets


class FakeResealable:
    """ports.Resealable over batches that are given."""

    def __init__(self, *batches: Resealed) -> None:
        self.batches = list(batches)
        self.asked: list[tuple[int, int, bool]] = []

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        self.asked.append((after, limit, dry))
        return self.batches.pop(0)


def test_batches_are_added_up() -> None:
    shops = FakeResealable(Resealed(200, 150, 1, 17), Resealed(200, 0, 0, 40), Resealed(3, 2, 2, None))
    jobs = FakeResealable(Resealed(1, 1, 0, None))

    assert rotate_secrets(kept=[shops, jobs]) == Rotation(404, 153, 3)
    assert shops.asked == [(0, BATCH, False), (17, BATCH, False), (40, BATCH, False)]
    assert jobs.asked == [(0, BATCH, False)]


def test_a_dry_run_is_one_all_the_way() -> None:
    shops = FakeResealable(Resealed(200, 4, 0, 9), Resealed(0, 0, 0, None))

    assert rotate_secrets(kept=[shops], dry=True) == Rotation(200, 4, 0)
    assert [dry for _, _, dry in shops.asked] == [True, True]
