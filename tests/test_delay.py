"""Work that may wait is done a little later, once for all who ask for it, and before an orderly end."""

from __future__ import annotations

import threading

from tests.fakes import SettableMonotonic
from tracker.delay import Delay

PATIENCE = 30.0


def delay(errors: list[Exception], monotonic: SettableMonotonic | None = None) -> Delay:
    return Delay(on_error=errors.append, monotonic=monotonic or SettableMonotonic())


def test_what_waits_is_done_once_and_in_the_order_of_its_time() -> None:
    done: list[str] = []
    late = delay([])
    for name, seconds in (("late", 900.0), ("soon", 600.0), ("late", 1.0), ("soon", 1.0)):
        late.put(name, seconds, lambda name=name: done.append(name))  # type: ignore[misc] # bound now
    late.close(PATIENCE)

    assert ["soon", "late"] == done


def test_it_is_done_when_its_time_has_come() -> None:
    done = threading.Event()
    late = Delay(on_error=lambda error: None)
    late.put("forever", 1e6, lambda: None)
    late.put("now", 0.01, done.set)

    assert done.wait(PATIENCE)
    late.close(PATIENCE)


def test_what_is_done_may_be_asked_for_again() -> None:
    rounds: list[int] = []
    again = threading.Event()
    late = Delay(on_error=lambda error: None)

    def work() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            late.put("same", 0.01, work)
        else:
            again.set()

    late.put("same", 0.01, work)
    assert again.wait(PATIENCE)
    late.close(PATIENCE)


def test_work_that_fails_ends_nothing() -> None:
    errors: list[Exception] = []
    done: list[str] = []
    late = delay(errors)
    nothing: list[None] = []
    late.put("bad", 1.0, nothing.pop)
    late.put("good", 2.0, lambda: done.append("good"))
    late.close(PATIENCE)

    assert (["IndexError"], ["good"]) == ([type(error).__name__ for error in errors], done)


def test_after_the_end_nothing_is_taken() -> None:
    late = delay([])
    late.close(PATIENCE)

    assert not late.put("late", 1.0, lambda: None)
