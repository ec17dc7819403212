"""The `tracker` command as people and orchestrators meet it: words, exit codes, and a service that serves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result

import tracker.cli
from tests.pretend_shopify import API_KEY, TOKEN, PretendShopify, serve_pretend_shopify
from tests.web.storefront import ADA, ADDRESS, ALICE, FORM, SECRET, own_pairs, signed
from tracker.check import Finding
from tracker.cli import main
from tracker.settings import Settings

PATIENCE_SECONDS = 60.0


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ)


BROKEN = {
    "SHOPIFY_API_SECRET": "short",
    "SHOPIFY_SHOP": "https://alice.example",
    "PORT": "http",
    "LOOKUP_LIMIT": "often",
    "TRUSTED_PROXIES": "many",
}


@pytest.mark.parametrize("command", ["serve", "check"])
def test_broken_settings_end_at_once_with_every_mistake(command: str) -> None:
    """Before anything is started, and without a value that may be secret."""
    result = run(command, **BROKEN)

    assert result.exit_code == 2
    for name in (*BROKEN, "SHOPIFY_API_KEY", "REDIS_URL"):
        assert f"✗ {name}: " in result.stderr
    assert "README.md" in result.stderr
    assert "short" not in result.output.replace("shorter", "")


@pytest.mark.parametrize(
    ("grades", "code"),
    [(["ok"], 0), (["ok", "warning"], 0), (["ok", "fault"], 1), (["warning", "fault", "fault"], 1)],
)
def test_the_check_ends_with_one_where_nothing_can_work(
    grades: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = [Finding(grade, f"Part {n}", "so it is", f"Do this {n}.") for n, grade in enumerate(grades)]
    monkeypatch.setattr(tracker.cli, "run_check", lambda settings: findings)

    result = run("check", SHOPIFY_API_KEY="key", SHOPIFY_API_SECRET=SECRET, REDIS_URL="redis://127.0.0.1")

    assert result.exit_code == code
    for number in range(len(grades)):
        assert f"Part {number}: so it is" in result.stdout
        assert f"→ Do this {number}." in result.stdout


def test_the_check_says_ok_without_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker.cli, "run_check", lambda settings: [Finding("ok", "Redis", "answers")])

    result = run("check", SHOPIFY_API_KEY="key", SHOPIFY_API_SECRET=SECRET, REDIS_URL="redis://127.0.0.1")

    assert result.stdout == "✓ Redis: answers\n"


def test_the_settings_of_the_environment_are_those_that_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setattr(tracker.cli, "run_serve", served.append)

    run("serve", SHOPIFY_API_KEY="k", SHOPIFY_API_SECRET=SECRET, REDIS_URL="redis://[::1]", PORT="4711")

    assert [(settings.port, settings.api_secret) for settings in served] == [(4711, SECRET)]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["serve", "--help"], ["check", "--help"], ["demo", "--help"]]
)
def test_every_command_says_what_it_does(arguments: list[str]) -> None:
    result = run(*arguments)

    assert (result.exit_code, "Usage:" in result.stdout) == (0, True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Served:
    """`tracker serve` as a process of its own, on the ports that it was given."""

    def __init__(self, process: subprocess.Popen[str], port: int, metrics_port: int) -> None:
        self.process = process
        self.port = port
        self.metrics_port = metrics_port

    def get(self, path: str, *, port: int | None = None, body: bytes | None = None) -> tuple[int, str]:
        headers = {"Accept": "application/json", "X-Forwarded-For": ADDRESS, "Content-Type": FORM}
        connection = HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE_SECONDS)
        with closing(connection):
            connection.request("GET" if body is None else "POST", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def wait(self) -> None:
        """Until it answers."""
        patience = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < patience and self.process.poll() is None:
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail(f"It did not start: {self.process.communicate()}")


@contextmanager
def served(environ: dict[str, str]) -> Iterator[Served]:
    port, metrics_port = free_port(), free_port()
    ports = {"PORT": str(port), "METRICS_PORT": str(metrics_port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "serve"],
        env=os.environ | environ | ports,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        service = Served(process, port, metrics_port)
        service.wait()
        yield service
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def shopify(caplog: pytest.LogCaptureFixture) -> Iterator[PretendShopify]:
    caplog.set_level("ERROR", logger="werkzeug")
    with serve_pretend_shopify() as pretend:
        yield pretend


def test_the_service_as_it_runs_in_production(shopify: PretendShopify, redis_url: str) -> None:
    """Two workers answer, log a line of JSON each time, count together on a port of their own, and end when
    they are told to, with nothing on standard error."""
    environ = {
        "SHOPIFY_API_KEY": API_KEY,
        "SHOPIFY_API_SECRET": SECRET,
        "SHOPIFY_SHOP": ALICE,
        "SHOPIFY_ADMIN_TOKEN": TOKEN,
        "SHOPIFY_ADMIN_ORIGIN": shopify.origin,
        "REDIS_URL": redis_url,
        "TRUSTED_PROXIES": "0",
        "WEB_WORKERS": "2",
        "WEB_THREADS": "2",
    }
    form = urlencode(ADA).encode()
    with served(environ) as service:
        status, body = service.get(f"/proxy/lookup?{signed(own_pairs())}", body=form)
        refused, _ = service.get("/proxy/lookup", body=form)
        hidden, _ = service.get("/metrics")
        _, metrics = service.get("/metrics", port=service.metrics_port)
        service.process.send_signal(signal.SIGTERM)
        out, err = service.process.communicate(timeout=PATIENCE_SECONDS)

    assert (status, refused, hidden) == (200, 401, 404)
    assert json.loads(body)["order"]["name"] == "#1001"
    assert 'tracker_lookups_total{cache="read",outcome="story"} 1.0' in metrics
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert [line["status"] for line in lines if line.get("route") == "/proxy/lookup"] == [200, 401]
    assert not any(secret in out + err for secret in (SECRET, TOKEN, "ada@", "signature="))
    assert (service.process.returncode, err) == (0, "")
