"""The proof that a request came through Shopify's app proxy."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.errors import InvalidSignature
from tracker.shopify import signature
from tracker.shopify.signature import ProxyRequest, allowed_names, digest, verify_app_proxy, verify_page

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["app_proxy"]
SECRET = "hush"
NOW = datetime.fromtimestamp(1_795_300_000, UTC)

# What the strict gate says of each vector that it refuses.
CAUSES = {
    "doc-logged-in": "unknown_parameter",
    "doc-anonymous": "unknown_parameter",
    "doc-legacy": "unknown_parameter",
    "gem-wrong-signature": "malformed_signature",
    "gem-complex": "unknown_parameter",
    "gem-no-signature": "missing_signature",
    "gem-basic-tampered-extra": "signature_mismatch",
    "empty-app-param": "unknown_parameter",
    "space-plus": "unknown_parameter",
    "unicode-value": "unknown_parameter",
    "stale-91s": "stale_timestamp",
    "timestamp-missing": "missing_parameter",
    "timestamp-nan": "invalid_timestamp",
    "shop-twice": "repeated_parameter",
    "signature-empty": "malformed_signature",
    "wrong-secret": "signature_mismatch",
    "tampered-shop": "signature_mismatch",
    "smuggle-signed-by-shopify": "unknown_parameter",
    "smuggle-forged-direct-to-app": "unknown_parameter",
}

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])


def secrets_of(vector: dict[str, Any]) -> list[str]:
    return [secret for secret in (vector["client_secret"], vector["old_client_secret"]) if secret]


def now_of(vector: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(vector["now"], UTC)


def sign(parameters: dict[str, str] | list[tuple[str, str]], secret: str = SECRET) -> bytes:
    query = urlencode(parameters, errors="surrogateescape").encode()
    return query + b"&signature=" + digest(query, secret).encode()


def parameters(**changes: str | None) -> dict[str, str]:
    values: dict[str, str | None] = {
        "shop": "shop-name.myshopify.com",
        "logged_in_customer_id": "",
        "path_prefix": "/apps/track",
        "timestamp": "1795299995",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def strict(query: bytes, names: frozenset[bytes] = signature.NAMES) -> ProxyRequest:
    return verify_app_proxy(query, secrets=[SECRET], now=NOW, names=names)


def cause_of(query: bytes, names: frozenset[bytes] = signature.NAMES) -> str | None:
    with pytest.raises(InvalidSignature) as refusal:
        strict(query, names)
    return refusal.value.cause


@each_vector
def test_the_digest_is_the_one_that_shopify_computes(vector: dict[str, Any]) -> None:
    assert vector["expected_signature"] == digest(vector["query_string"].encode(), vector["client_secret"])


@each_vector
def test_an_accepted_vector_is_signed_by_one_of_its_secrets(vector: dict[str, Any]) -> None:
    query = vector["query_string"]
    signed = any(query.endswith(digest(query.encode(), secret)) for secret in secrets_of(vector))

    # Refused in spite of a true signature: time, form or a second reading of the same text.
    true_but_refused = {
        "stale-91s",
        "timestamp-missing",
        "timestamp-nan",
        "shop-twice",
        "smuggle-signed-by-shopify",
        "smuggle-forged-direct-to-app",
    }
    assert signed == (vector["policy"] == "accept" or vector["id"] in true_but_refused)


@each_vector
def test_the_strict_gate_follows_the_vector(vector: dict[str, Any]) -> None:
    def check() -> ProxyRequest:
        return verify_app_proxy(
            vector["query_string"].encode(), secrets=secrets_of(vector), now=now_of(vector)
        )

    if vector["gate"] == "accept":
        assert f"shop={check().shop}" in vector["query_string"]
    else:
        with pytest.raises(InvalidSignature) as refusal:
            check()
        assert CAUSES[vector["id"]] == refusal.value.cause


@each_vector
def test_the_page_opens_for_every_signed_query_whatever_else_it_carries(vector: dict[str, Any]) -> None:
    def check() -> str:
        return verify_page(vector["query_string"].encode(), secrets=secrets_of(vector), now=now_of(vector))

    # The forged one may see the form too: it is told a path prefix that it sent itself, and no shop.
    if (
        vector["policy"] in {"accept", "reject-or-allowlist"}
        or vector["id"] == "smuggle-forged-direct-to-app"
    ):
        assert quote(check(), safe="") in vector["query_string"]
    else:
        with pytest.raises(InvalidSignature):
            check()


def test_a_signed_query_names_shop_path_customer_and_time() -> None:
    query = sign(parameters(logged_in_customer_id="6543210"))

    assert ProxyRequest("shop-name.myshopify.com", "/apps/track", "6543210", 1_795_299_995) == strict(query)


@pytest.mark.parametrize("customer", ["", None])
def test_an_empty_and_an_absent_customer_are_nobody(customer: str | None) -> None:
    assert strict(sign(parameters(logged_in_customer_id=customer))).logged_in_customer_id is None


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"shop": "shop-name.myshopify.com.evil.example"}, "invalid_shop"),
        ({"shop": "shop-name.myshopify.com\n"}, "invalid_shop"),
        ({"shop": "-shop.myshopify.com"}, "invalid_shop"),
        ({"shop": "Shop.myshopify.com"}, "invalid_shop"),
        ({"shop": "shöp.myshopify.com"}, "invalid_shop"),
        ({"shop": "a/b.myshopify.com"}, "invalid_shop"),
        ({"shop": ""}, "invalid_shop"),
        ({"shop": None}, "missing_parameter"),
        ({"logged_in_customer_id": "1a"}, "invalid_customer"),
        ({"logged_in_customer_id": "1" * 21}, "invalid_customer"),
        ({"logged_in_customer_id": "١٢"}, "invalid_customer"),
        ({"path_prefix": "/admin/track"}, "invalid_path_prefix"),
        ({"path_prefix": "/apps/track/"}, "invalid_path_prefix"),
        ({"path_prefix": "//evil.example"}, "invalid_path_prefix"),
        ({"path_prefix": '/apps/"><script>'}, "invalid_path_prefix"),
        ({"path_prefix": None}, "missing_parameter"),
        ({"timestamp": "+1795299995"}, "invalid_timestamp"),
        ({"timestamp": "1_795_299_995"}, "invalid_timestamp"),
        ({"timestamp": " 1795299995"}, "invalid_timestamp"),
        ({"timestamp": "١٧٩٥٢٩٩٩٩٥"}, "invalid_timestamp"),
        ({"timestamp": "1795299995\n"}, "invalid_timestamp"),
        ({"timestamp": ""}, "invalid_timestamp"),
        ({"timestamp": None}, "missing_parameter"),
        ({"timestamp": "1795299909"}, "stale_timestamp"),
        ({"timestamp": "1795300091"}, "future_timestamp"),
        ({"timestamp": "999999999999"}, "future_timestamp"),
        ({"utm_source": "mail"}, "unknown_parameter"),
    ],
)
def test_a_true_signature_over_a_wrong_value_is_refused(changes: dict[str, str | None], cause: str) -> None:
    assert cause == cause_of(sign(parameters(**changes)))


@pytest.mark.parametrize("timestamp", ["1795299910", "1795300090"])
def test_ninety_seconds_either_way_are_allowed(timestamp: str) -> None:
    assert int(timestamp) == strict(sign(parameters(timestamp=timestamp))).timestamp


@pytest.mark.parametrize("name", sorted(parameters()))
def test_no_name_may_come_twice(name: str) -> None:
    query = urlencode([*parameters().items(), (name, parameters()[name])]).encode()

    assert cause_of(query + b"&signature=" + digest(query, SECRET).encode()) == "repeated_parameter"


def test_two_signatures_are_refused_even_if_both_are_true() -> None:
    query = sign(parameters())

    assert cause_of(query + b"&signature=" + query[-64:]) == "repeated_parameter"


@pytest.mark.parametrize(
    "forged",
    ["", "0" * 63, "0" * 65, "é" * 32, "%C3%A9" * 32, "G" * 64, "%00" * 64, "0" * 63 + "%0A"],
)
def test_a_signature_that_is_no_signature_is_told_apart(forged: str) -> None:
    assert cause_of(sign(parameters())[:-64] + forged.encode()) == "malformed_signature"


def test_a_signature_in_capitals_is_not_shopifys() -> None:
    query = sign(parameters())

    assert cause_of(query[:-64] + query[-64:].upper()) == "malformed_signature"


def test_the_secret_before_a_rotation_still_opens_and_any_other_does_not() -> None:
    query = sign(parameters(), secret="old")

    assert verify_app_proxy(query, secrets=["new", "old"], now=NOW).shop == "shop-name.myshopify.com"
    for secrets in (["new"], []):
        with pytest.raises(InvalidSignature) as refusal:
            verify_app_proxy(query, secrets=secrets, now=NOW)
        assert refusal.value.cause == "signature_mismatch"


def test_the_newer_secret_opens_while_the_older_one_still_does() -> None:
    query = sign(parameters(), secret="new")

    assert verify_app_proxy(query, secrets=["new", "old"], now=NOW).shop == "shop-name.myshopify.com"


def test_a_name_on_the_list_is_let_through_once() -> None:
    names = allowed_names(["locale"])

    assert strict(sign(parameters(locale="de")), names).shop == "shop-name.myshopify.com"
    assert (
        cause_of(sign([*parameters().items(), ("locale", "a"), ("locale", "b")]), names)
        == "repeated_parameter"
    )


def test_a_value_on_the_list_cannot_hold_further_pairs() -> None:
    """With two free values, one signed text could be read as two different sets of parameters."""
    names = allowed_names(["foo", "zoo"])
    text = (
        "Xlogged_in_customer_id=777path_prefix=/apps/trackshop=victim.myshopify.comtimestamp=1795299995zoo="
    )

    assert cause_of(sign(parameters(foo=text)), names) == "invalid_parameter"


@pytest.mark.parametrize("name", ["", "Order", "a1", "a-b", "x" * 41, "id", "shop_name", "time", "zzz=", "é"])
def test_a_name_that_would_make_a_signed_text_ambiguous_cannot_be_listed(name: str) -> None:
    with pytest.raises(ValueError, match=r"parameter name|begins or ends"):
        allowed_names([name])


def test_the_page_passes_over_names_that_advertisements_add() -> None:
    query = sign([*parameters().items(), ("utm_source", "mail"), ("utm_source", "b=1"), ("order", "#1001")])

    assert verify_page(query, secrets=[SECRET], now=NOW) == "/apps/track"


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        (sign([*parameters().items(), ("path_prefix", "/apps/other")]), "repeated_parameter"),
        (sign(parameters(timestamp="1795299000")), "stale_timestamp"),
        (sign(parameters(utm_source="a")).replace(b"utm_source=a", b"utm_source=b"), "signature_mismatch"),
        (urlencode(parameters()).encode(), "missing_signature"),
    ],
)
def test_the_page_is_strict_about_what_it_uses(query: bytes, cause: str) -> None:
    with pytest.raises(InvalidSignature) as refusal:
        verify_page(query, secrets=[SECRET], now=NOW)
    assert cause == refusal.value.cause


LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
requests = st.builds(
    ProxyRequest,
    shop=st.text(LETTERS + DIGITS + "-", min_size=1, max_size=20).map(lambda name: f"a{name}.myshopify.com"),
    path_prefix=st.builds(
        "/{}/{}".format,
        st.sampled_from(["a", "apps", "community", "tools"]),
        st.text(LETTERS + LETTERS.upper() + DIGITS + "_-", min_size=1, max_size=30),
    ),
    logged_in_customer_id=st.none() | st.text(DIGITS, min_size=1, max_size=20),
    timestamp=st.integers(1_795_299_910, 1_795_300_090),
)


def signed(request: ProxyRequest, **extra: str) -> bytes:
    return sign(
        parameters(
            shop=request.shop,
            path_prefix=request.path_prefix,
            logged_in_customer_id=request.logged_in_customer_id or "",
            timestamp=str(request.timestamp),
            **extra,
        )
    )


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.from_regex(r"[a-z0-9]{0,200}", fullmatch=True),
)
@example("k" * 64, "x")
@example("k" * 65, "x")
def test_the_digest_is_that_of_the_standard_library(secret: str, value: str) -> None:
    """However long the secret is: beyond 64 bytes it is hashed first (RFC 2104, 2)."""
    query = f"a={value}".encode()

    assert hmac.digest(secret.encode(), query, "sha256").hex() == digest(query, secret)


@given(requests)
def test_what_was_signed_is_what_is_read(request: ProxyRequest) -> None:
    assert request == strict(signed(request))


@given(requests, st.data())
def test_no_change_of_one_byte_gives_another_meaning(request: ProxyRequest, data: st.DataObject) -> None:
    """A changed byte that passes spells the same parameters in another way (`%2f` for `%2F`)."""
    query = signed(request)
    at = data.draw(st.integers(0, len(query)))
    byte = data.draw(st.binary(min_size=0, max_size=1))
    keep = data.draw(st.sampled_from([0, 1]))  # 0 inserts the byte, 1 puts it in another's place
    changed = query[:at] + byte + query[at + keep :]
    try:
        assert request == strict(changed)
    except InvalidSignature:
        assert changed != query


@given(requests, st.text(st.sampled_from("=&shop.ayifmtr0/"), max_size=30), st.text(max_size=20))
def test_a_visitor_cannot_choose_a_shop_by_what_he_adds(request: ProxyRequest, odd: str, more: str) -> None:
    """Whatever stands in a listed free parameter, the signed text has no other reading."""
    names = allowed_names(["aa", "zz"])
    query = signed(request, aa=odd, zz=more)

    if "=" in odd + more:
        assert cause_of(query, names) == "invalid_parameter"
    else:
        assert strict(query, names) == request


@given(st.binary(max_size=300))
@example(b"")
@example(b"&&=&signature")
@example(b"signature=%ff%fe" + b"0" * 60)
@example(b"%73ignature=" + b"0" * 64)
def test_any_bytes_are_answered_with_the_same_refusal(query: bytes) -> None:
    for check in (strict, lambda q: verify_page(q, secrets=[SECRET], now=NOW)):
        with pytest.raises(InvalidSignature):
            check(query)


@given(requests, st.binary(max_size=40))
def test_any_bytes_beside_a_signature_are_refused_or_signed(request: ProxyRequest, tail: bytes) -> None:
    """Bytes that are not UTF-8 reach the digest as they are, and an unknown name never passes."""
    head = signed(request)[: -len("&signature=") - 64] + b"&q=" + quote(tail).encode()
    query = head + b"&signature=" + digest(head, SECRET).encode()

    assert cause_of(query) == "unknown_parameter"
    assert request.path_prefix == verify_page(query, secrets=[SECRET], now=NOW)


def test_a_request_is_frozen_and_shows_no_secret() -> None:
    request = strict(sign(parameters()))

    assert SECRET not in repr(replace(request, shop="x"))
