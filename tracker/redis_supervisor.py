"""The process between an embedded Redis and its user: ends the server as soon as the user is gone.

Run by path, without site-packages: `python -I -S redis_supervisor.py SERVER PARENT`, with a command a line on
standard input (`directory`, `start`, `runs`, `pause`, `resume`, `kill`, `stop`) and an answer a line on
standard output (`ok …` or `error …`). Standard library only; the other side is `embedded_redis.py`.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

LONGEST_SOCKET_PATH = 100
"""Bytes. macOS allows 104 with the closing NUL, Linux 108 (sun_path in <sys/un.h>)."""

START_SECONDS = 10.0
PARENT_CHECK_SECONDS = 0.5


class ServerError(Exception):
    """What the answer `error …` says."""


class Supervisor:
    """One server in one directory, on the same socket path for as long as it lives."""

    def __init__(self, program: str, directory: Path) -> None:
        self._program = program
        self._directory = directory
        self._socket_path = directory / "redis.sock"
        self._log_path = directory / "redis.log"
        self._server: subprocess.Popen[bytes] | None = None

    def answer(self, command: str) -> str:
        """Carry out one command; what comes back is the line for the parent."""
        try:
            match command:
                case "directory":
                    return f"ok {self._directory}"
                case "start":
                    return f"ok {self._start()}"
                case "runs":
                    return "ok yes" if self._runs() else "ok no"
                case "pause":
                    self._signal(signal.SIGSTOP)
                case "resume":
                    self._signal(signal.SIGCONT)
                case "kill":
                    self.end()
                case _:
                    return f"error unknown command {command}"
        except ServerError as error:
            return f"error {error}"
        return "ok"

    def end(self) -> None:
        """SIGKILL, since it also reaches a paused server and there is nothing to save."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def _start(self) -> int:
        self.end()
        try:
            server = subprocess.Popen(  # noqa: S603 - a server found on this machine, no shell
                [
                    *(self._program, "--port", "0", "--unixsocket", str(self._socket_path)),
                    *("--unixsocketperm", "700", "--dir", str(self._directory)),
                    *("--save", "", "--appendonly", "no", "--daemonize", "no"),
                    *("--logfile", str(self._log_path), "--loglevel", "notice"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise ServerError(f"{self._program} cannot be run: {error.strerror}.") from error
        self._server = server
        patience = time.monotonic() + START_SECONDS
        while not self._answers_ping():
            if server.poll() is not None or time.monotonic() > patience:
                self.end()
                raise ServerError(f"{self._program} did not start. {self._last_words()}")
            time.sleep(0.005)
        return server.pid

    def _answers_ping(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(START_SECONDS)
            try:
                connection.connect(str(self._socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def _last_words(self) -> str:
        try:
            lines = self._log_path.read_text(errors="replace").splitlines()
        except OSError:
            return "It wrote no log."
        return " / ".join(line.strip() for line in lines[-3:])

    def _runs(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def _signal(self, number: signal.Signals) -> None:
        if self._server is None or not self._runs():
            raise ServerError("The server is not running.")
        self._server.send_signal(number)
        if number is signal.SIGSTOP:
            # Signals are delivered later than sent; wait for the stop, so that the caller may rely on it.
            os.waitpid(self._server.pid, os.WUNTRACED)


def _private_directory() -> Path:
    """A directory for this user alone whose path leaves room for the socket's name."""
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) + len("/tracker-12345678/redis.sock") > LONGEST_SOCKET_PATH:
        base = "/tmp"  # noqa: S108 - mkdtemp makes a private directory of unguessable name in it
    return Path(tempfile.mkdtemp(prefix="tracker-", dir=base))


def supervise(program: str, parent: int) -> None:
    """Obey the parent until it says stop, closes the pipe or is gone; then leave nothing behind."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    directory = _private_directory()
    supervisor = Supervisor(program, directory)
    try:
        for command in _commands(parent):
            print(supervisor.answer(command), flush=True)  # noqa: T201 - the answer's way is standard output
    except BrokenPipeError:
        # The parent went while it was being answered. What is still buffered must not fail the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        supervisor.end()
        shutil.rmtree(directory, ignore_errors=True)


def _commands(parent: int) -> Iterator[str]:
    """Lines from standard input, until its end, `stop`, or a new parent (init, once ours is dead).

    The end of the pipe comes at once, but only if nobody else holds it: a child that the parent forked does,
    and lives on when the parent is killed. So the parent itself is looked at too.
    """
    waiting = b""
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], PARENT_CHECK_SECONDS)
        if not readable:
            continue
        received = os.read(sys.stdin.fileno(), 1024)
        if not received:
            return
        *lines, waiting = (waiting + received).split(b"\n")
        for line in lines:
            if line == b"stop":
                return
            yield line.decode()


if __name__ == "__main__":
    supervise(sys.argv[1], int(sys.argv[2]))
