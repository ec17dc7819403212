"""The `tracker` command as people and orchestrators meet it: words and exit codes."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import tracker.cli
from tests.serving import PATIENCE_SECONDS, free_port, start
from tests.web.storefront import ALICE, SECRET
from tracker.check import Finding
from tracker.cli import main
from tracker.errors import CacheUnavailable
from tracker.settings import Settings


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ)


BROKEN = {
    "SHOPIFY_API_SECRET": "short",
    "SHOPIFY_SHOP": "https://alice.example",
    "PORT": "http",
    "LOOKUP_LIMIT": "often",
    "TRUSTED_PROXIES": "many",
}


@pytest.mark.parametrize("command", ["serve", "follow", "check"])
def test_broken_settings_end_at_once_with_every_mistake(command: str) -> None:
    """Before anything is started, and without a value that may be secret."""
    result = run(command, **BROKEN)

    assert result.exit_code == 1
    for name in (*BROKEN, "SHOPIFY_API_KEY", "REDIS_URL"):
        assert f"✗ {name}: " in result.stderr
    assert "README.md" in result.stderr
    assert "short" not in result.output.replace("shorter", "")
    assert result.stdout == ""


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


def test_the_report_of_the_check_is_all_that_is_said() -> None:
    """Log lines about what it finds would only say it twice."""
    result = run(
        "check",
        SHOPIFY_API_KEY="key",
        SHOPIFY_API_SECRET=SECRET,
        SHOPIFY_SHOP=ALICE,
        SHOPIFY_ADMIN_TOKEN="shpat_token",
        SHOPIFY_ADMIN_ORIGIN="http://127.0.0.1:1",
        REDIS_URL="unix:///nowhere/redis.sock",
    )

    assert result.exit_code == 1
    assert [line[:2] for line in result.output.splitlines()] == ["✓ ", "! ", "  ", "✗ ", "  "]


@pytest.mark.parametrize("name", ["PORT", "METRICS_PORT"])
def test_a_port_that_is_taken_is_told_before_anything_starts(name: str, tmp_path: Path) -> None:
    """In one plain sentence, and with nothing left behind."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        environ = {"SHOPIFY_API_KEY": "k", "SHOPIFY_API_SECRET": SECRET, "REDIS_URL": "redis://127.0.0.1"}
        environ |= {"PORT": "0", "METRICS_PORT": str(free_port()), name: str(taken)}
        process = start(environ, tmp_path)
        code = process.wait(PATIENCE_SECONDS)

    assert (tmp_path / "err").read_text() == f"✗ {name}: {taken} is taken by another program.\n"
    assert (code, (tmp_path / "out").read_text()) == (1, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["err", "out"]


def test_who_cannot_follow_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one plain sentence."""
    least = {"SHOPIFY_API_KEY": "k", "SHOPIFY_API_SECRET": SECRET, "REDIS_URL": "redis://127.0.0.1"}
    least |= {"SHOPIFY_SHOP": ALICE}
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        told = [run("follow", **least, FOLLOW_METRICS_PORT=str(taken))]

    def without_redis(_settings: Settings, *, once: bool) -> None:
        assert once
        raise CacheUnavailable

    monkeypatch.setattr(tracker.cli, "run_follow", without_redis)
    told.append(run("follow", "--once", **least))

    assert [1, 1] == [result.exit_code for result in told]
    assert f"✗ FOLLOW_METRICS_PORT: {taken} is taken by another program.\n" == told[0].stderr
    assert told[1].stderr.startswith("✗ Redis does not answer")


def test_the_settings_of_the_environment_are_those_that_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setattr(tracker.cli, "run_serve", served.append)

    run("serve", SHOPIFY_API_KEY="k", SHOPIFY_API_SECRET=SECRET, REDIS_URL="redis://[::1]", PORT="4711")

    assert [(settings.port, settings.api_secret) for settings in served] == [(4711, SECRET)]


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["serve", "--help"], ["follow", "--help"], ["check", "--help"], ["demo", "--help"]],
)
def test_every_command_says_what_it_does(arguments: list[str]) -> None:
    result = run(*arguments)

    assert (result.exit_code, "Usage:" in result.stdout) == (0, True)
