"""Where the ports about shops meet the store: `edges.py` loads it where there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracker.errors import StoreUnavailable
from tracker.ports.clock import Clock
from tracker.ports.tokens import Resealable
from tracker.shopify.grants import TokenGrants
from tracker.shopify.offline_tokens import OfflineTokens
from tracker.store.activity import BufferedActivity, SqlActivityLog
from tracker.store.database import Database
from tracker.store.jobs import SqlJobs
from tracker.store.known_accounts import CachedAccounts
from tracker.store.known_shops import CachedShops
from tracker.store.schema import SchemaState, schema_state
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.source_accounts import SqlSourceAccounts


class Store:
    """The store of shops in the database of `url`, the tokens that come from it, the jobs that wait in it,
    and what is noted there of every day. `secrets` are the app's, the present one first."""

    def __init__(
        self,
        url: str,
        *,
        secrets: Sequence[str],
        threads: int,
        grants: TokenGrants,
        clock: Clock,
        on_failure: Callable[[str], None],
        on_needs_reopening: Callable[[str], None],
        on_activity_lost: Callable[[int], None],
        on_activity_failed: Callable[[Exception], None],
    ) -> None:
        self._was_ready = False
        self.database = Database(url, threads=threads, on_failure=on_failure)
        sealers = [Sealer(secret) for secret in secrets]
        self.shops = SqlShops(self.database, sealers)
        self.jobs = SqlJobs(self.database, sealers)
        self.known = CachedShops(self.shops)
        self.accounts = SqlSourceAccounts(self.database, sealers)
        self.known_accounts = CachedAccounts(self.accounts)
        self.activity = BufferedActivity(
            self.database, clock=clock, on_lost=on_activity_lost, on_error=on_activity_failed
        )
        # Everything in it that is sealed.
        self.sealed: tuple[Resealable, ...] = (self.shops, self.jobs, self.accounts)
        self.activity_log = SqlActivityLog(self.database)
        self.tokens = OfflineTokens(
            shops=self.shops, known=self.known, grants=grants, on_needs_reopening=on_needs_reopening
        )

    def state(self) -> str:
        """`ready`, `unavailable`, or how the tables stand to this code. Never raises.

        `upgraded` are tables that were this code's and have been brought up to date since: the next version
        is on its way in, and until then this one goes on, since a step takes nothing from the version before.
        """
        try:
            state = schema_state(self.database)
        except StoreUnavailable:
            return "unavailable"
        if state is SchemaState.NEWER and self._was_ready:
            return "upgraded"
        self._was_ready = state is SchemaState.CURRENT
        return "ready" if self._was_ready else f"schema_{state}"
