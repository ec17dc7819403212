"""Two hundred shoppers who ask for one order at once are one question to the shop."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis

import tracker.store.cache
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp
from tests.web.storefront import ADA, SECRET, Storefront
from tracker.breaker import Breaker
from tracker.claim import by_email
from tracker.order_number import read as read_number
from tracker.ports.answers import Awaited, Question
from tracker.settings import DEFAULT_GUESS_LIMITS, read_limits
from tracker.store.cache import RedisAnswers
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

HOSTS = 4
AT_ONCE = 32
SHOPPERS = 200
WRONG = ADA | {"email": "mallory@example.com"}


class Crowd:
    """Four hosts, and shoppers before them. The shop answers once so many wait for what one has asked."""

    def __init__(self, make_app: MakeApp, patch: pytest.MonkeyPatch) -> None:
        self.storefronts = [Storefront(make_app()) for _ in range(HOSTS)]
        self.waiting = 0
        self.full = threading.Event()
        for storefront in self.storefronts:
            edges = storefront._app.extensions["tracker_edges"]
            patch.setattr(edges.answers, "ask", self._counting(edges.answers.ask))
            patch.setattr(edges.orders, "find", self._held(edges.orders.find))

    def look_up(self, fields: dict[str, str] = ADA) -> list[Any]:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            sent = [
                threads.submit(self.storefronts[number % HOSTS].look_up, fields) for number in range(SHOPPERS)
            ]
            return [one.result() for one in sent]

    def _counting(self, ask: Any) -> Any:
        def counted(question: Question, **options: Any) -> Any:
            told = ask(question, **options)
            if told is Awaited.ANSWER and options["visit"] is not None:
                self.waiting += 1
                if self.waiting == AT_ONCE - 1:
                    self.full.set()
            return told

        return counted

    def _held(self, find: Any) -> Any:
        def held(*arguments: Any, **options: Any) -> Any:
            assert self.full.wait(30)
            return find(*arguments, **options)

        return held


@pytest.fixture
def crowd(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    return Crowd(make_app, monkeypatch)


def guesses(client: Redis) -> set[int]:
    return {int(client.get(key) or 0) for key in client.scan_iter(match="*:g:*")}


def test_a_cold_order_is_read_once_for_all_of_them(
    crowd: Crowd, shopify: PretendShopify, redis_client: Redis
) -> None:
    answers = crowd.look_up()

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert shopify.calls() == 2
    assert guesses(redis_client) == {0}


def test_a_wrong_e_mail_is_searched_for_once_and_is_one_guess(
    crowd: Crowd, shopify: PretendShopify, redis_client: Redis
) -> None:
    """However often it is sent at once, it learns no more than one would."""
    answers = crowd.look_up(WRONG)

    assert {answer.status_code for answer in answers} == {404}
    assert shopify.calls() == 1
    assert guesses(redis_client) == {1}


@pytest.fixture
def dead_leader(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some worker took the lease and a guess, and was killed. What is left of a lease is made short."""
    monkeypatch.setattr(tracker.store.cache, "LEASE_MILLISECONDS", 300)
    number = read_number(ADA["order"])
    assert number is not None
    guard = GuardedRedis(redis_url, Breaker(), timeout_seconds=30)
    dead = RedisAnswers(guard, Sealer(SECRET), guess_limits=read_limits(DEFAULT_GUESS_LIMITS))
    question = Question(
        "alice.myshopify.com", number.canonical, number.stem, by_email(ADA["email"]), "203.0.113.0/24"
    )
    assert dead.ask(question) is None


@pytest.mark.usefixtures("dead_leader")
def test_where_the_one_who_asked_dies_the_next_takes_over(
    make_app: MakeApp, shopify: PretendShopify, redis_client: Redis
) -> None:
    """Within the lease, and within the time that a shopper waits. The dead one's guess stays spent."""
    answer = Storefront(make_app()).look_up()

    assert (answer.status_code, shopify.calls()) == (200, 2)
    assert guesses(redis_client) == {1}


def test_another_e_mail_waits_for_nobody(
    make_app: MakeApp, shopify: PretendShopify, redis_client: Redis
) -> None:
    """A lease is on number and e-mail together: nothing tells that somebody else asks for this number now."""
    app = make_app()
    edges = app.extensions["tracker_edges"]
    find, inner = edges.orders.find, []

    def nested(*arguments: Any, **options: Any) -> Any:
        edges.orders.find = find
        inner.append(Storefront(app).look_up(WRONG).status_code)
        return find(*arguments, **options)

    edges.orders.find = nested

    assert Storefront(app).look_up().status_code == 200
    assert inner == [404]
