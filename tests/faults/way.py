"""A way to a server that can be made bad: a proxy on the loopback, with a thread for each direction."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType

Address = str | tuple[str, int]


class Way:
    """Passes bytes on between its own `port` and `target`, a path of a unix socket or a host and port.

    With `context` it speaks TLS to whoever comes; the server behind it never does.
    """

    def __init__(self, target: Address, *, context: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._context = context
        self._delay = 0.0
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """So long passes before each piece of an answer goes on, until the block ends."""
        self._delay = seconds
        try:
            yield
        finally:
            self._delay = 0.0

    @contextmanager
    def showing(self, context: ssl.SSLContext) -> Iterator[None]:
        """Another certificate until the block ends, and no connection survives the change."""
        before, self._context = self._context, context
        self._cut()
        try:
            yield
        finally:
            self._context = before

    def __enter__(self) -> Way:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._cut()

    def _cut(self) -> None:
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is not None:
                near = self._context.wrap_socket(near, server_side=True)
            far = self._connect()
        except OSError:  # whoever came did not like the certificate, or nobody is there
            near.close()
            return
        self._open |= {near, far}
        threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()
        self._pass_on(far, near, late=True)

    def _connect(self) -> socket.socket:
        if isinstance(self._target, str):
            far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            far.connect(self._target)
            return far
        return socket.create_connection(self._target)

    def _pass_on(self, source: socket.socket, sink: socket.socket, *, late: bool = False) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if late and self._delay > 0:
                    time.sleep(self._delay)
                sink.sendall(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._open.discard(end)
