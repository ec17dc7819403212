"""Requests by the hundred thousand that nobody who means well would send: each is refused clearly, nothing of
it is repeated or logged, and none of them is too much."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from tests import openapi
from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.hostile import MARK, Hostile, say
from tests.faults.house import open_service
from tests.id_tokens import id_token
from tests.pretend_shopify import PretendShopify
from tests.serving import Served
from tests.web.storefront import ALICE, FORM, SECRET, own_pairs, signed
from tests.webhook_bodies import signature_of
from tracker.demo.signing import proxy_signature

PART = "Hostile requests"
THREADS = 4
BY_SCHEMA, RAW = 0.02, 0.06
"""Shares made from the OpenAPI document, which come on top since few routes have much to vary, and by
hypothesis from nothing."""

SAID_BY_NOBODY = (b"traceback", b"exception", b'.py"', b"site-packages", b"werkzeug", b"gunicorn", b"sqlalch")
DOCUMENTED = {"upstream_unavailable", "not_set_up", "try_again"}


class Judge:
    """Counts answers by status, and keeps the first few that never should have been."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []

    def hear(self, answer: bytes) -> None:
        """All that came, from the status line on."""
        head, _, body = answer.partition(b"\r\n\r\n")
        status = head[9:12].decode("ascii", "replace") if answer else "none"
        wrong = self._fault(status, head, body)
        with self._lock:
            self.statuses[status] += 1
            if wrong and len(self.wrong) < 20:
                self.wrong.append(f"{wrong}: {answer[:300]!r}")

    def _fault(self, status: str, head: bytes, body: bytes) -> str:
        head_said, said = head.lower(), body.lower()
        if MARK.encode() in head_said or MARK.encode() in said:
            return "repeated"
        if any(word in said for word in SAID_BY_NOBODY):
            return "exception text"
        if status.startswith("5") and not (status == "503" and _is_documented(head, body)):
            return status
        return ""


def _is_documented(head: bytes, body: bytes) -> bool:
    if b"application/problem+json" in head:
        return not body or json.loads(body)["code"] in DOCUMENTED
    return b"application/liquid" in head or b'"not_ready"' in body


@pytest.fixture(scope="module")
def service(shopify: PretendShopify, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with open_service(tmp_path_factory.mktemp("served"), shopify) as running:
        yield running


@pytest.fixture
def count(request: pytest.FixtureRequest) -> int:
    number: int = request.config.getoption("--hostile")
    return number


@contextmanager
def judged(name: str, service: Served, note: Note) -> Iterator[Judge]:
    """Everything that is heard inside, and everything that is logged meanwhile, judged at the end."""
    begun, judge = time.monotonic(), Judge()
    out = len(service.out)
    yield judge
    seconds = time.monotonic() - begun
    log = service.out[out:]
    leaked = [line for line in (log + service.err).splitlines() if MARK in line.lower()]
    broken = [line for line in log.splitlines() if '"level":"error"' in line.replace('": "', '":"')]
    sent = sum(judge.statuses.values())
    told = ", ".join(f"{status} {number}" for status, number in sorted(judge.statuses.items()))
    figure = f"{sent} sent ({told}): {len(judge.wrong)} wrong, {len(leaked)} leaked, {len(broken)} unforeseen"
    holds = not (judge.wrong or leaked or broken) and service.process.poll() is None
    if not holds:
        figure += f"; first: {(judge.wrong + leaked + broken)[0]}"
    promise = "no 5xx but documented 503s, no exception text, nothing repeated or logged"
    note(Finding(PART, name, promise, figure, holds, seconds))


def test_sound_requests_made_wrong(service: Served, count: int, note: Note) -> None:
    share = int(count * (1 - RAW)) // THREADS
    with judged("sound ones made wrong at random", service, note) as judge:

        def go_on(seed: int) -> None:
            hostile = Hostile(seed)
            for _ in range(share):
                judge.hear(say(service.port, hostile.request()))

        threads = [threading.Thread(target=go_on, args=(seed,)) for seed in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def many(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Hypothesis' settings for so many examples, each another one in each run but told where one fails."""
    return settings(
        max_examples=max(1, number),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


NAMES = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)
RAW_QUERY = st.binary(max_size=300).map(lambda raw: raw.translate(None, b" \r\n\0#"))
LINE = st.one_of(
    st.binary(max_size=200).map(lambda raw: raw.translate(None, b"\r\n\0")),
    st.binary(max_size=200).map(lambda raw: bytes(byte | 0xA0 for byte in raw)),  # what a header may hold
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=200).map(str.encode),
)


def test_raw_queries_bodies_and_headers(service: Served, count: int, note: Note) -> None:
    with judged("raw queries, bodies and headers", service, note) as judge:

        @many(int(count * RAW))
        @given(
            query=st.one_of(
                RAW_QUERY, RAW_QUERY.map(lambda raw: quote_from_bytes(raw, safe="=&%+").encode())
            ),
            body=st.binary(max_size=600),
            headers=st.lists(st.tuples(NAMES, LINE), max_size=6),
            kind=st.sampled_from([FORM, "application/json", "text/plain"]),
            path=st.sampled_from(
                ["/proxy/lookup", "/proxy/orders/lookup", "/webhooks/shopify", "/admin/trial"]
            ),
            is_signed=st.booleans(),
        )
        def send(
            *,
            query: bytes,
            body: bytes,
            headers: list[tuple[str, bytes]],
            kind: str,
            path: str,
            is_signed: bool,
        ) -> None:
            if is_signed:
                text = query.decode("latin-1")
                query += f"&signature={proxy_signature(text, SECRET)}".encode()
            lines = [
                b"POST " + path.encode() + b"?" + query + b" HTTP/1.1",
                b"Host: tracker.example\r\nConnection: close",
                f"Content-Type: {kind}\r\nContent-Length: {len(body)}".encode(),
                f"X-Shopify-Hmac-Sha256: {signature_of(body)}\r\nX-Shopify-Topic: orders/updated".encode(),
                f"X-Shopify-Shop-Domain: {ALICE}\r\nAuthorization: Bearer {id_token()}".encode(),
                *(f"X-{MARK}-{name}: ".encode() + value for name, value in headers),
            ]
            judge.hear(say(service.port, b"\r\n".join((*lines, b"", b"")) + body))

        send()


def test_what_the_openapi_document_allows(service: Served, count: int, note: Note) -> None:
    """And what it does not: schemathesis makes both, of every route."""
    schema = schemathesis.openapi.from_dict(openapi.document())
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    each = int(count * BY_SCHEMA) // len(operations)
    base = f"http://127.0.0.1:{service.port}"
    with judged("made from the OpenAPI document", service, note) as judge, requests.Session() as session:
        session.trust_env = False
        for operation in operations:

            @many(each)
            @given(case=operation.as_strategy())
            def send(case: Any) -> None:
                sent = _authentic(case.as_transport_kwargs(base_url=base))
                try:
                    answer = session.request(**sent, timeout=20, allow_redirects=False)
                except (requests.exceptions.InvalidHeader, requests.exceptions.ConnectionError, UnicodeError):
                    judge.hear(b"")  # what the library does not send, or a connection closed while it did
                    return
                head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
                judge.hear(f"HTTP/1.1 {answer.status_code}\r\n{head}\r\n".encode() + answer.content)

            send()


def _authentic(sent: dict[str, Any]) -> dict[str, Any]:
    """The same request with the proof that its route asks for, so that it comes to where it is read."""
    sent["headers"] = dict(sent["headers"] or {})
    if "/proxy" in sent["url"]:
        sent["params"] = None
        sent["url"] = f"{sent['url'].partition('?')[0]}?{signed(own_pairs())}"
    if "/webhooks" in sent["url"]:
        body = json.dumps(sent.pop("json", {}), ensure_ascii=True).encode()
        proof = {"X-Shopify-Hmac-Sha256": signature_of(body), "X-Shopify-Shop-Domain": ALICE}
        sent["headers"] |= proof
        sent["data"] = body
    if "/admin" in sent["url"]:
        sent["headers"]["Authorization"] = f"Bearer {id_token()}"
    return sent
