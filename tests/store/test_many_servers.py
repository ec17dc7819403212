"""The same store on a Cluster and behind a Sentinel, both real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from limits import RateLimitItem
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, OTHER, PARCEL, news
from tests.redis_servers import cluster_node, server, wait_until_ready
from tests.serving import free_port
from tests.store.shops import ADA, ALICE, BOB, ENTRY, ORDER, PATIENT_SECONDS, QUESTION, SECRET, asked
from tracker.breaker import Breaker
from tracker.ports.answers import DOOR, Entry, Spent, Visit
from tracker.ports.following import TROUBLES
from tracker.store.cache import RedisAnswers
from tracker.store.door import GuardedStorage
from tracker.store.followed import RedisFollowedParcels
from tracker.store.purge import RedisPurge
from tracker.store.quota import RedisQuota
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.tokens import RedisTokenShelf
from tracker.store.troubles import RedisTroubles
from tracker.webhook import Person


@pytest.fixture(scope="module")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One node that serves all slots: what crosses slots is refused by it as by many."""
    port = free_port()
    with cluster_node(tmp_path_factory.mktemp("cluster"), port):
        wait_until_ready(port, "server", "tcp_port", port)
        with Redis(port=port) as client:
            client.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
        wait_until_ready(port, "cluster", "cluster_state", "ok")
        yield f"redis+cluster://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def sentinel_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port, watch = tmp_path_factory.mktemp("sentinel"), free_port(), free_port()
    rules = folder / "sentinel.conf"
    rules.write_text(f"sentinel monitor shops 127.0.0.1 {port} 1\n")
    with server(folder, port), server(folder, watch, str(rules), "--sentinel"):
        wait_until_ready(port, "server", "tcp_port", port)
        wait_until_ready(watch, "sentinel", "sentinel_masters", 1)
        yield f"redis+sentinel://127.0.0.1:{watch}/shops"


@pytest.fixture(params=["cluster_url", "sentinel_url"])
def url(request: pytest.FixtureRequest) -> str:
    """Of each of the two, emptied."""
    url: str = request.getfixturevalue(request.param)
    way_to(url).run(lambda client: client.flushall())
    return url


@pytest.fixture
def guard(url: str) -> GuardedRedis:
    return way_to(url)


def way_to(url: str) -> GuardedRedis:
    return GuardedRedis(url, Breaker(), timeout_seconds=PATIENT_SECONDS)


def test_a_visit_is_counted_with_the_answer(guard: GuardedRedis, limits: dict[str, RateLimitItem]) -> None:
    """All keys of one question lie on one node."""
    sealer = Sealer(SECRET)
    answers = RedisAnswers(guard, sealer, guess_limits=limits)
    visit = Visit(f"LIMITER/{sealer.shop_tag(ALICE)}:d:ada:lookup/1/1/minute", 1, 60)

    told = [answers.ask(QUESTION, visit=visit) for _ in range(2)]

    assert told[0] is None
    assert isinstance(told[1], Spent)
    assert DOOR == told[1].limit


def test_a_kept_answer_comes_with_its_visit(guard: GuardedRedis) -> None:
    sealer = Sealer(SECRET)
    answers = RedisAnswers(guard, sealer, guess_limits={})
    visit = Visit(f"LIMITER/{sealer.shop_tag(ALICE)}:d:ada:lookup/2/1/minute", 2, 60)
    answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=False)

    told = [answers.ask(QUESTION, visit=visit) for _ in range(3)]

    assert [ENTRY, ENTRY] == told[:2]
    assert isinstance(told[2], Spent)


def test_answers_and_guesses(guard: GuardedRedis, limits: dict[str, RateLimitItem]) -> None:
    answers = RedisAnswers(guard, Sealer(SECRET), guess_limits=limits)

    told = [answers.ask(QUESTION) for _ in range(11)]
    assert told[:10] == [None] * 10
    assert isinstance(told[10], Spent)
    answers.keep(QUESTION, ENTRY, generation=answers.generation(QUESTION.shop), seconds=60, guessed=True)
    assert answers.ask(QUESTION) == ENTRY
    assert RedisPurge(guard, [Sealer(SECRET)]).drop(ALICE, ORDER) == 1
    assert answers.ask(QUESTION) is None
    answers.give_back(QUESTION, guessed=True)
    before = answers.generation(QUESTION.shop)
    assert before is not None
    assert answers.lead(QUESTION, otherwise=False) is None
    answers.keep_miss(QUESTION, generation=before, checked_at=NOON, seconds=60)
    assert answers.ask(QUESTION) == Entry(None, None, None, NOON)
    assert RedisPurge(guard, [Sealer(SECRET)]).drop(ALICE, ORDER) == 0
    answers.keep(QUESTION, ENTRY, generation=before, seconds=60, guessed=False)
    assert answers.ask(QUESTION) is None


def test_everything_of_a_person_and_of_a_shop_is_found_again(
    guard: GuardedRedis, limits: dict[str, RateLimitItem]
) -> None:
    answers = RedisAnswers(guard, Sealer(SECRET), guess_limits=limits)
    purge = RedisPurge(guard, [Sealer(SECRET), Sealer("the secret of before")])
    for question in (QUESTION, asked(number="#77"), asked(shop=BOB)):
        answers.ask(question)
        answers.keep(
            question,
            ENTRY,
            generation=answers.generation(question.shop),
            seconds=60,
            guessed=False,
            parts=["gid://part/1"],
        )

    assert ORDER == purge.order_of(ALICE, "gid://part/1")
    assert purge.person(ALICE, Person(ADA, None, (ORDER,))) > 0
    assert answers.ask(QUESTION) is None
    assert purge.shop(ALICE) > 0
    assert 0 == purge.shop(ALICE)
    assert ENTRY == answers.ask(asked(shop=BOB))


def test_all_workers_share_the_guesses(url: str, limits: dict[str, RateLimitItem]) -> None:
    """None of them counted in its own process for want of a server."""
    workers = [RedisAnswers(way_to(url), Sealer(SECRET), guess_limits=limits) for _ in range(2)]

    told = [workers[number % 2].ask(asked(number=f"EN-{number}-1001")) for number in range(11)]

    assert isinstance(told[10], Spent)


def test_the_doors_counts(guard: GuardedRedis) -> None:
    storage = GuardedStorage(guard=guard)

    assert [storage.incr("{shop}:d:key", 600) for _ in range(2)] == [1, 2]
    assert storage.get("{shop}:d:key") == 2


def test_parcels_are_followed(guard: GuardedRedis) -> None:
    """Each script keeps to one shop, or to the queue."""
    sealer = Sealer(SECRET)
    followed = RedisFollowedParcels(guard, [sealer, Sealer("the secret of before")])
    quota = RedisQuota(guard, sealer, daily_quota_of=lambda *_: 10)
    for shop in (ALICE, BOB):
        assert 2 == followed.follow(shop, ORDER, [PARCEL, OTHER], sources=[AGGREGATOR], at=NOON)
        assert quota.spend(shop, AGGREGATOR, 2, now=NOON) is None
    due = followed.take(holder="a", most=9, now=NOON)
    assert 4 == len(due)
    for each in due:
        assert followed.keep(each, news())
        followed.finish(each, next_at=NOON, registered=True)
    assert followed.push(ALICE, AGGREGATOR, PARCEL.number, news()) is None
    assert {PARCEL.number, OTHER.number} == set(followed.news(ALICE, [PARCEL.number, OTHER.number]) or ())

    assert 1.0 == quota.hold_off(ALICE, AGGREGATOR, seconds=1, most=1)
    assert 60.0 == quota.hold_off(ALICE, AGGREGATOR, seconds=60, most=60, registering=True)
    quota.resume(ALICE, AGGREGATOR)
    assert 0 == quota.registering_held(ALICE, AGGREGATOR)
    assert RedisTroubles(guard, sealer).tell(ALICE, AGGREGATOR, TROUBLES[0])
    assert [TROUBLES[0]] == RedisTroubles(guard, sealer).of(ALICE, AGGREGATOR)
    RedisTroubles(guard, sealer).settled(ALICE, AGGREGATOR)
    assert RedisPurge(guard, [sealer]).person(ALICE, Person(None, None, (ORDER,))) == 2
    again = followed.take(holder="a", most=9, now=NOON)
    assert [BOB, BOB] == [each.shop for each in again]
    followed.put_off(again, until=NOON)
    followed.leave(holder="a")
    assert 2 == followed.following(now=NOON).planned


def test_tokens(guard: GuardedRedis) -> None:
    shelf = RedisTokenShelf(guard, Sealer(SECRET))
    with shelf.lock(ALICE) as first, shelf.lock(ALICE) as second:
        assert [first, second] == [True, False]
