"""Accounts at sources as they were a moment ago, in the memory of this process. Fills `ports.KnownAccounts`.

Which shops have one is read as a whole once a minute, so that for all other shops nothing is ever asked: not
by a look-up, and not by whoever sends pushes to made-up names. Keys are read for the shops that need them.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from tracker.errors import StoreUnavailable
from tracker.ports.sources import SourceAccount
from tracker.store.source_accounts import SqlSourceAccounts, Stamps

SECONDS = 60.0
"""So long a list holds: what a merchant changes shows within this time."""

RETRY_SECONDS = 2.0
"""So long after a failure the store is not asked again by this process."""

MOST = 4096


class CachedAccounts:
    """ports.KnownAccounts over the store, keys of at most `most` shops. Safe to share between threads."""

    def __init__(
        self,
        accounts: SqlSourceAccounts,
        *,
        most: int = MOST,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._most = most
        self._monotonic = monotonic
        self._asking = threading.Lock()
        self._lock = threading.Lock()
        self._listed: Mapping[str, Stamps] | None = None
        self._until = 0.0
        self._known: OrderedDict[str, tuple[Stamps, Sequence[SourceAccount]]] = OrderedDict()

    def known(self, shop: str) -> Sequence[SourceAccount]:
        """See ports.KnownAccounts."""
        stamps = self._list().get(shop)
        if stamps is None:
            return ()
        known = self._known.get(shop)
        if known is not None and known[0] == stamps:
            return known[1]
        try:
            accounts = tuple(kept.account for kept in self._accounts.of(shop))
        except StoreUnavailable:
            return () if known is None else known[1]
        with self._lock:
            self._known[shop] = stamps, accounts
            self._known.move_to_end(shop)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return accounts

    def forget(self) -> None:
        """See ports.KnownAccounts. What was known stays for as long as the store is away."""
        self._until = 0.0

    def _list(self) -> Mapping[str, Stamps]:
        listed = self._listed
        if listed is not None and self._monotonic() < self._until:
            return listed
        # One asks for all; only who knows nothing at all waits for it.
        if not self._asking.acquire(blocking=listed is None):
            return listed or {}
        try:
            if self._listed is None or self._monotonic() >= self._until:
                self._read()
            return self._listed or {}
        finally:
            self._asking.release()

    def _read(self) -> None:
        # Before it is read: what is changed meanwhile may not be in the list that comes, and is asked for.
        self._until = self._monotonic() + SECONDS
        try:
            self._listed = self._accounts.listed()
        except StoreUnavailable:
            self._listed = self._listed or {}
            self._until = self._monotonic() + RETRY_SECONDS
