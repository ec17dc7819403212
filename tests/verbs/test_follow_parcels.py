"""An account is asked within its room, what it says is kept before anything else, and its troubles stay its
own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.fakes import NOON, SettableClock
from tests.follow_fakes import (
    FakeFollowed,
    FakeKept,
    FakeQuota,
    FakeSource,
    FakeTroubles,
    RememberingObserver,
    due,
)
from tests.followed import AGGREGATOR, CARRIER, ORDER, event, news
from tests.store.shops import ALICE
from tracker.deadline import Deadline
from tracker.errors import (
    CacheUnavailable,
    SourceBroken,
    SourceError,
    SourceKeyRejected,
    SourceQuotaSpent,
    SourceRejected,
    SourceThrottled,
    SourceUnavailable,
)
from tracker.follow_schedule import LASTING, LIFTED_WITHIN, NO_ACCOUNT
from tracker.order import Status
from tracker.parcel import Parcel, TrackingNews
from tracker.ports.following import DAILY_QUOTA_REACHED, REGISTRATIONS_SPENT, DueParcel, NoRoom
from tracker.verbs.follow_parcels import REQUEST_SECONDS, SOON, follow_parcels

HOUR = timedelta(hours=1)
TOMORROW = NOON + timedelta(hours=12)


@dataclass
class World:
    """All that the verb has to do with, by default well and with room for everything."""

    source: FakeSource = field(default_factory=FakeSource)
    quota: FakeQuota = field(default_factory=FakeQuota)
    troubles: FakeTroubles = field(default_factory=FakeTroubles)
    observer: RememberingObserver = field(default_factory=RememberingObserver)
    followed: FakeFollowed = field(default_factory=FakeFollowed)
    kept: FakeKept = field(default_factory=FakeKept)
    clock: SettableClock = field(default_factory=SettableClock)
    waited: list[float] = field(default_factory=list)
    going_on: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept.log = self.followed.log

    def follow(self, *dues: DueParcel, seconds: float = 60) -> None:
        """A turn with so much time."""
        follow_parcels(
            dues,
            source=self.source,
            followed=self.followed,
            quota=self.quota,
            troubles=self.troubles,
            kept=self.kept,
            observer=self.observer,
            clock=self.clock,
            deadline=Deadline(seconds),
            goes_on=lambda: self.going_on.pop(0) if self.going_on else True,
            wait=self.waited.append,
            chance=lambda: 0.0,
        )


@pytest.fixture
def world() -> World:
    return World()


def many(number: int) -> list[DueParcel]:
    return [due(str(each)) for each in range(number)]


def parcels(dues: Sequence[DueParcel]) -> list[Parcel]:
    return [each.parcel for each in dues]


class TestAsking:
    def test_news_is_kept_then_the_order_dropped_then_the_turn_finished(self, world: World) -> None:
        """In this order: whoever is killed in between leaves it to another, who drops the order."""
        world.source.known[Parcel("1")] = news()
        world.follow(due())

        assert ["keep ticket 1", "drop", "finish ticket 1"] == world.followed.log
        assert [(ALICE, ORDER)] == world.kept.dropped
        assert None not in world.kept.news
        assert {"ticket 1": (NOON + 3 * HOUR, True)} == world.followed.finished

    def test_what_is_told_again_drops_nothing(self, world: World) -> None:
        world.source.known[Parcel("1")] = news(at=NOON)
        world.follow(due(news=news(at=NOON - 3 * HOUR)))

        assert [] == world.kept.dropped
        assert ["finish ticket 1"] == world.followed.log[1:]

    def test_one_of_which_nothing_is_known_is_asked_again_soon(self, world: World) -> None:
        world.follow(due())

        assert {"ticket 1": (NOON + timedelta(minutes=5), True)} == world.followed.finished

    def test_what_has_arrived_is_not_asked_again(self, world: World) -> None:
        world.source.known[Parcel("1")] = news(event(Status.DELIVERED))
        world.follow(due())

        assert {"ticket 1": (None, True)} == world.followed.finished

    def test_as_many_as_a_request_takes_go_together(self, world: World) -> None:
        world.follow(*many(85))

        assert [40, 40, 5] == [len(batch) for batch in world.source.asked] == world.quota.spent
        assert 85 == len(world.followed.finished)
        assert ["ok"] * 3 == world.observer.outcomes

    def test_each_request_is_told_of_with_what_came_of_it(self, world: World) -> None:
        world.source.known = {Parcel("0"): news()}
        world.follow(*many(2))

        (asked,) = world.observer.requests
        assert (ALICE, AGGREGATOR, 2, 1, "ok") == (
            asked.shop,
            asked.source,
            asked.parcels,
            asked.changed,
            asked.outcome,
        )

    def test_a_request_has_its_time_however_late_it_is_begun(self, world: World) -> None:
        """Or its source would be blamed for what others took."""
        world.follow(due("1"))
        world.follow(due("2"), seconds=3)

        assert all(REQUEST_SECONDS - 1 < seconds <= REQUEST_SECONDS for seconds in world.source.seconds)

    def test_a_source_that_pushes_is_asked_seldom_for_what_it_pushed(self, world: World) -> None:
        """And as often as any for the rest: a merchant may not have told it where to push."""
        world.source.pushes = True
        world.source.known = {Parcel("1"): news(), Parcel("2"): news()}
        world.follow(due("1", pushed=True), due("2"))

        assert [NOON + 12 * HOUR, NOON + 3 * HOUR] == [at for at, _ in world.followed.finished.values()]


class TestRegistering:
    def test_what_the_source_does_not_know_is_registered_first(self, world: World) -> None:
        world.follow(due("1", registered=False), due("2"))

        assert [[Parcel("1")]] == world.source.registered
        assert [[Parcel("1"), Parcel("2")]] == world.source.asked
        assert [2, 0] == world.quota.spent
        assert {True} == {registered for _, registered in world.followed.finished.values()}

    def test_one_that_it_will_never_follow_is_given_up(self, world: World) -> None:
        world.source.never = {Parcel("1")}
        world.follow(due("1", registered=False), due("2", registered=False))

        assert [[Parcel("2")]] == world.source.asked
        assert world.followed.finished["ticket 1"][0] is None

    def test_where_it_follows_none_of_them_nothing_is_asked(self, world: World) -> None:
        world.source.never = {Parcel("1")}
        world.follow(due("1", registered=False))

        assert [] == world.source.asked

    def test_one_that_it_told_of_is_known_to_it_whatever_was_noted(self, world: World) -> None:
        """Whoever registered it may have been killed before the turn was finished."""
        world.follow(due("1", registered=False, news=news(at=NOON - 9 * HOUR)))
        world.follow(due("2", registered=False, news=news()))

        assert [] == world.source.registered
        assert {True} == {registered for _, registered in world.followed.finished.values()}

    def test_what_was_registered_stays_so_though_asking_failed(self, world: World) -> None:
        def fail_to_tell(_: Sequence[Parcel]) -> SourceError | None:
            return SourceUnavailable() if world.source.asked else None

        world.source.rejects = fail_to_tell
        world.follow(due(registered=False))

        assert {"ticket 1": (NOON + timedelta(minutes=1), True)} == world.followed.finished

    def test_a_plan_that_takes_no_more_keeps_no_news_of_the_others(self, world: World) -> None:
        """Nor is anything more registered, or counted as asked for, until it does."""
        world.source.errors = [SourceQuotaSpent()]
        world.source.known = {Parcel("1"): news(), Parcel("2"): news()}
        world.follow(due("new", registered=False), due("1"))
        world.follow(due("newer", registered=False), due("2"))

        assert [[Parcel("new")]] == world.source.registered
        assert [[Parcel("1")], [Parcel("2")]] == world.source.asked
        assert dict.fromkeys(("ticket new", "ticket newer"), NOON + LIFTED_WITHIN) == world.followed.until
        assert ([(ALICE, AGGREGATOR, REGISTRATIONS_SPENT)], []) == (world.observer.troubles, world.quota.held)
        assert [2, 0, 1] == world.quota.spent

    def test_where_all_are_new_nothing_is_asked(self, world: World) -> None:
        world.source.errors = [SourceQuotaSpent()]
        world.follow(due(registered=False))

        assert ([], ["source_quota_spent", "held_off"]) == (world.source.asked, world.observer.outcomes)


class TestNotAsking:
    def test_a_source_that_told_by_itself_just_now(self, world: World) -> None:
        """Or was asked by somebody who died after keeping what it said."""
        world.follow(due(news=news(at=NOON - HOUR), changed=True))

        assert [] == world.source.asked
        assert ["drop", "finish ticket 1"] == world.followed.log
        assert NOON + 2 * HOUR == world.followed.finished["ticket 1"][0]

    def test_a_parcel_that_has_arrived_by_what_was_pushed(self, world: World) -> None:
        world.follow(due(news=news(event(Status.DELIVERED), at=NOON - 9 * HOUR), changed=True))

        assert ([], None) == (world.source.asked, world.followed.finished["ticket 1"][0])
        assert [(ALICE, ORDER)] == world.kept.dropped

    def test_a_parcel_that_is_none_of_this_sources(self, world: World) -> None:
        world.source.covered = lambda parcel: parcel.number != "1"
        world.follow(due("1"), due("2"))

        assert [[Parcel("2")]] == world.source.asked
        assert world.followed.finished["ticket 1"][0] is None

    def test_a_parcel_that_nobody_ever_knew(self, world: World) -> None:
        world.follow(due(followed_at=NOON - timedelta(days=28)))

        assert ([], None) == (world.source.asked, world.followed.finished["ticket 1"][0])

    def test_an_account_that_is_not_there_now(self, world: World) -> None:
        """The store may only be away, or the merchant pastes another key."""
        follow_parcels(
            [due()],
            source=None,
            followed=world.followed,
            quota=world.quota,
            troubles=world.troubles,
            kept=world.kept,
            observer=world.observer,
            clock=world.clock,
            deadline=Deadline(60),
            chance=lambda: 0.5,
        )

        assert {"ticket 1": NOON + 1.5 * NO_ACCOUNT} == world.followed.until

    def test_when_time_is_over_or_the_worker_is_to_end(self, world: World) -> None:
        world.follow(*many(2), seconds=0)
        world.going_on = [True, False]
        world.follow(*(due(f"later {number}") for number in range(41)))

        assert [40] == [len(batch) for batch in world.source.asked]
        assert {"ticket 0", "ticket 1", "ticket later 40"} == world.followed.until.keys()
        assert {NOON + SOON} == set(world.followed.until.values())


class TestRoom:
    def test_a_short_wait_is_waited_for(self, world: World) -> None:
        world.quota.refusals = [NoRoom(0.3), NoRoom(0.2)]
        world.follow(due())

        assert [0.3, 0.2] == world.waited
        assert 1 == len(world.source.asked)

    @pytest.mark.parametrize(
        ("refusals", "until"),
        [([NoRoom(200)], NOON + timedelta(seconds=200)), ([NoRoom(5), NoRoom(5)], NOON + SOON)],
        ids=["held off", "others are quicker"],
    )
    def test_a_long_one_is_not(self, refusals: list[NoRoom], until: object, world: World) -> None:
        world.quota.refusals = refusals
        world.follow(*many(3))

        assert ([], {until}) == (world.source.asked, set(world.followed.until.values()))
        assert ["held_off"] == world.observer.outcomes

    def test_the_last_of_a_days_quota_is_used(self, world: World) -> None:
        world.quota.refusals = [NoRoom(12 * 3600, spent=True, left=3)]
        world.source.meanwhile = lambda: world.quota.refusals.append(NoRoom(12 * 3600, spent=True))
        world.follow(*many(10))

        assert [parcels(many(3))] == world.source.asked
        assert 7 == len(world.followed.until)

    def test_once_spent_it_is_told_once_and_a_new_one_is_looked_for_soon(self, world: World) -> None:
        for number in range(3):
            world.quota.refusals = [NoRoom(12 * 3600, spent=True)]
            world.follow(due(str(number)))

        assert [(ALICE, AGGREGATOR, DAILY_QUOTA_REACHED)] == world.observer.troubles
        assert {NOON + LIFTED_WITHIN} == set(world.followed.until.values())
        assert ["quota_spent"] * 3 == world.observer.outcomes


class TestTrouble:
    @pytest.mark.parametrize(
        ("error", "pause"),
        [
            (SourceUnavailable(), timedelta(minutes=1)),
            (SourceThrottled(), timedelta(seconds=5)),
            (SourceThrottled(retry_after=90), timedelta(seconds=90)),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_what_passes_by_puts_the_whole_account_off(
        self, error: SourceError, pause: timedelta, world: World
    ) -> None:
        world.source.errors = [error]
        world.follow(*many(90))

        assert 1 == len(world.source.asked)
        assert {(NOON + pause, True)} == set(world.followed.finished.values())
        assert {NOON + pause} == set(world.followed.until.values())
        assert 90 == len(world.followed.finished) + len(world.followed.until)
        assert pause.total_seconds() == world.quota.held[0][2]
        assert ([], [error.code]) == (world.observer.troubles, world.observer.outcomes)

    def test_however_long_an_account_is_held_off_its_parcels_have_their_turn_soon(self, world: World) -> None:
        """The hold costs no request, and its end, which may come at any time, is found by a turn."""
        world.source.errors = [SourceBroken()]
        world.follow(*many(90))

        assert {(NOON + LIFTED_WITHIN, True)} == set(world.followed.finished.values())
        assert {NOON + LIFTED_WITHIN} == set(world.followed.until.values())

    @pytest.mark.parametrize("error", [SourceKeyRejected(), SourceQuotaSpent()])
    def test_what_the_merchant_has_to_mend_is_told_to_them_once(
        self, error: SourceError, world: World
    ) -> None:
        for number in range(2):
            world.source.errors = [error]
            world.follow(due(str(number)))

        assert [(ALICE, AGGREGATOR, error.code)] == world.observer.troubles
        assert {HOUR.total_seconds()} == {seconds for _, _, seconds, _ in world.quota.held}
        assert {(NOON + LIFTED_WITHIN, True)} == set(world.followed.finished.values())

    def test_an_outage_is_told_once_it_lasts_and_no_longer_than_it_does(self, world: World) -> None:
        """No log or count hears of it: nobody has to act."""
        for number in range(3):
            assert set() == world.troubles.told
            world.source.errors = [SourceUnavailable()]
            world.follow(due(str(number)))
            world.clock.advance(LASTING.total_seconds() / 2)

        assert {(ALICE, AGGREGATOR, SourceUnavailable.code)} == world.troubles.told
        assert ([], []) == (world.observer.troubles, world.troubles.ends)
        world.follow(due("new", registered=False))
        assert [True, False] == world.troubles.ends

    def test_a_parcel_that_the_source_does_not_like_is_found_and_costs_no_other(self, world: World) -> None:
        def dislikes(asked: Sequence[Parcel]) -> SourceError | None:
            return SourceRejected() if Parcel("17") in asked else None

        world.source.rejects = dislikes
        world.follow(*many(40))

        assert 40 == len(world.followed.finished)
        later = {ticket for ticket, (at, _) in world.followed.finished.items() if at == NOON + 24 * HOUR}
        assert {"ticket 17"} == later
        assert len(world.source.asked) < 20
        assert [] == world.quota.held

    def test_one_that_cannot_be_registered_is_found_as_well(self, world: World) -> None:
        world.source.rejects = lambda asked: SourceRejected() if Parcel("1") in asked else None
        world.follow(*(due(str(number), registered=False) for number in range(4)))

        assert (NOON + 24 * HOUR, False) == world.followed.finished["ticket 1"]
        assert 4 == len(world.followed.finished)

    def test_without_redis_turns_are_left_to_be_taken_over(self, world: World) -> None:
        world.source.known = {Parcel("1"): TrackingNews(NOON, (event(),))}
        world.kept.away = True
        with pytest.raises(CacheUnavailable):
            world.follow(due())

        assert {} == world.followed.finished


def test_two_sources_of_one_parcel_have_each_a_turn(world: World) -> None:
    """What one says is nothing to the other."""
    world.source.name = CARRIER
    world.follow(due(source=CARRIER))

    assert [CARRIER] == [asked.source for asked in world.observer.requests]
