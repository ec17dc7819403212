"""What sources told is kept in Redis alone: where it was lost, the story comes back by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from redis import Redis

from tests.fakes import SettableClock, told_alone
from tests.follow_fakes import FakeSource
from tests.follow_world import NO_QUOTA, SEALER, followed_on, follower_on, guard_of
from tests.followed import AGGREGATOR, PARCEL, event, news
from tests.lookup_world import PARCEL as SENT
from tests.lookup_world import order
from tests.store.shops import ALICE
from tracker.errors import SourceUnavailable
from tracker.follow_schedule import LIFTED_WITHIN, UNANSWERED
from tracker.order import Status, Story, Tracking
from tracker.shop_sources import ShopSources
from tracker.store.quota import RedisQuota

APART = {AGGREGATOR: 0.001}
TOLD = news(event(Status.IN_TRANSIT, hours=5), event(Status.OUT_FOR_DELIVERY, hours=1))


class World:
    """Alice's shop, with an account at an aggregator that knows her one parcel; its clock is the test's."""

    def __init__(self, redis_url: str) -> None:
        self.url, self.clock, self.source = redis_url, SettableClock(), FakeSource()
        self.source.known[PARCEL] = TOLD
        followed_on(redis_url).begin(ALICE)
        self.sources = ShopSources(
            lambda _shop: [self.source], followed_on(redis_url), lambda _tracking: PARCEL.carrier
        )
        self.quota = RedisQuota(
            guard_of(redis_url), SEALER, daily_quota_of=lambda *_: NO_QUOTA, seconds_apart=APART
        )

    def look_up(self) -> Story:
        """What a cold look-up tells, which hands the parcel on behind its answer."""
        story = self.story()
        self.sources.follow(ALICE, story, at=self.clock())
        return story

    def story(self) -> Story:
        """What would be told now, and whether it would be said to be behind."""
        sent = replace(order(), shipments=(replace(SENT, tracking=(Tracking("Packeta", PARCEL.number),)),))
        joined = self.sources.joined(ALICE, sent)
        story = told_alone(ALICE, joined.order, now=self.clock(), stalled_days=4, generation=None)
        self.behind = self.sources.behind(ALICE, story, joined, at=self.clock())
        return story

    def follow(self) -> None:
        """What is due has its turn."""
        follower_on(self.url, lambda _shop: [self.source], clock=self.clock, seconds_apart=APART).run_once()

    def lose_everything(self) -> None:
        Redis.from_url(self.url).flushdb()


def test_an_emptied_redis_costs_one_look_up(redis_url: str) -> None:
    """The next one is told all of it."""
    world = World(redis_url)
    world.look_up()
    world.follow()
    before = world.look_up()
    assert [False] == [world.behind]
    world.lose_everything()
    lost = world.look_up()
    assert [True] == [world.behind], "or an open page would announce a step back"
    world.follow()

    assert (Status.OUT_FOR_DELIVERY, Status.SHIPPED) == (before.status, lost.status)
    assert (before.shipments, False) == (world.look_up().shipments, world.behind)


def test_where_the_source_is_away_too_it_comes_back_once_it_answers(redis_url: str) -> None:
    """Without anybody's doing: nobody looks the order up after that."""
    world = World(redis_url)
    world.look_up()
    world.follow()
    before = world.look_up()
    world.lose_everything()
    world.source.errors = [SourceUnavailable(), SourceUnavailable()]
    assert Status.SHIPPED is world.look_up().status
    for pause in (timedelta(), timedelta(minutes=1)):
        world.clock.advance(pause.total_seconds())
        world.follow()
        assert (Status.SHIPPED, True) == (world.story().status, world.behind)
        world.quota.resume(
            ALICE, AGGREGATOR
        )  # as if the pause were over, which Redis counts by its own clock
    asked = len(world.source.asked)
    world.clock.advance((UNANSWERED + 2 * LIFTED_WITHIN).total_seconds())
    world.follow()

    assert ([], asked + 1) == (world.source.errors, len(world.source.asked))
    again = world.story()
    # When it comes moves with the time that passed: what is out for delivery comes no sooner than now.
    assert [(part.status, part.events) for part in before.shipments] == [
        (part.status, part.events) for part in again.shipments
    ]
