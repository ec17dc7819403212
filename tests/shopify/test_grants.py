"""What Shopify's token endpoint is asked, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.shopify.clocks import START, FakeTime
from tests.shopify.upstream import Behaviour, Upstream, hang, reply, reset
from tracker.errors import (
    AccessTokenRejected,
    IdTokenRejected,
    ShopUnavailable,
    UpstreamBroken,
    UpstreamError,
    UpstreamRejected,
    UpstreamThrottled,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from tracker.ports.tokens import Granted
from tracker.shop import TokenPair
from tracker.shopify.grants import TokenGrants
from tracker.shopify.transport import HttpClient

SHOP = "alice.myshopify.com"
ANSWER = {
    "access_token": "shpat_one",
    "scope": "read_orders,read_fulfillments",
    "expires_in": 3600,
    "refresh_token": "shprt_one",
    "refresh_token_expires_in": 7_776_000,
}
PAIR = TokenPair("shpat_one", START + timedelta(hours=1), "shprt_one", START + timedelta(days=90))


@contextmanager
def endpoint(*behaviours: Behaviour) -> Iterator[tuple[TokenGrants, Upstream, FakeTime]]:
    time = FakeTime()
    http = HttpClient(sleep=time.sleep)
    with Upstream(*behaviours) as server:
        grants = TokenGrants(
            client_id="key", client_secret="secret", http=http, origin=server.origin, clock=time.now
        )
        yield grants, server, time
        http.close()


def test_an_id_token_is_exchanged_for_an_expiring_offline_pair() -> None:
    with endpoint(reply(ANSWER)) as (grants, server, time):
        granted = grants.exchange(SHOP, "the.id.token", deadline=time.deadline())

    assert granted == Granted(PAIR, frozenset({"read_orders", "read_fulfillments"}))
    (request,) = server.requests
    assert request.path == "/admin/oauth/access_token"
    assert request.json == {
        "client_id": "key",
        "client_secret": "secret",
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "the.id.token",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        "expiring": "1",
    }


def test_a_refresh_token_is_exchanged_for_a_new_pair() -> None:
    with endpoint(reply(ANSWER)) as (grants, server, time):
        assert grants.refresh(SHOP, "shprt_zero", deadline=time.deadline()).tokens == PAIR

    (request,) = server.requests
    assert request.json == {
        "client_id": "key",
        "client_secret": "secret",
        "grant_type": "refresh_token",
        "refresh_token": "shprt_zero",
    }


def test_each_shop_is_asked_at_its_own_address() -> None:
    with endpoint(reply(ANSWER)) as (_, server, time):
        http = HttpClient()
        origin = server.origin + "/{shop}"
        TokenGrants(client_id="key", client_secret="secret", http=http, origin=origin).refresh(
            SHOP, "shprt_zero", deadline=time.deadline()
        )
        http.close()

    assert server.requests[0].path == f"/{SHOP}/admin/oauth/access_token"


def test_a_custom_app_may_get_a_token_without_an_end() -> None:
    with endpoint(reply({"access_token": "shpat_endless", "scope": "read_orders"})) as (grants, _, time):
        granted = grants.exchange(SHOP, "t", deadline=time.deadline())

    assert granted == Granted(TokenPair("shpat_endless"), frozenset({"read_orders"}))


@pytest.mark.parametrize("scope", [None, 7, "", ["read_orders"], "READ ORDERS,<b>"])
def test_odd_scopes_are_none(scope: object) -> None:
    with endpoint(reply({**ANSWER, "scope": scope})) as (grants, _, time):
        assert grants.exchange(SHOP, "t", deadline=time.deadline()) == Granted(PAIR, frozenset())


REFUSALS: list[tuple[Behaviour, type[UpstreamError], type[UpstreamError]]] = [
    (reply({"error": "invalid_subject_token"}, status=400), IdTokenRejected, AccessTokenRejected),
    (reply({"error": "invalid_client"}, status=400), UpstreamRejected, AccessTokenRejected),
    (reply({"error": "invalid_grant"}, status=400), UpstreamRejected, AccessTokenRejected),
    (reply({"error": "invalid_request"}, status=401), UpstreamRejected, AccessTokenRejected),
    (reply(b"<html>", status=400), UpstreamRejected, AccessTokenRejected),
    (reply(status=401), UpstreamRejected, AccessTokenRejected),
    (reply(status=403), AccessTokenRejected, UpstreamRejected),
    (reply(status=402), ShopUnavailable, ShopUnavailable),
    (reply(status=404), ShopUnavailable, ShopUnavailable),
    (reply(status=429, headers={"Retry-After": "60"}), UpstreamThrottled, UpstreamThrottled),
    (reply(status=503), UpstreamBroken, UpstreamBroken),
    (reply(status=302, headers={"Location": "/"}), UpstreamRejected, UpstreamRejected),
    (reset, UpstreamUnreachable, UpstreamUnreachable),
]


@pytest.mark.parametrize(("behaviour", "of_exchange", "of_refresh"), REFUSALS)
def test_a_refusal_is_a_typed_error(
    behaviour: Behaviour, of_exchange: type[UpstreamError], of_refresh: type[UpstreamError]
) -> None:
    """Of a refresh, 400 and 401 are final and nothing else is. Of an exchange, one word asks for another ID
    token; what is said of the app itself no ID token would mend."""
    with endpoint(*[behaviour] * 4) as (grants, _, time):
        with pytest.raises(UpstreamError) as exchange:
            grants.exchange(SHOP, "t", deadline=time.deadline())
        with pytest.raises(UpstreamError) as refresh:
            grants.refresh(SHOP, "t", deadline=time.deadline())

    assert (type(exchange.value), type(refresh.value)) == (of_exchange, of_refresh)


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": None},
        {"access_token": "a\nb"},
        {"access_token": ""},
        {"expires_in": None},
        {"expires_in": "3600"},
        {"expires_in": 0},
        {"refresh_token": None},
        {"refresh_token": 7},
        {"refresh_token_expires_in": None},
        {"refresh_token_expires_in": -1},
    ],
)
def test_half_a_pair_is_none(changes: dict[str, object]) -> None:
    with endpoint(*[reply({**ANSWER, **changes})] * 2) as (grants, _, time), pytest.raises(UpstreamBroken):
        grants.refresh(SHOP, "t", deadline=time.deadline())


def test_an_absurdly_long_life_is_no_overflow() -> None:
    with endpoint(reply({**ANSWER, "expires_in": 10**18})) as (grants, _, time):
        assert grants.refresh(SHOP, "t", deadline=time.deadline()).tokens.access == "shpat_one"


def test_what_a_second_request_may_mend_is_asked_twice() -> None:
    """The refresh token stays good until the new one is used."""
    with endpoint(reset, reply(ANSWER)) as (grants, server, time):
        assert grants.refresh(SHOP, "t", deadline=time.deadline()).tokens.refresh == "shprt_one"

    assert len(server.requests) == 2


def test_it_ends_with_the_time_budget() -> None:
    with endpoint(hang) as (grants, _, time), pytest.raises(UpstreamTimeout):
        grants.refresh(SHOP, "t", deadline=time.deadline(0.1))
