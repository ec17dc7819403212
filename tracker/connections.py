"""HTTP connections on which no wait outlasts the time that is left.

The time-out of a socket begins anew with each call, and a status line, headers and chunk sizes are read with
as many calls as the other side likes to drip. So it is cut to what the Deadline leaves before every one. Only
the look-up of a host's name is not bounded here: the system's resolver takes no time-out.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from tracker.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CONNECT_SECONDS = 0.5
"""At most so much of the time goes to one address of a host, and to its TLS handshake."""

_TLS_RECORD = 16 * 1024
_deadline: ContextVar[Deadline] = ContextVar("deadline")


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Hold every request that is made inside, by a bounded adapter, to `deadline`.

    What is cut off fails as requests and urllib3 report a time-out or a lost connection, which of the two
    depends on where it happened.
    """
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def bounded_adapter(*, pool_size: int, pool_hosts: int) -> HTTPAdapter:
    """An adapter for a requests session that knows the time, tries once, and keeps `pool_size` connections to
    each of `pool_hosts` hosts. For use inside `within` only: LookupError otherwise."""
    adapter = HTTPAdapter(pool_connections=pool_hosts, pool_maxsize=pool_size, max_retries=0)
    adapter.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
    return adapter


class _Incoming(io.RawIOBase):
    """What comes from a socket, each piece waited for no longer than the time that is left."""

    def __init__(self, sock: socket.socket, stream: io.RawIOBase) -> None:
        super().__init__()
        self._socket = sock
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._socket.settimeout(_left())
        return self._stream.readinto(buffer)

    def close(self) -> None:
        # A socket that is to be closed lives on until the streams made from it are.
        self._stream.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp = io.BufferedReader(_Incoming(sock, self.fp.detach()))


class _HTTPConnection(HTTPConnection):
    response_class = _Response

    def send(self, data: bytes) -> None:  # type: ignore[override] # files and iterables are never sent here
        if self.sock is None:
            self.connect()
        # The time-out of a TLS socket holds for one record, not for all that is sent in a call.
        for start in range(0, len(data), _TLS_RECORD):
            self.sock.settimeout(_left())
            super().send(data[start : start + _TLS_RECORD])

    def _new_conn(self) -> socket.socket:
        # urllib3's own gives the whole time-out to every address in turn. Its name is private, but it is the
        # one place that plain and TLS connections share, and which urllib3's SOCKS connections replace too.
        try:
            return self._connected()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "timed out") from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "failed") from error

    def _connected(self) -> socket.socket:
        failed = OSError("the host has no address")
        addresses = socket.getaddrinfo(self.host.strip("[]"), self.port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _name, address in addresses:
            sock = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(min(CONNECT_SECONDS, _left()))
                sock.connect(address)
                sock.settimeout(min(CONNECT_SECONDS, _left()))  # for the handshake
            except OSError as error:
                sock.close()
                failed = error
            else:
                return sock
        raise failed


class _HTTPSConnection(_HTTPConnection, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


def _left() -> float:
    remaining = _deadline.get().remaining()
    if remaining <= 0:
        raise TimeoutError
    return remaining
