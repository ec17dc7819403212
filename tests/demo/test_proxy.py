"""The app proxy forwards, signs, strips and renders as Shopify documents it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from flask import Response
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.conftest import EXTENSION, FakeApp
from tracker.demo import proxy
from tracker.demo.app import API_SECRET, create_demo
from tracker.demo.proxy import signed_query
from tracker.demo.signing import proxy_signature
from tracker.demo.state import DOMAIN, Shop


def liquid(text: str, status: int = 200, **headers: str) -> Callable[[], Response]:
    return lambda: Response(text, status, headers, content_type="application/liquid; charset=utf-8")


def test_a_request_goes_signed_to_the_app(client: FlaskClient, fake_app: FakeApp) -> None:
    """Rest of the path, method, body, the visitor's own query, and five parameters in it even on POST."""
    before = int(time.time())
    body, kind = b"order=1001&email=ada%40example.com", "application/x-www-form-urlencoded"
    client.post("/apps/track-order/lookup?utm_source=a+b&x=", data=body, content_type=kind)
    (seen,) = fake_app.requests
    assert (seen["method"], seen["path"]) == ("POST", "/proxy/lookup")
    assert (seen["body"], seen["headers"]["Content-Type"]) == (body, kind)
    pairs = parse_qsl(seen["query"], keep_blank_values=True)
    sent = dict(pairs)
    assert [name for name, _ in pairs] == [
        *("utm_source", "x", "shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature")
    ]
    assert sent["utm_source"] == "a b"
    assert sent["shop"] == DOMAIN
    assert sent["logged_in_customer_id"] == ""
    assert sent["path_prefix"] == "/apps/track-order"
    assert before <= int(sent["timestamp"]) <= time.time()
    assert sent["signature"] == proxy_signature(seen["query"], API_SECRET)


@pytest.mark.parametrize(
    ("asked", "forwarded"),
    [
        ("/apps/track-order", "/proxy"),
        ("/apps/track-order/", "/proxy/"),
        ("/apps/track-order/assets/a.b.js", "/proxy/assets/a.b.js"),
        ("/apps/track-order/caf%C3%A9%20x", "/proxy/café x"),
    ],
)
def test_the_rest_of_the_path_is_kept(
    client: FlaskClient, fake_app: FakeApp, asked: str, forwarded: str
) -> None:
    client.get(asked)
    assert fake_app.requests[0]["path"] == forwarded


def test_a_signed_in_customer_is_named(client: FlaskClient, fake_app: FakeApp, shop: Shop) -> None:
    shop.control.logged_in_customer_id = "6543210"
    client.get("/apps/track-order")
    assert "logged_in_customer_id=6543210&" in fake_app.requests[0]["query"]


def test_cookies_stay_behind_and_the_client_is_named(client: FlaskClient, fake_app: FakeApp) -> None:
    client.set_cookie("session", "secret")
    client.get(
        "/apps/track-order",
        headers={"X-Forwarded-For": "203.0.113.9", "Accept": "application/json", "X-Own": "kept"},
    )
    headers = fake_app.requests[0]["headers"]
    assert "Cookie" not in headers
    assert headers["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert headers["X-Forwarded-Host"] == "localhost"
    assert (headers["Accept"], headers["X-Own"]) == ("application/json", "kept")


def test_an_answer_comes_back_as_it_is_without_the_disallowed_headers(
    client: FlaskClient, fake_app: FakeApp
) -> None:
    fake_app.answer = lambda: Response(
        '{"code":"rate_limited"}',
        429,
        {
            "Set-Cookie": "a=b",
            "X-Powered-By": "x",
            "Pragma": "x",
            "Retry-After": "60",
            "Cache-Control": "no-store",
        },
        content_type="application/problem+json",
    )
    answer = client.post("/apps/track-order/lookup")
    assert (answer.status_code, answer.data) == (429, b'{"code":"rate_limited"}')
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"Set-Cookie", "X-Powered-By", "Pragma", "Server", "Date"} & set(answer.headers.keys())


def test_a_liquid_answer_is_rendered_within_the_theme(client: FlaskClient, fake_app: FakeApp) -> None:
    fake_app.answer = liquid("<h2>{{ shop.name }} {{ 1 | plus: 1 }}</h2>", 404)
    answer = client.post("/apps/track-order/lookup")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<h2>Northwind Outfitters 2</h2>" in text
    assert text.lstrip().startswith("<!doctype html>")
    assert "</footer>" in text


@pytest.mark.parametrize("tag", ["{% layout none %}", "{%- layout none -%}"])
def test_a_liquid_answer_can_leave_the_theme_out(client: FlaskClient, fake_app: FakeApp, tag: str) -> None:
    fake_app.answer = liquid(tag + "<p>alone</p>")
    assert client.get("/apps/track-order").data == b"<p>alone</p>"


def test_liquid_that_is_wrong_is_an_inline_message(client: FlaskClient, fake_app: FakeApp) -> None:
    fake_app.answer = liquid("{% if %}<script>{% nonsense %}")
    answer = client.get("/apps/track-order")
    assert answer.status_code == 200
    assert b"Liquid error" in answer.data


def test_what_the_app_sent_runs_as_liquid_once_only(client: FlaskClient, fake_app: FakeApp) -> None:
    """So a title that got into the page unescaped shows as a leak, and one in a raw block does not run."""
    fake_app.answer = liquid("a {{ shop.email }} {% raw %}{{ shop.email }}{% endraw %}")
    text = client.get("/apps/track-order").get_data(as_text=True)
    assert "a owner@northwind.example {{ shop.email }}" in text


def test_words_and_snippets_of_the_extension_are_not_part_of_a_proxied_page(
    client: FlaskClient, fake_app: FakeApp
) -> None:
    """A page from the app belongs to the theme, which has neither."""
    fake_app.answer = liquid("{{ 'greeting' | t: name: 'x' }}{% layout none %}")
    assert client.get("/apps/track-order").data == b"translation missing: en.greeting"
    fake_app.answer = liquid("{% render 'form' %}")
    assert b"Liquid error" in client.get("/apps/track-order").data


def test_a_redirect_of_the_app_is_followed(client: FlaskClient, fake_app: FakeApp) -> None:
    answers = [Response(status=302, headers={"Location": f"{fake_app.url}/elsewhere"}), Response("arrived")]
    fake_app.answer = lambda: answers.pop(0)
    assert client.get("/apps/track-order").data == b"arrived"
    assert [one["path"] for one in fake_app.requests] == ["/proxy", "/elsewhere"]


def test_a_dead_app_is_an_html_page_with_502() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    client = create_demo(app_url=f"http://127.0.0.1:{port}", extension=EXTENSION).test_client()
    answer = client.post("/apps/track-order/lookup", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (502, "text/html")


def test_an_app_that_says_nothing_is_an_html_page_with_504(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "TIME_OUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        answer = create_demo(app_url=url, extension=EXTENSION).test_client().get("/apps/track-order")
    assert (answer.status_code, answer.mimetype) == (504, "text/html")


def test_without_an_app_there_is_no_proxy() -> None:
    """As after an uninstall: the shop's own 404, in HTML."""
    answer = create_demo(extension=EXTENSION).test_client().post("/apps/track-order/lookup")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_requests_through_the_proxy_are_counted(client: FlaskClient, fake_app: FakeApp) -> None:
    client.get("/apps/track-order")
    assert client.get("/demo/calls").get_json()["proxy"] == len(fake_app.requests) == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["shop", "s%68op", "timestamp", "signature", "hmac", "x", "y"]),
            st.text(alphabet="ab%+", max_size=4),
        )
    )
)
def test_a_visitor_can_not_name_what_shopify_names(pairs: list[tuple[str, str]]) -> None:
    """Whatever a visitor adds, each of Shopify's names is in the query once, with Shopify's value."""
    visitors = "&".join(f"{name}={value}" for name, value in pairs)
    query = signed_query(visitors, shop=DOMAIN, secret="hush", customer="5", path="/apps/x", now=1.5)
    values = parse_qsl(query, keep_blank_values=True)
    assert [value for name, value in values if name == "shop"] == [DOMAIN]
    assert [value for name, value in values if name == "timestamp"] == ["1"]
    assert [value for name, value in values if name == "signature"] == [proxy_signature(query, "hush")]
    assert len([name for name, _ in values if name in {"x", "y"}]) == len(
        [n for n, _ in pairs if n in {"x", "y"}]
    )
