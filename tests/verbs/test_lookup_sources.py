"""A look-up tells what sources said of its parcels, and is never in their hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fakes import NOON
from tests.lookup_world import (
    ALICE,
    BOB,
    COLD,
    PARCEL,
    SECONDS_A_LOOK,
    SOFT,
    World,
    a_world,
    gid,
    hit,
    order,
    told,
)
from tests.source_fakes import FakeSource
from tracker.look_again import LONGEST, SHARE, SOON
from tracker.order import Reading, Source, Status, Tracking, TrackingEvent
from tracker.parcel import AskAbout, Parcel, TrackingNews
from tracker.verbs.lookup import BEHIND_SECONDS

NUMBER = "JD0146001234"


@pytest.fixture
def world() -> World:
    """Alice follows parcels at two sources; Ada's is one that only the second may know. Bob follows none."""
    made = a_world()
    sent = replace(order(), shipments=(replace(PARCEL, tracking=(Tracking("DPD", NUMBER),)),))
    made.orders.orders[gid(1)] = sent
    made.orders.add(BOB, hit(), sent)
    made.sources.of[ALICE] = [FakeSource("dhl", frozenset({"dhl"})), FakeSource("aftership")]
    made.followed.told[ALICE, NUMBER] = [
        TrackingNews(
            NOON,
            (TrackingEvent(Reading(Status.OUT_FOR_DELIVERY), NOON - timedelta(hours=1), Source.AGGREGATOR),),
        )
    ]
    return made


def test_what_sources_said_last_is_part_of_the_story(world: World) -> None:
    world.look_up()

    assert Status.OUT_FOR_DELIVERY is world.told[0].status
    assert [(ALICE, (NUMBER,))] == world.followed.asked


def test_its_parcels_are_handed_on_to_the_sources_that_may_know_them(world: World) -> None:
    """So that what was lost with Redis comes back."""
    world.look_up()

    assert [(ALICE, gid(1), ("aftership",), (Parcel(NUMBER, "dpd"),))] == world.followed.followed
    assert 1 == world.background.submitted


def scanned_by_the_shop(
    world: World, *, hours: float, carrier: str = "DPD", ask_about: AskAbout = AskAbout.SILENT_PARCELS
) -> None:
    """The shop itself told of a scan of Ada's parcel so long ago, and no source told of any; this is what the
    second one is asked about."""
    world.followed.told.clear()
    world.sources.of[ALICE][1].ask_about = ask_about
    scan = TrackingEvent(Reading(Status.IN_TRANSIT), NOON - timedelta(hours=hours), Source.SHOPIFY)
    sent = replace(PARCEL, tracking=(Tracking(carrier, NUMBER),), events=(scan,))
    world.orders.orders[gid(1)] = replace(order(), shipments=(sent,))


def test_every_parcel_is_asked_about_at_once(world: World) -> None:
    """Unless its merchant chose otherwise."""
    scanned_by_the_shop(world, hours=1, ask_about=AskAbout.EVERY_PARCEL)
    world.look_up()

    assert [("aftership",)] == [sources for _, _, sources, _ in world.followed.followed]


def test_where_silent_parcels_alone_are_asked_about_what_the_shop_follows_itself_is_not_paid_for(
    world: World,
) -> None:
    """Nor is it awaited, so that an open page looks no sooner for it."""
    scanned_by_the_shop(world, hours=30)
    answer = world.look_up()

    assert [] == world.followed.followed
    assert LONGEST == told(answer)["refresh_after"]


def test_until_the_shop_is_silent(world: World) -> None:
    scanned_by_the_shop(world, hours=50)
    world.look_up()

    assert [("aftership",)] == [sources for _, _, sources, _ in world.followed.followed]


def test_the_choice_of_one_account_is_nothing_to_another(world: World) -> None:
    scanned_by_the_shop(world, hours=1, carrier="DHL")
    world.look_up()

    assert [("dhl",)] == [sources for _, _, sources, _ in world.followed.followed]


def test_whoever_is_told_first_of_a_parcel_that_is_being_asked_for_is_to_look_again_soon(
    world: World,
) -> None:
    """Whoever is told the same after that, less soon: it may be for days that no source knows the parcel."""
    world.followed.told.clear()

    assert SOON == told(world.look_up())["refresh_after"]
    assert SHARE * SECONDS_A_LOOK == told(world.look_up())["refresh_after"]
    assert ["find", "read"] == world.orders.calls


def test_once_a_source_told_of_it_there_is_no_more_hurry(world: World) -> None:
    assert LONGEST == told(world.look_up())["refresh_after"]


def test_a_warm_look_up_does_nothing_of_it(world: World) -> None:
    world.look_up()
    world.followed.asked.clear()
    world.followed.followed.clear()
    world.sources.asked = world.background.submitted = 0

    assert "kept" == world.look_up().cache
    assert ([], [], 0, 0) == (
        world.followed.asked,
        world.followed.followed,
        world.sources.asked,
        world.background.submitted,
    )


def test_a_refresh_takes_up_what_came_meanwhile(world: World) -> None:
    world.followed.told.clear()
    world.look_up()
    world.clock.advance(SOFT + 1)
    world.followed.told[ALICE, NUMBER] = [
        TrackingNews(NOON, (TrackingEvent(Reading(Status.ATTEMPTED), NOON, Source.CARRIER),))
    ]
    assert "refreshing" == world.look_up().cache

    assert (Status.SHIPPED, Status.ATTEMPTED) == (world.told[0].status, world.told[-1].status)


def test_no_source_is_ever_asked_by_a_look_up(world: World) -> None:
    """Switched on, hanging or down: it cannot matter to a shopper."""
    world.look_up()
    world.look_up()
    world.clock.advance(SOFT + 1)
    world.look_up()
    world.clock.advance(3 * SOFT)
    world.look_up()

    assert [0, 0] == [source.asked for source in world.sources.of[ALICE]]


def test_a_shop_without_sources_is_answered_as_ever(world: World) -> None:
    world.look_up(shop=BOB)

    assert COLD == world.answers.calls
    assert ([], [], 0) == (world.followed.asked, world.followed.followed, world.background.submitted)


def test_an_order_without_a_number_asks_nothing(world: World) -> None:
    world.orders.orders[gid(1)] = replace(order(), shipments=(PARCEL,))
    world.look_up()

    assert ([], []) == (world.followed.asked, world.followed.followed)


def test_what_has_come_is_not_followed(world: World) -> None:
    world.orders.orders[gid(1)] = replace(
        order(),
        shipments=(
            replace(PARCEL, displayed=Reading(Status.DELIVERED), tracking=(Tracking("DPD", NUMBER),)),
        ),
    )
    world.look_up()

    assert [] == world.followed.followed


def test_without_redis_the_shops_own_story_is_told_and_says_that_it_is_not_all(world: World) -> None:
    """Nor is it kept, or it would be told as the truth once Redis is back."""
    world.followed.away = True

    answer = world.look_up()
    assert ("read", True) == (answer.cache, told(answer)["stale"])
    assert Status.SHIPPED is world.told[0].status
    assert LONGEST == told(answer)["refresh_after"]
    assert 0 == world.answers.guesses
    world.followed.away = False
    assert ("read", False) == ((again := world.look_up()).cache, told(again)["stale"])
    assert Status.OUT_FOR_DELIVERY is world.told[-1].status


@pytest.mark.parametrize(("age", "cache"), [(SOFT + 1, "refreshing"), (2 * SOFT + 1, "stale")])
def test_what_was_told_before_is_not_taken_back_for_news_that_cannot_be_read(
    world: World, age: int, cache: str
) -> None:
    """Before the answer or behind it: where an answer is known, it stands."""
    first = world.look_up()
    world.followed.away = True
    world.clock.advance(age)

    answer = world.look_up()
    assert cache == answer.cache
    assert told(first)["checked_at"] == told(answer)["checked_at"]
    assert [Status.OUT_FOR_DELIVERY] == [story.status for story in world.told]
    assert world.followed.asked[1:]


@pytest.mark.parametrize("followed_since", [None, NOON - timedelta(minutes=1)])
def test_what_was_lost_is_told_as_behind_until_its_source_answers(
    world: World, followed_since: datetime | None
) -> None:
    """Kept for a minute alone: nobody drops it where the source answers that it knows nothing."""
    world.followed.told.clear()
    world.followed.lost_for = timedelta(minutes=2)
    if followed_since is None:
        world.followed.lost.add(NUMBER)
    else:
        world.followed.unanswered[NUMBER] = followed_since

    first, second = world.look_up(), world.look_up()
    assert [True, True] == [told(answer)["stale"] for answer in (first, second)]
    assert ("read", "kept", SOON) == (first.cache, second.cache, told(first)["refresh_after"])
    assert [BEHIND_SECONDS] == world.answers.lives

    world.followed.lost.clear()
    world.followed.unanswered.clear()
    world.answers.entries.clear()
    assert not told(world.look_up())["stale"]


@pytest.mark.parametrize(
    ("sent", "followed", "ask_about", "lost_for"),
    [
        (timedelta(minutes=50), None, AskAbout.EVERY_PARCEL, timedelta()),
        (timedelta(days=2), timedelta(days=2), AskAbout.EVERY_PARCEL, timedelta()),
        (timedelta(days=2), timedelta(hours=2), AskAbout.EVERY_PARCEL, timedelta(hours=2)),
        (timedelta(days=2), None, AskAbout.EVERY_PARCEL, None),
        (timedelta(hours=6, minutes=30), None, AskAbout.SILENT_PARCELS, timedelta()),
    ],
    ids=[
        "sent just now",
        "followed at first",
        "waited for",
        "nothing was lost",
        "asked about since just now",
    ],
)
def test_what_was_never_known_is_told_as_it_is(
    world: World,
    sent: timedelta,
    followed: timedelta | None,
    ask_about: AskAbout,
    lost_for: timedelta | None,
) -> None:
    """An account that is new or spent, or whose key is wrong, is nothing that a shopper hears of."""
    world.followed.told.clear()
    world.followed.lost_for = lost_for
    world.sources.of[ALICE] = [FakeSource(ask_about=ask_about)]
    part = replace(PARCEL, created_at=NOON - sent, tracking=(Tracking("DPD", NUMBER),))
    world.orders.orders[gid(1)] = replace(order(), shipments=(part,))
    if followed is None:
        world.followed.lost.add(NUMBER)
    else:
        world.followed.unanswered[NUMBER] = NOON - followed

    assert not told(world.look_up())["stale"]


def test_a_shop_without_sources_misses_nothing_without_redis(world: World) -> None:
    world.followed.away = True

    assert told(world.look_up(shop=BOB))["stale"] is False


def test_where_there_is_no_room_behind_the_answer_it_is_given_all_the_same(world: World) -> None:
    world.background.full = True

    assert "read" == world.look_up().cache
