"""What nobody should send: a plain refusal, nothing asked of the shop, nothing said again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from tests.pretend_shopify import PretendShopify
from tests.web.storefront import FORM, JSON_ASKED, Storefront

JSON = "application/json"
MARKER = "zq9marker"
E_MAIL = f"{MARKER}@example.com"

Lines = list[dict[str, Any]]

# Body, content type, status, and the word for what is wrong with the body as a whole.
BODIES: dict[str, tuple[bytes, str, int, str | None]] = {
    "nothing as a form": (b"", FORM, 422, None),
    "nothing as JSON": (b"", JSON, 422, "malformed"),
    "a megabyte": (b"order=" + MARKER.encode() * 120_000, FORM, 413, None),
    "a megabyte of JSON": (b"[" * 1_000_000, JSON, 413, None),
    "a form that is not UTF-8": (b"order=1001&email=\xff" + MARKER.encode(), FORM, 422, "not_utf8"),
    "escapes that are not UTF-8": (b"order=1001&email=%ff" + MARKER.encode(), FORM, 422, "not_utf8"),
    "JSON that is not UTF-8": (b'{"order": "\xff"}', JSON, 422, "not_utf8"),
    "UTF-16": (json.dumps({"order": MARKER}).encode("utf-16"), JSON, 422, "not_utf8"),
    "a field twice": (f"order=1001&email={E_MAIL}&order=1002".encode(), FORM, 422, "repeated_field"),
    "a key twice": (
        f'{{"order":"1001","email":"{E_MAIL}","order":"1"}}'.encode(),
        JSON,
        422,
        "repeated_field",
    ),
    "a key twice, spelt otherwise": (b'{"order":"1","\\u006frder":"2"}', JSON, 422, "repeated_field"),
    "many fields": (b"&".join(b"f%d=" % number for number in range(21)), FORM, 422, "too_many_fields"),
    "only separators": (b"&" * 5000, FORM, 422, "too_many_fields"),
    "deep JSON": (b"[" * 8000, JSON, 422, "malformed"),
    "deep objects": (b'{"a":' * 1600, JSON, 422, "malformed"),
    "half of JSON": (f'{{"order": "{MARKER}", "ema'.encode(), JSON, 422, "malformed"),
    "two documents": (b"{}{}", JSON, 422, "malformed"),
    "JSON with a mark before it": (b"\xef\xbb\xbf{}", JSON, 422, "malformed"),
    "a number of 8000 digits": (b'{"order": ' + b"9" * 8000 + b"}", JSON, 422, "malformed"),
    "an array": (b'[{"order": "1001"}]', JSON, 422, "not_an_object"),
    "a text": (f'"{MARKER}"'.encode(), JSON, 422, "not_an_object"),
    "null": (b"null", JSON, 422, "not_an_object"),
    "not a number": (b"NaN", JSON, 422, "not_an_object"),
    "a form as JSON": (f"order=1001&email={E_MAIL}".encode(), JSON, 422, "malformed"),
    "JSON as a form": (f'{{"order":"1001","email":"{E_MAIL}"}}'.encode(), FORM, 422, None),
    "several parts": (f"--x\r\n\r\n{MARKER}\r\n--x--".encode(), "multipart/form-data; boundary=x", 415, None),
    "plain text": (MARKER.encode(), "text/plain", 415, None),
    "XML": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "application/xml", 415, None),
    "no content type": (MARKER.encode(), "", 415, None),
    "a content type that is none": (MARKER.encode(), ";;;/\x01", 415, None),
}


def refusal(response: TestResponse, log_lines: Lines, shopify: PretendShopify) -> dict[str, Any]:
    """The problem of a refused request that asked nothing, said nothing and left one line."""
    seen = response.text + str(response.headers)
    assert response.status_code in (401, 404, 405, 413, 415, 422), seen
    assert response.mimetype == "application/problem+json"
    assert MARKER not in seen
    assert MARKER not in json.dumps(log_lines)
    assert len(log_lines) == 1
    assert shopify.calls() == 0
    problem: dict[str, Any] = response.get_json()
    return problem


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_makes_no_sense(
    name: str, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    body, content_type, status, word = BODIES[name]

    response = storefront.send(
        "POST", "/proxy/lookup", data=body, content_type=content_type, headers=JSON_ASKED
    )

    problem = refusal(response, log_lines, shopify)
    assert response.status_code == status
    assert problem.get("errors", {}).get("body") == (None if word is None else [word])


FIELDS: dict[str, tuple[object, object, list[str]]] = {
    "numbers": (1001, 7, ["email", "order"]),
    "truths": (True, False, ["email", "order"]),
    "lists": (["1001"], [E_MAIL], ["email", "order"]),
    "objects": ({"$ne": None}, {"$gt": ""}, ["email", "order"]),
    "nulls": (None, None, ["email", "order"]),
    "5000 digits": ("9" * 5000, E_MAIL, ["order"]),
    "a NUL in the number": ("1001\x00", E_MAIL, ["order"]),
    "a NUL in the e-mail": ("1001", f"ada\x00{E_MAIL}", ["email"]),
    "a line break in the e-mail": ("1001", f"{E_MAIL}\r\nBcc: x@y.example", ["email"]),
    "half a character": ("1001", f"\ud800{E_MAIL}", ["email"]),
    "half a character in the number": ("1001\udfff", E_MAIL, ["order"]),
    "a search of one's own": ('" OR name:1002', E_MAIL, ["order"]),
    "another search": ("1001 OR email:*", E_MAIL, ["order"]),
    "a wildcard": ("100*", E_MAIL, ["order"]),
    "a GraphQL document": ('1001") { nodes { email } }', E_MAIL, ["order"]),
    "an expression of Liquid": ("{{ shop | email }}", E_MAIL, ["order"]),
    "a script": ("<script>1</script>", E_MAIL, ["order"]),
    "only marks of direction": ("\u202e\u202d", "\u200f", ["email", "order"]),
    "an e-mail alone": ("", E_MAIL, ["order"]),
    "two addresses": ("1001", f"{E_MAIL} x@y.example", ["email"]),
    "no address": ("1001", MARKER, ["email"]),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_makes_no_sense(
    name: str, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    order, email, at_fault = FIELDS[name]

    response = storefront.send(
        "POST", "/proxy/lookup", json={"order": order, "email": email}, headers=JSON_ASKED
    )

    assert sorted(refusal(response, log_lines, shopify)["errors"]) == at_fault


@pytest.mark.parametrize("typed", ["\u202e1001\u202c", "1001\u200f", "\u00ad1001"])
def test_marks_that_are_not_seen_change_nothing(typed: str, storefront: Storefront) -> None:
    assert storefront.look_up({"order": typed, "email": "ada@example.com"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        MARKER,
        f"{MARKER}={MARKER}&" * 400,
        f"shop={MARKER}.myshopify.com&signature={'a' * 64}",
        f"signature={MARKER}%00%ff%%%",
        f"shop[]={MARKER}&shop[a]=b&signature[]=c",
        f"signature={'a' * 64};shop={MARKER}",
        "\xff\xfe" + MARKER,
    ],
)
@pytest.mark.parametrize("path", ["/proxy", "/proxy/lookup", "/proxy/assets/x.js", "/proxy//lookup"])
def test_a_query_that_makes_no_sense(
    query: str, path: str, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    response = storefront.send("GET", path, query=query)

    assert refusal(response, log_lines, shopify)["code"] in ("invalid_signature", "not_found")


@pytest.mark.parametrize("path", [f"/{MARKER}", f"/proxy/{MARKER}", f"/proxy/a/{MARKER}", f"/%ff%00{MARKER}"])
def test_an_address_that_does_not_exist_is_not_repeated(
    path: str, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    assert refusal(storefront.send("GET", path), log_lines, shopify)["code"] == "not_found"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": f"{MARKER};q=1e999, application/json;q=NaN"},
        {"Accept-Language": f"{MARKER}," * 500},
        {"X-Forwarded-For": f"{MARKER}, " * 500},
        {"Host": f"{MARKER}.example"},
        {"Host": f"[{MARKER}"},
        {"Content-Length": MARKER},
        {"Content-Length": "-1"},
        {"Content-Encoding": "gzip"},
        {"Transfer-Encoding": "chunked"},
        {"Cookie": f"{MARKER}={MARKER}; a"},
        {"Range": f"bytes={MARKER}"},
        {"X-Request-Id": MARKER},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Authorization": f"Basic {MARKER}"},
        {"If-None-Match": f'"{MARKER}"'},
    ],
    ids=str,
)
def test_a_header_that_makes_no_sense_harms_nobody(
    headers: dict[str, str], storefront: Storefront, log_lines: Lines
) -> None:
    response = storefront.look_up(headers={**JSON_ASKED, **headers})

    assert response.status_code < 500
    assert MARKER not in response.text + str(response.headers) + json.dumps(log_lines)


names = st.sampled_from(["order", "email", "locale", "shop", "signature", "timestamp", MARKER])
values = (
    st.text(max_size=30)
    | st.just("1001")
    | st.just(E_MAIL)
    | st.text(alphabet="{}%\"'<>\\\x00@#é１", max_size=9)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)
bodies = (
    st.binary(max_size=200)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(names, json_values, max_size=4).map(lambda value: json.dumps(value).encode())
    | st.lists(st.tuples(names, values), max_size=6).map(
        lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode("utf-8", "surrogatepass")
    )
)
header_values = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
header_names = st.sampled_from(
    ["ACCEPT", "ACCEPT_LANGUAGE", "X_FORWARDED_FOR", "HOST", "COOKIE", "CONTENT_ENCODING", "X_FORWARDED_HOST"]
)
queries = st.binary(max_size=120).map(lambda query: query.decode("latin-1"))
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW", ""])
paths = st.sampled_from(["/proxy", "/proxy/", "/proxy/lookup", "/proxy/assets/x", "/readyz"]) | st.text(
    max_size=20
).map(lambda text: "/" + text)


@pytest.fixture
def everything(app: Flask, log_lines: Lines) -> Iterator[Client]:
    """The bare WSGI application: what it raises is raised here."""
    app.testing = True
    yield Client(app, TestResponse)
    assert MARKER not in json.dumps(log_lines, default=str)


hostile = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@hostile
@given(body=bodies, content_type=st.sampled_from([FORM, JSON, "", "text/plain"]), data=st.data())
def test_any_body_of_a_signed_request_is_answered(
    body: bytes, content_type: str, data: st.DataObject, everything: Client, storefront: Storefront
) -> None:
    """Never an error of ours, and the marker that most of them carry never comes back."""
    headers = {
        f"HTTP_{name}": data.draw(header_values) for name in data.draw(st.sets(header_names, max_size=3))
    }

    response = everything.open(
        path="/proxy/lookup",
        method="POST",
        query_string=storefront.query(),
        data=body,
        content_type=content_type,
        environ_overrides={"REMOTE_ADDR": "127.0.0.1", **headers},
    )

    assert response.status_code in (200, 404, 413, 415, 422, 400)
    assert MARKER not in response.text + str(response.headers)


@hostile
@given(method=methods, path=paths, query=queries, data=st.data())
def test_any_request_that_is_not_signed_is_refused(
    method: str, path: str, query: str, data: st.DataObject, everything: Client
) -> None:
    headers = {
        f"HTTP_{name}": data.draw(header_values) for name in data.draw(st.sets(header_names, max_size=3))
    }
    response = everything.open(
        path=path,
        method=method,
        data=b"" if method in ("GET", "HEAD") else MARKER.encode(),
        environ_overrides={"QUERY_STRING": f"{MARKER}={query}", **headers},
    )

    refused = (400, 401, 404, 405)
    assert response.status_code in ((200, *refused) if path in ("/readyz", "/healthz") else refused)
    assert MARKER not in response.text + str(response.headers)
