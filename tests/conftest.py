"""What every test may lean on: a real Redis, a browser, and none of the machine's own settings.

The network is off in tests except for loopback and unix sockets (`pytest-socket`, set up in pyproject.toml).
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from tests.chromium import ARGUMENTS, ChromiumMissing, find_chromium
from tests.once import compiled_once
from tests.postgres import Postgres
from tracker.embedded_redis import EmbeddedRedis
from tracker.settings import ENVIRONMENT_NAMES
from tracker.store.database import Database
from tracker.store.tables import METADATA
from tracker.store.upgrade import upgrade

# A shared machine may be slow for reasons that are not the code's, so no test is judged by its time.
settings.register_profile("local", deadline=None)
# CI looks at the same examples every time: a red run is about the change, and can be repeated.
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "local")

FOREIGN_SETTINGS = (*ENVIRONMENT_NAMES, "PROMETHEUS_", "GUNICORN_", "FLASK_")
"""Names, or beginnings of names, by which a developer's own shell could change what a test sees."""


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives until the end: each few requests that a test makes would have it
    look through all tests and libraries again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def _no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(FOREIGN_SETTINGS)]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[EmbeddedRedis]:
    """One real server per test process, shared by its tests. Not for breaking: see `breakable_redis`."""
    with EmbeddedRedis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """The shared server, emptied. `unix:///…`, as the setting REDIS_URL takes it."""
    with Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[Redis]:
    """A client of the shared server, which is empty when the test begins."""
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def breakable_redis() -> Iterator[EmbeddedRedis]:
    """A server of this test's own, to pause, kill and restart."""
    with EmbeddedRedis() as server:
        yield server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """One real server for all processes of this run, started by the first that needs it."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        return Postgres.shared(base.parent, until_end_of=os.getppid())
    return Postgres.start(until_end_of=os.getpid())


@pytest.fixture(scope="module")
def pausable_postgres() -> Iterator[tuple[Postgres, str]]:
    """A server of this module's own, to pause, with the address of a database that is up to date. A test that
    pauses it resumes it."""
    server = Postgres.start(until_end_of=os.getpid())
    try:
        yield server, _migrated(server.new_database())
    finally:
        server.resume()
        server.end()


@pytest.fixture(scope="session")
def _migrated_postgres(postgres: Postgres) -> str:
    return _migrated(postgres.new_database())


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("store") / "migrated.sqlite3"
    _migrated(f"sqlite:///{file}")
    return file


def _migrated(url: str) -> str:
    database = Database(url, create=True)
    upgrade(database)
    database.close()
    return url


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """A database of this test's own in a file, up to date and empty."""
    shutil.copyfile(_migrated_sqlite, tmp_path / "store.sqlite3")
    return f"sqlite:///{tmp_path / 'store.sqlite3'}"


@pytest.fixture
def postgres_url(_migrated_postgres: str) -> str:
    """This process's database in the shared server, up to date and emptied."""
    database = Database(_migrated_postgres)
    with database.writing() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
    database.close()
    return _migrated_postgres


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Each of the databases that the store can be kept in, up to date and empty, as DATABASE_URL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path. Fails, saying how to install one, where there is none."""
    try:
        return find_chromium()
    except ChromiumMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """Overrides pytest-playwright's: the machine's own browser instead of a download."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": list(ARGUMENTS)}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests record (`record_property`), whichever process they ran in."""
    passed = terminalreporter.stats.get("passed", [])
    for name, figure in sorted({pair for report in passed for pair in report.user_properties}):
        terminalreporter.write_line(f"{name}: {figure}")
