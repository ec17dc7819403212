"""A worker keeps to a processor of its own where there is one for each."""

from __future__ import annotations

import pytest

from tracker.processors import own_processor


def test_each_worker_has_its_own() -> None:
    taken: list[int | None] = []
    for _ in range(3):
        taken.append(own_processor({4, 0, 7}, workers=3, taken=taken))

    assert [0, 4, 7] == taken


def test_who_takes_a_place_takes_its_processor() -> None:
    """As after a worker that was killed."""
    assert 4 == own_processor({4, 0, 7}, workers=3, taken=[7, 0])


def test_at_a_reload_they_share_evenly() -> None:
    assert {0, 1} == (
        {own_processor({0, 1}, workers=2, taken=[0, 1]), own_processor({0, 1}, workers=2, taken=[0, 1, 0])}
    )


@pytest.mark.parametrize("workers", [1, 3, 64])
def test_more_or_fewer_workers_than_processors_are_left_to_the_system(workers: int) -> None:
    """Two of a container on a machine of many would be on the first two, and so would those of all others."""
    assert own_processor({0, 1}, workers=workers, taken=[]) is None
