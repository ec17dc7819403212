"""No wait outlasts the time that is left, whatever the other side does with it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import requests.adapters
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.shopify.clocks import FakeTime
from tests.shopify.upstream import Drip, Upstream, reply
from tracker.deadline import Deadline
from tracker.errors import UpstreamTimeout, UpstreamUnreachable
from tracker.http_exchange import Reply
from tracker.shopify.transport import HttpClient

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CLOSING = OK + b"Connection: close\r\n\r\n{"


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpClient]:
    """A client with patience for the handshakes of a busy machine."""
    monkeypatch.setattr("tracker.connections.CONNECT_SECONDS", 10)
    client = HttpClient()
    yield client
    client.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


@pytest.fixture(params=["http", "https"])
def tls(
    request: pytest.FixtureRequest, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> ssl.SSLContext | None:
    """With and without TLS: what the server needs for it. The client trusts the certificate."""
    if request.param == "http":
        return None
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def ask(http: HttpClient, url: str, deadline: Deadline) -> Reply:
    return http.post(url, payload={}, headers={}, deadline=deadline)


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 ", b"O"),
        (OK + b"X-Drop: ", b"1"),
        (OK + b"Content-Length: 100000\r\n\r\n", b" "),
        (CHUNKED, b"0"),
        (CHUNKED, b"1\r\n \r\n"),
        (CHUNKED + b"0\r\n", b"X-Drop: 1\r\n"),
        (CLOSING, b" "),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 100000\r\n\r\n", b" "),
    ],
    ids=["status", "header", "body", "chunk-size", "chunks", "trailers", "closing", "redirect"],
)
def test_an_answer_that_drips_is_left_at_the_deadline(
    http: HttpClient, tls: ssl.SSLContext | None, head: bytes, drop: bytes
) -> None:
    """On a connection that is open already, so that no handshake takes of the time."""
    drip = Drip(head, drop)
    with Upstream(reply(), drip, tls=tls) as server:
        ask(http, server.origin, Deadline(10))
        with pytest.raises(UpstreamTimeout) as raised:
            ask(http, server.origin, Deadline(0.1))

        assert drip.left_alone.wait(5)
    assert raised.value.__context__ is None


class MostlyGone(Deadline):
    """A minute, until an answer begins; then next to nothing."""

    def __init__(self, drip: Drip) -> None:
        super().__init__(60)
        self._drip = drip

    def remaining(self) -> float:
        return 0.05 if self._drip.begun.is_set() else super().remaining()


@pytest.mark.parametrize("head", [OK, CHUNKED, CLOSING, OK + b"Content-Length: 2\r\n\r\n{"])
def test_a_silence_is_waited_out_for_the_time_that_is_left_not_anew(
    http: HttpClient, tls: ssl.SSLContext | None, head: bytes
) -> None:
    silence = Drip(head)
    with Upstream(silence, tls=tls) as server:
        with pytest.raises(UpstreamTimeout):
            ask(http, server.origin, MostlyGone(silence))

        assert silence.left_alone.wait(5)


def test_a_kept_connection_goes_by_the_time_of_each_request(
    http: HttpClient, tls: ssl.SSLContext | None, fake_time: FakeTime
) -> None:
    """The second request is asked when the first one's time is over; the third meets a drip on it."""
    drip = Drip(CHUNKED, b"0")
    with Upstream(reply(b"1"), reply(b"2"), drip, tls=tls) as server:
        first = ask(http, server.origin, fake_time.deadline(3.0))
        fake_time.sleep(4.0)
        second = ask(http, server.origin, fake_time.deadline(3.0))
        with pytest.raises(UpstreamTimeout):
            ask(http, server.origin, Deadline(0.1))

        assert drip.left_alone.wait(5)
        assert (first.body, second.body) == (b"1", b"2")
        assert (len(server.requests), server.connections) == (3, 1)


def test_an_answer_in_chunks_keeps_the_connection(http: HttpClient, tls: ssl.SSLContext | None) -> None:
    body = b"2\r\n{}\r\n0\r\n\r\n"
    chunked = reply(body, headers={"Transfer-Encoding": "chunked", "Content-Length": ""})
    with Upstream(chunked, reply(), tls=tls) as server:
        answers = [ask(http, server.origin, Deadline(10)).body for _ in range(2)]

        assert answers == [b"{}", b"{}"]
        assert server.connections == 1


def test_an_answer_that_ends_with_its_connection_comes_whole(
    http: HttpClient, tls: ssl.SSLContext | None
) -> None:
    def closing(connection: socket.socket, _stopped: threading.Event) -> None:
        connection.sendall(CLOSING + b"}")
        connection.shutdown(socket.SHUT_RDWR)

    with Upstream(closing, reply(), tls=tls) as server:
        assert ask(http, server.origin, Deadline(10)).body == b"{}"
        assert ask(http, server.origin, Deadline(10)).body == b"{}"
        assert server.connections == 2


def test_a_large_request_arrives_whole(http: HttpClient, tls: ssl.SSLContext | None) -> None:
    query = "".join(map(str, range(50_000)))
    with Upstream(reply(), tls=tls) as server:
        http.post(server.origin, payload={"query": query}, headers={}, deadline=Deadline(10))

    assert server.requests[0].json == {"query": query}


class Sudden(Deadline):
    """A minute for the first looks at it, and a tenth of a second from then on."""

    def __init__(self, looks: int) -> None:
        super().__init__(60)
        self._looks = looks
        self._rest: Deadline | None = None

    def remaining(self) -> float:
        if self._looks > 0:
            self._looks -= 1
            return super().remaining()
        self._rest = self._rest or Deadline(0.1)
        return self._rest.remaining()


def answer_and_turn_away(connection: socket.socket, stopped: threading.Event) -> None:
    """One answer, then deaf for a while, then gone."""
    reply()(connection, stopped)
    stopped.wait(2)
    connection.close()


@pytest.mark.parametrize("looks", [1, 20])
def test_a_request_that_nobody_takes_in_is_given_up(
    http: HttpClient, tls: ssl.SSLContext | None, looks: int
) -> None:
    """It is larger than what the system buffers; the time gets short before or while it is sent."""
    with Upstream(answer_and_turn_away, tls=tls) as server:
        ask(http, server.origin, Deadline(10))
        with pytest.raises(UpstreamTimeout) as raised:
            http.post(server.origin, payload="x" * 30_000_000, headers={}, deadline=Sudden(looks))

        assert (len(server.requests), server.connections) == (1, 1)
    assert raised.value.__context__ is None


@pytest.mark.parametrize("looks", [1, 2])
def test_a_handshake_that_nobody_answers_is_given_up(http: HttpClient, looks: int) -> None:
    """The time gets short before or after the connection is made."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gone = threading.Timer(2, listener.close)
        gone.start()
        try:
            with pytest.raises(UpstreamTimeout):
                ask(http, f"https://127.0.0.1:{listener.getsockname()[1]}", Sudden(looks))
        finally:
            gone.cancel()
            gone.join()


@pytest.fixture
def deaf() -> Iterator[tuple[str, int]]:
    """An address where connections are neither accepted nor refused: its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)


def address_of(server: Upstream) -> tuple[str, int]:
    return "127.0.0.1", int(server.origin.rpartition(":")[2])


def test_all_addresses_of_a_host_share_the_time(
    http: HttpClient, deaf: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deaf address uses it up, so the one that would answer is never reached."""
    with Upstream(reply()) as server:
        resolve_to(monkeypatch, deaf, address_of(server))
        with pytest.raises(UpstreamTimeout):
            ask(http, "http://shop.example", Deadline(0.2))

        assert server.connections == 0


def test_one_address_does_not_get_all_the_time(
    http: HttpClient, deaf: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.connections.CONNECT_SECONDS", 0.1)
    with Upstream(reply(b"2")) as server:
        resolve_to(monkeypatch, deaf, address_of(server))

        assert ask(http, "http://shop.example", Deadline(10)).body == b"2"


def test_a_host_without_an_address_is_unreachable(http: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch)

    with pytest.raises(UpstreamUnreachable) as raised:
        ask(http, "http://shop.example", Deadline(10))
    assert raised.value.__context__ is None
