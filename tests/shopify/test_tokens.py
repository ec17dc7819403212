"""Where Admin API tokens come from: fixed, or fetched once for all workers and replaced in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from tests.shopify.clocks import START, FakeTime
from tests.shopify.upstream import Behaviour, Upstream, reply, reset
from tracker.errors import (
    AccessTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from tracker.ports.tokens import AccessToken, AccessTokens, StoredToken, TokenShelf
from tracker.shopify.tokens import ClientCredentials, FixedToken, NoTokens
from tracker.shopify.transport import HttpClient, UpstreamCall

SHOP = "alice.myshopify.com"
OTHER = "bob.myshopify.com"
DAY = 86_400


class FakeShelf:
    """A shelf in memory. `held` is True while another worker has the lock; what it then puts there comes with
    the look that is numbered in `arrives`."""

    def __init__(self) -> None:
        self.stored: StoredToken | None = None
        self.held = False
        self.looks = 0
        self.locked = 0
        self.arrives: dict[int, StoredToken] = {}

    def get(self, shop: str) -> StoredToken | None:
        self.looks += 1
        self.stored = self.arrives.get(self.looks, self.stored)
        return self.stored

    def put(self, shop: str, token: str, expires_at: datetime) -> None:
        self.stored = StoredToken(token, expires_at)

    @contextmanager
    def lock(self, shop: str) -> Iterator[bool]:
        self.locked += not self.held
        yield not self.held


class DownShelf:
    """A shelf that is down: it holds nothing, and its lock is everybody's."""

    def get(self, shop: str) -> StoredToken | None:
        return None

    def put(self, shop: str, token: str, expires_at: datetime) -> None:
        pass

    @contextmanager
    def lock(self, shop: str) -> Iterator[bool]:
        yield True


class Worker:
    """One process of the service, with a server to fetch tokens from."""

    def __init__(
        self, server: Upstream, time: FakeTime, shelf: TokenShelf | None, *, jitter: float = 0.0
    ) -> None:
        self.calls: list[UpstreamCall] = []
        self.time = time
        self.http = HttpClient(observe=self.calls.append, sleep=time.sleep)
        self.tokens = ClientCredentials(
            shop=SHOP,
            client_id="key",
            client_secret="secret",
            http=self.http,
            origin=server.origin,
            shelf=shelf,
            clock=time.now,
            sleep=time.sleep,
            jitter=lambda: jitter,
        )

    def token(self, shop: str = SHOP, seconds: float = 3.0) -> str:
        return self.tokens.token(shop, deadline=self.time.deadline(seconds)).value


@contextmanager
def worker(
    *behaviours: Behaviour, shelf: TokenShelf | None = None, jitter: float = 0.0
) -> Iterator[tuple[Worker, Upstream]]:
    with Upstream(*behaviours) as server:
        made = Worker(server, FakeTime(), shelf, jitter=jitter)
        yield made, server
        made.http.close()


def grant(value: str, seconds: object = DAY) -> Behaviour:
    return reply({"access_token": value, "scope": "read_orders", "expires_in": seconds})


def test_a_fixed_token_is_of_one_shop(fake_time: FakeTime) -> None:
    tokens: AccessTokens = FixedToken(SHOP, "fixed")

    assert tokens.token(SHOP, deadline=fake_time.deadline()) == AccessToken("fixed")
    with pytest.raises(AccessTokenRejected):
        tokens.token(OTHER, deadline=fake_time.deadline())


def test_a_fixed_token_has_no_replacement(fake_time: FakeTime) -> None:
    tokens = FixedToken(SHOP, "fixed")
    tokens.rejected(SHOP, AccessToken("fixed"))

    assert tokens.token(SHOP, deadline=fake_time.deadline()) == AccessToken("fixed")


def test_without_a_shop_there_is_no_token(fake_time: FakeTime) -> None:
    tokens: AccessTokens = NoTokens()
    tokens.rejected(SHOP, AccessToken("any"))

    with pytest.raises(AccessTokenRejected):
        tokens.token(SHOP, deadline=fake_time.deadline())


def test_no_token_is_shown_by_repr() -> None:
    assert "secret" not in repr(AccessToken("secret")) + repr(StoredToken("secret", START))


def test_the_grant_is_asked_for_once_and_its_token_kept() -> None:
    with worker(grant("one")) as (alice, server):
        assert [alice.token(), alice.token()] == ["one", "one"]

    [request] = server.requests
    assert request.path == "/admin/oauth/access_token"
    assert request.json == {
        "client_id": "key",
        "client_secret": "secret",
        "grant_type": "client_credentials",
    }
    assert [(call.operation, call.outcome) for call in alice.calls] == [("token", "ok")]


def test_of_another_shop_there_is_no_token() -> None:
    with worker() as (alice, server), pytest.raises(AccessTokenRejected):
        alice.token(OTHER)

    assert server.requests == []


@pytest.mark.parametrize(("jitter", "margin"), [(0.0, 300), (0.5, 450), (1.0, 600)])
def test_a_token_is_replaced_before_it_ends(jitter: float, margin: int) -> None:
    with worker(grant("one"), grant("two"), jitter=jitter) as (alice, _):
        alice.token()
        alice.time.passed = DAY - margin - 1
        assert alice.token() == "one"
        alice.time.passed = DAY - margin
        assert alice.token() == "two"


def test_a_short_life_is_used_for_half_of_it() -> None:
    with worker(grant("one", 60), grant("two", 60)) as (alice, _):
        alice.token()
        alice.time.passed = 29
        assert alice.token() == "one"
        alice.time.passed = 30
        assert alice.token() == "two"


def test_all_workers_share_one_token() -> None:
    shelf, time = FakeShelf(), FakeTime()
    with Upstream(grant("one")) as server:
        workers = [Worker(server, time, shelf) for _ in range(3)]
        assert [each.token() for each in workers] == ["one"] * 3
        for each in workers:
            each.http.close()

    assert len(server.requests) == 1
    assert shelf.stored == StoredToken("one", START + timedelta(seconds=DAY))


def test_one_worker_replaces_it_and_the_others_go_on_with_the_old_one() -> None:
    shelf = FakeShelf()
    with worker(grant("one"), shelf=shelf) as (alice, server):
        alice.token()
        alice.time.passed = DAY - 100
        shelf.held = True
        assert alice.token() == "one"

    assert len(server.requests) == 1
    assert alice.time.slept == []


def test_what_another_worker_has_put_there_is_taken_over() -> None:
    shelf = FakeShelf()
    with worker(grant("one"), shelf=shelf) as (alice, server):
        alice.token()
        alice.time.passed = DAY - 100
        shelf.stored = StoredToken("two", START + timedelta(days=2))
        assert alice.token() == "two"

    assert len(server.requests) == 1


def test_what_was_put_there_just_before_the_lock_was_had_is_taken_over() -> None:
    shelf = FakeShelf()
    shelf.arrives[2] = StoredToken("two", START + timedelta(days=1))
    with worker(shelf=shelf) as (alice, server):
        assert alice.token() == "two"

    assert (server.requests, shelf.locked) == ([], 1)


def test_without_a_token_another_workers_is_waited_for() -> None:
    shelf = FakeShelf()
    shelf.held = True
    shelf.arrives[4] = StoredToken("two", START + timedelta(days=1))
    with worker(shelf=shelf) as (alice, server):
        assert alice.token() == "two"

    assert server.requests == []
    assert alice.time.slept == [0.05, 0.05]


def test_a_worker_that_died_with_the_lock_is_not_waited_for_for_ever() -> None:
    shelf = FakeShelf()
    shelf.held = True
    with worker(grant("one"), shelf=shelf) as (alice, _):
        assert alice.token() == "one"

    assert sum(alice.time.slept) == pytest.approx(1.0)


def test_waiting_ends_with_the_time_budget() -> None:
    shelf = FakeShelf()
    shelf.held = True
    with worker(grant("one"), shelf=shelf) as (alice, _), pytest.raises(UpstreamTimeout):
        alice.token(seconds=0.1)


@pytest.mark.parametrize("shelf", [None, DownShelf()])
def test_without_a_shelf_each_process_has_its_own(shelf: TokenShelf | None) -> None:
    with worker(grant("one"), grant("two"), shelf=shelf) as (alice, server):
        bob = Worker(server, alice.time, shelf)
        assert [alice.token(), alice.token(), bob.token(), bob.token()] == ["one", "one", "two", "two"]
        bob.http.close()


def test_an_ended_token_on_the_shelf_is_not_taken() -> None:
    shelf = FakeShelf()
    shelf.stored = StoredToken("old", START)
    with worker(grant("one"), shelf=shelf) as (alice, _):
        assert alice.token() == "one"


def test_a_refused_token_is_fetched_anew_for_all() -> None:
    shelf = FakeShelf()
    with worker(grant("one"), grant("two"), shelf=shelf) as (alice, server):
        bob = Worker(server, alice.time, shelf)
        alice.token()
        bob.token()
        alice.tokens.rejected(SHOP, AccessToken("one"))
        assert alice.token() == "two"

        bob.tokens.rejected(SHOP, AccessToken("one"))
        assert bob.token() == "two"
        bob.http.close()

    assert len(server.requests) == 2


def test_a_refusal_of_an_older_token_or_another_shops_changes_nothing() -> None:
    with worker(grant("one")) as (alice, server):
        alice.token()
        alice.tokens.rejected(SHOP, AccessToken("zero"))
        alice.tokens.rejected(OTHER, AccessToken("one"))
        assert alice.token() == "one"

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("behaviours", "error"),
    [
        ([reply({"error": "invalid_client"}, status=400)], AccessTokenRejected),
        ([reply(status=401)], AccessTokenRejected),
        ([reply(status=403)], AccessTokenRejected),
        ([reply(status=404)], ShopUnavailable),
        ([reply(status=429, headers={"Retry-After": "30"})], UpstreamThrottled),
        ([reply(status=500)] * 2, UpstreamBroken),
        ([reset] * 2, UpstreamUnreachable),
        ([reply(b"<html>")] * 2, UpstreamBroken),
        ([reply({"access_token": "", "expires_in": 60})] * 2, UpstreamBroken),
        ([reply({"access_token": "a\nb", "expires_in": 60})] * 2, UpstreamBroken),
        ([reply({"access_token": "tökén", "expires_in": 60})] * 2, UpstreamBroken),
        ([reply({"access_token": 7, "expires_in": 60})] * 2, UpstreamBroken),
        ([grant("one", None)] * 2, UpstreamBroken),
        ([grant("one", "60")] * 2, UpstreamBroken),
        ([grant("one", 0)] * 2, UpstreamBroken),
        ([grant("one", -5)] * 2, UpstreamBroken),
    ],
)
def test_a_grant_that_gives_no_token_is_a_typed_error(
    behaviours: list[Behaviour], error: type[UpstreamError]
) -> None:
    with worker(*behaviours) as (alice, server), pytest.raises(error) as raised:
        alice.token()

    assert len(server.requests) == len(behaviours)
    assert raised.value.__cause__ is None


def test_an_absurdly_long_life_is_no_overflow() -> None:
    with worker(grant("one", 10**18)) as (alice, _):
        assert alice.token() == "one"


def test_a_grant_is_asked_for_again_where_that_may_mend_it() -> None:
    with worker(reset, grant("one")) as (alice, _):
        assert alice.token() == "one"


def test_while_the_old_token_works_a_failure_is_not_felt_and_not_repeated() -> None:
    with worker(grant("one"), reply(status=400), grant("two")) as (alice, server):
        alice.token()
        alice.time.passed = DAY - 100
        assert [alice.token(), alice.token()] == ["one", "one"]
        assert len(server.requests) == 2

        alice.time.passed += 30
        assert alice.token() == "two"


def test_a_refused_grant_is_not_asked_for_by_every_look_up() -> None:
    with worker(reply(status=400), grant("one")) as (alice, server):
        for _ in range(3):
            with pytest.raises(AccessTokenRejected):
                alice.token()
        assert len(server.requests) == 1

        alice.time.passed += 10
        assert alice.token() == "one"


def test_an_ended_token_is_never_given() -> None:
    with worker(grant("one"), reset, reset) as (alice, _):
        alice.token()
        alice.time.passed = DAY
        with pytest.raises(UpstreamUnreachable):
            alice.token()


def test_after_a_failure_a_token_is_not_given_past_its_end() -> None:
    with worker(grant("one"), reply(status=400), grant("two")) as (alice, _):
        alice.token()
        alice.time.passed = DAY - 10
        assert alice.token() == "one"
        alice.time.passed = DAY
        assert alice.token() == "two"


def test_threads_that_come_together_fetch_once() -> None:
    """The second one waits for the first, since neither has a token; then both have the same."""
    with worker(grant("one")) as (alice, server):
        got: list[str] = []
        threads = [threading.Thread(target=lambda: got.append(alice.token())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=5)

    assert got == ["one"] * 4
    assert len(server.requests) == 1
