"""What the demo starts, and how it ends: once as it is, and mostly without starting any of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
import requests

from tracker import start_demo
from tracker.companion import Companion
from tracker.demo.followed_parcels import PLANS
from tracker.look_again import look_again
from tracker.order import Status
from tracker.settings import read_settings
from tracker.start_demo import APP_TOML, HOST, LIVE_SHOP, NEW_SHOPS, DemoFailed, run

REDIS_URL = "redis://127.0.0.1:1/0"


@dataclass
class Stage:
    """Where companions are only pretended. `exit_code` is that of every one of them, None while they run;
    `dead_followers` end by themselves all the same, so many one after the other."""

    exit_code: int | None = 1
    dead_followers: int = 0
    made: list[Mapping[str, str]] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    started: list[FakeCompanion] = field(default_factory=list)
    closed: list[FakeCompanion] = field(default_factory=list)
    dead_redis: int = 0
    redis: list[str] = field(default_factory=list)

    def start(
        self, command: Sequence[str], environ: Mapping[str, str], *, quiet: bool = False
    ) -> FakeCompanion:
        """In place of Companion."""
        self.started.append(FakeCompanion(self, list(command), dict(environ)))
        if command[-1] == "follow" and self.dead_followers:
            self.dead_followers -= 1
            self.started[-1].killed = True
        return self.started[-1]


@dataclass
class FakeCompanion:
    """Runs nothing, and remembers what it should have."""

    stage: Stage
    command: list[str]
    environ: dict[str, str]
    killed: bool = False

    def ended(self) -> int | None:
        return -signal.SIGKILL if self.killed else self.stage.exit_code

    def __enter__(self) -> FakeCompanion:
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.closed.append(self)


@dataclass
class FakeRedis:
    """In place of EmbeddedRedis: it ends by itself so often as its stage says."""

    stage: Stage
    url: str = REDIS_URL

    def ended(self) -> bool:
        return self.stage.dead_redis > 0

    def restart(self) -> None:
        self.stage.dead_redis -= 1
        self.stage.redis.append("restarted")

    def __enter__(self) -> FakeRedis:
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.redis.append("closed")


@pytest.fixture
def companions(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The demo's parts, which all answer at once and then end by themselves."""
    stage = Stage()
    monkeypatch.setattr(start_demo, "Companion", stage.start)
    monkeypatch.setattr(start_demo, "_wait", lambda *_: None)
    monkeypatch.setattr(start_demo, "_make_store", stage.made.append)
    monkeypatch.setattr(start_demo, "_go_live", stage.live.append)
    monkeypatch.setenv("REDIS_URL", REDIS_URL)
    return stage


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def failed(companions: Stage) -> Stage:
    """The demo was run, and is over."""
    with pytest.raises(DemoFailed):
        run(0, say=lambda _words: None)
    return companions


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_a_shopper_and_a_merchant_have_somewhere_to_go() -> None:
    """All of it, from the command to an order that is found and an app that is open; and its end."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "tracker", "demo", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    said: list[str] = []
    with demo.stdout as words:
        while not any(line.startswith("All shops") for line in said):
            said.append(words.readline())
            assert said[-1], said
        shopper, merchant, _, shops = (line.split()[-1] for line in said[-4:])
        found = requests.post(
            shopper.replace("/pages/track-order", "/apps/track-order/lookup"),
            data={"order": "1004", "email": "ada@example.com"},
            headers={"Accept": "application/json"},
            timeout=start_demo.PATIENCE_SECONDS,
        )
        pages = [requests.get(page, timeout=start_demo.PATIENCE_SECONDS).text for page in (merchant, shops)]
        demo.send_signal(signal.SIGINT)
        demo.wait(start_demo.PATIENCE_SECONDS)

    assert found.json()["order"]["status"] == "out_for_delivery"
    assert "Not installed" in pages[0]
    assert [pages[1].count("App installed"), pages[1].count("App not installed")] == [1, len(NEW_SHOPS)]
    assert demo.returncode == 0


class TestRun:
    def test_the_service_and_a_pretend_shopify_know_of_each_other(self, failed: Stage) -> None:
        shopify, service, _ = failed.started
        settings = read_settings(service.environ)
        origin = f"http://{HOST}:{option(shopify.command, '--port')}"

        assert service.command[-2:] == ["tracker", "serve"]
        assert settings.redis_url == REDIS_URL
        assert settings.api_key == option(shopify.command, "--api-key")
        assert settings.api_secret == option(shopify.command, "--api-secret")
        assert (settings.admin_origin, settings.cdn_origin) == (f"{origin}/shops/{{shop}}", origin)
        assert settings.app_url == option(shopify.command, "--app-url") == f"http://{HOST}:{settings.port}"

    def test_the_service_asks_carriers_that_are_pretended_too(self, failed: Stage) -> None:
        """Not the real ones, whatever account a merchant of the demo types."""
        shopify, service, _ = failed.started
        origin = f"http://{HOST}:{option(shopify.command, '--carriers-port')}"

        assert read_settings(service.environ).source_origins == {"seventeen_track": origin, "dhl": origin}

    def test_parcels_are_followed_beside_the_service(self, failed: Stage) -> None:
        """By a process of its own, which knows what the service knows."""
        _, service, follower = failed.started

        assert follower.command[-2:] == ["tracker", "follow"]
        assert follower.environ == service.environ

    def test_a_page_that_stays_open_sees_each_thing_that_happens_to_a_parcel(self, failed: Stage) -> None:
        """It looks more often than anything happens."""
        settings = read_settings(failed.started[1].environ)
        visit = settings.lookup_limit
        told = look_again(
            Status.SHIPPED,
            soft=settings.soft_ages,
            seconds_a_look=visit.get_expiry() / visit.amount,
            awaited=False,
        )
        ahead = [[step.after for step in plan.steps if step.after > timedelta()] for plan in PLANS]
        apart = min(later - one for steps in ahead for one, later in pairwise([timedelta(), *steps]))

        assert told.then is not None
        assert timedelta(seconds=2 * told.then) < apart

    def test_the_service_runs_as_a_public_app_with_a_store_that_was_made_for_it(self, failed: Stage) -> None:
        """For any number of shops, none of which is the operator's own; and the store goes with the demo."""
        settings = read_settings(failed.started[1].environ)
        (environ,) = failed.made

        assert settings.shop is None
        assert settings.store_url == environ["DATABASE_URL"]
        assert not Path(settings.store_url.removeprefix("sqlite:///")).parent.exists()

    def test_one_shop_is_live_and_others_wait_for_their_merchants(self, failed: Stage) -> None:
        """All of them know the app by the file that Shopify would."""
        shopify = failed.started[0].command
        shops = [shopify[at + 1] for at, word in enumerate(shopify) if word == "--shop"]

        assert shops == [LIVE_SHOP, *NEW_SHOPS]
        assert failed.live == [f"http://{HOST}:{option(shopify, '--port')}/shops/{LIVE_SHOP}"]
        assert option(shopify, "--app-toml") == str(APP_TOML)
        assert APP_TOML.is_file()

    def test_the_service_is_not_reachable_from_other_machines(self, failed: Stage) -> None:
        environ = failed.started[1].environ

        assert f"--bind {HOST}:{environ['PORT']}" in environ["GUNICORN_CMD_ARGS"]
        assert HOST == "127.0.0.1"

    def test_what_differs_from_production_is_for_who_watches(self, failed: Stage) -> None:
        """Shopify reaches the service directly, and a story changes while one looks."""
        settings = read_settings(failed.started[1].environ)

        assert settings.trusted_proxies == 0
        assert settings.rate_limits_enabled
        assert set(settings.soft_ages) == set(Status)
        assert max(settings.soft_ages.values()) == start_demo.SOFT_AGE_SECONDS

    def test_its_secrets_are_new_each_time(self, companions: Stage) -> None:
        for _ in range(2):
            with pytest.raises(DemoFailed):
                run(0, say=lambda _words: None)
        _, first, _, _, second, _ = (companion.environ for companion in companions.started)

        assert first["SHOPIFY_API_SECRET"] != second["SHOPIFY_API_SECRET"]

    def test_the_addresses_are_told_last(self, companions: Stage, busy_port: int) -> None:
        """The shopper's first, then the merchants'; of the port that was taken instead, where the wanted one
        is in use."""
        said: list[str] = []
        with pytest.raises(DemoFailed):
            run(busy_port, say=said.append)
        port = option(companions.started[0].command, "--port")
        origin = f"http://{HOST}:{port}"

        assert port != str(busy_port)
        assert [words.split()[-1] for words in said[-4:]] == [
            f"{origin}/pages/track-order",
            f"{origin}/shops/{NEW_SHOPS[0]}/admin",
            f"{origin}/shops/{LIVE_SHOP}/admin/demo#carriers",
            f"{origin}/shops/",
        ]

    def test_when_a_part_ends_by_itself_so_does_the_rest(self, companions: Stage) -> None:
        with pytest.raises(DemoFailed, match="ended by itself"):
            run(0, say=lambda _words: None)

        assert companions.closed == companions.started[::-1]

    def test_who_follows_parcels_may_be_killed(
        self, companions: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And begins again each time, unless it does nothing but die."""
        companions.exit_code, companions.dead_followers = None, 100
        monkeypatch.setattr(start_demo, "LOOK_SECONDS", 0)
        with pytest.raises(DemoFailed, match="ended by itself"):
            run(0, say=lambda _words: None)
        _, _, first, *again = companions.started

        assert [first.command] * start_demo.MOST_RESTARTS == [part.command for part in again]
        assert companions.closed == companions.started[::-1]

    def test_the_demo_goes_on_with_the_one_that_lives(
        self, companions: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        companions.exit_code, companions.dead_followers = None, 2
        looks = iter([None, None, None, signal.SIGINT])

        def look(_seconds: float) -> None:
            if (number := next(looks)) is not None:
                os.kill(os.getpid(), number)

        monkeypatch.setattr(time, "sleep", look)
        run(0, say=lambda _words: None)

        assert ["follow"] * 3 == [part.command[-1] for part in companions.started[2:]]

    def test_a_redis_of_its_own_may_be_killed(
        self, companions: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As who follows parcels may; who stays where it was finds the new one there."""
        companions.exit_code = None
        monkeypatch.delenv("REDIS_URL")
        monkeypatch.setattr(start_demo, "EmbeddedRedis", lambda: FakeRedis(companions))
        monkeypatch.setattr(start_demo, "find_server", lambda: Path("redis-server"))
        monkeypatch.setattr(start_demo, "LOOK_SECONDS", 0)
        companions.dead_redis = 100
        with pytest.raises(DemoFailed, match="ended by itself"):
            run(0, say=lambda _words: None)

        assert [*["restarted"] * start_demo.MOST_RESTARTS, "closed"] == companions.redis
        assert 3 == len(companions.started)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_ends_all_of_it_without_a_word(self, companions: Stage, number: signal.Signals) -> None:
        companions.exit_code = None
        before = signal.getsignal(number)
        timer = threading.Timer(0, os.kill, (os.getpid(), number))

        def say(words: str) -> None:
            if words.startswith("All shops"):
                timer.start()

        run(0, say=say)
        timer.join()

        assert companions.closed == companions.started[::-1]
        assert signal.getsignal(number) is before


class TestGoingLive:
    def test_an_app_that_does_not_open_ends_the_demo_and_says_why(self) -> None:
        class Refuses(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.send_error(502)

            def log_message(self, *_: Any) -> None:
                pass

        with HTTPServer((HOST, 0), Refuses) as server:
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            with pytest.raises(DemoFailed, match=r"could not be opened in the pretend shop .*502"):
                start_demo._go_live(f"http://{HOST}:{server.server_port}/shops/{LIVE_SHOP}")
            thread.join()

    def test_a_store_that_cannot_be_made_ends_it_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Why is what `tracker db upgrade` says on the same terminal."""
        monkeypatch.setattr(sys, "executable", shutil.which("false"))

        with pytest.raises(DemoFailed, match="store of shops could not be made"):
            start_demo._make_store(os.environ)


class TestWaiting:
    @pytest.fixture
    def companion(self) -> FakeCompanion:
        return FakeCompanion(Stage(exit_code=None), [], {})

    def wait(self, port: int, companion: FakeCompanion) -> None:
        start_demo._wait(f"http://{HOST}:{port}/", cast(Companion, companion), "The service")

    @pytest.mark.parametrize("status", [200, 404, 500])
    def test_any_answer_will_do(self, companion: FakeCompanion, status: int) -> None:
        """What a page says is not the demo's business, only that somebody says it."""

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        with HTTPServer((HOST, 0), Page) as server:
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            self.wait(server.server_port, companion)
            thread.join()

    def test_a_part_that_ended_is_not_waited_for(self, companion: FakeCompanion, busy_port: int) -> None:
        companion.stage.exit_code = 1

        with pytest.raises(DemoFailed, match="The service ended while starting"):
            self.wait(busy_port, companion)

    def test_a_part_that_does_not_answer_is_given_up(
        self, companion: FakeCompanion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(start_demo, "PATIENCE_SECONDS", 0.1)
        with socket.create_server((HOST, 0)) as listener:
            port = listener.getsockname()[1]

        with pytest.raises(DemoFailed, match="The service did not answer"):
            self.wait(port, companion)
