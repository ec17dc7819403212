"""The service as it runs in production: two workers of gunicorn, spoken to over bare sockets."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.pretend_shopify import API_KEY, TOKEN, PretendShopify, serve_pretend_shopify
from tests.serving import PATIENCE_SECONDS, Served, heard, serve, start
from tests.web.storefront import ADA, ALICE, FORM, SECRET, own_pairs, signed
from tracker.embedded_redis import EmbeddedRedis
from tracker.metrics import FOLDER_PREFIX

MARKER = "leak@leak.example"
ADDRESS_OF_CALLER = "127.0.0.1"


def environment(shopify: PretendShopify, redis: EmbeddedRedis) -> dict[str, str]:
    return {
        "SHOPIFY_API_KEY": API_KEY,
        "SHOPIFY_API_SECRET": SECRET,
        "SHOPIFY_SHOP": ALICE,
        "SHOPIFY_ADMIN_TOKEN": TOKEN,
        "SHOPIFY_ADMIN_ORIGIN": shopify.origin,
        "REDIS_URL": redis.url,
        "TRUSTED_PROXIES": "0",
        "WEB_WORKERS": "2",
        "WEB_THREADS": "2",
    }


@pytest.fixture(scope="module")
def shopify() -> Iterator[PretendShopify]:
    with serve_pretend_shopify() as pretend:
        yield pretend


@pytest.fixture(scope="module")
def _running(
    shopify: PretendShopify, redis_server: EmbeddedRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    with serve(environment(shopify, redis_server), tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def service(_running: Served, caplog: pytest.LogCaptureFixture) -> Served:
    """One service for all tests that do not end it."""
    caplog.set_level("ERROR", logger="werkzeug")
    return _running


def read(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case, and body of an answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("ascii").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status_line.split()[1]), headers, body


def post(body: bytes, *headers: str, query: str | None = None) -> bytes:
    """A look-up as bytes, signed unless `query` is another one."""
    path = f"/proxy/lookup?{signed(own_pairs()) if query is None else query}"
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: tracker.example",
        "Accept: application/json",
        f"Content-Type: {FORM}",
        *headers,
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


NOT_HTTP = {
    "a header without a colon": (f"GET / HTTP/1.1\r\nBad Header {MARKER}\r\n\r\n", 400),
    "a header name of two words": (f"GET / HTTP/1.1\r\nBad {MARKER}: x\r\n\r\n", 400),
    "a folded header": (f"GET / HTTP/1.1\r\nHost: x\r\n {MARKER}\r\n\r\n", 400),
    "a method that is none": (f"{MARKER} / HTTP/1.1\r\n\r\n", 400),
    "a version that is none": (f"GET / {MARKER}\r\n\r\n", 400),
    "a line of one word": (f"{MARKER}\r\n\r\n", 400),
    "another protocol": (f"\x16\x03\x01 {MARKER}\r\n\r\n", 400),
    "a coding of one's own": (f"POST / HTTP/1.1\r\nTransfer-Encoding: {MARKER}\r\n\r\n", 400),
    "an expectation of one's own": (f"POST / HTTP/1.1\r\nExpect: {MARKER}\r\n\r\n", 400),
    "two lengths": (f"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: {MARKER}\r\n\r\n", 400),
    "a line that is too long": (f"GET /{MARKER}{'a' * 5000} HTTP/1.1\r\n\r\n", 414),
    "a header that is too long": (f"GET / HTTP/1.1\r\nA: {MARKER}{'a' * 9000}\r\n\r\n", 431),
    "too many headers": ("GET / HTTP/1.1\r\n" + f"A: {MARKER}\r\n" * 70 + "\r\n", 431),
}


@pytest.mark.parametrize("name", NOT_HTTP)
def test_what_is_not_http_is_refused_without_being_repeated(name: str, service: Served) -> None:
    """One problem document, one line, and neither content nor address in them."""
    sent, expected = NOT_HTTP[name]
    before = len(service.lines())

    status, headers, body = read(service.say(sent.encode("latin-1")))

    problem = json.loads(body)
    assert (status, problem["status"], problem["code"]) == (expected, expected, "bad_request")
    assert headers["content-type"] == "application/problem+json"
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert (headers["connection"], int(headers["content-length"])) == ("close", len(body))
    (line,) = service.lines()[before:]
    assert (line["event"], line["level"], line["status"]) == ("request", "info", expected)
    assert not any(word in json.dumps([line, problem]) for word in (MARKER, ADDRESS_OF_CALLER))


BODIES = {
    "a chunk size that is none": f"{MARKER}\r\norder=1001\r\n0\r\n\r\n",
    "a negative chunk size": "-1\r\n\r\n",
    "a chunk longer than its size": f"3\r\norder={MARKER}\r\n0\r\n\r\n",
    "an extension that is none": f"5;{MARKER}\r\norder\r\n0\r\n\r\n",
    "a trailer that is none": f"5\r\norder\r\n0\r\n{MARKER}\r\n\r\n",
    "an end in the middle of a chunk": f"ff\r\norder={MARKER}",
    "an end between chunks": "5\r\norder\r\n",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_in_broken_chunks_is_refused(name: str, service: Served) -> None:
    """By the one who sent it, hence 400, one line, and no word of a mistake of ours."""
    before = len(service.lines())

    status, headers, body = read(service.say(post(BODIES[name].encode(), "Transfer-Encoding: chunked")))

    assert (status, json.loads(body)["code"]) == (400, "bad_request")
    assert headers["content-type"] == "application/problem+json"
    (line,) = service.lines()[before:]
    assert (line["status"], line["code"], line["level"]) == (400, "bad_request", "info")
    assert MARKER not in json.dumps(line) + body.decode()


def test_a_caller_who_leaves_within_the_body_is_no_mistake_of_ours(service: Served) -> None:
    before = len(service.lines())

    status, _, body = read(service.say(post(b"order=10", "Content-Length: 80")))

    assert (status, json.loads(body)["code"]) == (400, "bad_request")
    (line,) = service.lines()[before:]
    assert (line["status"], line["level"]) == (400, "info")


def test_a_body_that_nobody_asked_for_is_answered_once(service: Served) -> None:
    """The refusal of the gate stands, however broken the body after it is."""
    before = len(service.lines())

    answer = service.say(post(b"nonsense\r\n\r\n", "Transfer-Encoding: chunked", query="shop=x"))

    assert read(answer)[0] == 401
    assert answer.count(b"HTTP/1.1") == 1
    assert [line["status"] for line in service.lines()[before:]] == [401]


def test_a_body_in_sound_chunks_is_read(service: Served) -> None:
    form = urlencode(ADA).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, form[n : n + 1]) for n in range(len(form))) + b"0\r\n\r\n"

    status, _, body = read(service.say(post(chunks, "Transfer-Encoding: chunked", "Connection: close")))

    assert (status, json.loads(body)["order"]["name"]) == (200, "#1001")


def metrics_of(service: Served, *, workers: int) -> str:
    """What is counted, once so many workers count."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        _, metrics = service.get("/metrics", port=service.metrics_port)
        if f"\ntracker_workers {workers}.0\n" in metrics or time.monotonic() > patience:
            return metrics
        time.sleep(0.02)


def test_a_life_of_the_service(
    shopify: PretendShopify,
    redis_server: EmbeddedRedis,
    redis_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Two workers answer, log a line of JSON each time, count together on a port of their own, and end when
    they are told to, with nothing on standard error and no file left behind."""
    caplog.set_level("ERROR", logger="werkzeug")
    form = urlencode(ADA).encode()
    with serve(environment(shopify, redis_server), tmp_path) as service:
        status, body = service.get(f"/proxy/lookup?{signed(own_pairs())}", body=form)
        refused, _ = service.get("/proxy/lookup", body=form)
        hidden, _ = service.get("/metrics")
        metrics = metrics_of(service, workers=2)
        code = service.end()

    assert (status, refused, hidden) == (200, 401, 404)
    assert json.loads(body)["order"]["name"] == "#1001"
    assert 'tracker_lookups_total{cache="read",outcome="story"} 1.0' in metrics
    assert "\ntracker_workers 2.0\n" in metrics
    assert "\ntracker_redis_down 0.0\n" in metrics
    told = sorted(line["status"] for line in service.lines() if line.get("route") == "/proxy/lookup")
    assert told == [200, 401]
    assert not any(secret in service.out for secret in (SECRET, TOKEN, "ada@", "signature="))
    assert (code, service.err) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["err", "out"]


def test_an_ending_service_answers_whom_it_let_in_and_lets_nobody_in_to_wait(
    shopify: PretendShopify, redis_server: EmbeddedRedis, tmp_path: Path
) -> None:
    """While a request is still under way, others are refused at the door, so that a proxy tries elsewhere:
    they are never let in only to be dropped at the end."""
    form = urlencode(ADA).encode()
    # One worker: a second might still be starting, and closes the door only after that.
    one_worker = environment(shopify, redis_server) | {"WEB_WORKERS": "1"}
    with serve(one_worker, tmp_path) as service, service.connect() as slow:
        slow.sendall(post(form[:3], f"Content-Length: {len(form)}", "Connection: close"))
        service.process.terminate()
        while service.lets_in():
            pass
        slow.sendall(form[3:])
        status, _, _ = read(heard(slow))
        code = service.process.wait(PATIENCE_SECONDS)

    assert (status, code) == (200, 0)


def test_a_metrics_port_that_is_taken_at_the_last_moment_ends_the_service(tmp_path: Path) -> None:
    """After `tracker serve` found it free: one line, exit code 1, and no file left behind."""
    folder = tmp_path / f"{FOLDER_PREFIX}x"
    folder.mkdir()
    with socket.create_server(("0.0.0.0", 0)) as other:  # noqa: S104 - the service takes all addresses too
        environ = {
            "SHOPIFY_API_KEY": API_KEY,
            "SHOPIFY_API_SECRET": SECRET,
            "REDIS_URL": "redis://127.0.0.1",
            "PORT": "0",
            "METRICS_PORT": str(other.getsockname()[1]),
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
        }
        gunicorn = ("gunicorn", "--config", "python:tracker.gunicorn_config", "tracker.wsgi:app")
        code = start(environ, tmp_path, command=gunicorn).wait(PATIENCE_SECONDS)

    events = [json.loads(line)["event"] for line in (tmp_path / "out").read_text().splitlines()]
    assert (code, events[0]) == (1, "METRICS_PORT is taken")
    assert (tmp_path / "err").read_text() == ""
    assert not folder.exists()
