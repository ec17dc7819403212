"""After one failure nobody waits, and one caller finds out for all when it is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.fakes import SettableMonotonic
from tracker.breaker import Breaker


@pytest.fixture
def monotonic() -> SettableMonotonic:
    return SettableMonotonic()


@pytest.fixture
def news() -> list[str]:
    return []


@pytest.fixture
def breaker(monotonic: SettableMonotonic, news: list[str]) -> Breaker:
    return Breaker(open_seconds=10, monotonic=monotonic, on_change=news.append)


def test_closed_everybody_may_try(breaker: Breaker, news: list[str]) -> None:
    assert breaker.allows()
    assert breaker.allows()
    assert not breaker.opened
    assert news == []


def test_it_opens_at_the_first_failure(breaker: Breaker, news: list[str]) -> None:
    breaker.failed()

    assert breaker.opened
    assert not breaker.allows()
    assert news == ["down"]


def test_nobody_may_try_until_the_while_is_over(breaker: Breaker, monotonic: SettableMonotonic) -> None:
    breaker.failed()
    monotonic.advance(9.9)

    assert not breaker.allows()


def test_half_open_one_may_try_and_the_rest_wait_for_news(
    breaker: Breaker, monotonic: SettableMonotonic
) -> None:
    breaker.failed()
    monotonic.advance(10)

    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_half_open_one_of_many_threads_may_try(breaker: Breaker, monotonic: SettableMonotonic) -> None:
    breaker.failed()
    monotonic.advance(10)
    together = Barrier(16)

    def try_it() -> bool:
        together.wait()
        return breaker.allows()

    with ThreadPoolExecutor(16) as threads:
        allowed = [thread.result() for thread in [threads.submit(try_it) for _ in range(16)]]

    assert sum(allowed) == 1


def test_half_open_it_still_counts_as_down(breaker: Breaker, monotonic: SettableMonotonic) -> None:
    breaker.failed()
    monotonic.advance(10)
    breaker.allows()

    assert breaker.opened


def test_a_probe_that_succeeds_closes_it(
    breaker: Breaker, monotonic: SettableMonotonic, news: list[str]
) -> None:
    breaker.failed()
    monotonic.advance(10)
    breaker.allows()
    breaker.succeeded()

    assert [breaker.allows() for _ in range(2)] == [True, True]
    assert news == ["down", "up"]


def test_a_probe_that_fails_keeps_it_open_for_another_while(
    breaker: Breaker, monotonic: SettableMonotonic, news: list[str]
) -> None:
    breaker.failed()
    monotonic.advance(10)
    breaker.allows()
    breaker.failed()
    monotonic.advance(9.9)

    assert not breaker.allows()
    assert news == ["down"]


def test_a_probe_that_never_comes_back_gives_way_to_another(
    breaker: Breaker, monotonic: SettableMonotonic
) -> None:
    """Its thread may have died; the breaker must not stay open for good."""
    breaker.failed()
    monotonic.advance(10)
    breaker.allows()
    monotonic.advance(10)

    assert breaker.allows()


def test_news_is_told_once_however_many_fail_or_succeed(breaker: Breaker, news: list[str]) -> None:
    for tell in (breaker.failed, breaker.failed, breaker.succeeded, breaker.succeeded, breaker.failed):
        tell()

    assert news == ["down", "up", "down"]


def test_it_opens_after_so_many_failures_in_a_row(monotonic: SettableMonotonic) -> None:
    breaker = Breaker(failures=3, open_seconds=10, monotonic=monotonic)
    allowed = []
    for _ in range(3):
        allowed.append(breaker.allows())
        breaker.failed()

    assert allowed == [True, True, True]
    assert not breaker.allows()


def test_a_success_in_between_begins_anew(monotonic: SettableMonotonic) -> None:
    breaker = Breaker(failures=2, open_seconds=10, monotonic=monotonic)
    for tell in (breaker.failed, breaker.succeeded, breaker.failed):
        tell()

    assert breaker.allows()
    assert not breaker.opened


def test_once_open_one_failure_of_a_probe_is_enough(monotonic: SettableMonotonic) -> None:
    breaker = Breaker(failures=3, open_seconds=10, monotonic=monotonic)
    for _ in range(3):
        breaker.failed()
    monotonic.advance(10)
    assert breaker.allows()
    breaker.failed()

    assert breaker.remaining() == 10


def test_the_time_until_somebody_may_try_is_told(breaker: Breaker, monotonic: SettableMonotonic) -> None:
    told = [breaker.remaining()]
    breaker.failed()
    for seconds in (0, 4, 6, 5):
        monotonic.advance(seconds)
        told.append(breaker.remaining())

    assert told == [0, 10, 6, 0, 0]
