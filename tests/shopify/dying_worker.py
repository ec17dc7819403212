"""A worker that is killed while it refreshes: `python -m tests.shopify.dying_worker URL ORIGIN MOMENT`."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from tests.shopify.clocks import FakeTime
from tests.shopify.offline import HOUR, Worker
from tracker.shopify import offline_tokens
from tracker.shopify.grants import TokenGrants
from tracker.store.shops import SqlShops

MOMENT = sys.argv[3] if len(sys.argv) > 3 else ""


def die_if(moment: str) -> None:
    if moment == MOMENT:
        os.kill(os.getpid(), signal.SIGKILL)


class Grants(TokenGrants):
    def refresh(self, *arguments: Any, **named: Any) -> Any:
        die_if("before Shopify was asked")
        return super().refresh(*arguments, **named)


class Shops(SqlShops):
    def store_refreshed(self, *arguments: Any, **named: Any) -> bool:
        die_if("before the pair was stored")
        stored = super().store_refreshed(*arguments, **named)
        die_if("after the pair was stored")
        return stored


if __name__ == "__main__":
    offline_tokens.LEASE_SECONDS = 0.2
    time = FakeTime()
    time.passed = HOUR
    Worker(sys.argv[1], sys.argv[2], time=time, shops=Shops, grants=Grants).token()
