"""What Redis keeps is found again: an order's answers, everything of a person, everything of a shop; nothing
of anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from limits import RateLimitItem
from redis import Redis

from tests.fakes import NOON
from tests.followed import AGGREGATOR, PARCEL, news
from tests.store.shops import (
    ADA,
    ADAS_ID,
    ALICE,
    BOB,
    ENTRY,
    ORDER,
    PATIENT_SECONDS,
    QUESTION,
    asked,
)
from tracker.breaker import Breaker
from tracker.claim import by_customer
from tracker.embedded_redis import EmbeddedRedis
from tracker.errors import CacheUnavailable
from tracker.ports.answers import Question
from tracker.store.cache import READ_SECONDS, RedisAnswers
from tracker.store.disclosure import RedisDisclosure
from tracker.store.door import GuardedStorage
from tracker.store.followed import RedisFollowedParcels
from tracker.store.lists import RedisLists
from tracker.store.purge import KEYS_AT_ONCE, ORDERS_AT_ONCE, PART_SECONDS, RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.seen import RedisSeenEvents
from tracker.store.tokens import RedisTokenShelf
from tracker.webhook import Envelope, Person

OLD_SECRET = "the secret of before the rotation"
PART = "gid://shopify/FulfillmentOrder/71"
OTHER_ORDER = "gid://shopify/Order/5002"
PERSON = Person(ADA, ADAS_ID, (ORDER,))
BEA = "bea@example.com"
HOUR = 3600

Keep = Callable[[Question], None]


def keys_of_shops(client: Redis) -> set[bytes]:
    """All but the queue of turns, which has names alone: those of what is gone go when they are due."""
    return {key for key in client.scan_iter() if not key.endswith((b"}:due", b"}:turns"))}


def snapshot(client: Redis) -> dict[bytes, bytes | None]:
    return {key: client.dump(key) for key in keys_of_shops(client)}


def kept_by(answers: RedisAnswers) -> Keep:
    def keep(question: Question, order_id: str = ORDER, parts: tuple[str, ...] = (PART,)) -> None:
        answers.ask(question)
        entry = replace(ENTRY, order_id=order_id)
        answers.keep(
            question,
            entry,
            generation=answers.generation(question.shop),
            seconds=6 * HOUR,
            guessed=False,
            parts=parts,
        )

    return keep


def plant(guard: GuardedRedis, sealer: Sealer, limits: dict[str, RateLimitItem], shop: str = ALICE) -> None:
    """All that the service ever keeps in Redis for Ada and this shop."""
    answers = RedisAnswers(guard, sealer, guess_limits=limits)
    keep = kept_by(answers)
    for question in (asked(shop=shop), asked(shop=shop, claim=by_customer(ADAS_ID))):
        keep(question)
        answers.lead(question, otherwise=False)
    answers.ask(asked(shop=shop, number="#77", stem="77"))
    answers.keep_miss(
        asked(shop=shop, number="#77", stem="77"),
        generation=answers.generation(shop),
        checked_at=NOON,
        seconds=60,
    )
    RedisLists(guard, sealer).keep(shop, ADAS_ID, b'{"orders":[]}', seconds=60)
    RedisTokenShelf(guard, sealer).put(shop, "shpat_token", NOON.replace(year=2099))
    RedisSeenEvents(guard, sealer).remember(Envelope(shop, "orders/updated", "event-1"))
    followed = RedisFollowedParcels(guard, [sealer])
    followed.follow(shop, ORDER, [PARCEL], sources=[AGGREGATOR], at=NOON)
    followed.push(shop, AGGREGATOR, PARCEL.number, news())
    tag = sealer.shop_tag(shop)
    GuardedStorage(guard=guard).incr(f"LIMITER/{tag}:d:{sealer.name('door', shop, '203.0.113.7')}/30", 600)


class TestParts:
    def test_a_part_leads_to_its_order_in_its_shop_alone(
        self, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        kept_by(answers)(QUESTION)

        assert ORDER == purge.order_of(ALICE, PART)
        assert purge.order_of(BOB, PART) is None
        assert purge.order_of(ALICE, "gid://shopify/FulfillmentOrder/72") is None

    def test_a_part_may_be_known_without_an_answer(self, purge: RedisPurge, redis_client: Redis) -> None:
        purge.know_part(ALICE, PART, ORDER)

        assert ORDER == purge.order_of(ALICE, PART)
        assert all(0 < redis_client.ttl(key) <= PART_SECONDS for key in redis_client.scan_iter())

    def test_which_order_it_is_cannot_be_read(self, purge: RedisPurge, redis_client: Redis) -> None:
        purge.know_part(ALICE, PART, ORDER)
        written = b"".join(key + (dump or b"") for key, dump in snapshot(redis_client).items())

        assert b"5001" not in written
        assert b"71" not in {*redis_client.scan_iter()}

    def test_what_was_written_before_a_rotation_still_leads_there(
        self, guard: GuardedRedis, sealer: Sealer
    ) -> None:
        RedisPurge(guard, [Sealer(OLD_SECRET)]).know_part(ALICE, PART, ORDER)

        assert ORDER == RedisPurge(guard, [sealer, Sealer(OLD_SECRET)]).order_of(ALICE, PART)
        assert RedisPurge(guard, [sealer]).order_of(ALICE, PART) is None


class TestDropping:
    def test_an_order_goes_under_both_secrets(
        self, guard: GuardedRedis, sealer: Sealer, limits: dict[str, RateLimitItem]
    ) -> None:
        """A worker that was not restarted yet still reads what lies under the old one."""
        every = [RedisAnswers(guard, each, guess_limits=limits) for each in (sealer, Sealer(OLD_SECRET))]
        for answers in every:
            kept_by(answers)(QUESTION)

        assert 2 == RedisPurge(guard, [sealer, Sealer(OLD_SECRET)]).drop(ALICE, ORDER)
        assert [None, None] == [answers.ask(QUESTION) for answers in every]

    def test_an_order_that_nobody_looked_up_leaves_no_lasting_key(
        self, purge: RedisPurge, redis_client: Redis
    ) -> None:
        """Shops change far more orders than are looked up."""
        for number in range(50):
            purge.drop(ALICE, f"gid://shopify/Order/{number}")

        assert all(0 < redis_client.ttl(key) <= READ_SECONDS for key in redis_client.scan_iter())


class TestPerson:
    def test_nothing_of_them_is_left_but_numbers_that_end(
        self,
        guard: GuardedRedis,
        sealer: Sealer,
        limits: dict[str, RateLimitItem],
        purge: RedisPurge,
        redis_client: Redis,
    ) -> None:
        """What stays is counted by number, network or shop, is the shop's (names of its misses and since when
        it is known, for a minute), or is a generation under a keyed hash for as long as a read may be under
        way."""
        plant(guard, sealer, limits)
        before = keys_of_shops(redis_client)

        purge.person(ALICE, PERSON)
        left = keys_of_shops(redis_client)
        kinds = sorted(key.rpartition(b"}:")[2][:1] for key in left)
        assert [b"d", b"e", *[b"g"] * 5, b"m", b"o", b"s", b"t"] == kinds
        (index,) = (key for key in left if b":o:" in key)
        assert [b"generation"] == redis_client.hkeys(index)
        assert 0 < redis_client.ttl(index) <= READ_SECONDS
        assert left < before

    def test_nobody_elses_answers_go(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        others = [asked(email=BEA, number="#9", stem="9"), asked(shop=BOB, number="#9", stem="9")]
        for number, question in enumerate(others):
            answers.ask(question)
            entry = replace(ENTRY, order_id=f"gid://shopify/Order/90{number}")
            answers.keep(
                question, entry, generation=answers.generation(question.shop), seconds=HOUR, guessed=False
            )
        before = snapshot(redis_client)
        kept_by(answers)(QUESTION)

        purge.person(ALICE, PERSON)

        assert [ENTRY.answer] * 2 == [answers.ask(question).answer for question in others]  # type: ignore[union-attr] # kept
        lasting = {key: dump for key, dump in snapshot(redis_client).items() if b":g:" not in key}
        assert {key: dump for key, dump in before.items() if b":g:" not in key}.items() <= lasting.items()

    def test_an_order_that_was_looked_up_by_another_address_goes_with_its_order(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        """The e-mail of an order may have been another when it was looked up."""
        kept_by(answers)(asked(email="ada.before@example.com"))

        purge.person(ALICE, PERSON)

        assert [] == list(redis_client.scan_iter(match="*:l:*"))
        assert [] == list(redis_client.scan_iter(match="*:p:*"))

    def test_an_order_that_is_not_named_goes_with_its_person(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        """It may be one that Shopify no longer counts among theirs."""
        kept_by(answers)(QUESTION)

        purge.person(ALICE, Person(ADA, None))

        assert [] == list(redis_client.scan_iter(match="*:l:*"))
        (index,) = redis_client.scan_iter(match="*:o:*")
        assert ":l:" not in str(redis_client.hkeys(index))

    def test_an_answer_that_was_being_read_meanwhile_is_not_kept(
        self, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        before = answers.generation(QUESTION.shop)
        purge.person(ALICE, PERSON)
        answers.keep(QUESTION, ENTRY, generation=before, seconds=HOUR, guessed=False)

        assert answers.ask(QUESTION) is None

    def test_it_is_done_under_both_secrets(
        self, guard: GuardedRedis, sealer: Sealer, limits: dict[str, RateLimitItem], redis_client: Redis
    ) -> None:
        for each in (sealer, Sealer(OLD_SECRET)):
            plant(guard, each, limits)

        RedisPurge(guard, [sealer, Sealer(OLD_SECRET)]).person(ALICE, PERSON)

        for letter in "lpxrfi":
            assert [] == list(redis_client.scan_iter(match=f"*}}:{letter}:*"))

    def test_a_parcel_that_two_orders_share_goes_with_either(
        self, guard: GuardedRedis, sealer: Sealer, purge: RedisPurge
    ) -> None:
        """And what is left of its turns comes to nothing."""
        followed = RedisFollowedParcels(guard, [sealer])
        for order_id in (OTHER_ORDER, ORDER):
            followed.follow(ALICE, order_id, [PARCEL], sources=[AGGREGATOR], at=NOON)

        assert 1 == purge.person(ALICE, PERSON)
        assert [] == followed.take(holder="a", most=9, now=NOON)

    def test_many_orders_are_done_in_several_steps(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        order_ids = tuple(f"gid://shopify/Order/{number}" for number in range(2 * ORDERS_AT_ONCE + 1))
        for order_id in (order_ids[0], order_ids[-1]):
            question = asked(number=order_id, email=f"{order_id}@example.com")
            answers.ask(question)
            answers.keep(
                question,
                replace(ENTRY, order_id=order_id),
                generation=answers.generation(question.shop),
                seconds=HOUR,
                guessed=False,
            )

        purge.person(ALICE, Person(None, None, order_ids))

        assert [] == list(redis_client.scan_iter(match="*:l:*"))


class TestShop:
    def test_nothing_of_it_is_left(
        self,
        guard: GuardedRedis,
        sealer: Sealer,
        limits: dict[str, RateLimitItem],
        purge: RedisPurge,
        redis_client: Redis,
    ) -> None:
        plant(guard, sealer, limits)
        count = len(keys_of_shops(redis_client))

        assert count == purge.shop(ALICE)
        assert {} == snapshot(redis_client)

    def test_another_shop_keeps_all_of_its_own(
        self,
        guard: GuardedRedis,
        sealer: Sealer,
        limits: dict[str, RateLimitItem],
        purge: RedisPurge,
        redis_client: Redis,
    ) -> None:
        plant(guard, sealer, limits, shop=BOB)
        before = snapshot(redis_client)
        plant(guard, sealer, limits)

        purge.shop(ALICE)

        assert before == snapshot(redis_client)

    def test_it_is_done_under_both_secrets(
        self, guard: GuardedRedis, sealer: Sealer, limits: dict[str, RateLimitItem], redis_client: Redis
    ) -> None:
        for each in (sealer, Sealer(OLD_SECRET)):
            plant(guard, each, limits)

        RedisPurge(guard, [sealer, Sealer(OLD_SECRET)]).shop(ALICE)

        assert {} == snapshot(redis_client)

    def test_a_shop_of_many_keys_is_done_in_several_steps(
        self, purge: RedisPurge, sealer: Sealer, redis_client: Redis
    ) -> None:
        redis_client.mset({f"{sealer.shop_tag(ALICE)}:l:{number}": b"" for number in range(2 * KEYS_AT_ONCE)})

        assert 2 * KEYS_AT_ONCE == purge.shop(ALICE)


class TestWithoutRedis:
    """What was to be deleted would stay, so that is said."""

    @pytest.mark.parametrize(
        "act",
        [
            lambda purge: purge.drop(ALICE, ORDER),
            lambda purge: purge.know_part(ALICE, PART, ORDER),
            lambda purge: purge.order_of(ALICE, PART),
            lambda purge: purge.person(ALICE, PERSON),
            lambda purge: purge.shop(ALICE),
        ],
        ids=["drop", "know_part", "order_of", "person", "shop"],
    )
    def test_each_says_that_it_could_not(
        self, act: Callable[[RedisPurge], object], breakable_redis: EmbeddedRedis, sealer: Sealer
    ) -> None:
        guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        breakable_redis.kill()

        with pytest.raises(CacheUnavailable):
            act(RedisPurge(guard, [sealer]))


class TestDisclosing:
    @pytest.fixture
    def disclosure(self, guard: GuardedRedis, sealer: Sealer) -> RedisDisclosure:
        return RedisDisclosure(guard, [sealer, Sealer(OLD_SECRET)])

    def test_all_that_is_kept_of_a_person_is_shown(
        self,
        guard: GuardedRedis,
        sealer: Sealer,
        limits: dict[str, RateLimitItem],
        disclosure: RedisDisclosure,
    ) -> None:
        """Under either secret: by their e-mail, as a customer, their list of orders, and their parcels."""
        for each in (sealer, Sealer(OLD_SECRET)):
            plant(guard, each, limits)

        told = disclosure.of(ALICE, PERSON)
        assert [ENTRY.answer, ENTRY.answer, b'{"orders":[]}'] * 2 == told[:3] + told[4:7]
        for parcel in (json.loads(told[3]), json.loads(told[7])):
            assert (PARCEL.number, ORDER) == (parcel["parcel"]["number"], parcel["order"])
            assert "Köln" == parcel["news"][AGGREGATOR]["events"][0]["city"]

    def test_what_is_kept_of_their_orders_by_another_address_is_shown_too(
        self, answers: RedisAnswers, disclosure: RedisDisclosure
    ) -> None:
        kept_by(answers)(asked(email="ada.before@example.com"))

        assert [ENTRY.answer] == disclosure.of(ALICE, PERSON)

    def test_nothing_of_anybody_else_is(self, answers: RedisAnswers, disclosure: RedisDisclosure) -> None:
        kept_by(answers)(asked(shop=BOB))
        answers.keep(
            asked(email=BEA),
            replace(ENTRY, order_id=OTHER_ORDER),
            generation=answers.generation(ALICE),
            seconds=HOUR,
            guessed=False,
        )

        assert [] == disclosure.of(ALICE, PERSON)

    def test_a_person_of_whom_nothing_is_kept(self, disclosure: RedisDisclosure) -> None:
        assert [] == disclosure.of(ALICE, PERSON)

    def test_without_redis_it_says_that_it_could_not(
        self, breakable_redis: EmbeddedRedis, sealer: Sealer
    ) -> None:
        guard = GuardedRedis(breakable_redis.url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        breakable_redis.kill()

        with pytest.raises(CacheUnavailable):
            RedisDisclosure(guard, [sealer]).of(ALICE, PERSON)
