"""The process between a Postgres for tests and its users: ends the server as soon as the test run is gone.

Run by path, without site-packages: `python -I -S postgres_supervisor.py INSTALLATION PID`. Says `ready
DIRECTORY` on standard output once the server takes connections on a unix socket there, or `error …`; then
waits for process PID to end, however that comes about, ends the server and removes the directory. On SIGUSR1
it stops the server, as for maintenance, and on SIGUSR2 it starts it again; postmaster.pid tells how far that
is. Standard library only; the other side is `postgres.py`.
"""

from __future__ import annotations

import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

START_SECONDS = 60.0
OWNER = "tracker"
UNPRIVILEGED = "nobody"
POLL_SECONDS = 0.02
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


class ServerError(Exception):
    """What the answer `error …` says."""


class Server:
    """One Postgres in one directory. It refuses to run as root, so there it runs as another user, from a copy
    of its files: that user may not be let into the place where they are installed."""

    def __init__(self, installation: Path, directory: Path) -> None:
        self._directory = directory
        self._data = directory / "data"
        self._log = directory / "log"
        self._user: int | None = None
        self._group: int | None = None
        if os.getuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED)
            installation = _copied(installation, directory)
            os.chown(directory, user.pw_uid, user.pw_gid)
            self._user, self._group = user.pw_uid, user.pw_gid
        self._programs = installation / "bin"
        self._making: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make a cluster and serve it. Raises ServerError with the server's own words."""
        self._making = self._popen(
            *("initdb", "-D", str(self._data), "-U", OWNER, "-A", "trust", "-E", "UTF8"),
            *("--no-locale", "--no-sync", "--no-instructions"),
        )
        if self._making.wait(START_SECONDS) != 0:
            raise ServerError(self._last_words())
        self.serve()

    def serve(self) -> None:
        """Serve the cluster that was made. Raises ServerError likewise."""
        options = [word for option in FAST_AND_FORGETFUL for word in ("-c", option)]
        self._server = self._popen(
            *("postgres", "-D", str(self._data), "-k", str(self._directory)),
            *("-c", "listen_addresses=", "-c", "max_connections=200", *options),
        )
        patience = time.monotonic() + START_SECONDS
        while not self._ready():
            if self._server.poll() is not None or time.monotonic() > patience:
                raise ServerError(self._last_words())
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Break off what is under way, keep what was written, and end."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(START_SECONDS)

    def end(self) -> None:
        """At once, since there is nothing to save."""
        if self._making is not None and self._making.poll() is None:
            self._making.kill()
            self._making.wait()
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            try:
                self._server.wait(5)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()

    def _popen(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                user=self._user,
                group=self._group,
                extra_groups=None if self._user is None else (),
            )

    def _ready(self) -> bool:
        """The eighth line of this file is the server's own word: pg_ctl waits for it too."""
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return " / ".join(line.strip() for line in lines[-3:])


def _copied(installation: Path, directory: Path) -> Path:
    # Its programs look for their libraries beside the package, where auditwheel put them.
    package = installation.parent
    copy = directory / package.name / installation.name
    shutil.copytree(installation, copy)
    if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
        shutil.copytree(libraries, directory / libraries.name)
    return copy


def _wait_for_end_of(pid: int) -> None:
    try:
        handle = os.pidfd_open(pid)
    except AttributeError:  # not Linux
        while _alive(pid):
            time.sleep(0.5)
    except ProcessLookupError:
        return
    else:
        select.select([handle], [], [])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def supervise(installation: str, pid: int) -> None:
    """Serve until that process is gone; then leave nothing behind."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    # A socket's path is at most about a hundred bytes long, so never below a deep temporary directory.
    directory = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir="/tmp"))
    server = None
    try:
        server = started = Server(Path(installation), directory)
        started.start()
        signal.signal(signal.SIGUSR1, lambda *_: started.stop())
        signal.signal(signal.SIGUSR2, lambda *_: started.serve())
        print(f"ready {directory}", flush=True)  # noqa: T201 - the answer's way is standard output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _wait_for_end_of(pid)
    except (ServerError, OSError) as error:
        print(f"error {error}", flush=True)  # noqa: T201 - the same
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if server is not None:
            server.end()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    supervise(sys.argv[1], int(sys.argv[2]))
