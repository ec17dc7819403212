"""`tracker demo`: Redis, the service as in production, and a pretend Shopify in front of it, until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

from tracker.companion import Companion
from tracker.embedded_redis import EmbeddedRedis, find_server
from tracker.errors import TrackerError
from tracker.order import Status
from tracker.settings import ENVIRONMENT_NAMES

HOST = "127.0.0.1"
SHOP = "northwind-outfitters.myshopify.com"
PATIENCE_SECONDS = 30.0
SOFT_AGE_SECONDS = 2
"""So that the block can be watched changing; in production a story is good for minutes."""
LOOKUPS = "600/10 minutes"
"""So that a newcomer can click through every order again and again."""


class DemoFailed(TrackerError):
    """A part of the demo did not start. The words are for the person at the terminal."""


def run(port: int, *, say: Callable[[str], None]) -> None:
    """Start everything, tell each step by `say` and the address last, and stay until Ctrl-C or SIGTERM.

    `port` is where the storefront will be; a free one is taken where that one is in use. Raises DemoFailed.
    """
    with contextlib.ExitStack() as stack, _ended_by_signals():
        redis_url = os.environ.get("REDIS_URL") or _start_redis(stack, say)
        port = _free_port(port)
        service_port = _free_port(0)
        api_key, api_secret = "demo-" + secrets.token_hex(8), secrets.token_hex(16)
        environ = _own_environment() | {
            "SHOPIFY_API_KEY": api_key,
            "SHOPIFY_API_SECRET": api_secret,
            "SHOPIFY_SHOP": SHOP,
            "SHOPIFY_ADMIN_ORIGIN": f"http://{HOST}:{port}",
            "REDIS_URL": redis_url,
            "TRUSTED_PROXIES": "0",
            "SOFT_AGES": ",".join(f"{status}={SOFT_AGE_SECONDS}" for status in Status),
            "LOOKUP_LIMIT": LOOKUPS,
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "warning"),
            "PORT": str(service_port),
            "GUNICORN_CMD_ARGS": f"--bind {HOST}:{service_port} --graceful-timeout 1",
        }
        say("Starting the service …")
        service = stack.enter_context(Companion([sys.executable, "-m", "tracker", "serve"], environ))
        say("Starting a pretend Shopify …")
        shopify = stack.enter_context(
            Companion(
                [
                    *(sys.executable, "-m", "tracker.demo", "--port", str(port)),
                    *("--app-url", f"http://{HOST}:{service_port}"),
                    *("--api-key", api_key, "--api-secret", api_secret, "--shop", SHOP),
                ],
                environ,
                quiet=True,
            )
        )
        _wait(f"http://{HOST}:{service_port}/healthz", service, "The service")
        _wait(f"http://{HOST}:{port}/", shopify, "The pretend Shopify")
        say("Everything runs. Press Ctrl-C to end it.")
        say(f"Open http://{HOST}:{port}/pages/track-order")
        while service.ended() is None and shopify.ended() is None:
            time.sleep(0.2)
        raise DemoFailed("A part of the demo ended by itself; its last words are above.")


def _own_environment() -> dict[str, str]:
    """The process's environment without anybody's settings of a real shop."""
    return {name: value for name, value in os.environ.items() if name not in ENVIRONMENT_NAMES}


def _start_redis(stack: contextlib.ExitStack, say: Callable[[str], None]) -> str:
    say(f"Starting Redis ({find_server().name}) …")
    return stack.enter_context(EmbeddedRedis()).url


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    previous = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except KeyboardInterrupt:
        return
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
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
