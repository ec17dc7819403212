"""The service told to reload (SIGHUP) while shoppers ask, by way of a proxy that keeps its connections."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.bench.proc import children
from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.house import open_service
from tests.faults.keepers import Keepers
from tests.faults.trial import wait_until
from tests.pretend_shopify import PretendShopify
from tests.serving import Served
from tests.web.storefront import ADA, FORM, own_pairs, signed

PART = "The service"
KEPT, FRESH = 12, 4
REPLACED_WITHIN = 120.0
IDLE_KEPT, IDLE_FRESH, IDLE_PAUSE = 40, 1, 2.0
"""Connections that are used every two seconds or so: just when gunicorn itself would close them."""


def looked_up(keep: bool) -> bytes:  # noqa: FBT001 - the shape that Keepers calls
    """A look-up as a reverse proxy passes it on."""
    body = urlencode(ADA).encode()
    lines = (
        f"POST /proxy/lookup?{signed(own_pairs())} HTTP/1.1",
        "Host: tracker.example",
        "Accept: application/json",
        "X-Forwarded-For: 203.0.113.7",
        f"Content-Type: {FORM}",
        f"Content-Length: {len(body)}",
        f"Connection: {'keep-alive' if keep else 'close'}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def reload(service: Served) -> None:
    """Tell it, and wait until the old workers have gone, each with its last connection."""
    before = set(children(service.process.pid))
    service.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not before & set(children(service.process.pid)), "replaced", seconds=REPLACED_WITHIN)


@pytest.mark.parametrize("idle", [False, True], ids=["busy", "idle"])
def test_reloaded(
    *,
    idle: bool,
    shopify: PretendShopify,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    note: Note,
) -> None:
    """Again and again, and not one request is lost: neither on a kept connection nor on a new one."""
    total: int = request.config.getoption("--reloaded")
    if idle:
        total //= 40
    begun = time.monotonic()
    with open_service(tmp_path, shopify, settings={"SOFT_AGES": "in_transit=600"}) as service:
        kept, fresh, pause = (IDLE_KEPT, IDLE_FRESH, IDLE_PAUSE) if idle else (KEPT, FRESH, 0.0)
        load = Keepers(service.port, looked_up, total=total, kept=kept, fresh=fresh, pause=pause)
        # What is asked for is kept, so that each failure is the reload's.
        first = Keepers(service.port, looked_up, total=1, kept=1, fresh=0)
        first.start()
        first.join()
        load.start()
        reloads = 0
        while load.busy:
            reload(service)
            reloads += 1
        load.join()
    outcome = load.outcome
    figure = (
        f"{sum(outcome.failed.values())} of {sum(outcome.counts.values())} failed in {reloads} reloads, "
        f"{outcome.closed} kept connections handed over, slowest {outcome.slowest:.1f} s"
    )
    if outcome.failed:
        figure += f" ({outcome.failed})"
    fault = "told to reload, connections mostly idle" if idle else "told to reload under load"
    seconds = time.monotonic() - begun
    note(Finding(PART, fault, "not one failed request", figure, not outcome.failed, seconds))
