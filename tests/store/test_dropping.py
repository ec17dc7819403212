"""What is kept of an order is dropped when it changes, and what was asked before is not kept after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.store.shops import (
    ALICE,
    BOB,
    ENTRY,
    ORDER,
    QUESTION,
    asked,
)
from tracker.ports.answers import Entry, Question
from tracker.store.cache import READ_SECONDS, RedisAnswers
from tracker.store.purge import RedisPurge

HOURS = 3600


def keep(answers: RedisAnswers, question: Question = QUESTION, entry: Entry = ENTRY) -> None:
    keep_since(answers.generation(question.shop), answers, question, entry)


def keep_since(
    generation: int | None, answers: RedisAnswers, question: Question = QUESTION, entry: Entry = ENTRY
) -> None:
    answers.keep(question, entry, generation=generation, seconds=6 * HOURS, guessed=False)


def keys(client: Redis, pattern: str) -> list[bytes]:
    return list(client.scan_iter(match=pattern))


class TestDropping:
    def test_all_entries_of_exactly_that_order_go(self, answers: RedisAnswers, purge: RedisPurge) -> None:
        ways = [QUESTION, asked(number="EN-1001"), asked(email="old@example.com")]
        for question in ways:
            keep(answers, question)
        other = asked(number="#1002", stem="1002")
        keep(answers, other, replace(ENTRY, order_id="gid://shopify/Order/5002"))
        keep(answers, asked(shop=BOB))

        assert purge.drop(ALICE, ORDER) == 3
        assert [answers.ask(question) for question in ways] == [None, None, None]
        assert answers.ask(other) is not None
        assert answers.ask(asked(shop=BOB)) == ENTRY

    def test_a_drop_leaves_nothing_but_the_generation(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        keep(answers)
        purge.drop(ALICE, ORDER)
        (index,) = keys(redis_client, "*:o:*")

        assert redis_client.hkeys(index) == [b"generation"]
        assert 0 < redis_client.pttl(index) <= READ_SECONDS * 1000

    def test_an_index_with_parts_outlives_a_drop(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        """Or what is said of a part after that could not be resolved."""
        part = "gid://shopify/FulfillmentOrder/71"
        answers.keep(
            QUESTION,
            ENTRY,
            generation=answers.generation(QUESTION.shop),
            seconds=6 * HOURS,
            guessed=False,
            parts=[part],
        )
        purge.drop(ALICE, ORDER)
        (index,) = keys(redis_client, "*:o:*")

        assert purge.order_of(ALICE, part) == ORDER
        assert redis_client.pttl(index) > READ_SECONDS * 1000

    def test_an_order_of_which_nothing_is_kept_may_be_dropped(self, purge: RedisPurge) -> None:
        assert purge.drop(ALICE, ORDER) == 0

    def test_a_drop_stands_in_the_way_of_that_order_alone(
        self, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        before, at_bobs = answers.generation(QUESTION.shop), answers.generation(BOB)
        purge.drop(ALICE, ORDER)
        other = asked(number="#1002", stem="1002")
        keep_since(before, answers)
        keep_since(before, answers, other, replace(ENTRY, order_id="gid://shopify/Order/5002"))
        keep_since(at_bobs, answers, asked(shop=BOB))

        told = [answers.ask(question) for question in (QUESTION, other, asked(shop=BOB))]
        assert [isinstance(answer, Entry) for answer in told] == [False, True, True]

    def test_a_story_read_before_a_drop_is_not_kept_after_it(
        self, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        before = answers.generation(QUESTION.shop)
        purge.drop(ALICE, ORDER)
        keep_since(before, answers)

        assert answers.ask(QUESTION) is None

    def test_a_story_read_after_a_drop_is_kept_and_can_be_dropped_again(
        self, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        purge.drop(ALICE, ORDER)
        keep_since(answers.generation(QUESTION.shop), answers)

        assert answers.ask(QUESTION) == ENTRY
        assert purge.drop(ALICE, ORDER) == 1
        assert answers.ask(QUESTION) is None

    def test_a_story_of_an_unknown_generation_is_not_kept(self, answers: RedisAnswers) -> None:
        keep_since(None, answers)

        assert answers.ask(QUESTION) is None


class TestEmptied:
    """A Redis that was emptied, or whose place an empty one took, no longer knows what was dropped."""

    def test_a_story_whose_read_began_before_is_not_kept(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        before = answers.generation(QUESTION.shop)
        purge.drop(ALICE, ORDER)
        redis_client.flushall()
        keep_since(before, answers)

        assert answers.ask(QUESTION) is None

    def test_nor_is_it_where_somebody_else_has_begun_to_read_since(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        """What they read is kept: it is as the shop is now."""
        before = answers.generation(QUESTION.shop)
        redis_client.flushall()
        after = answers.generation(ALICE)
        keep_since(before, answers)
        assert answers.ask(QUESTION) is None

        keep_since(after, answers, asked(email="bea@example.com"))
        assert answers.ask(asked(email="bea@example.com")) == ENTRY

    def test_nor_a_miss(self, answers: RedisAnswers, redis_client: Redis) -> None:
        before = answers.generation(QUESTION.shop)
        redis_client.flushall()
        answers.keep_miss(QUESTION, generation=before, checked_at=NOON, seconds=60)

        assert answers.ask(QUESTION) is None

    def test_nor_what_was_read_before_a_shop_was_forgotten(
        self, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        before = answers.generation(QUESTION.shop)
        purge.shop(ALICE)
        keep_since(before, answers)

        assert answers.ask(QUESTION) is None

    def test_all_that_is_read_at_once_is_kept(self, answers: RedisAnswers) -> None:
        """Or of two reads the one that began first would be in vain."""
        first, second = (answers.generation(QUESTION.shop) for _ in range(2))
        keep_since(second, answers)
        keep_since(first, answers, asked(email="bea@example.com"))

        assert [answers.ask(one) for one in (QUESTION, asked(email="bea@example.com"))] == [ENTRY, ENTRY]

    @pytest.mark.parametrize("rubbish", ["set", "rpush"])
    def test_rubbish_there_ends_with_the_next_read(
        self, answers: RedisAnswers, redis_client: Redis, rubbish: str
    ) -> None:
        answers.generation(QUESTION.shop)
        (key,) = keys(redis_client, "*:e")
        redis_client.delete(key)
        getattr(redis_client, rubbish)(key, "rubbish")
        keep(answers)

        assert answers.ask(QUESTION) == ENTRY
        assert 0 < redis_client.pttl(key) <= READ_SECONDS * 1000


class TestDroppingMisses:
    """What changed at the shop may be the very order that was not found: new, or of another e-mail now."""

    @pytest.fixture
    def missed(self, answers: RedisAnswers) -> list[Question]:
        """Misses of two people of Alice's shop, and then one of Bob's."""
        some = [QUESTION, asked(email="bea@example.com"), asked(shop=BOB)]
        for question in some:
            answers.keep_miss(
                question, generation=answers.generation(question.shop), checked_at=NOON, seconds=60
            )
        return some

    def test_any_order_of_the_shop_that_changes_ends_its_misses(
        self, answers: RedisAnswers, purge: RedisPurge, missed: list[Question]
    ) -> None:
        purge.drop(ALICE, "gid://shopify/Order/9")

        told = [answers.ask(question) for question in missed]
        assert told == [None, None, Entry(None, None, None, NOON)]

    def test_a_miss_whose_search_began_before_is_not_kept_after_it(
        self, answers: RedisAnswers, purge: RedisPurge
    ) -> None:
        before = answers.generation(QUESTION.shop)
        purge.drop(ALICE, "gid://shopify/Order/9")
        answers.keep_miss(QUESTION, generation=before, checked_at=NOON, seconds=60)
        assert answers.ask(QUESTION) is None

        after = answers.generation(QUESTION.shop)
        answers.keep_miss(QUESTION, generation=after, checked_at=NOON, seconds=60)
        assert answers.ask(QUESTION) == Entry(None, None, None, NOON)

    def test_stories_of_other_orders_stay(
        self, answers: RedisAnswers, purge: RedisPurge, missed: list[Question]
    ) -> None:
        keep(answers, asked(number="#1002", stem="1002"), replace(ENTRY, order_id="gid://shopify/Order/5002"))
        purge.drop(ALICE, ORDER)

        assert isinstance(answers.ask(asked(number="#1002", stem="1002")), Entry)

    def test_a_miss_of_an_unknown_moment_is_not_kept(self, answers: RedisAnswers) -> None:
        answers.keep_miss(QUESTION, generation=None, checked_at=NOON, seconds=60)

        assert answers.ask(QUESTION) is None


def test_an_index_that_was_forgotten_for_want_of_room_is_made_anew_with_the_next_read(
    answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
) -> None:
    """A Redis that is full forgets first what was used least, and a kept answer is used more than its index.
    Then a webhook finds nothing to drop, and what stands stays: until its age has it read anew. What was
    being read when the webhook came is not kept all the same."""
    keep(answers, QUESTION)
    before = answers.generation(ALICE)
    (index,) = redis_client.scan_iter(match="*}:o:*")
    redis_client.delete(index)

    assert 0 == purge.drop(ALICE, ORDER)
    keep_since(before, answers, QUESTION, replace(ENTRY, answer=b"read before"))
    assert ENTRY == answers.ask(QUESTION)

    keep(answers, QUESTION, replace(ENTRY, answer=b"read anew"))
    assert 1 == purge.drop(ALICE, ORDER)
    assert answers.ask(QUESTION) is None
