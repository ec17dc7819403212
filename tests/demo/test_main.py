"""`python -m tracker.demo` says where it is, answers, and ends when it is told to."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from tests.demo.conftest import ALICE, APP_TOML, BOB, EXTENSION
from tracker.demo.__main__ import main
from tracker.demo.app import API_KEY

Process = subprocess.Popen[str]


@pytest.fixture
def process() -> Iterator[Process]:
    with subprocess.Popen(
        [
            *(
                sys.executable,
                "-m",
                "tracker.demo",
                "--app-url",
                "http://127.0.0.1:9",
                "--api-secret",
                "hush",
            ),
            *("--shop", "other.myshopify.com", "--access-token", "fixed", "--extension", str(EXTENSION)),
            "--until-stdin-closes",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        yield started
        started.kill()


def origin(process: Process) -> str:
    assert process.stdout is not None
    word, _, url = process.stdout.readline().strip().partition(" ")
    assert word == "ready"
    return url


def test_it_serves_the_shop_it_was_told_to_be(process: Process) -> None:
    url = origin(process)
    answer = requests.post(
        f"{url}/admin/api/2026-10/graphql.json",
        json={"query": "{ shop { myshopifyDomain } }"},
        headers={"X-Shopify-Access-Token": "fixed"},
        timeout=20,
    )
    assert answer.json()["data"]["shop"]["myshopifyDomain"] == "other.myshopify.com"
    right = {"client_id": API_KEY, "client_secret": "hush", "grant_type": "client_credentials"}
    assert requests.post(f"{url}/admin/oauth/access_token", json=right, timeout=20).ok


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quietly(process: Process, number: signal.Signals) -> None:
    origin(process)
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def test_it_ends_with_its_standard_input(process: Process) -> None:
    origin(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=20) == 0


def test_several_shops_are_named_with_their_storefronts_and_the_carriers_too() -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "tracker.demo", "--app-url", "http://127.0.0.1:9"),
            *("--app-toml", str(APP_TOML), "--shop", ALICE, "--shop", BOB),
            *("--extension", str(EXTENSION), "--until-stdin-closes"),
        ],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
    )
    assert (0, "") == (ended.returncode, ended.stderr)
    words = [line.split() for line in ended.stdout.splitlines()]
    assert [["ready"], ["shop", ALICE], ["shop", BOB], ["carriers"]] == [line[:-1] for line in words]
    assert words[0][-1] == words[1][-1]
    assert 3 == len({line[-1] for line in words[1:]})


@pytest.fixture
def _unchanged_signals() -> Iterator[None]:
    """What the command does to signals is undone: here it runs within the test's own process."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_unchanged_signals")
def test_what_it_can_not_serve_is_said(tmp_path: Path) -> None:
    bad = tmp_path / "app.toml"
    bad.write_text("name = 5")
    url = ("--app-url", "http://127.0.0.1:9")
    refused = CliRunner().invoke(main, [*url, "--app-toml", str(bad)])
    assert (1, True) == (refused.exit_code, "name is missing" in refused.output)
    refused = CliRunner().invoke(main, [*url, "--shop", ALICE, "--shop", BOB])
    assert (2, True) == (refused.exit_code, "--app-toml" in refused.output)
