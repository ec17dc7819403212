"""Whatever lies under a key of ours and is not ours, the next to come puts right, without any webhook."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, PARCEL, news
from tests.store.shops import ADA, ADAS_ID, ALICE, ENTRY, ORDER, QUESTION
from tracker.learned_window import Route, Taken
from tracker.order import Attention, Status
from tracker.parcel import KeptParcel
from tracker.parcel_note import ParcelNote
from tracker.ports.answers import Awaited, Entry
from tracker.ports.orders import Urgency
from tracker.store.budget import RedisBudget
from tracker.store.cache import RedisAnswers
from tracker.store.delivery_times import RedisDeliveryTimes
from tracker.store.disclosure import RedisDisclosure
from tracker.store.followed import RedisFollowedParcels
from tracker.store.keys import LEASE, Keys
from tracker.store.lists import RedisLists
from tracker.store.purge import RedisPurge
from tracker.store.quota import IN_A_ROW, RedisQuota
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.shop_parcels import RedisShopParcels
from tracker.webhook import Person

PART = "gid://shopify/Return/1"
NOTE = ParcelNote("UPS", Status.IN_TRANSIT, Attention.NONE, NOON, "DE")
ROUTE = Route("UPS", "US", "DE", scanned=True)
LIST = b'{"orders":[]}'
LOW = {"currentlyAvailable": 0.0, "maximumAvailable": 2000.0, "restoreRate": 1.0}
HELD_SECONDS = 0.001

Spoil = Callable[[Redis, str], object]
"""Puts something under a key that is free."""

WITHOUT_AN_END: dict[str, Spoil] = {
    "bytes": lambda client, key: client.set(key, b"\x01\xff rubbish"),
    "a number": lambda client, key: client.set(key, 5),
    "a list": lambda client, key: client.rpush(key, "a"),
    "a hash": lambda client, key: client.hset(key, mapping={"generation": "many", "available": "many"}),
    "a hash of no numbers": lambda client, key: client.hset(key, "generation", "9" * 30),
    "a set": lambda client, key: client.sadd(key, "x"),
    "a sorted set": lambda client, key: client.zadd(key, {"x": 1}),
}
NO_NUMBER: dict[str, Spoil] = {
    "a word": lambda client, key: client.set(key, "many", ex=3600),
    "more than a number": lambda client, key: client.set(key, "9" * 30, ex=3600),
}
"""For keys that hold one."""


class Store:
    """All that is kept of one shop, and what is promised of each: it holds whatever was there before."""

    def __init__(self, client: Redis, guard: GuardedRedis, sealer: Sealer, answers: RedisAnswers) -> None:
        self.client = client
        self.keys = Keys(sealer)
        self._answers = answers
        self._serial = itertools.count(1)
        self._purge = RedisPurge(guard, [sealer])
        self._disclosure = RedisDisclosure(guard, [sealer])
        self._budget = RedisBudget(guard, sealer)
        self._followed = RedisFollowedParcels(guard, [sealer])
        self._lists = RedisLists(guard, sealer)
        self._parcels = RedisShopParcels(guard, sealer, clock=lambda: NOON)
        self._times = RedisDeliveryTimes(guard, sealer)
        self._quota = RedisQuota(
            guard, sealer, daily_quota_of=lambda *_: 10**6, seconds_apart={AGGREGATOR: 0.001}
        )

    def keeps_stories(self) -> None:
        """From the second read on: what was being read while it was not known what changes is not kept."""
        self._kept(self._keep_story)

        # It is still known by whom the story has to be dropped.
        assert self._purge.drop(ALICE, ORDER) > 0
        assert self._answers.ask(QUESTION) is None

    def keeps_misses(self) -> None:
        """Likewise, until something changes at the shop."""
        self._kept(self._keep_miss)

        self._purge.drop(ALICE, ORDER)
        assert self._answers.ask(QUESTION) is None

    def keeps_what_was_asked(self) -> None:
        """What was asked before something was spoilt ends the lease and gives its guess back."""
        self._keep_story()
        self._answers.give_back(QUESTION, guessed=True)
        if self._answers.ask(QUESTION) is None:
            self._keep_story()

        assert isinstance(self._answers.ask(QUESTION), Entry)

    def knows_parts(self) -> None:
        self._purge.know_part(ALICE, PART, ORDER)

        assert ORDER == self._purge.order_of(ALICE, PART)

    def minds_the_budget(self) -> None:
        """From the next answer of the shop on, whoever came by before; and knows who was right."""
        self._budget.wait(QUESTION, Urgency.BEHIND)
        self._budget.told(ALICE, LOW)

        assert self._budget.wait(QUESTION, Urgency.BEHIND) > 0
        self._kept(self._keep_story)
        assert 0 == self._budget.wait(QUESTION, Urgency.QUESTION)

    def keeps_lists(self) -> None:
        self._lists.get(ALICE, ADAS_ID)
        self._lists.keep(ALICE, ADAS_ID, LIST, seconds=60)

        assert LIST == self._lists.get(ALICE, ADAS_ID)

    def is_asked_anew(self) -> None:
        """By one, who leads until it is kept or given up."""
        assert self._answers.lead(QUESTION, otherwise=False) is None
        assert self._answers.lead(QUESTION, otherwise=False) is Awaited.ANSWER
        self._answers.give_back(QUESTION, guessed=False)

    def tells_whom_it_is_about(self) -> None:
        """All that is kept, again once it is kept again; what lies there keeps nobody from the rest."""
        person = Person(ADA, ADAS_ID, (ORDER,))
        self._disclosure.of(ALICE, person)
        for keep in (self.keeps_lists, self.knows_what_is_under_way, self.follows):
            keep()
        self._kept(self._keep_story)
        told = [*dict.fromkeys(self._disclosure.of(ALICE, person))]

        assert {ENTRY.answer, LIST} < {*told}
        assert 4 == len(told)

    def learns(self) -> None:
        for parcel in (ORDER, f"{ORDER} {next(self._serial)}"):
            self._times.count(ALICE, parcel, [Taken(ROUTE, 2)], at=NOON)

        assert self._times.of(ALICE, [ROUTE], now=NOON)[ROUTE][2] > 0

    def knows_what_is_under_way(self) -> None:
        """From the second read on, for the same reason."""
        for _ in range(2):
            generation = self._answers.generation(ALICE)
            assert generation is not None
            self._parcels.keep(ALICE, ORDER, [NOTE], generation=generation, at=NOON)

        assert [NOTE] == self._parcels.of(ALICE)

    def follows(self) -> None:
        """Once the parcel is followed anew, as it is whenever its order is read; one turn after the other."""
        self._followed.news(ALICE, [PARCEL.number])
        self._followed.push(ALICE, AGGREGATOR, PARCEL.number, news())
        self._followed.follow(ALICE, ORDER, [PARCEL], sources=[AGGREGATOR], at=NOON)
        (due,) = self._followed.take(holder="one", most=5, now=NOON)
        self._followed.keep(due, news())
        self._followed.finish(due, next_at=NOON, registered=True)

        assert {PARCEL.number: KeptParcel((news(),))} == self._followed.news(ALICE, [PARCEL.number])

    def asks_accounts(self) -> None:
        """At the pace that the source allows."""
        self._quota.hold_off(ALICE, AGGREGATOR, seconds=HELD_SECONDS, most=HELD_SECONDS)
        while (none := self._quota.spend(ALICE, AGGREGATOR, 1, now=NOON)) is not None:
            assert none.seconds <= HELD_SECONDS

    def _kept(self, keep: Callable[[], None]) -> None:
        for _ in range(2):
            self._read_anew()
            keep()

        assert isinstance(self._answers.ask(QUESTION), Entry)

    def _read_anew(self) -> object:
        """A kept answer has come to its end, which leaves the indexes."""
        if isinstance(self._answers.ask(QUESTION), Entry):
            self.client.delete(self.keys.entry(QUESTION), self.keys.entry(QUESTION) + LEASE)
        return self._answers.ask(QUESTION)

    def _keep_story(self) -> None:
        began = self._answers.generation(ALICE)
        self._answers.keep(QUESTION, ENTRY, generation=began, seconds=3600, guessed=True, parts=[PART])

    def _keep_miss(self) -> None:
        began = self._answers.generation(ALICE)
        self._answers.keep_miss(QUESTION, generation=began, checked_at=NOON, seconds=60)


Promise = Callable[[Store], None]
Named = Callable[[Keys], str]

NUMBERS: list[tuple[Named, Promise]] = [
    (lambda keys: keys.known_since(ALICE), Store.keeps_stories),
    (lambda keys: keys.known_since(ALICE), Store.keeps_misses),
    (lambda keys: keys.known_since(ALICE), Store.knows_what_is_under_way),
    (lambda keys: keys.changed(ALICE), Store.keeps_misses),
    (lambda keys: keys.guesses("number", ALICE, QUESTION.stem), Store.keeps_stories),
    (lambda keys: keys.guesses("number", ALICE, QUESTION.stem), Store.keeps_what_was_asked),
    (lambda keys: keys.held(ALICE, AGGREGATOR) + IN_A_ROW, Store.asks_accounts),
    (lambda keys: keys.spacing(ALICE, AGGREGATOR), Store.asks_accounts),
    (lambda keys: keys.spent(ALICE, AGGREGATOR, NOON.date()), Store.asks_accounts),
]
OTHERS: list[tuple[Named, Promise]] = [
    (lambda keys: keys.entry(QUESTION), Store.keeps_stories),
    (lambda keys: keys.entry(QUESTION), Store.keeps_misses),
    (lambda keys: keys.entry(QUESTION) + LEASE, Store.keeps_stories),
    (lambda keys: keys.entry(QUESTION) + LEASE, Store.keeps_what_was_asked),
    (lambda keys: keys.entry(QUESTION) + LEASE, Store.is_asked_anew),
    (lambda keys: keys.entry(QUESTION), Store.tells_whom_it_is_about),
    (lambda keys: keys.order(ALICE, ORDER), Store.tells_whom_it_is_about),
    (lambda keys: keys.person(ALICE, QUESTION.claim), Store.tells_whom_it_is_about),
    (lambda keys: keys.orders_of(ALICE, ADAS_ID), Store.tells_whom_it_is_about),
    (lambda keys: keys.parcels_of_shop(ALICE), Store.tells_whom_it_is_about),
    (lambda keys: keys.followed(ALICE, PARCEL.number), Store.tells_whom_it_is_about),
    (lambda keys: keys.followed_of(ALICE, ORDER), Store.tells_whom_it_is_about),
    (lambda keys: keys.order(ALICE, ORDER), Store.keeps_stories),
    (lambda keys: keys.order(ALICE, ORDER), Store.knows_parts),
    (lambda keys: keys.order(ALICE, ORDER), Store.knows_what_is_under_way),
    (lambda keys: keys.person(ALICE, QUESTION.claim), Store.keeps_stories),
    (lambda keys: keys.person(ALICE, QUESTION.claim), Store.minds_the_budget),
    (lambda keys: keys.budget(ALICE), Store.minds_the_budget),
    (lambda keys: keys.misses(ALICE, QUESTION.claim), Store.keeps_misses),
    (lambda keys: keys.misses_of_shop(ALICE), Store.keeps_misses),
    (lambda keys: keys.part(ALICE, PART), Store.knows_parts),
    (lambda keys: keys.orders_of(ALICE, ADAS_ID), Store.keeps_lists),
    (lambda keys: keys.route(ALICE, "scanned", "UPS", "US", "DE"), Store.learns),
    (lambda keys: keys.counted(ALICE, ORDER), Store.learns),
    (lambda keys: keys.parcels_of_shop(ALICE), Store.knows_what_is_under_way),
    (lambda keys: keys.followed(ALICE, PARCEL.number), Store.follows),
    (lambda keys: keys.followed_of(ALICE, ORDER), Store.follows),
    (lambda keys: keys.turns()[0], Store.follows),
    (lambda keys: keys.turns()[1], Store.follows),
    (lambda keys: keys.held(ALICE, AGGREGATOR), Store.asks_accounts),
]
CASES = [
    *((named, promise, WITHOUT_AN_END | NO_NUMBER) for named, promise in NUMBERS),
    *((named, promise, WITHOUT_AN_END) for named, promise in OTHERS),
]


@pytest.fixture
def store(redis_client: Redis, guard: GuardedRedis, sealer: Sealer, answers: RedisAnswers) -> Store:
    return Store(redis_client, guard, sealer, answers)


@pytest.mark.parametrize(("named", "promise", "ways"), CASES)
def test_what_is_spoilt_in_any_way_is_ours_again(
    named: Named, promise: Promise, ways: dict[str, Spoil], store: Store, redis_client: Redis
) -> None:
    key = named(store.keys)
    for way, spoil in ways.items():
        redis_client.flushall()
        promise(store)
        redis_client.delete(key)
        spoil(redis_client, key)
        spoilt = redis_client.dump(key)

        promise(store)

        assert (False, True) == (redis_client.pttl(key) == -1, spoilt != redis_client.dump(key)), way
