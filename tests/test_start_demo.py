"""What the demo starts, and how it ends; without starting any of it. The whole is tried in `tests/demo`."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

import pytest

from tracker import start_demo
from tracker.companion import Companion
from tracker.order import Status
from tracker.settings import read_settings
from tracker.start_demo import HOST, SHOP, DemoFailed, run

REDIS_URL = "redis://127.0.0.1:1/0"


@dataclass
class Stage:
    """Where companions are only pretended. `exit_code` is that of every one of them, None while they run."""

    exit_code: int | None = 1
    started: list[FakeCompanion] = field(default_factory=list)
    closed: list[FakeCompanion] = field(default_factory=list)

    def start(
        self, command: Sequence[str], environ: Mapping[str, str], *, quiet: bool = False
    ) -> FakeCompanion:
        """In place of Companion."""
        self.started.append(FakeCompanion(self, list(command), dict(environ)))
        return self.started[-1]


@dataclass
class FakeCompanion:
    """Runs nothing, and remembers what it should have."""

    stage: Stage
    command: list[str]
    environ: dict[str, str]

    def ended(self) -> int | None:
        return self.stage.exit_code

    def __enter__(self) -> FakeCompanion:
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.closed.append(self)


@pytest.fixture
def companions(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The demo's parts, which all answer at once and then end by themselves."""
    stage = Stage()
    monkeypatch.setattr(start_demo, "Companion", stage.start)
    monkeypatch.setattr(start_demo, "_wait", lambda *_: None)
    monkeypatch.setenv("REDIS_URL", REDIS_URL)
    return stage


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


class TestRun:
    def test_the_service_and_a_pretend_shopify_know_of_each_other(self, companions: Stage) -> None:
        with pytest.raises(DemoFailed):
            run(0, say=lambda _words: None)
        service, shopify = companions.started
        settings = read_settings(service.environ)

        assert service.command[-2:] == ["tracker", "serve"]
        assert settings.redis_url == REDIS_URL
        assert settings.shop == SHOP == option(shopify.command, "--shop")
        assert settings.api_key == option(shopify.command, "--api-key")
        assert settings.api_secret == option(shopify.command, "--api-secret")
        assert settings.admin_origin == f"http://{HOST}:{option(shopify.command, '--port')}"
        assert option(shopify.command, "--app-url") == f"http://{HOST}:{settings.port}"

    def test_the_service_is_not_reachable_from_other_machines(self, companions: Stage) -> None:
        with pytest.raises(DemoFailed):
            run(0, say=lambda _words: None)
        environ = companions.started[0].environ

        assert f"--bind {HOST}:{environ['PORT']}" in environ["GUNICORN_CMD_ARGS"]
        assert HOST == "127.0.0.1"

    def test_what_differs_from_production_is_for_who_watches(self, companions: Stage) -> None:
        """Shopify reaches the service directly, and a story changes while one looks."""
        with pytest.raises(DemoFailed):
            run(0, say=lambda _words: None)
        settings = read_settings(companions.started[0].environ)

        assert settings.trusted_proxies == 0
        assert settings.rate_limits_enabled
        assert set(settings.soft_ages) == set(Status)
        assert max(settings.soft_ages.values()) == start_demo.SOFT_AGE_SECONDS

    def test_its_secrets_are_new_each_time(self, companions: Stage) -> None:
        for _ in range(2):
            with pytest.raises(DemoFailed):
                run(0, say=lambda _words: None)
        first, _, second, _ = (companion.environ for companion in companions.started)

        assert first["SHOPIFY_API_SECRET"] != second["SHOPIFY_API_SECRET"]

    def test_the_address_is_told_last(self, companions: Stage, busy_port: int) -> None:
        """Of the port that was taken instead, where the wanted one is in use."""
        said: list[str] = []
        with pytest.raises(DemoFailed):
            run(busy_port, say=said.append)
        port = option(companions.started[1].command, "--port")

        assert port != str(busy_port)
        assert said[-1] == f"Open http://{HOST}:{port}/pages/track-order"

    def test_when_a_part_ends_by_itself_so_does_the_rest(self, companions: Stage) -> None:
        with pytest.raises(DemoFailed, match="ended by itself"):
            run(0, say=lambda _words: None)

        assert companions.closed == companions.started[::-1]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_ends_all_of_it_without_a_word(self, companions: Stage, number: signal.Signals) -> None:
        companions.exit_code = None
        before = signal.getsignal(number)
        timer = threading.Timer(0, os.kill, (os.getpid(), number))

        def say(words: str) -> None:
            if words.startswith("Open"):
                timer.start()

        run(0, say=say)
        timer.join()

        assert companions.closed == companions.started[::-1]
        assert signal.getsignal(number) is before


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
