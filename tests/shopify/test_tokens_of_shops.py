"""The tokens of shops against the pretend Shopify, which is told nothing of how they are kept: it exchanges,
rotates, loses its answers and refuses as Shopify does, and judges whether a token is still good."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.shopify.clocks import START, FakeTime
from tests.shopify.offline import HOUR, Worker
from tests.store.shops import ALICE, BOB
from tracker.demo.platform import Platform, create_platform
from tracker.errors import AccessTokenRejected, UpstreamError, UpstreamTimeout, UpstreamUnreachable
from tracker.shop import Shop, Standing
from tracker.shopify import offline_tokens
from tracker.shopify.offline_tokens import BUSY_SECONDS, MARGIN_SECONDS, RETRY_SECONDS
from tracker.verbs.refresh_tokens import Renewals, refresh_tokens

ROOT = Path(__file__).parents[2]
DAY = 24 * HOUR
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Installed:
    """Two shops with the app, and two workers that serve them, all by one clock."""

    platform: Platform
    time: FakeTime
    workers: tuple[Worker, Worker]
    url: str

    @property
    def worker(self) -> Worker:
        return self.workers[0]

    def open(self, shop: str = ALICE) -> None:
        """The merchant opens the app: a token exchange."""
        id_token = self.platform.id_token(shop)
        granted = self.worker.grants.exchange(shop, id_token, deadline=self.time.deadline())
        self.worker.shops.install(shop, tokens=granted.tokens, scopes=granted.scopes, at=self.time.now())

    def stored(self, shop: str = ALICE) -> Shop:
        found = self.worker.shops.get(shop)
        assert found is not None
        return found

    def works(self, token: str, shop: str = ALICE) -> bool:
        """Does the Admin API take it?"""
        address = self.platform.admin_origin.replace("{shop}", shop)
        answer = requests.post(
            f"{address}/admin/api/2026-10/graphql.json",
            json={"query": "{ shop { name } }"},
            headers={"X-Shopify-Access-Token": token},
            timeout=PATIENCE_SECONDS,
        )
        return answer.status_code == 200

    def grants(self, shop: str = ALICE) -> dict[str, int]:
        """How often the token endpoint did what."""
        return dict(self.platform.calls(shop)["grants"])


@pytest.fixture
def installed(store_url: str) -> Iterator[Installed]:
    clock = FakeTime()
    platform = create_platform(
        app_toml=ROOT / "shopify.app.toml",
        api_key="key",
        api_secret="secret",
        clock=clock.now,
        monotonic=clock.monotonic,
    )
    with platform.serve():
        workers = (
            Worker(store_url, platform.admin_origin, time=clock),
            Worker(store_url, platform.admin_origin, time=clock),
        )
        shops = Installed(platform, clock, workers, store_url)
        for shop in (ALICE, BOB):
            platform.install(shop)
            shops.open(shop)
        yield shops
        for one in workers:
            one.close()


def test_a_token_is_exchanged_and_then_rotated_for_as_long_as_the_shop_stays(installed: Installed) -> None:
    """Each pair is used, so none before it is good any more; and each is of its own shop."""
    seen = [installed.worker.token()]
    for hours in (1, 2, 3):
        installed.time.passed = hours * HOUR
        seen.append(installed.worker.token())
        assert installed.works(seen[-1])

    assert [False, False, False] == [installed.works(token) for token in seen[:3]]
    assert not installed.works(seen[-1], BOB)
    assert {"exchange": 1, "refresh": 3} == installed.grants()
    assert {"exchange": 1} == installed.grants(BOB)


def test_workers_that_need_one_at_once_share_one_refresh(installed: Installed) -> None:
    before = [one.token() for one in installed.workers]
    installed.time.passed = HOUR - MARGIN_SECONDS
    first = installed.worker.token()
    installed.time.passed += BUSY_SECONDS
    second = installed.workers[1].token()

    assert before[0] == before[1] != first == second
    assert installed.works(second)
    assert {"exchange": 1, "refresh": 1} == installed.grants()


def test_an_answer_that_is_lost_on_its_way_loses_no_shop(installed: Installed) -> None:
    """Shopify has rotated, and nobody knows: the token before is good until the new one is used."""
    installed.platform.switch(ALICE, token_fault="lost", token_fault_times=2)
    installed.time.passed = HOUR

    with pytest.raises(UpstreamUnreachable):
        installed.worker.token()

    assert installed.works(installed.worker.token())
    assert Standing.INSTALLED is installed.stored().standing
    assert 3 == installed.grants()["refresh"]


def test_a_worker_that_is_killed_between_shopifys_answer_and_our_commit_loses_no_shop(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline_tokens, "_POLLS", 1)
    installed.time.passed = HOUR
    killed = subprocess.run(
        [
            *(sys.executable, "-m", "tests.shopify.dying_worker"),
            *(installed.url, installed.platform.admin_origin, "before the pair was stored"),
        ],
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert -signal.SIGKILL == killed.returncode

    token, patience = None, time.monotonic() + PATIENCE_SECONDS
    while token is None and time.monotonic() < patience:
        try:
            token = installed.worker.token()
        except UpstreamTimeout:  # the lease of the dead has not ended yet
            continue

    assert token is not None
    assert installed.works(token)
    installed.time.passed = 2 * HOUR
    assert installed.works(installed.worker.token())


@pytest.mark.parametrize("fault", ["invalid_grant", "invalid_request"])
def test_what_is_refused_for_good_is_mended_by_the_merchant_alone(fault: str, installed: Installed) -> None:
    """With 400 or with 401; Shopify is not asked again, and the other shop does not notice."""
    installed.platform.switch(ALICE, token_fault=fault)
    installed.time.passed = HOUR
    for _ in range(3):
        with pytest.raises(AccessTokenRejected):
            installed.worker.token()
    assert (1, Standing.NEEDS_REOPENING) == (
        installed.platform.calls(ALICE)["token"] - 1,
        installed.stored().standing,
    )
    assert installed.works(installed.worker.token(BOB), BOB)

    installed.platform.switch(ALICE, token_fault=None)
    installed.open()
    installed.time.passed += RETRY_SECONDS

    assert installed.works(installed.worker.token())


def test_a_shop_that_took_the_app_away_is_not_asked_for_ever(installed: Installed) -> None:
    """Though its removal was never told."""
    installed.platform.uninstall(ALICE)
    installed.time.passed = HOUR

    with pytest.raises(UpstreamError) as caught:
        installed.worker.token()

    assert isinstance(caught.value, AccessTokenRejected)
    assert Standing.NEEDS_REOPENING is installed.stored().standing


def test_idle_shops_are_renewed_in_time_and_lost_only_without_it(installed: Installed) -> None:
    """Alice's by cron after a month; Bob's, which nobody renews, are dead after 90 days."""

    def cron() -> Renewals:
        return refresh_tokens(
            shops=installed.worker.shops, tokens=installed.worker.tokens, clock=installed.time.now
        )

    # The database knows the real time, so here it is what it is.
    begun = (datetime.now(UTC) - START).total_seconds()
    installed.time.passed = begun
    for shop in (ALICE, BOB):
        installed.open(shop)
    assert Renewals(0, 0, 0, 0) == cron()
    installed.time.passed = begun + 31 * DAY
    assert installed.stored().tokens is not None
    installed.platform.switch(BOB, frozen=True)
    assert Renewals(1, 0, 0, 1) == cron()
    renewed = installed.stored().tokens
    assert renewed is not None
    assert renewed.refresh_expires_at == installed.time.now() + timedelta(days=90)

    installed.platform.switch(BOB, frozen=False)
    installed.time.passed = begun + 91 * DAY

    assert installed.works(installed.worker.token())
    with pytest.raises(AccessTokenRejected):
        installed.worker.token(BOB)
