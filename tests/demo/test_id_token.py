"""ID tokens carry what Shopify documents, and only those of one shop for one app are taken back."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tracker.demo.id_token import is_id_token, mint_id_token

SHOP = "alice.myshopify.com"
NOW = 1_800_000_000


def minted(**changes: Any) -> str:
    return mint_id_token(
        **{"secret": "hush", "client_id": "key", "shop": SHOP, "session": "s1", "now": NOW, **changes}
    )


def taken(token: str, *, now: int = NOW, **changes: Any) -> bool:
    return is_id_token(
        token, **{"secrets": ["hush"], "client_id": "key", "shop": SHOP, "now": now, **changes}
    )


def part(token: str, index: int) -> dict[str, Any]:
    text = token.split(".")[index]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return read


def test_the_claims_are_those_of_the_documentation() -> None:
    token = minted()
    claims = part(token, 1)
    assert {"alg": "HS256", "typ": "JWT"} == part(token, 0)
    assert claims.pop("jti") != part(minted(), 1)["jti"]
    assert claims.pop("sub").isdecimal()
    assert {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": "key",
        "exp": NOW + 60,
        "nbf": NOW,
        "iat": NOW,
        "sid": "s1",
    } == claims


def test_claims_can_be_replaced_and_left_out() -> None:
    claims = part(minted(aud="other", sid=None), 1)
    assert "other" == claims["aud"]
    assert "sid" not in claims


@pytest.mark.parametrize(("now", "good"), [(-11, False), (-10, True), (0, True), (69, True), (70, False)])
def test_it_is_good_for_a_minute_with_ten_seconds_to_spare(now: int, good: bool) -> None:  # noqa: FBT001  # pytest passes parameters by name
    assert good == taken(minted(), now=NOW + now)


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "other"},
        {"client_id": "other"},
        {"shop": "bob.myshopify.com"},
        {"iss": "https://bob.myshopify.com/admin"},
        {"aud": ["key"]},
        {"exp": None},
        {"nbf": "now"},
    ],
)
def test_one_that_is_not_for_this_app_and_shop_is_not_taken(changes: dict[str, Any]) -> None:
    assert not taken(minted(**changes))


def test_the_secret_before_the_rotation_still_counts() -> None:
    assert taken(minted(secret="old"), secrets=["new", "old"])


def test_an_algorithm_of_the_sender_s_choice_is_not_taken() -> None:
    _, body, _ = minted().split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert not taken(f"{head}.{body}.")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "W10.W10.W10"])
def test_nonsense_is_not_taken(token: str) -> None:
    assert not taken(token)
