"""The Postgres of the tests ends with the run, however that ends, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import psycopg
import pytest

from tests.postgres import Postgres

PATIENCE_SECONDS = 20.0


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_process_that_it_was_started_for(way: signal.Signals) -> None:
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server = Postgres.start(until_end_of=owner.pid)
    url = server.new_database()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    owner.send_signal(way)
    owner.communicate()

    patience = time.monotonic() + PATIENCE_SECONDS
    while server.directory.exists() and time.monotonic() < patience:
        time.sleep(0.02)
    assert not server.directory.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("+psycopg", ""))
