"""What stands around the service agrees with it: the image, the compose file and the example settings."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tracker.settings import ENVIRONMENT_NAMES, InvalidSettings, read_settings

ROOT = Path(__file__).parent.parent

AnsweringWith = Callable[[int], int]


@pytest.fixture
def answering() -> Iterator[AnsweringWith]:
    """Starts a service that gives every request the same status; returns its port."""
    with ExitStack() as stack:

        def start(status: int) -> int:
            class Answer(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.send_response(status if self.path == "/healthz" else 404)
                    self.end_headers()

                def log_message(self, *_: object) -> None:
                    """Nothing on standard error."""

            server = stack.enter_context(HTTPServer(("127.0.0.1", 0), Answer))
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return server.server_port

        yield start


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def example_settings() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_names_only_settings_that_exist_and_what_compose_asks_for() -> None:
    compose = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "compose.yaml").read_text()))

    assert compose == {"POSTGRES_PASSWORD"}
    assert compose <= example_settings().keys() <= set(ENVIRONMENT_NAMES) | compose


def test_the_database_of_compose_is_one_that_the_service_takes() -> None:
    (url,) = re.findall(r"DATABASE_URL: (\S+)\$\{.*?\}(\S+)", (ROOT / "compose.yaml").read_text())
    least = {"SHOPIFY_API_KEY": "k", "SHOPIFY_API_SECRET": "s" * 32, "REDIS_URL": "redis://redis"}

    assert read_settings(least | {"DATABASE_URL": "0123456789abcdef".join(url)}).store_url is not None


def test_the_image_can_speak_to_postgres() -> None:
    assert re.search(r"^psycopg-binary==", (ROOT / "requirements/serve.txt").read_text(), re.MULTILINE)


def test_a_copied_example_without_a_secret_is_refused_with_every_missing_name() -> None:
    """Nobody can start with a secret that stands in the repository."""
    compose = {"REDIS_URL": "redis://redis:6379/0"}

    with pytest.raises(InvalidSettings) as refused:
        read_settings(example_settings() | compose)

    assert refused.value.problems.keys() == {"SHOPIFY_API_KEY", "SHOPIFY_API_SECRET"}


def test_the_example_filled_in_is_all_that_compose_needs() -> None:
    filled_in = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "SHOPIFY_SHOP": "a.myshopify.com",
        "REDIS_URL": "redis://redis:6379/0",
    }

    settings = read_settings(example_settings() | filled_in)

    assert settings.shop == "a.myshopify.com"
    assert settings.admin_token is None


def test_the_real_settings_cannot_be_committed() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_image_is_built_with_what_the_project_says_it_is_built_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["dependency-groups"]["build"] == project["build-system"]["requires"]


class TestHealthCheck:
    """The command of the Dockerfile, run against a service on this machine."""

    @pytest.fixture
    def program(self) -> str:
        """The Python of HEALTHCHECK's CMD, a JSON list."""
        found = re.search(r'HEALTHCHECK .*\n\s+CMD \[.*"-c", "([^"]+)"\]', (ROOT / "Dockerfile").read_text())
        assert found
        return found[1]

    def check(self, program: str, port: int) -> int:
        environ = {"PORT": str(port), "http_proxy": "http://127.0.0.1:1"}
        return subprocess.run(
            [sys.executable, "-I", "-S", "-c", program], env=environ, stderr=subprocess.DEVNULL, check=False
        ).returncode

    def test_a_service_that_answers_is_healthy(self, program: str, answering: AnsweringWith) -> None:
        assert self.check(program, answering(200)) == 0

    def test_one_that_answers_with_an_error_is_not(self, program: str, answering: AnsweringWith) -> None:
        assert self.check(program, answering(503)) == 1

    def test_one_that_does_not_answer_is_not(self, program: str, unused_port: int) -> None:
        assert self.check(program, unused_port) == 1
