"""A follower takes what is due for as long as it runs, and one account's trouble is not the others'."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.fakes import NOON, SettableClock
from tests.follow_fakes import FakeFollowed, FakeQuota, RememberingObserver, due
from tests.followed import AGGREGATOR, CARRIER
from tests.serving import PATIENCE_SECONDS
from tests.store.shops import ALICE, BOB, CHARLIE
from tracker.deadline import Deadline
from tracker.errors import CacheUnavailable
from tracker.follower import BUSY, TURN_SECONDS, FollowAccount, Follower
from tracker.ports.following import DueParcel, Following

GoesOn = Callable[[], bool]


class Accounts:
    """Deals with what is due: `dealt` are the parcels by account; whatever is in `hanging` waits for
    `release`, and `raises` are raised by account."""

    def __init__(self) -> None:
        self.dealt: list[tuple[str, str, list[str]]] = []
        self.hanging: set[str] = set()
        self.raises: dict[str, Exception] = {}
        self.hung = threading.Event()
        self.release = threading.Event()
        self.seconds: list[float] = []
        self.told_to_end: list[bool] = []

    def follow(self, dues: Sequence[DueParcel], deadline: Deadline, goes_on: GoesOn) -> None:
        """See follower.FollowAccount."""
        self.seconds.append(deadline.remaining())
        shop = dues[0].shop
        if shop in self.raises:
            raise self.raises[shop]
        if shop in self.hanging:
            self.hung.set()
            assert self.release.wait(PATIENCE_SECONDS)
        self.told_to_end.append(not goes_on())
        self.dealt.append((shop, dues[0].source, [each.parcel.number for each in dues]))


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def followed() -> FakeFollowed:
    return FakeFollowed()


@pytest.fixture
def observer() -> RememberingObserver:
    return RememberingObserver()


@pytest.fixture
def quota() -> FakeQuota:
    return FakeQuota()


@pytest.fixture
def follower(
    accounts: Accounts, followed: FakeFollowed, observer: RememberingObserver, quota: FakeQuota
) -> Follower:
    follow: FollowAccount = accounts.follow
    return Follower(
        followed, follow, quota=quota, observer=observer, clock=SettableClock(), threads=2, poll_seconds=0.001
    )


@contextmanager
def running(follower: Follower) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        yield thread
    finally:
        follower.stop()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def wait_until(true: Callable[[], bool]) -> None:
    """Fails where it does not come about."""
    deadline = Deadline(PATIENCE_SECONDS)
    while not true():
        assert not deadline.expired()


def test_parcels_are_dealt_with_by_account_within_the_time_of_a_turn(
    follower: Follower, accounts: Accounts, followed: FakeFollowed
) -> None:
    followed.dues = [
        [due("1"), due("2", shop=BOB), due("3"), due("4", source=CARRIER)],
        [due("5", shop=CHARLIE)],
    ]
    follower.run_once()

    assert [
        (ALICE, CARRIER, ["4"]),
        (ALICE, AGGREGATOR, ["1", "3"]),
        (BOB, AGGREGATOR, ["2"]),
        (CHARLIE, AGGREGATOR, ["5"]),
    ] == sorted(accounts.dealt)
    assert all(TURN_SECONDS - 5 < seconds <= TURN_SECONDS for seconds in accounts.seconds)


def test_what_hangs_costs_no_other_account_its_turn(
    follower: Follower, accounts: Accounts, followed: FakeFollowed
) -> None:
    """And further parcels of it are put off, while a thread waits for it."""
    accounts.hanging = {ALICE}
    followed.dues = [[due("1"), due("2", shop=BOB)], [due("3"), due("4", shop=CHARLIE)]]
    with running(follower):
        assert accounts.hung.wait(PATIENCE_SECONDS)
        wait_until(lambda: len(accounts.dealt) == 2)
        assert {BOB, CHARLIE} == {shop for shop, _, _ in accounts.dealt}
        assert {"ticket 3": NOON + BUSY} == followed.until
        accounts.release.set()

    assert (ALICE, AGGREGATOR, ["1"]) == accounts.dealt[-1]


def test_what_nobody_foresaw_holds_one_account_off_and_is_told_of(
    follower: Follower,
    accounts: Accounts,
    followed: FakeFollowed,
    observer: RememberingObserver,
    quota: FakeQuota,
) -> None:
    accounts.raises = {ALICE: ZeroDivisionError()}
    followed.dues = [[due("1"), due("2", shop=BOB)]]
    follower.run_once()

    assert [BOB] == [shop for shop, _, _ in accounts.dealt]
    assert [("ZeroDivisionError", ALICE, AGGREGATOR)] == observer.stumbles
    assert [(ALICE, AGGREGATOR, 600.0, 6 * 3600.0)] == quota.held
    assert {"ticket 1": NOON + timedelta(minutes=5)} == followed.until


def test_without_redis_it_goes_on_asking_whether_it_is_back(
    follower: Follower, accounts: Accounts, followed: FakeFollowed, observer: RememberingObserver
) -> None:
    accounts.raises = {BOB: CacheUnavailable()}
    followed.dues = [[due("1", shop=BOB)], [due("2")]]
    followed.away = True
    with running(follower):
        wait_until(lambda: followed.takes > 2)
        followed.away = False
        wait_until(lambda: len(accounts.dealt) == 1)

    assert ([], {}) == (observer.stumbles, followed.until)


def test_once_without_redis_says_so(follower: Follower, followed: FakeFollowed) -> None:
    followed.away = True

    with pytest.raises(CacheUnavailable):
        follower.run_once()


def test_told_to_end_it_lets_the_request_under_way_end_and_takes_nothing_more(
    follower: Follower, accounts: Accounts, followed: FakeFollowed
) -> None:
    accounts.hanging = {ALICE}
    followed.dues = [[due("1")]]
    with running(follower) as thread:
        assert accounts.hung.wait(PATIENCE_SECONDS)
        follower.stop()
        assert thread.is_alive()
        accounts.release.set()
        thread.join(PATIENCE_SECONDS)
        followed.dues = [[due("2")]]

    assert ([True], [["1"]]) == (accounts.told_to_end, [numbers for _, _, numbers in accounts.dealt])
    assert 1 == len(followed.left)


def test_an_error_that_nobody_foresaw_ends_no_follower(
    follower: Follower, followed: FakeFollowed, observer: RememberingObserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> list[DueParcel]:
        raise ZeroDivisionError

    monkeypatch.setattr(followed, "take", broken)
    with running(follower):
        wait_until(lambda: len(observer.stumbles) > 1)

    assert {("ZeroDivisionError", None, None)} == set(observer.stumbles)


def test_how_it_stands_is_told_at_the_start_and_now_and_then(
    follower: Follower, followed: FakeFollowed, observer: RememberingObserver
) -> None:
    followed.dues = [[due("1")], [due("2")]]
    with running(follower):
        wait_until(lambda: not followed.dues)

    assert [Following(2, None)] == observer.counts
