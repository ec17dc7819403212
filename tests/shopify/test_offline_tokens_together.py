"""Of many threads, workers and hosts that want a token one asks for it, and none that dies loses a shop."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.shopify.offline import (
    HOUR,
    PATIENCE_SECONDS,
    Gate,
    Worker,
    asked_with,
    gives,
    stored,
    worker,
)
from tests.shopify.upstream import Upstream
from tracker.errors import (
    UpstreamTimeout,
)
from tracker.shopify import offline_tokens
from tracker.shopify.offline_tokens import BUSY_SECONDS, MARGIN_SECONDS

ROOT = Path(__file__).parents[2]


class TestTogether:
    """Over two workers, each with threads, on each database."""

    @pytest.fixture
    def gate(self) -> Gate:
        return Gate(gives(2))

    @pytest.fixture
    def server(self, gate: Gate) -> Iterator[Upstream]:
        with Upstream(gate) as server:
            yield server

    @pytest.fixture
    def workers(self, store_url: str, server: Upstream) -> Iterator[list[Worker]]:
        workers = [Worker(store_url, server.origin) for _ in range(2)]
        workers[0].install()
        yield workers
        for one in workers:
            one.close()

    def test_one_asks_and_the_others_go_on_with_the_token_that_works(
        self, workers: list[Worker], server: Upstream, gate: Gate
    ) -> None:
        for one in workers:
            one.token()
            one.time.passed = HOUR - MARGIN_SECONDS
        with ThreadPoolExecutor(1) as pool:
            renewed = pool.submit(workers[0].token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            assert [one.token() for one in workers] == ["access 1", "access 1"]
            gate.opened.set()
            assert renewed.result(PATIENCE_SECONDS) == "access_2"

        workers[1].time.passed += BUSY_SECONDS
        assert [one.token() for one in workers] == ["access_2", "access_2"]
        assert asked_with(server) == ["refresh 1"]

    def test_one_asks_and_the_others_wait_where_none_works(
        self, workers: list[Worker], server: Upstream, gate: Gate
    ) -> None:
        for one in workers:
            one.token()
            one.time.passed = HOUR
        with ThreadPoolExecutor(6) as pool:
            first = pool.submit(workers[0].token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            others = [pool.submit(one.token) for one in workers * 2]
            gate.opened.set()
            assert {run.result(PATIENCE_SECONDS) for run in (first, *others)} == {"access_2"}

        assert asked_with(server) == ["refresh 1"]

    def test_waiting_ends_with_the_time_budget(
        self, workers: list[Worker], server: Upstream, gate: Gate
    ) -> None:
        for one in workers:
            one.time.passed = HOUR
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(workers[0].token)
            assert gate.reached.wait(PATIENCE_SECONDS)
            for one in workers:
                with pytest.raises(UpstreamTimeout):
                    one.token(seconds=0.05)
            gate.opened.set()
            first.result(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        ("before Shopify was asked", 1),
        ("before the pair was stored", 2),
        ("after the pair was stored", 1),
    ],
)
def test_a_worker_that_is_killed_loses_no_shop(
    moment: str, asked: int, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh token that is stored is good until the new one is used, and the next worker asks with it
    as soon as the lease of the dead has ended."""
    monkeypatch.setattr(offline_tokens, "_POLLS", 1)
    with worker(store_url, gives(2), gives(3)) as (alice, server):
        alice.install()
        killed = subprocess.run(
            [sys.executable, "-m", "tests.shopify.dying_worker", store_url, server.origin, moment],
            cwd=ROOT,
            check=False,
            timeout=60,
        )
        assert killed.returncode == -signal.SIGKILL
        alice.time.passed = HOUR
        token, patience = None, time.monotonic() + PATIENCE_SECONDS
        while token is None and time.monotonic() < patience:
            try:
                token = alice.token()
            except UpstreamTimeout:
                continue

    assert token == ("access_3" if asked == 2 else "access_2")
    assert asked_with(server) == ["refresh 1"] * asked
    assert stored(store_url).tokens is not None
