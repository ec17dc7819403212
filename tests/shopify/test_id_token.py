"""The proof that a request comes from a shop's own admin."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.id_tokens import claims, sign
from tracker.errors import InvalidIdToken
from tracker.shopify.id_token import LONGEST, verify_id_token

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["session_token_jwt"]
CAUSES = {
    "expired-11s": "expired_token",
    "nbf-12s-ahead": "future_token",
    "aud-list": "wrong_audience",
    "alg-hs512": "wrong_algorithm",
    "no-nbf": "missing_claim",
    "iss-dest-mismatch": "other_issuer",
    "dest-trick": "invalid_shop",
    "tampered-payload": "signature_mismatch",
}
SECRET = "a secret of the tests, longer than 32 bytes"
CLIENT_ID = "key-of-the-app"
AT = 1_795_300_000
NOW = datetime.fromtimestamp(AT, UTC)


def verified(token: str, *secrets: str) -> tuple[str, str]:
    proven = verify_id_token(token, client_id=CLIENT_ID, secrets=secrets or [SECRET], now=NOW)
    assert token == proven.value
    return proven.shop, proven.staff_id


def cause_of(token: str) -> str | None:
    with pytest.raises(InvalidIdToken) as refusal:
        verified(token)
    return refusal.value.cause


def signed(**changes: Any) -> str:
    return sign(claims(at=AT, **changes), SECRET)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_the_check_follows_every_vector(vector: dict[str, Any]) -> None:
    def check() -> str:
        return verify_id_token(
            vector["token"],
            client_id=vector["client_id"],
            secrets=[secret for secret in (vector["client_secret"], vector["old_client_secret"]) if secret],
            now=datetime.fromtimestamp(vector["now"], UTC),
        ).shop

    if vector["policy"] == "accept":
        assert vector["claims"]["dest"] == f"https://{check()}"
    else:
        with pytest.raises(InvalidIdToken) as refusal:
            check()
        assert CAUSES[vector["id"]] == refusal.value.cause


def test_a_token_names_shop_and_staff() -> None:
    assert ("alice.myshopify.com", "42") == verified(signed())


def test_the_secret_before_a_rotation_still_counts_and_any_other_does_not() -> None:
    old = sign(claims(at=AT), "the secret before the rotation, long enough")

    assert verified(old, SECRET, "the secret before the rotation, long enough")
    assert "signature_mismatch" == cause_of(old)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        *(
            ({name: None}, "missing_claim")
            for name in ("aud", "iss", "dest", "sub", "jti", "sid", "exp", "nbf")
        ),
        *(({name: ""}, "invalid_claim") for name in ("iss", "dest", "sub", "jti", "sid")),
        *(({name: 7}, "invalid_claim") for name in ("iss", "dest", "sub", "jti", "sid")),
        *(({name: "1795300055"}, "invalid_claim") for name in ("exp", "nbf")),
        ({"exp": 1795300055.5}, "invalid_claim"),
        ({"nbf": True}, "invalid_claim"),
        ({"exp": AT - 10}, "expired_token"),
        ({"exp": -(10**300)}, "expired_token"),
        ({"nbf": AT + 11}, "future_token"),
        ({"nbf": 10**300}, "future_token"),
        ({"aud": "key-of-another-app"}, "wrong_audience"),
        ({"aud": [CLIENT_ID]}, "wrong_audience"),
        ({"aud": {CLIENT_ID: 1}}, "wrong_audience"),
        ({"dest": "https://alice.myshopify.com.evil.example"}, "invalid_shop"),
        ({"dest": "https://alice.myshopify.com/"}, "invalid_shop"),
        ({"dest": "https://alice.myshopify.com\n"}, "invalid_shop"),
        ({"dest": "http://alice.myshopify.com"}, "invalid_shop"),
        ({"dest": "alice.myshopify.com"}, "invalid_shop"),
        ({"dest": "https://-.myshopify.com"}, "invalid_shop"),
        ({"dest": "https://Alice.myshopify.com"}, "invalid_shop"),
        ({"dest": "https://user@alice.myshopify.com"}, "invalid_shop"),
        ({"iss": "https://bob.myshopify.com/admin"}, "other_issuer"),
        ({"iss": "https://alice.myshopify.com"}, "other_issuer"),
        ({"iss": "https://alice.myshopify.com/admin/"}, "other_issuer"),
        ({"iss": "https://alice.myshopify.com/checkouts"}, "other_issuer"),
        ({"sub": "gid://shopify/Customer/42"}, "not_staff"),
        ({"sub": "٤٢"}, "not_staff"),
        ({"sub": "4 2"}, "not_staff"),
        ({"sub": "1" * 21}, "not_staff"),
    ],
)
def test_a_true_signature_over_a_wrong_claim_is_refused(changes: dict[str, Any], cause: str) -> None:
    assert cause == cause_of(signed(**changes))


@pytest.mark.parametrize("changes", [{"exp": AT - 9}, {"nbf": AT + 10}])
def test_clocks_may_be_ten_seconds_apart(changes: dict[str, Any]) -> None:
    assert verified(signed(**changes))


def test_a_shopper_s_token_of_checkout_or_customer_account_opens_nothing() -> None:
    """They are signed with the same secret for whoever shops there; `sub` is a customer and `sid` absent."""
    shopper = {"sub": "gid://shopify/Customer/42", "iss": None, "sid": None}

    assert "missing_claim" == cause_of(signed(**shopper))
    assert "not_staff" == cause_of(signed(sub="gid://shopify/Customer/42"))


@pytest.mark.parametrize(
    ("token", "cause"),
    [
        ("", "malformed_token"),
        ("..", "malformed_token"),
        ("a.b", "malformed_token"),
        ("a.b.c.d", "malformed_token"),
        ("é.é.é", "malformed_token"),
        (signed() + "\n", "malformed_token"),
        (signed() + "=", "malformed_token"),
        (" " + signed(), "malformed_token"),
        (signed(iat="9" * LONGEST), "malformed_token"),
        (sign(claims(at=AT), SECRET, algorithm="none"), "wrong_algorithm"),
        (sign(claims(at=AT), SECRET, algorithm="hs256"), "wrong_algorithm"),
        (sign(claims(at=AT), SECRET, algorithm="RS256"), "wrong_algorithm"),
        (sign(claims(at=AT), SECRET, alg=["HS256"]), "wrong_algorithm"),
        (sign(claims(at=AT), SECRET, crit=["exp"]), "malformed_token"),
        (sign(claims(at=AT), SECRET, b64=False), "malformed_token"),
        (sign([1, 2], SECRET), "malformed_token"),
        (sign(b"\xff\xfe", SECRET), "malformed_token"),
        (sign(b"[" * 900, SECRET), "malformed_token"),
        (sign(claims(at=AT), "another secret of nobody's, and a long one"), "signature_mismatch"),
    ],
)
def test_what_is_no_token_is_told_apart(token: str, cause: str) -> None:
    assert cause == cause_of(token)


def test_a_token_is_not_in_its_own_repr() -> None:
    token = signed()

    assert token not in repr(verify_id_token(token, client_id=CLIENT_ID, secrets=[SECRET], now=NOW))


@given(st.data())
def test_no_change_of_one_byte_passes(data: st.DataObject) -> None:
    """Not even one that reads the same: the last character of a signature has four spellings."""
    token = signed()
    at = data.draw(st.integers(0, len(token)))
    character = data.draw(st.sampled_from(token + "=+/ \n\x00é") | st.characters())
    keep = data.draw(st.sampled_from([0, 1]))  # 0 inserts the character, 1 puts it in another's place
    changed = token[:at] + character + token[at + keep :]

    if changed == token:
        assert verified(changed)
    else:
        with pytest.raises(InvalidIdToken):
            verified(changed)


def test_no_other_spelling_of_the_signature_passes() -> None:
    token = signed()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    for letter in letters.replace(token[-1], ""):
        with pytest.raises(InvalidIdToken):
            verified(token[:-1] + letter)


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda payload: sign(payload, SECRET)))
@example(".." * 50)
def test_any_text_is_answered_with_the_same_refusal(text: str) -> None:
    with pytest.raises(InvalidIdToken):
        verified(text)
