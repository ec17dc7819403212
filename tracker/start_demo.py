"""`tracker demo`: Redis, a store, the service as a public app runs it, a pretend Shopify of several shops in
front of it and pretend carriers beside it, until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tracker.addresses import NOT_OFFERED
from tracker.companion import Companion
from tracker.embedded_redis import EmbeddedRedis, find_server
from tracker.errors import TrackerError
from tracker.order import Status
from tracker.settings import ENVIRONMENT_NAMES

HOST = "127.0.0.1"
QUIET_PORTS = range(20_000, 32_000)
"""From 32 768 on Linux gives them to whoever connects somewhere, at any moment."""
LIVE_SHOP = "northwind-outfitters.myshopify.com"
NEW_SHOPS = ("lakeside-camping.myshopify.com", "summit-supply.myshopify.com")
"""In these nobody has installed the app yet."""

APP_TOML = Path(__file__).parent.parent / "shopify.app.toml"
PATIENCE_SECONDS = 90.0
"""A machine that is busy is no reason to give up."""

SOFT_AGE_SECONDS = 2
"""So that the block can be watched changing; in production a story is good for minutes."""
FOLLOW_PACE = 600
"""Parcels of the demo take three minutes for what takes a day elsewhere, and not all carriers push."""
MOST_RESTARTS = 10
"""Redis and who follows parcels may be killed at any moment, so whoever watches may try; if they cannot run,
all ends."""
LOOK_SECONDS = 0.2
LOOKUPS = "600/10 minutes"
"""So that a newcomer can click through every order again and again."""


class DemoFailed(TrackerError):
    """A part of the demo did not start. The words are for the person at the terminal."""


def run(port: int, *, say: Callable[[str], None]) -> None:
    """Start everything, tell each step by `say` and the addresses last, and stay until Ctrl-C or SIGTERM.

    `port` is where the first shop will be; a free one is taken where that one is in use. Raises DemoFailed.
    """
    with contextlib.ExitStack() as stack, _ended_by_signals() as signals:
        redis = None if os.environ.get("REDIS_URL") else _start_redis(stack, say)
        redis_url = os.environ["REDIS_URL"] if redis is None else redis.url
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-demo-"))
        port, carriers_port, service_port = _free_port(port), _free_port(0), _free_port(0)
        origin, app_url = f"http://{HOST}:{port}", f"http://{HOST}:{service_port}"
        carriers = f"http://{HOST}:{carriers_port}"
        api_key, api_secret = "demo-" + secrets.token_hex(8), secrets.token_hex(16)
        environ = _own_environment() | {
            "SHOPIFY_API_KEY": api_key,
            "SHOPIFY_API_SECRET": api_secret,
            "SHOPIFY_APP_URL": app_url,
            "SHOPIFY_ADMIN_ORIGIN": f"{origin}/shops/{{shop}}",
            "SHOPIFY_CDN_ORIGIN": origin,
            "SEVENTEEN_TRACK_ORIGIN": carriers,
            "DHL_ORIGIN": carriers,
            "AFTERSHIP_ORIGIN": NOT_OFFERED,  # nobody pretends to be it
            "EASYPOST_ORIGIN": NOT_OFFERED,
            "FOLLOW_PACE": str(FOLLOW_PACE),
            "DATABASE_URL": f"sqlite:///{folder}/shops.sqlite3",
            "REDIS_URL": redis_url,
            "TRUSTED_PROXIES": "0",
            "SOFT_AGES": ",".join(f"{status}={SOFT_AGE_SECONDS}" for status in Status),
            "LOOKUP_LIMIT": LOOKUPS,
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "warning"),
            "PORT": str(service_port),
            "GUNICORN_CMD_ARGS": f"--bind {HOST}:{service_port} --graceful-timeout 1",
        }
        say("Starting a pretend Shopify and pretend carriers …")
        shopify = stack.enter_context(
            Companion(
                [
                    *(sys.executable, "-m", "tracker.demo", "--port", str(port)),
                    *("--carriers-port", str(carriers_port)),
                    *("--app-toml", str(APP_TOML), "--app-url", app_url),
                    *("--api-key", api_key, "--api-secret", api_secret),
                    *(word for shop in (LIVE_SHOP, *NEW_SHOPS) for word in ("--shop", shop)),
                ],
                environ,
                quiet=True,
            )
        )
        say("Making a store of shops, and starting the service …")
        _make_store(environ)
        service = stack.enter_context(Companion([sys.executable, "-m", "tracker", "serve"], environ))

        def follow() -> Companion:
            return stack.enter_context(Companion([sys.executable, "-m", "tracker", "follow"], environ))

        follower, restarts = follow(), 0
        _wait(f"{app_url}/healthz", service, "The service")
        _wait(f"{origin}/", shopify, "The pretend Shopify")
        _go_live(f"{origin}/shops/{LIVE_SHOP}")
        say("Everything runs. Press Ctrl-C to end it.")
        for what, address in _addresses(origin):
            say(f"{what:<{_WIDTH}}{address}")
        while not signals and shopify.ended() is None and service.ended() is None:
            dead_redis = redis if redis is not None and redis.ended() else None
            if dead_redis is not None or follower.ended() is not None:
                if restarts == MOST_RESTARTS:
                    break
                restarts += 1
            if dead_redis is not None:
                say("Redis ended; it begins again, with nothing in it.")
                dead_redis.restart()
            if follower.ended() is not None:
                say("Following parcels ended; it begins again.")
                follower = follow()
            time.sleep(LOOK_SECONDS)
        if not signals:
            raise DemoFailed("A part of the demo ended by itself; its last words are above.")


_WIDTH = 44


def _addresses(origin: str) -> list[tuple[str, str]]:
    """What there is to open, and where."""
    return [
        ("As a shopper, track an order:", f"{origin}/pages/track-order"),
        ("As a merchant, install the app and go live:", f"{origin}/shops/{NEW_SHOPS[0]}/admin"),
        ("What carriers tell, and how they fail:", f"{origin}/shops/{LIVE_SHOP}/admin/demo#carriers"),
        ("All shops, with their admins:", f"{origin}/shops/"),
    ]


def _own_environment() -> dict[str, str]:
    """The process's environment without anybody's settings of a real shop."""
    return {name: value for name, value in os.environ.items() if name not in ENVIRONMENT_NAMES}


def _start_redis(stack: contextlib.ExitStack, say: Callable[[str], None]) -> EmbeddedRedis:
    say(f"Starting Redis ({find_server().name}) …")
    return stack.enter_context(EmbeddedRedis())


def _make_store(environ: Mapping[str, str]) -> None:
    """As an operator does it: `tracker db upgrade`."""
    command = [sys.executable, "-m", "tracker", "db", "upgrade"]
    done = subprocess.run(command, env=dict(environ), stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise DemoFailed("The store of shops could not be made; why is said above.")


def _go_live(shop: str) -> None:
    """Let the merchant of a shop do all that there is to do: install, add the blocks, open the app."""
    request = urllib.request.Request(f"{shop}/admin/demo/go-live", method="POST")  # noqa: S310 - see _wait
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310 - the same
            return
    except OSError as error:  # an HTTPError is one too
        raise DemoFailed(f"The app could not be opened in the pretend shop ({error}).") from error


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[list[int]]:
    """Those that came. What a handler raises is lost where it comes while an object is being taken away, so
    whoever waits has to look here too."""
    came: list[int] = []

    def end(number: int, _frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    every = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, end) for number in every}
    try:
        yield came
    except KeyboardInterrupt:
        return
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _free_port(wanted: int) -> int:
    """`wanted`, if it is one and free, else another. It is taken some seconds later."""
    for port in ((wanted,) if wanted else ()) + tuple(random.sample(QUIET_PORTS, 50)):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                listener.bind((HOST, port))
                return int(listener.getsockname()[1])
    raise DemoFailed("No free port was found.")


def _wait(url: str, process: Companion, name: str) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience:
        if process.ended() is not None:
            raise DemoFailed(f"{name} ended while starting; its last words are above.")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - an address of our own making
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise DemoFailed(f"{name} did not answer within {PATIENCE_SECONDS:.0f} seconds.")
