"""A look-up's visit is counted in the round trip that reads its answer, exactly as flask-limiter would."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import RateLimitItem
from limits import parse as parse_limit
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis import Redis

from tests.fakes import SettableMonotonic
from tests.store.shops import ENTRY, KEPT, PATIENT_SECONDS, QUESTION, SECRET, asked, overheard, round_trips
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.ports.answers import DOOR, Awaited, Entry, Question, Spent, Visit
from tracker.store.cache import RedisAnswers
from tracker.store.direct import Command
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

LIMIT = parse_limit("3/10 minutes")
STRANGER = asked(email="mallory@example.com")


def visit(who: str = "ada", limit: RateLimitItem = LIMIT) -> Visit:
    """One of this client's, as the door makes it."""
    return Visit(limit.key_for(f"{{shop}}:d:{who}:lookup"), limit.amount, limit.get_expiry())


class WindowEnds(GuardedRedis):
    """A way to Redis on which the door's window ends just after it was found open."""

    def run_together(self, *commands: Command) -> list[Any]:
        begin, count, get = commands
        (begun,) = super().run_together(begin)
        self.run(lambda client: client.delete(str(count[1])))
        return [begun, *super().run_together(count, get)]


def answers_of(server: EmbeddedRedis, limits: dict[str, RateLimitItem] | None = None) -> RedisAnswers:
    guard = GuardedRedis(server.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
    return RedisAnswers(guard, Sealer(SECRET), guess_limits=limits or {})


def library_on(client: Redis, server: EmbeddedRedis) -> FixedWindowRateLimiter:
    """flask-limiter's own strategy over its own storage, by way of `client`."""
    storage = RedisStorage("redis+" + server.url, connection_pool=client.connection_pool)
    return FixedWindowRateLimiter(storage)


def keep(answers: RedisAnswers, question: Question = QUESTION) -> None:
    answers.keep(question, ENTRY, generation=answers.generation(question.shop), seconds=60, guessed=False)


def told(answers: RedisAnswers, who: str = "ada") -> bool:
    """Whether a visit was let in."""
    answer = answers.ask(QUESTION, visit=visit(who))
    return not (isinstance(answer, Spent) and answer.limit == DOOR)


people = st.sampled_from(["ada", "bea"])
sizes = st.sampled_from([parse_limit(text) for text in ("1/minute", "3/10 minutes", "5/hour")])
happenings = st.lists(st.tuples(st.just("visit") | st.just("window ends"), people, sizes), max_size=25)


class TestTheLibraryAsOracle:
    @settings(max_examples=40)
    @given(happenings=happenings, kept=st.booleans())
    def test_the_same_visits_are_let_in_and_the_same_counts_stand(
        self, redis_server: EmbeddedRedis, happenings: list[tuple[str, str, RateLimitItem]], *, kept: bool
    ) -> None:
        """Whatever comes in whatever order, and whether or not an answer is kept: flask-limiter's fixed
        window decides alike, and what it says of our counters it says of its own."""
        answers = answers_of(redis_server)
        with Redis.from_url(redis_server.url) as client:
            library = library_on(client, redis_server)
            client.flushall()
            if kept:
                keep(answers)
            for happening, who, limit in happenings:
                ours, theirs = f"{{shop}}:d:{who}:lookup", f"oracle:{who}"
                if happening == "window ends":
                    library.clear(limit, ours)
                    library.clear(limit, theirs)
                    continue
                answer = answers.ask(QUESTION, visit=visit(who, limit))
                let_in = not isinstance(answer, Spent)
                assert library.hit(limit, theirs) == let_in
                assert answer == (ENTRY if kept else None) or not let_in
                stats, oracle = (library.get_window_stats(limit, key) for key in (ours, theirs))
                assert oracle.remaining == stats.remaining
                assert abs(oracle.reset_time - stats.reset_time) <= 2

    def test_the_librarys_own_hits_and_visits_count_together(
        self, redis_server: EmbeddedRedis, redis_client: Redis, answers: RedisAnswers
    ) -> None:
        """A form that could not be read was counted by the library; the next look-up knows."""
        library = library_on(redis_client, redis_server)
        key = "{shop}:d:ada:lookup"

        let_in = [library.hit(LIMIT, key), told(answers), library.hit(LIMIT, key), told(answers)]

        assert let_in == [True, True, True, False]
        assert not library.hit(LIMIT, key)


class TestCounting:
    def test_beyond_the_limit_nothing_is_given_and_no_guess_is_taken(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        keep(answers)
        for _ in range(3):
            assert told(answers)

        known, unknown = answers.ask(QUESTION, visit=visit()), answers.ask(STRANGER, visit=visit())

        assert isinstance(known, Spent)
        assert isinstance(unknown, Spent)
        assert (known.limit, unknown.limit, known.cause) == (DOOR, DOOR, "door")
        assert 600 - 60 < known.retry_after <= 600
        assert list(redis_client.scan_iter(match="*:g:*")) == []

    def test_a_window_that_ends_meanwhile_begins_anew_and_ends(
        self, redis_server: EmbeddedRedis, redis_client: Redis
    ) -> None:
        """A counter without an end would go on counting for days."""
        assert told(answers_of(redis_server))

        told(RedisAnswers(WindowEnds(redis_server.url, Breaker()), Sealer(SECRET), guess_limits={}))

        (counter,) = redis_client.scan_iter(match="LIMITS:*")
        assert redis_client.get(counter) == b"1"
        assert 0 < redis_client.ttl(counter) <= 600

    @pytest.mark.parametrize("rubbish", ["many", ["a", "list"]])
    def test_rubbish_in_the_place_of_a_count_is_cleared_away(
        self, answers: RedisAnswers, redis_client: Redis, rubbish: str | list[str]
    ) -> None:
        """The visit that finds it counts in this process, the next ones again for all of them."""
        told(answers)
        (counter,) = redis_client.scan_iter(match="LIMITS:*")
        redis_client.delete(counter)
        if isinstance(rubbish, str):
            redis_client.set(counter, rubbish)
        else:
            redis_client.rpush(counter, *rubbish)

        assert [told(answers) for _ in range(3)] == [True] * 3
        assert redis_client.get(counter) == b"2"

    def test_the_time_told_is_what_is_left_of_the_window(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        for _ in range(3):
            told(answers)
        (key,) = redis_client.scan_iter(match="LIMITS:*")
        redis_client.pexpire(key, 90_500)

        refused = answers.ask(QUESTION, visit=visit())

        assert isinstance(refused, Spent)
        assert 60 < refused.retry_after <= 91

    def test_a_spent_guess_limit_counts_the_visit_all_the_same(
        self, redis_server: EmbeddedRedis, redis_client: Redis
    ) -> None:
        answers = answers_of(redis_server, {"shop": parse_limit("1/hour")})

        limits = [getattr(answers.ask(STRANGER, visit=visit()), "limit", None) for _ in range(4)]

        assert limits == [None, "shop", "shop", DOOR]

    def test_rubbish_under_the_entry_counts_one_visit(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        """The question is asked again once it is cleared away."""
        keep(answers)
        (entry,) = redis_client.scan_iter(match="*:l:*")
        for spoil in (
            lambda: redis_client.set(entry, "rubbish"),
            lambda: redis_client.lpush(entry, "rubbish"),
        ):
            redis_client.delete(entry)
            spoil()
            assert answers.ask(QUESTION, visit=visit()) is None
            assert not redis_client.exists(entry)
        (counter,) = redis_client.scan_iter(match="LIMITS:*")

        assert redis_client.get(counter) == b"2"

    def test_a_warm_answer_is_one_round_trip_with_everything_on(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        keep(answers)
        answers.ask(QUESTION, visit=visit())

        def again() -> None:
            assert answers.ask(QUESTION, visit=visit()) == ENTRY

        assert round_trips(redis_client, again) == 1
        with overheard(redis_client) as heard:
            again()
        assert heard == [("unix", command) for command in KEPT]


@contextmanager
def refusing(client: Redis, way: str) -> Iterator[None]:
    """A Redis that takes no writes meanwhile."""
    if way == "full":
        client.config_set("maxmemory", "1")
    else:
        client.replicaof("127.0.0.1", "1")
    try:
        yield
    finally:
        client.config_set("maxmemory", "0")
        client.replicaof("no", "one")


class TestWithoutWriting:
    @pytest.mark.parametrize("way", ["full", "a replica"])
    def test_kept_answers_are_given_and_visits_counted_in_this_process(
        self, breakable_redis: EmbeddedRedis, way: str
    ) -> None:
        """Nobody has to ask the shop for what Redis knows, and the door does not stand open."""
        failures: list[str] = []
        guard = GuardedRedis(breakable_redis.url, Breaker(), on_failure=failures.append)
        answers = RedisAnswers(guard, Sealer(SECRET), guess_limits={})
        keep(answers)
        with Redis.from_url(breakable_redis.url) as client, refusing(client, way):
            given: list[Entry | Spent | Awaited | None] = [
                answers.ask(QUESTION, visit=visit()) for _ in range(4)
            ]

        assert given[:3] == [ENTRY] * 3
        assert isinstance(given[3], Spent)
        assert given[3].limit == DOOR
        assert {"refused"} == set(failures)

    def test_while_redis_is_away_visits_and_their_ends_are_counted_in_this_process(
        self, breakable_redis: EmbeddedRedis, monotonic: SettableMonotonic
    ) -> None:
        breaker = Breaker(open_seconds=10, monotonic=monotonic)
        guard = GuardedRedis(breakable_redis.url, breaker, timeout_seconds=PATIENT_SECONDS)
        answers = RedisAnswers(guard, Sealer(SECRET), guess_limits={})
        breakable_redis.kill()

        assert [told(answers) for _ in range(5)] == [True, True, True, False, False]
        refused = answers.ask(QUESTION, visit=visit())
        assert isinstance(refused, Spent)
        assert 590 < refused.retry_after <= 600
        assert told(answers, who="bea")

    def test_its_windows_end_too(
        self, breakable_redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = answers_of(breakable_redis)
        breakable_redis.kill()
        for _ in range(3):
            told(answers)
        assert not told(answers)
        later = time.time() + 601
        monkeypatch.setattr(time, "time", lambda: later)

        assert told(answers)
