"""`tracker serve` as a process of its own, and what it says on its wire and in its log."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.web.storefront import ADDRESS, FORM

PATIENCE_SECONDS = 60.0


_given: set[int] = set()


def free_port() -> int:
    """A port of this machine that nobody had a moment ago, and another one each time."""
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = int(listener.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


class Served:
    """A running service. `folder` is its directory for temporary files, and holds its output."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, metrics_port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.metrics_port = metrics_port
        self.folder = folder
        self._answered = 0

    @property
    def out(self) -> str:
        """Standard output so far."""
        return (self.folder / "out").read_text()

    @property
    def err(self) -> str:
        """Standard error so far."""
        return (self.folder / "err").read_text()

    def lines(self) -> list[dict[str, Any]]:
        """The log, once it has a line for each request that was answered here; they come a moment late.
        Whatever is not JSON on either stream is a mistake."""
        patience = time.monotonic() + PATIENCE_SECONDS
        while self.out.count("\n") < self._answered and time.monotonic() < patience:
            time.sleep(0.01)
        return [json.loads(line) for line in (self.out + self.err).splitlines()]

    def get(self, path: str, *, port: int | None = None, body: bytes | None = None) -> tuple[int, str]:
        """Status and body of a request: a GET, or a POST of the form `body`."""
        headers = {"Accept": "application/json", "X-Forwarded-For": ADDRESS, "Content-Type": FORM}
        connection = HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE_SECONDS)
        with closing(connection):
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            self._answered += port is None
            return response.status, response.read().decode()

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def lets_in(self) -> bool:
        """Whether a new connection is made rather than refused."""
        try:
            self.connect().close()
        except (ConnectionRefusedError, ConnectionResetError):  # the second where the door closes just then
            return False
        return True

    def say(self, sent: bytes) -> bytes:
        """Everything that is answered to these bytes and nothing more."""
        with self.connect() as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = heard(connection)
            self._answered += 1
            return answer

    def end(self) -> int:
        """Ask it to end, as an orchestrator does; the exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)

    def _wait(self) -> None:
        patience = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < patience and self.process.poll() is None:
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail(f"It did not start: {self.out} {self.err}")


def heard(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


SERVE = ("tracker", "serve")


def start(
    environ: Mapping[str, str], folder: Path, *, command: Sequence[str] = SERVE
) -> subprocess.Popen[bytes]:
    """`tracker serve`, or another module, with its output and temporary files in `folder`."""
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            env=os.environ | environ | {"TMPDIR": str(folder)},
            stdout=out,
            stderr=err,
        )


@contextmanager
def serve(environ: Mapping[str, str], folder: Path, *, command: Sequence[str] = SERVE) -> Iterator[Served]:
    """The service on ports of its own, from its first answer until the end of the block."""
    port, metrics_port = free_port(), free_port()
    ports = {"PORT": str(port), "METRICS_PORT": str(metrics_port)}
    process = start({**environ, **ports}, folder, command=command)
    try:
        service = Served(process, port, metrics_port, folder)
        service._wait()
        yield service
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
