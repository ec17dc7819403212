"""A pretend 17TRACK: accounts, what they registered and may still register, and what it pushes to them."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tracker.demo.aggregator_words import status_of, track_info
from tracker.demo.courier import Courier, Delivery, Overtaking
from tracker.demo.followed_parcels import AGGREGATOR
from tracker.demo.journeys import Journey, Journeys, Scan

MOST_NUMBERS = 40
"""In one request."""
PER_SECOND = 3
"""Requests of one account."""
QUOTA = 100
"""New numbers of one account: what is free each month."""
FIRST_NEWS = timedelta(seconds=4)
"""So long after a number was registered nothing is known of it: its carrier is yet to be asked."""
LAG = timedelta(seconds=2)
"""So long after it happened the aggregator hears of a scan."""

UPDATED = "TRACKING_UPDATED"
"""The event of a push that has news."""
HELD_SECONDS = 60.0
"""How long a push that is to be overtaken waits for another."""

INVALID_NUMBER, MISSING = -18010012, -18010010
ALREADY_REGISTERED, NOT_REGISTERED, NO_CARRIER = -18019901, -18019902, -18019903
QUOTA_SPENT, NOTHING_YET = -18019908, -18019909
"""Why a number is rejected.
https://help.17track.net/hc/en-us/articles/37570440168473-Error-Codes-and-Troubleshooting"""

_NUMBER = re.compile(r"[A-Za-z0-9-]{5,50}")


class Rejected(Exception):
    """A number that is not taken. `code` is 17TRACK's own."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass
class Registration:
    """A number that an account had registered; `carrier` is 17TRACK's code, 0 where nobody knows it.

    `pushed` is how many scans the account was told of."""

    number: str
    carrier: int
    at: datetime
    pushed: int = 0


@dataclass
class Account:
    """Whoever has this key. `push_to` is where its pushes go, None for nowhere; `spent` says that its quota
    is used up whatever was counted."""

    key: str
    push_to: str | None = None
    spent: bool = False
    quota: int = QUOTA
    used: int = 0
    registered: dict[str, Registration] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    _moments: deque[float] = field(default_factory=deque)

    @property
    def left(self) -> int:
        """How many numbers it may still register."""
        return 0 if self.spent else self.quota - self.used

    def may_ask(self, moment: float) -> bool:
        """Whether a request at this moment (seconds) is within the rate, and count it if so."""
        while self._moments and moment - self._moments[0] >= 1:
            self._moments.popleft()
        if len(self._moments) >= PER_SECOND:
            return False
        self._moments.append(moment)
        return True


class Aggregator:
    """Hold `lock` while you read or change anything. `clock` gives aware UTC, `monotonic` seconds;
    `delay_factor` compresses FIRST_NEWS and LAG.

    `fault` is what every request meets, None for none; a request that hangs is let go by `released`, which
    is made anew with each change. While there is one, nothing is pushed. `pushes_twice` sends each push
    twice, `pushes_late` lets each be overtaken by the one that follows it soon enough.
    """

    def __init__(
        self,
        journeys: Journeys,
        courier: Courier,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        delay_factor: float = 1.0,
    ) -> None:
        self.lock = threading.RLock()
        self.released = threading.Event()
        self.accounts: dict[str, Account] = {}
        self.fault: str | None = None
        self.pushes_twice = False
        self.pushes_late = False
        self._journeys = journeys
        self._courier = courier
        self._clock = clock
        self._monotonic = monotonic
        self._first_news, self._lag = FIRST_NEWS * delay_factor, LAG * delay_factor
        self._overtaking = Overtaking(courier, held_seconds=HELD_SECONDS)

    def open_account(self, key: str) -> Account:
        """A new account under this key."""
        account = self.accounts[key] = Account(key)
        return account

    def break_down(self, fault: str | None) -> None:
        """Have every request meet this fault, or none; those that hang are let go."""
        self.fault = fault
        self.released.set()
        self.released = threading.Event()

    def may_ask(self, account: Account) -> bool:
        """Whether the account is within its rate of requests."""
        return account.may_ask(self._monotonic())

    def register(self, account: Account, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Register one number, for the account's quota. Raises Rejected."""
        number = _number(wanted)
        if number in account.registered:
            raise Rejected(ALREADY_REGISTERED, f"The tracking number '{number}' has been registered.")
        carrier = wanted.get("carrier") or 0
        journey = self._journeys.ask(number, AGGREGATOR)
        if not carrier and journey is None:
            raise Rejected(NO_CARRIER, "The carrier can not be detected.")
        if account.left <= 0:
            raise Rejected(QUOTA_SPENT, "The remaining quota is not enough.")
        found = carrier or (journey.plan.company.code if journey is not None else 0)
        account.used += 1
        account.registered[number] = Registration(number, found, self._clock())
        origin = 0 if carrier else 1
        return {
            "origin": origin,
            "number": number,
            "carrier": found,
            "email": None,
            "tag": wanted.get("tag"),
            "lang": wanted.get("lang"),
        }

    def track_info(self, account: Account, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """What is known of one number that was registered. Raises Rejected."""
        number = _number(wanted)
        registration = account.registered.get(number)
        if registration is None:
            raise Rejected(NOT_REGISTERED, f"The tracking number '{number}' does not register.")
        if self._clock() < registration.at + self._first_news:
            raise Rejected(NOTHING_YET, "No tracking information at this time.")
        return self._told(registration)

    def listed(self, account: Account) -> list[dict[str, Any]]:
        """All that the account registered, in few words."""
        rows = []
        for registration in account.registered.values():
            status, sub_status = status_of(self._scans(registration))
            rows.append(
                {
                    "number": registration.number,
                    "carrier": registration.carrier,
                    "package_status": status,
                    "latest_event_info": sub_status,
                    "register_time": registration.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "tracking_status": "Tracking",
                    "sync_status": "Success" if status != "NotFound" else "Failure",
                }
            )
        return rows

    def push_what_is_new(self) -> list[Delivery]:
        """Tell every account that wants it of the numbers that have news since it was told."""
        if self.fault is not None:
            return []
        return [
            delivery
            for account in self.accounts.values()
            for registration in account.registered.values()
            if len(self._scans(registration)) > registration.pushed
            for delivery in self._push(account, registration)
        ]

    def push_again(self, account: Account) -> list[Delivery]:
        """Tell an account of all its numbers of which anything is known, news or not."""
        return [
            delivery
            for registration in account.registered.values()
            if self._scans(registration)
            for delivery in self._push(account, registration)
        ]

    def _journey(self, registration: Registration) -> Journey | None:
        """A carrier that is asked for another one's number does not know it."""
        journey = self._journeys.ask(registration.number, AGGREGATOR)
        return journey if journey is not None and journey.plan.company.code == registration.carrier else None

    def _scans(self, registration: Registration) -> list[Scan]:
        journey, now = self._journey(registration), self._clock()
        if journey is None or now < registration.at + self._first_news:
            return []
        return journey.scans(now - self._lag)

    def _told(self, registration: Registration) -> dict[str, Any]:
        journey, scans = self._journey(registration), self._scans(registration)
        return {
            "number": registration.number,
            "carrier": registration.carrier,
            "param": None,
            "tag": None,
            "lang": None,
            "track_info": track_info(journey, scans, self._clock()),
        }

    def _push(self, account: Account, registration: Registration) -> list[Delivery]:
        if account.push_to is None:
            return []
        registration.pushed = len(self._scans(registration))
        told = {"event": UPDATED, "data": self._told(registration)}
        body = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "sign": push_signature(body, account.key)}

        def count(taken: bool) -> None:  # noqa: FBT001 - the shape that a courier calls
            with self.lock:
                account.calls["pushes_taken" if taken else "pushes_failed"] += 1

        sent = [
            Delivery(UPDATED, account.push_to, body, headers, on_attempt=count)
            for _ in range(2 if self.pushes_twice else 1)
        ]
        for delivery in sent[1:]:
            self._courier.send(delivery)
        (self._overtaking if self.pushes_late else self._courier).send(sent[0])
        return sent


def push_signature(body: bytes, key: str) -> str:
    """The header `sign` of a push: hex SHA-256 of the raw body, a slash and the account's key."""
    return hashlib.sha256(body + b"/" + key.encode()).hexdigest()


def _number(wanted: Mapping[str, Any]) -> str:
    number = wanted.get("number")
    if not isinstance(number, str) or not number:
        raise Rejected(MISSING, "Please provide the data 'number'.")
    if not _NUMBER.fullmatch(number):
        raise Rejected(INVALID_NUMBER, "The format of 'number' is invalid.")
    return number
