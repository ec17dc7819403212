"""A demo shop with a clock that stands still, and an app behind its proxy that remembers all requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import Client

from tracker.demo.app import API_SECRET, create_demo
from tracker.demo.platform import Platform, create_platform
from tracker.demo.state import Shop

TOKEN = "shpat_fixed"
EXTENSION = Path(__file__).parent / "extension"
APP_TOML = Path(__file__).parent / "app.toml"
ALICE, BOB, CHARLIE = "alice.myshopify.com", "bob.myshopify.com", "charlie.myshopify.com"


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    seconds: float = 1000.0

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class FakeApp:
    """What the app was asked, and what it is to answer next."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[], Response] = field(default=lambda: Response("fine", mimetype="text/plain"))


def serve(app: Flask) -> tuple[BaseWSGIServer, str]:
    """Serve an app from a thread on a free port of the loopback; the caller shuts it down."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of ThreadingMixIn, mixed in by threaded=True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(autouse=True)
def _quiet_servers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", logger="werkzeug")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _fake_app_server() -> Iterator[FakeApp]:
    app = Flask("fake app")
    server, url = serve(app)
    fake = FakeApp(url)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "DELETE"])
    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def anything(path: str) -> Response:
        fake.requests.append(
            {
                "method": request.method,
                "path": f"/{path}",
                "query": request.query_string.decode(),
                "headers": dict(request.headers),
                "body": request.get_data(),
            }
        )
        return fake.answer()

    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def fake_app(_fake_app_server: FakeApp) -> FakeApp:
    """A real server in the app's place, under any path and method; it has heard nothing yet."""
    _fake_app_server.requests.clear()
    _fake_app_server.answer = lambda: Response("fine", mimetype="text/plain")
    return _fake_app_server


@pytest.fixture
def app(clock: Clock, _fake_app_server: FakeApp) -> Flask:
    """The demo shop over the small extension of these tests, in front of the fake app."""
    return create_demo(
        app_url=_fake_app_server.url,
        access_token=TOKEN,
        extension=EXTENSION,
        clock=lambda: clock.now,
        monotonic=lambda: clock.seconds,
    )


@pytest.fixture
def shop(app: Flask) -> Shop:
    found = app.extensions["demo_shop"]
    assert isinstance(found, Shop)
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def _tab(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """One tab for all tests: a new one takes longer than what most of them do in it."""
    with browser.new_context(**browser_context_args) as context:
        yield context.new_page()


@pytest.fixture
def page(_tab: Page) -> Iterator[Page]:
    """Overrides pytest-playwright's: a tab with nothing in it that knows no cookie. Each test's shops have
    ports of their own, so nothing else that a browser keeps is theirs."""
    yield _tab
    _tab.unroute_all(behavior="wait")
    _tab.goto("about:blank")
    _tab.context.clear_cookies()


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Ask the Admin API with the right token; the answer's JSON."""

    def send(query: str, **variables: object) -> dict[str, Any]:
        answer = client.post(
            "/admin/api/2026-10/graphql.json",
            json={"query": query, "variables": variables},
            headers={"X-Shopify-Access-Token": TOKEN},
        )
        assert answer.status_code == 200
        body = answer.get_json()
        assert isinstance(body, dict)
        return body

    return send


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The demo shop behind a real socket; its origin."""
    server, url = serve(app)
    yield url
    server.shutdown()
    server.server_close()


@pytest.fixture
def platform(clock: Clock, fake_app: FakeApp) -> Iterator[Platform]:
    """Three shops that nobody serves, in front of the fake app; each merchant has yet to install it."""
    made = create_platform(
        app_toml=APP_TOML,
        app_url=fake_app.url,
        api_secret=API_SECRET,
        shops=(ALICE, BOB, CHARLIE),
        extension=EXTENSION,
        retry_factor=0.0001,
        clock=lambda: clock.now,
        monotonic=lambda: clock.seconds,
    )
    yield made
    made.close()


@pytest.fixture
def merchant(platform: Platform) -> Client:
    """A browser that reaches every shop of the platform under its path."""
    return Client(platform.wsgi())
