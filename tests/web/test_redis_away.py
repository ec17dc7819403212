"""Redis dead, hung, full of rubbish or started anew: shoppers are answered all the same, and limits hold."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

import tracker.edges
from tests.fakes import SettableMonotonic
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.storefront import ADA, Storefront
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.settings import read_limits
from tracker.store.redis import GuardedRedis

WRONG = ADA | {"email": "mallory@example.com"}

Breaks = Callable[[EmbeddedRedis], None]
each_way_to_break = pytest.mark.parametrize("breaks", [EmbeddedRedis.kill, EmbeddedRedis.pause])


@pytest.fixture(autouse=True)
def monotonic(monkeypatch: pytest.MonkeyPatch) -> SettableMonotonic:
    """The breaker's clock stands still, so that it is not half-open by chance; a hung Redis is not waited for
    much longer than in production."""
    clock = SettableMonotonic()
    monkeypatch.setattr(tracker.edges, "Breaker", functools.partial(Breaker, monotonic=clock))
    monkeypatch.setattr(tracker.edges, "GuardedRedis", functools.partial(GuardedRedis, timeout_seconds=0.5))
    return clock


@each_way_to_break
def test_the_look_up_goes_on_at_the_price_of_asking_the_shop(
    breaks: Breaks,
    make_app: MakeApp,
    breakable_redis: EmbeddedRedis,
    shopify: PretendShopify,
    metrics: RecordedMetrics,
) -> None:
    """One failure opens the breaker for the cache and the limits alike; nobody waits for Redis after it."""
    storefront = Storefront(make_app(redis_url=breakable_redis.url))
    breaks(breakable_redis)

    answers = [storefront.look_up() for _ in range(3)]
    pages = storefront.look_up(as_page=True)

    assert [answer.status_code for answer in [*answers, pages]] == [200] * 4
    assert storefront.look_up(WRONG).status_code == 404
    assert shopify.calls() == 4 * 2 + 1
    assert metrics.facts.count(("redis_failed", "down")) == 1
    assert metrics.facts.count(("redis_changed", "down")) == 1


@each_way_to_break
def test_the_door_counts_in_the_process_meanwhile(
    breaks: Breaks, make_app: MakeApp, breakable_redis: EmbeddedRedis
) -> None:
    storefront = Storefront(make_app(redis_url=breakable_redis.url, lookup_limit="2/minute"))
    breaks(breakable_redis)

    responses = [storefront.look_up() for _ in range(4)]

    assert [response.status_code for response in responses] == [200, 200, 429, 429]
    assert 1 <= int(responses[-1].headers["Retry-After"]) <= 60


@each_way_to_break
def test_guesses_are_counted_in_the_process_meanwhile(
    breaks: Breaks, make_app: MakeApp, breakable_redis: EmbeddedRedis, shopify: PretendShopify
) -> None:
    limits = read_limits("email=2/hour")
    storefront = Storefront(make_app(redis_url=breakable_redis.url, guess_limits=limits))
    breaks(breakable_redis)

    wrong = [storefront.look_up(WRONG | {"order": str(4000 + turn)}) for turn in range(4)]
    right = [storefront.look_up() for _ in range(4)]

    assert [response.status_code for response in wrong] == [404, 404, 429, 429]
    assert 3500 < int(wrong[-1].headers["Retry-After"]) <= 3600
    assert [response.status_code for response in right] == [200] * 4


@each_way_to_break
def test_a_service_without_redis_says_so_and_stays_ready(
    breaks: Breaks, make_app: MakeApp, breakable_redis: EmbeddedRedis
) -> None:
    client = make_app(redis_url=breakable_redis.url).test_client()
    assert client.get("/readyz").json == {"status": "ready", "redis": "up", "store": "none"}
    breaks(breakable_redis)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json == {"status": "ready", "redis": "down", "store": "none"}
    assert client.get("/healthz").status_code == 200


@each_way_to_break
def test_redis_is_used_again_once_it_answers(
    breaks: Breaks,
    *,
    make_app: MakeApp,
    breakable_redis: EmbeddedRedis,
    shopify: PretendShopify,
    monotonic: SettableMonotonic,
    metrics: RecordedMetrics,
) -> None:
    storefront = Storefront(make_app(redis_url=breakable_redis.url))
    breaks(breakable_redis)
    assert storefront.look_up().status_code == 200
    breakable_redis.restart()
    monotonic.advance(60)

    answers = [storefront.look_up() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert shopify.calls() == 2 + 2
    assert [fact for fact in metrics.facts if fact[0] == "redis_changed"] == [
        ("redis_changed", "down"),
        ("redis_changed", "up"),
    ]


def test_a_redis_restarted_in_between_has_forgotten_and_learns_anew(
    make_app: MakeApp, breakable_redis: EmbeddedRedis, shopify: PretendShopify, monotonic: SettableMonotonic
) -> None:
    """The broken connection may cost one look-up its cache, never its answer."""
    storefront = Storefront(make_app(redis_url=breakable_redis.url))
    first = storefront.look_up()
    breakable_redis.restart()

    second = storefront.look_up()
    monotonic.advance(60)
    third, asked = storefront.look_up(), shopify.calls()
    fourth = storefront.look_up()

    assert [r.status_code for r in (first, second, third, fourth)] == [200] * 4
    assert shopify.calls() == asked


@pytest.fixture
def spoilt(make_app: MakeApp, breakable_redis: EmbeddedRedis) -> Iterator[tuple[Storefront, Redis]]:
    """A storefront that was used once, and a client to spoil what was kept."""
    storefront = Storefront(make_app(redis_url=breakable_redis.url, lookup_limit="9/minute"))
    assert storefront.look_up().status_code == 200
    assert storefront.look_up(WRONG).status_code == 404
    with Redis.from_url(breakable_redis.url) as client:
        yield storefront, client


def test_values_that_are_not_ours_are_thrown_away(
    spoilt: tuple[Storefront, Redis], shopify: PretendShopify
) -> None:
    """Somebody else's bytes under the very key: read afresh once, and then known again."""
    storefront, client = spoilt
    entries = list(client.scan_iter(match="*:l:*"))
    assert len(entries) == 2
    for key in entries:
        client.set(key, b"\x01" + b"rubbish" * 20)
    asked = shopify.calls()

    assert [storefront.look_up().status_code for _ in range(2)] == [200, 200]
    assert shopify.calls() == asked + 2


def test_keys_of_another_type_break_nothing(spoilt: tuple[Storefront, Redis]) -> None:
    storefront, client = spoilt
    for key in list(client.scan_iter()):
        client.delete(key)
        client.rpush(key, "rubbish")

    assert [storefront.look_up().status_code for _ in range(3)] == [200] * 3
    assert storefront.look_up(WRONG).status_code == 404


def test_counters_that_are_no_numbers_break_nothing(spoilt: tuple[Storefront, Redis]) -> None:
    storefront, client = spoilt
    for key in list(client.scan_iter()):
        if client.type(key) == b"string":
            client.set(key, b"ninety-nine")

    assert [storefront.look_up().status_code for _ in range(3)] == [200] * 3
    assert storefront.look_up(WRONG).status_code == 404


@pytest.mark.parametrize(
    "refuse",
    [
        lambda client: client.config_set("maxmemory", "1"),
        lambda client: client.replicaof("127.0.0.1", "1"),
        lambda client: client.config_set("min-replicas-to-write", "3"),
    ],
    ids=["out of memory", "a read-only replica", "too few replicas"],
)
def test_a_redis_that_refuses_to_write_is_done_without(
    refuse: Callable[[Redis], object], spoilt: tuple[Storefront, Redis], shopify: PretendShopify
) -> None:
    """What it knows it still tells. The door goes on counting in the process: it is looser, not open."""
    storefront, client = spoilt
    asked = shopify.calls()
    refuse(client)

    statuses = [storefront.look_up().status_code for _ in range(11)]

    assert statuses[:9] == [200] * 9
    assert statuses[-1] == 429
    assert shopify.calls() == asked
