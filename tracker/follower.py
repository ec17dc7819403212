"""Who follows parcels: a process that takes what is due, and a few threads that ask for it, one account
each."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta

from tracker.deadline import Deadline
from tracker.errors import CacheUnavailable
from tracker.follow_schedule import holding_off, turn_after
from tracker.ports.clock import Clock
from tracker.ports.following import DueParcel, FollowedParcels, FollowObserver, Quota

MOST = 200
"""So many parcels are taken at once."""
TURN_SECONDS = 45.0
"""Within which all that was taken together is begun or put off. With what the last batch may take after that,
two requests and the waits before them, it is over long before somebody else would take it over."""
POLL_SECONDS = 1.0
"""So often it is looked whether something is due."""
BUSY = timedelta(seconds=5)
"""After which parcels of an account have their turn that a thread is busy with already."""
BREATH_SECONDS = 0.02
"""Until more is taken, where what was taken was put off for that."""
COUNT_SECONDS = 30.0
"""So often it is told how it stands."""

Account = tuple[str, str]
"""A shop, and the name of a source."""

FollowAccount = Callable[[Sequence[DueParcel], Deadline, Callable[[], bool]], None]
"""Deals with parcels that are due at one account within that time, while it may go on."""


class Follower:
    """Takes turns of `followed` and has each account's dealt with by `follow_account`, in `threads` threads.

    An account has one thread at a time, so that one whose source hangs costs the others one thread, for as
    long as one request may take.
    """

    def __init__(
        self,
        followed: FollowedParcels,
        follow_account: FollowAccount,
        *,
        quota: Quota,
        observer: FollowObserver,
        clock: Clock,
        threads: int,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._followed = followed
        self._follow_account = follow_account
        self._quota = quota
        self._observer = observer
        self._clock = clock
        self._threads = threads
        self._poll_seconds = poll_seconds
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._stopped = threading.Event()
        self._ended = threading.Condition()
        self._busy: set[Account] = set()
        self._count_at = 0.0

    def run(self) -> None:
        """Until `stop` is called, and what was begun before has come to its end."""
        with self._pool() as pool:
            while not self._stopped.is_set():
                try:
                    self._count()
                    taken = self._take(pool)
                except CacheUnavailable:
                    taken = False  # the breaker has told of it
                except Exception as error:  # noqa: BLE001 - or this process would follow nothing ever after
                    taken = False
                    self._observer.stumbled(error)
                if not taken:
                    self._stopped.wait(self._poll_seconds)

    def run_once(self) -> None:
        """Until nothing is due, or `stop` is called. Raises CacheUnavailable."""
        with self._pool() as pool:
            while not self._stopped.is_set() and (self._take(pool) or self._wait_for_all()):
                pass

    def stop(self) -> None:
        """Take nothing more, and put off what no request is under way for. May be called by a signal."""
        self._stopped.set()

    @contextmanager
    def _pool(self) -> Iterator[ThreadPoolExecutor]:
        with ThreadPoolExecutor(self._threads, thread_name_prefix="follower") as pool:
            yield pool
        with suppress(CacheUnavailable):
            self._followed.leave(holder=self._holder)

    def _take(self, pool: ThreadPoolExecutor) -> bool:
        """Whether there was something. Waits for a free thread before, and lets no account have two."""
        with self._ended:
            self._ended.wait_for(lambda: len(self._busy) < self._threads)
        due = self._followed.take(holder=self._holder, most=MOST, now=self._clock())
        deadline = Deadline(TURN_SECONDS)
        accounts: dict[Account, list[DueParcel]] = {}
        for each in due:
            accounts.setdefault((each.shop, each.source), []).append(each)
        put_off: list[DueParcel] = []
        for account, theirs in accounts.items():
            with self._ended:
                busy = account in self._busy
                self._busy.add(account)
            if busy:
                put_off += theirs
            else:
                pool.submit(self._deal, account, theirs, deadline)
        if put_off:
            self._followed.put_off(put_off, until=self._clock() + BUSY)
            # One account that has much to do, or hangs, is not worth a whole processor.
            self._stopped.wait(BREATH_SECONDS)
        return bool(due)

    def _deal(self, account: Account, due: Sequence[DueParcel], deadline: Deadline) -> None:
        try:
            self._follow_account(due, deadline, lambda: not self._stopped.is_set())
        except CacheUnavailable:
            pass  # these are taken over once this holder counts as dead
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the parcels stay to be followed
            self._observer.stumbled(error, *account)
            self._leave_alone(account, due)
        finally:
            with self._ended:
                self._busy.discard(account)
                self._ended.notify_all()

    def _leave_alone(self, account: Account, due: Sequence[DueParcel]) -> None:
        first, most = holding_off(None, now=self._clock())
        seconds = self._quota.hold_off(*account, seconds=first.total_seconds(), most=most.total_seconds())
        with suppress(CacheUnavailable):
            pause = turn_after(timedelta(seconds=seconds), spread=0.0)
            self._followed.put_off(due, until=self._clock() + pause)

    def _wait_for_all(self) -> bool:
        """Whether there was anything to wait for."""
        with self._ended:
            waited = bool(self._busy)
            self._ended.wait_for(lambda: not self._busy)
        return waited

    def _count(self) -> None:
        now = time.monotonic()
        if now >= self._count_at:
            self._count_at = now + COUNT_SECONDS
            self._observer.counted(self._followed.following(now=self._clock()))
