"""Every refusal has two faces, and every answer the headers that belong to its kind."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

import tracker.web.track
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp
from tests.web.storefront import ADA, JSON_ASKED, Storefront
from tracker.settings import ProxyErrorStatus, read_limits
from tracker.web.page import Pages

PAGE_HEADERS = {"Content-Type", "Content-Length", "X-Content-Type-Options", "Cache-Control", "X-Request-Id"}
JSON_HEADERS = PAGE_HEADERS | {"Content-Security-Policy", "Referrer-Policy"}
PROBLEM = {"type", "title", "status", "code", "detail"}

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ACCEPTS = {
    "application/json": True,
    "application/json, text/plain, */*": True,
    "application/json;q=0.9, text/html;q=0.5": True,
    "application/problem+json, application/json": True,
    BROWSER: False,
    "text/html, application/json": False,
    "*/*": False,
    "": False,
    "application/json;q=0": False,
    ";;;,q=,application/": False,
}


def assert_problem(response: TestResponse, status: int, code: str, *extra: str) -> None:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    body = response.get_json()
    assert set(body) | {"detail"} == PROBLEM | set(extra)
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)


def assert_json_headers(response: TestResponse, *more: str) -> None:
    headers = response.headers
    assert set(headers.keys()) == JSON_HEADERS | set(more)
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


def assert_page(response: TestResponse, status: int, *more: str) -> None:
    """Liquid without anything that would fall on the shop's whole page."""
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/liquid")
    assert set(response.headers.keys()) == PAGE_HEADERS | set(more)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", ACCEPTS)
def test_json_to_whoever_asks_for_it_by_name(accept: str, storefront: Storefront) -> None:
    response = storefront.look_up(headers={"Accept": accept})

    assert response.mimetype == ("application/json" if ACCEPTS[accept] else "application/liquid")


def test_headers_of_a_story(storefront: Storefront) -> None:
    assert_json_headers(storefront.look_up())
    assert_page(storefront.look_up(as_page=True), 200)
    assert_page(storefront.page(), 200)


def test_no_unknown_order_tells_more_than_that(storefront: Storefront) -> None:
    wrong = ADA | {"email": "mallory@example.com"}
    answer, page = storefront.look_up(wrong), storefront.look_up(wrong, as_page=True)

    assert_problem(answer, 404, "order_not_found")
    assert_json_headers(answer)
    assert_page(page, 404)
    assert "We could not find this order" in page.text
    assert "The order is too old to be shown here." in page.text


FORMS: dict[str, tuple[dict[str, str], dict[str, list[str]]]] = {
    "empty": ({}, {"order": ["required"], "email": ["required"]}),
    "blank": ({"order": " ", "email": "\t"}, {"order": ["required"], "email": ["required"]}),
    "no e-mail": ({"order": "1001"}, {"email": ["required"]}),
    "no number": ({"email": "ada@example.com"}, {"order": ["required"]}),
    "odd": ({"order": "???", "email": "ada"}, {"order": ["invalid"], "email": ["invalid"]}),
    "long": (
        {"order": "1" * 201, "email": "a" * 250 + "@b.example"},
        {"order": ["too_long"], "email": ["too_long"]},
    ),
    "two addresses": (ADA | {"email": "ada@example.com,mallory@example.com @"}, {"email": ["invalid"]}),
    "an address without a dot": (ADA | {"email": "ada@example"}, {"email": ["invalid"]}),
    "an address of spaces": (ADA | {"email": "ada @example.com"}, {"email": ["invalid"]}),
}


@pytest.mark.parametrize("name", FORMS)
def test_fields_at_fault_are_named_and_marked(
    name: str, storefront: Storefront, shopify: PretendShopify
) -> None:
    fields, errors = FORMS[name]

    answer, page = storefront.look_up(fields), storefront.look_up(fields, as_page=True)

    assert_problem(answer, 422, "invalid_request", "errors")
    assert answer.get_json()["errors"] == errors
    assert_page(page, 422)
    marked = [field for field in ("order", "email") if is_marked(page.text, field)]
    assert marked == sorted(errors, reverse=True)
    assert shopify.calls() == 0


def is_marked(page: str, field: str) -> bool:
    """Whether a field is said to be invalid, with a sentence that says why."""
    (element,) = re.findall(rf"<input[^>]*name=\"{field}\"[^>]*>", page)
    (error,) = re.findall(rf'<p[^>]*data-error="{field}"([^>]*)>([^<]*)</p>', page)
    invalid = 'aria-invalid="true"' in element
    assert invalid == bool(error[1].strip())
    assert invalid == ("hidden" not in error[0])
    return invalid


def test_nothing_that_was_typed_comes_back_in_a_page(storefront: Storefront) -> None:
    typed = {"order": "no such ~~~ number", "email": "marker-of-ada@nowhere"}
    page = storefront.look_up(typed, as_page=True)

    assert page.status_code == 422
    assert "~~~" not in page.text
    assert "marker-of-ada" not in page.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        *((path, "GET, HEAD") for path in ("/proxy/orders", "/proxy/assets/x.js")),
        *((path, "GET, HEAD, POST") for path in ("/proxy", "/proxy/", "/proxy/lookup")),
        ("/proxy/orders/lookup", "POST"),
        *((path, "GET, HEAD") for path in ("/healthz", "/readyz")),
    ],
)
def test_another_method_is_refused_and_the_right_ones_are_named(
    method: str, path: str, allowed: str, storefront: Storefront
) -> None:
    """It says nothing that the documentation does not."""
    response = storefront.send(method, path)

    assert_problem(response, 405, "method_not_allowed")
    assert_json_headers(response, "Allow")
    assert response.headers["Allow"] == allowed


@pytest.mark.parametrize(
    "path",
    [
        "/proxy",
        "/proxy/",
        "/proxy/lookup",
        "/proxy/assets/x.js",
        "/proxy/none",
        "/proxy%2Flookup",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "PROPFIND"])
def test_below_the_proxy_whoever_is_not_shopify_learns_nothing(
    method: str, path: str, storefront: Storefront
) -> None:
    """Not which addresses there are, and not which methods they take."""
    response = storefront.send(method, path, query="")

    assert_problem(response, 401, "invalid_signature")
    assert_json_headers(response)


def test_a_doubled_slash_leads_past_nobody(storefront: Storefront) -> None:
    """Flask reads `//proxy` as `/proxy`, so whoever stands before it has to as well."""
    response = storefront.send(
        "POST", "/proxy/lookup", query="", environ_overrides={"PATH_INFO": "//proxy/lookup"}
    )

    assert_problem(response, 401, "invalid_signature")


def test_the_head_of_a_refusal_has_no_body(storefront: Storefront) -> None:
    refused, whole = (storefront.send(method, "/proxy", query="") for method in ("HEAD", "GET"))

    assert (refused.status_code, refused.data) == (401, b"")
    assert refused.headers["Content-Length"] == str(len(whole.data))


@pytest.mark.parametrize(
    "path", ["/", "/proxy/none", "/proxy/assets/", "/proxy/assets/../x", "/admin", "/proxy.json"]
)
def test_an_unknown_address_is_not_found(path: str, storefront: Storefront) -> None:
    response = storefront.send("GET", path)

    assert_problem(response, 404, "not_found")
    assert_json_headers(response)


@pytest.mark.parametrize("as_page", [True, False])
def test_too_much_and_of_another_kind_are_refused_plainly(*, as_page: bool, storefront: Storefront) -> None:
    headers = {} if as_page else JSON_ASKED

    huge = storefront.send("POST", "/proxy/lookup", headers=headers, data=ADA | {"x": "y" * 9000})
    other = storefront.send("POST", "/proxy/lookup", headers=headers, data=b"<a/>", content_type="text/xml")

    assert_problem(huge, 413, "content_too_large")
    assert_problem(other, 415, "unsupported_media_type")
    for response in (huge, other):
        assert_json_headers(response)


@pytest.mark.parametrize("path", ["/proxy", "/proxy/", "/proxy/lookup"])
def test_head_is_get_without_its_body(path: str, storefront: Storefront) -> None:
    got, headed = storefront.send("GET", path), storefront.send("HEAD", path)

    assert_page(headed, 200)
    assert headed.data == b""
    assert headed.headers["Content-Length"] == got.headers["Content-Length"]


def test_the_scripts_of_the_page_may_be_kept_for_a_year(app: Flask, storefront: Storefront) -> None:
    page = storefront.page().text
    names = set(re.findall(r'/apps/track-order(/assets/[a-z-]+\.[0-9a-f]{12}\.js)"', page))
    assert len(names) == 3

    for name in names:
        response = storefront.send("GET", "/proxy" + name)
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert storefront.send("GET", "/proxy" + name.replace(".js", "0.js")).status_code == 404


def always_200(make_app: MakeApp, **settings: Any) -> Storefront:
    return Storefront(make_app(proxy_error_status=ProxyErrorStatus.ALWAYS_200, **settings))


def test_every_refusal_can_travel_under_a_200(make_app: MakeApp, shopify: PretendShopify) -> None:
    """The body is that of the true status; the header that says when to come back stays."""
    storefront = always_200(make_app, guess_limits=read_limits("email=1/hour"))
    wrong = ADA | {"email": "mallory@example.com"}

    responses = {
        "order_not_found": storefront.look_up(wrong),
        "rate_limited": storefront.look_up(wrong | {"order": "1002"}),
        "invalid_request": storefront.look_up({}),
        "not_found": storefront.send("GET", "/proxy/nothing"),
        "method_not_allowed": storefront.send("PUT", "/proxy/lookup"),
        "unsupported_media_type": storefront.send(
            "POST", "/proxy/lookup", data=b"", content_type="text/plain"
        ),
    }
    shopify.switch(token_valid=False)
    responses["not_set_up"] = storefront.look_up()

    assert {response.status_code for response in responses.values()} == {200}
    assert {code: response.get_json()["code"] for code, response in responses.items()} == {
        c: c for c in responses
    }
    assert all(response.get_json()["status"] >= 400 for response in responses.values())
    assert "Retry-After" in responses["rate_limited"].headers
    page = storefront.look_up(wrong, as_page=True)
    assert (page.status_code, page.mimetype) == (200, "application/liquid")


def test_whoever_is_not_shopify_sees_the_true_status(make_app: MakeApp) -> None:
    storefront = always_200(make_app)

    assert storefront.look_up(query="").status_code == 401
    assert storefront.send("GET", "/nothing").status_code == 404


@pytest.mark.parametrize("as_page", [True, False])
def test_what_nobody_foresaw_is_told_and_logged_without_a_word_of_it(
    *, as_page: bool, storefront: Storefront, monkeypatch: pytest.MonkeyPatch, log_lines: list[dict[str, Any]]
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("a message with ada@example.com in it")

    monkeypatch.setattr(tracker.web.track, "read_form", fail)

    response = storefront.look_up(as_page=as_page)

    assert response.status_code == 500
    assert response.mimetype == ("application/liquid" if as_page else "application/problem+json")
    assert "ada@" not in response.text + json.dumps(log_lines)
    (unforeseen,) = [line for line in log_lines if line["event"] == "unforeseen"]
    assert unforeseen["exception"] == "LookupError"
    assert unforeseen["request_id"] == response.headers["X-Request-Id"]


def test_a_page_that_cannot_be_made_is_told_as_a_problem(
    storefront: Storefront, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even then nobody sees a traceback."""

    def fail(*_: object) -> str:
        raise LookupError

    monkeypatch.setattr(Pages, "story", fail)

    assert storefront.look_up(as_page=True).status_code == 500


def test_no_answer_sets_a_cookie(storefront: Storefront) -> None:
    answers = [
        storefront.look_up(),
        storefront.look_up(as_page=True),
        storefront.page(),
        storefront.look_up({}),
    ]

    assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_health_touches_nothing(make_app: MakeApp) -> None:
    client = make_app(redis_url="unix:///nowhere.sock").test_client()

    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert_json_headers(client.get("/healthz"))
