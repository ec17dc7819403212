"""A turn is one holder's, whatever others do, until it is over or its holder is dead; none is lost."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.store.shops import PATIENT_SECONDS, SECRET
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.errors import CacheUnavailable
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.turns import PLANNED_AGAIN_SECONDS, Turn, Turns

LATER = NOON + timedelta(hours=3)


def queue(url: str, *, dead_seconds: float = 600.0) -> Turns:
    """As another worker has it; `dead_seconds` of 0 finds everybody dead."""
    guard = GuardedRedis(url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    return Turns(guard, Keys(Sealer(SECRET)), dead_seconds=dead_seconds)


@pytest.fixture
def turns(redis_url: str) -> Turns:
    return queue(redis_url)


def names(taken: list[Turn]) -> list[str]:
    return [turn.name for turn in taken]


def test_what_is_due_is_taken_in_order_and_the_rest_is_not(turns: Turns) -> None:
    turns.plan(["second"], at=NOON)
    turns.plan(["first"], at=NOON - timedelta(hours=1))
    turns.plan(["not yet"], at=NOON + timedelta(milliseconds=1))

    assert ["first", "second"] == names(turns.take(holder="a", most=10, now=NOON))


def test_what_somebody_has_nobody_else_gets(turns: Turns, redis_url: str) -> None:
    turns.plan(["x"], at=NOON)
    turns.take(holder="a", most=10, now=NOON)

    assert [] == queue(redis_url).take(holder="b", most=10, now=LATER - timedelta(hours=2, minutes=1))


def test_planning_again_changes_nothing_before_during_and_after_a_turn(turns: Turns) -> None:
    turns.plan(["x", "x"], at=NOON)
    turns.plan(["x"], at=NOON - timedelta(hours=1))
    (turn,) = turns.take(holder="a", most=10, now=NOON)
    turns.plan(["x"], at=NOON)
    assert [] == turns.take(holder="a", most=10, now=NOON)
    turns.end([turn], holder="a", next_at=LATER)
    turns.plan(["x"], at=NOON)

    assert [] == turns.take(holder="a", most=10, now=NOON)
    assert ["x"] == names(turns.take(holder="a", most=10, now=LATER))


def test_what_is_over_for_good_does_not_come_again_unless_it_is_planned(turns: Turns) -> None:
    turns.plan(["x"], at=NOON)
    turns.end(turns.take(holder="a", most=1, now=NOON), holder="a", next_at=None)
    assert [] == turns.take(holder="a", most=10, now=LATER)
    turns.plan(["x"], at=NOON)

    assert ["x"] == names(turns.take(holder="a", most=10, now=NOON))


def test_what_a_dead_holder_left_is_taken_over_before_anything_else(turns: Turns, redis_url: str) -> None:
    turns.plan(["left behind"], at=NOON)
    turns.take(holder="dead", most=10, now=NOON)
    turns.plan(["new"], at=NOON - timedelta(hours=1))

    assert ["left behind", "new"] == names(
        queue(redis_url, dead_seconds=0).take(holder="b", most=10, now=NOON)
    )


def test_who_was_taken_for_dead_ends_nothing_any_more(turns: Turns, redis_url: str) -> None:
    """A process that was stopped and goes on must not plan anew what another one has."""
    turns.plan(["x"], at=NOON)
    (before,) = turns.take(holder="slow", most=10, now=NOON)
    (after,) = queue(redis_url, dead_seconds=0).take(holder="b", most=10, now=NOON)
    turns.end([before], holder="slow", next_at=NOON)
    assert [] == turns.take(holder="slow", most=10, now=NOON)
    turns.end([after], holder="b", next_at=LATER)

    assert ["x"] == names(turns.take(holder="c", most=10, now=LATER))


def test_a_turn_ends_once(turns: Turns) -> None:
    """A second end would plan what somebody else may have by then."""
    turns.plan(["x"], at=NOON)
    taken = turns.take(holder="a", most=10, now=NOON)
    turns.end(taken, holder="a", next_at=LATER)
    turns.end(taken, holder="a", next_at=NOON)

    assert [] == turns.take(holder="a", most=10, now=NOON)


def test_a_stream_that_was_lost_is_made_up_for_later(turns: Turns, redis_client: Redis) -> None:
    """Its turns come again once nobody can be about them any longer."""
    turns.plan(["x"], at=NOON)
    turns.take(holder="a", most=10, now=NOON)
    redis_client.delete(Keys(Sealer(SECRET)).turns()[1])
    soon, late = (NOON + timedelta(seconds=PLANNED_AGAIN_SECONDS + step) for step in (-1, 0))

    assert [] == turns.take(holder="a", most=10, now=soon)
    assert ["x"] == names(turns.take(holder="a", most=10, now=late))


def test_after_everything_was_flushed_it_goes_on_with_what_comes(turns: Turns, redis_client: Redis) -> None:
    turns.plan(["lost"], at=NOON)
    taken = turns.take(holder="a", most=10, now=NOON)
    redis_client.flushall()
    turns.end(taken, holder="a", next_at=NOON)
    assert [] == turns.take(holder="a", most=10, now=NOON)
    turns.plan(["new"], at=NOON)

    assert ["new"] == names(turns.take(holder="a", most=10, now=NOON))


@pytest.mark.parametrize("place", [0, 1], ids=["due", "stream"])
def test_what_lies_under_its_keys_and_is_not_ours_is_put_right(
    place: int, turns: Turns, redis_client: Redis
) -> None:
    redis_client.rpush(Keys(Sealer(SECRET)).turns()[place], "rubbish")

    turns.plan(["x"], at=NOON)

    assert ["x"] == names(turns.take(holder="a", most=10, now=NOON))


def test_holders_that_left_or_died_long_ago_are_not_remembered(
    redis_url: str, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each start of a worker makes a new one; those that have a turn still are found dead first."""
    turns = queue(redis_url, dead_seconds=0)

    def holders() -> set[str]:
        stream = Keys(Sealer(SECRET)).turns()[1]
        return {consumer["name"].decode() for consumer in redis_client.xinfo_consumers(stream, "followers")}

    turns.plan(["x"], at=NOON)
    for holder in ("died", "left", "has a turn"):
        turns.take(holder=holder, most=10, now=NOON)
    turns.leave(holder="left")
    turns.leave(holder="has a turn")
    assert {"died", "has a turn"} == holders()

    monkeypatch.setattr("tracker.store.turns.PLANNED_AGAIN_SECONDS", -1)
    queue(redis_url).take(holder="new", most=10, now=NOON)
    assert {"has a turn"} == holders()


def test_everything_ends_by_itself_once_nobody_looks(turns: Turns, redis_client: Redis) -> None:
    turns.plan(["x"], at=NOON)
    turns.take(holder="a", most=10, now=NOON)

    assert all(redis_client.ttl(key) > 0 for key in redis_client.scan_iter())


def test_how_many_there_are_and_since_when(turns: Turns) -> None:
    assert (0, None) == turns.count()
    turns.plan(["y"], at=LATER)
    turns.plan(["x"], at=NOON)

    assert (2, NOON) == turns.count()


def test_what_waits_can_be_hastened_and_what_has_its_turn_stays(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the names alone, and nothing that is planned for long after that."""
    monkeypatch.setattr("tracker.store.turns.SEEN_AT_ONCE", 2)
    minute = timedelta(minutes=1)
    turns.plan(["a:9 x"], at=NOON)
    (taken,) = turns.take(holder="a", most=10, now=NOON)
    for number in range(5):
        turns.plan([f"a:{number} x", f"a:{number} y", f"b:{number} x"], at=NOON + (10 + number) * minute)
    turns.plan(["a:sooner x"], at=NOON + minute / 2)
    turns.plan(["a:later x"], at=NOON + 40 * minute)
    turns.hasten(begins="a:", ends=" x", at=NOON + minute, until=NOON + 31 * minute)

    assert {"a:sooner x", *(f"a:{number} x" for number in range(5))} == set(
        names(turns.take(holder="b", most=20, now=NOON + minute))
    )
    turns.end([taken], holder="a", next_at=LATER)
    assert {"a:later x", *(f"{of}:{number} {at}" for of, at in ("ay", "bx") for number in range(5))} == set(
        names(turns.take(holder="b", most=20, now=NOON + 40 * minute))
    )


def test_of_many_workers_each_turn_is_one_s(redis_url: str) -> None:
    """All take at once, some die over it; each thing is begun by one, and taken over by one."""
    planned = [f"x{number}" for number in range(400)]
    queue(redis_url).plan(planned, at=NOON)
    barrier = threading.Barrier(6)

    def work(number: int) -> list[str]:
        turns = queue(redis_url)
        done: list[str] = []
        barrier.wait()
        while taken := turns.take(holder=f"worker {number}", most=7, now=NOON):
            if number % 3 == 0:  # dies with these
                return done
            done += names(taken)
            turns.end(taken, holder=f"worker {number}", next_at=LATER)
        return done

    with ThreadPoolExecutor(6) as pool:
        done = Counter(name for names_done in pool.map(work, range(6)) for name in names_done)
    left = names(queue(redis_url, dead_seconds=0).take(holder="last", most=400, now=NOON))

    assert set(done.values()) == {1}
    assert sorted(planned) == sorted([*done, *left])
    assert len(left) <= 2 * 7


def test_without_redis_each_says_that_it_could_not(breakable_redis: EmbeddedRedis) -> None:
    turns = queue(breakable_redis.url)
    breakable_redis.kill()

    for act in (
        lambda: turns.plan(["x"], at=NOON),
        lambda: turns.take(holder="a", most=1, now=NOON),
        lambda: turns.end([Turn("1-1", "x")], holder="a", next_at=None),
        lambda: turns.hasten(begins="a", ends="b", at=NOON, until=LATER),
        lambda: turns.leave(holder="a"),
        turns.count,
    ):
        with pytest.raises(CacheUnavailable):
            act()
