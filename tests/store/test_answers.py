"""Finished answers are kept for exactly who asked, sealed, and dropped when their order changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from tests.fakes import NOON
from tests.store.shops import (
    ADAS_ID,
    ALICE,
    BOB,
    CHARLIE,
    ENTRY,
    ORDER,
    PATIENT_SECONDS,
    QUESTION,
    SECRET,
    asked,
    overheard,
)
from tracker.breaker import Breaker
from tracker.claim import by_customer, by_email
from tracker.order import Status
from tracker.ports.answers import Awaited, Entry, Question
from tracker.store.cache import IN_VAIN_MILLISECONDS, LEASE_MILLISECONDS, RedisAnswers
from tracker.store.purge import RedisPurge
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer

HOURS = 3600


def keep(answers: RedisAnswers, question: Question = QUESTION, entry: Entry = ENTRY) -> None:
    generation = answers.generation(question.shop)
    answers.keep(question, entry, generation=generation, seconds=6 * HOURS, guessed=False)


def keys(client: Redis, pattern: str) -> list[bytes]:
    return list(client.scan_iter(match=pattern))


class TestKeeping:
    def test_what_was_kept_is_given_whole(self, answers: RedisAnswers) -> None:
        keep(answers)

        assert answers.ask(QUESTION) == ENTRY

    @pytest.mark.parametrize("status", [*Status, None])
    def test_every_status_comes_back(self, answers: RedisAnswers, status: Status | None) -> None:
        """None is the status of an order of which nothing is delivered."""
        entry = replace(ENTRY, status=status)
        keep(answers, entry=entry)

        assert answers.ask(QUESTION) == entry

    def test_an_answer_may_hold_any_bytes(self, answers: RedisAnswers) -> None:
        entry = replace(ENTRY, answer=b"\n{}\n\x00\xff\n")
        keep(answers, entry=entry)

        assert answers.ask(QUESTION) == entry

    def test_another_process_with_the_same_secret_reads_it(
        self, answers: RedisAnswers, redis_url: str
    ) -> None:
        keep(answers)
        other = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)

        assert RedisAnswers(other, Sealer(SECRET), guess_limits={}).ask(QUESTION) == ENTRY

    def test_after_a_rotation_of_the_secret_everything_starts_cold(
        self, answers: RedisAnswers, guard: GuardedRedis
    ) -> None:
        keep(answers)

        assert (
            RedisAnswers(guard, Sealer("the next secret of the app"), guess_limits={}).ask(QUESTION) is None
        )

    @pytest.mark.parametrize(
        "other",
        [
            asked(email="bea@example.com"),
            asked(claim=by_customer(ADAS_ID)),
            asked(number="#1002", stem="1002"),
            asked(number="EN-1001"),
            asked(shop=BOB),
            asked(shop=CHARLIE),
        ],
        ids=["e-mail", "customer", "number", "way to write the number", "Bob's shop", "Charlie's shop"],
    )
    def test_nobody_else_is_given_it(self, answers: RedisAnswers, other: Question) -> None:
        keep(answers)

        assert answers.ask(other) is None

    def test_a_customer_and_an_e_mail_that_reads_like_their_id_are_two(self, answers: RedisAnswers) -> None:
        keep(answers, asked(claim=by_customer(ADAS_ID)))

        assert answers.ask(asked(claim=by_email(ADAS_ID))) is None
        assert answers.ask(asked(claim=by_customer(ADAS_ID), network="198.51.100.0/24")) == ENTRY

    def test_the_same_shopper_is_given_it_from_anywhere(self, answers: RedisAnswers) -> None:
        keep(answers)

        assert answers.ask(asked(network="198.51.100.0/24")) == ENTRY

    def test_an_entry_moved_to_another_key_does_not_open(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        """Who can write to Redis cannot hand one shopper's story to another."""
        keep(answers)
        (story,) = keys(redis_client, "*:l:*")
        theirs = asked(email="mallory@example.com")
        answers.keep_miss(theirs, generation=answers.generation(theirs.shop), checked_at=NOON, seconds=60)
        (miss,) = set(keys(redis_client, "*:l:*")) - {story}
        redis_client.set(miss, redis_client.get(story) or b"")

        assert answers.ask(theirs) is None
        assert answers.ask(QUESTION) == ENTRY

    def test_a_miss_is_kept_for_this_e_mail_alone(self, answers: RedisAnswers) -> None:
        answers.keep_miss(QUESTION, generation=answers.generation(QUESTION.shop), checked_at=NOON, seconds=60)

        assert answers.ask(QUESTION) == Entry(None, None, None, NOON)
        assert answers.ask(asked(email="bea@example.com")) is None

    def test_an_answer_takes_the_place_of_a_miss_and_a_miss_that_of_an_answer(
        self, answers: RedisAnswers
    ) -> None:
        answers.keep_miss(QUESTION, generation=answers.generation(QUESTION.shop), checked_at=NOON, seconds=60)
        keep(answers)
        assert answers.ask(QUESTION) == ENTRY

        answers.keep_miss(QUESTION, generation=answers.generation(QUESTION.shop), checked_at=NOON, seconds=60)
        assert answers.ask(QUESTION) == Entry(None, None, None, NOON)


class TestRubbish:
    def test_rubbish_under_an_entry_is_deleted_and_counts_as_absent(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        keep(answers)
        (key,) = keys(redis_client, "*:l:*")
        redis_client.set(key, b"\x01rubbish")

        assert answers.ask(QUESTION) is None
        assert not redis_client.exists(key)

    def test_what_an_older_release_sealed_otherwise_counts_as_absent_too(
        self, answers: RedisAnswers, sealer: Sealer, redis_client: Redis
    ) -> None:
        """A status that is no longer, or a header of another shape, is nobody's error page."""
        keep(answers)
        (key,) = keys(redis_client, "*:l:*")
        for plain in (
            b'{"checked_at":1,"status":"in_transit","order_id":null}\n{}',
            b"1.0 teleported gid://shopify/Order/1\n{}",
            b"1.0 in_transit\n{}",
            b"1.0 in_transit gid://shopify/Order/1 more\n{}",
            b"yesterday - -\n{}",
            b"1e300 - -\n{}",
            b"\xff - -\n{}",
            b"[]\n{}",
            b"no JSON at all",
            b"",
        ):
            place = key.decode()
            redis_client.set(key, sealer.seal(plain, purpose="answer", shop=ALICE, place=place))

            assert answers.ask(QUESTION) is None
            assert not redis_client.exists(key)

    def test_a_value_of_another_type_is_passed_over_and_replaced(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        keep(answers)
        (key,) = keys(redis_client, "*:l:*")
        redis_client.delete(key)
        redis_client.lpush(key, "not a text")

        assert answers.ask(QUESTION) is None
        keep(answers)
        assert answers.ask(QUESTION) == ENTRY

    def test_rubbish_in_an_index_means_that_nothing_is_kept(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        keep(answers)
        (index,) = keys(redis_client, "*:o:*")
        (entry,) = keys(redis_client, "*:l:*")
        for spoil in (
            lambda: redis_client.hset(index, "generation", "rubbish"),
            lambda: redis_client.set(index, "rubbish"),
        ):
            redis_client.delete(index, entry)
            spoil()
            keep(answers)
            assert answers.ask(QUESTION) is None
        assert purge.drop(ALICE, ORDER) > 0


class TestRefreshing:
    def test_one_caller_leads_over_all_workers(self, answers: RedisAnswers, redis_url: str) -> None:
        worker = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        others = RedisAnswers(worker, Sealer(SECRET), guess_limits={})

        told = [some.lead(QUESTION, otherwise=False) for some in (answers, others, answers)]

        assert told == [None, Awaited.ANSWER, Awaited.ANSWER]

    def test_what_was_waited_for_in_vain_is_left_alone_for_a_second(
        self, answers: RedisAnswers, redis_url: str, redis_client: Redis
    ) -> None:
        """By those who wait already and by those who come, over all workers; then the next one leads."""
        worker = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        others = RedisAnswers(worker, Sealer(SECRET), guess_limits={})
        answers.ask(QUESTION)
        answers.give_back(QUESTION, guessed=True, in_vain=True)
        (key,) = keys(redis_client, "*:lease")

        assert others.ask(QUESTION) is others.lead(QUESTION, otherwise=True) is Awaited.NOTHING
        assert others.ask(asked(email="bea@example.com")) is None
        assert 0 < redis_client.pttl(key) <= IN_VAIN_MILLISECONDS
        redis_client.delete(key)
        assert others.lead(QUESTION, otherwise=False) is None

    def test_one_whose_lease_has_gone_on_leaves_nothing_behind(
        self, answers: RedisAnswers, redis_url: str, redis_client: Redis
    ) -> None:
        """Somebody else leads by now, and need not fail as well."""
        worker = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        others = RedisAnswers(worker, Sealer(SECRET), guess_limits={})
        answers.lead(QUESTION, otherwise=False)
        redis_client.delete(*keys(redis_client, "*:lease"))
        others.lead(QUESTION, otherwise=False)
        answers.give_back(QUESTION, guessed=False, in_vain=True)

        assert answers.lead(QUESTION, otherwise=False) is Awaited.ANSWER

    def test_each_entry_has_its_own_leader(self, answers: RedisAnswers) -> None:
        assert answers.lead(QUESTION, otherwise=False) is None
        assert answers.lead(asked(email="bea@example.com"), otherwise=False) is None
        assert answers.lead(asked(shop=BOB), otherwise=False) is None

    def test_another_may_lead_when_the_time_is_over(self, answers: RedisAnswers, redis_client: Redis) -> None:
        answers.lead(QUESTION, otherwise=False)
        (key,) = keys(redis_client, "*:lease")

        assert 0 < redis_client.pttl(key) <= LEASE_MILLISECONDS
        redis_client.delete(key)
        assert answers.lead(QUESTION, otherwise=False) is None


class TestAtRest:
    @pytest.fixture(autouse=True)
    def _everything_that_is_ever_written(self, answers: RedisAnswers, purge: RedisPurge) -> None:
        answers.ask(QUESTION)
        keep(answers)
        bea = asked(email="bea@example.com")
        answers.keep_miss(bea, generation=answers.generation(bea.shop), checked_at=NOON, seconds=60)
        answers.lead(QUESTION, otherwise=False)
        purge.drop(BOB, ORDER)

    def test_no_key_and_no_value_says_whose_it_is(self, redis_client: Redis) -> None:
        everything = b" ".join(
            part for key in redis_client.scan_iter() for part in (key, redis_client.dump(key) or b"")
        ).lower()

        assert len(everything) > 500
        for secret in (
            b"ada",
            b"bea",
            b"example",
            b"alice",
            b"bob",
            b"1001",
            b"5001",
            b"203.0.113",
            b"transit",
        ):
            assert secret not in everything

    def test_everything_ends_by_itself(self, redis_client: Redis) -> None:
        lives = {key: redis_client.ttl(key) for key in redis_client.scan_iter()}

        assert len(lives) == 14
        assert all(0 < life <= 6 * HOURS for life in lives.values())

    def test_an_entry_lives_as_long_as_it_was_told(self, redis_client: Redis) -> None:
        lives = sorted(redis_client.ttl(key) for key in keys(redis_client, "*:l:??????????????????????"))

        assert [round(life / 60) for life in lives] == [1, 6 * 60]

    def test_an_index_outlives_the_longest_of_its_entries(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.keep(
            QUESTION,
            ENTRY,
            generation=answers.generation(QUESTION.shop),
            seconds=30 * 24 * HOURS,
            guessed=False,
        )
        other = asked(number="EN-1001")
        answers.keep(other, ENTRY, generation=answers.generation(other.shop), seconds=60, guessed=False)
        index = max(redis_client.pttl(key) for key in keys(redis_client, "*:o:*"))
        story = max(redis_client.pttl(key) for key in keys(redis_client, "*:l:*"))

        assert story <= index

    def test_everything_of_a_shop_lies_on_one_node_of_a_cluster(self, redis_client: Redis) -> None:
        tags = {key[: key.index(b"}") + 1] for key in redis_client.scan_iter()}

        assert len(tags) == 2
        assert all(len(tag) == 24 and tag.startswith(b"{") for tag in tags)


class TestCost:
    def test_a_warm_answer_is_one_round_trip_and_one_read(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        keep(answers)
        answers.ask(QUESTION)

        with overheard(redis_client) as heard:
            answers.ask(QUESTION)

        assert heard == [("unix", "EVALSHA"), ("lua", "GET")]

    def test_a_cold_question_is_one_round_trip_too(self, answers: RedisAnswers, redis_client: Redis) -> None:
        answers.ask(QUESTION)

        with overheard(redis_client) as heard:
            answers.ask(asked(email="bea@example.com"))

        assert [name for sender, name in heard if sender != "lua"] == ["EVALSHA"]

    def test_a_right_answer_gives_its_guess_back_on_the_way(
        self, answers: RedisAnswers, redis_client: Redis
    ) -> None:
        answers.ask(QUESTION)
        keep(answers)
        generation = answers.generation(QUESTION.shop)

        with overheard(redis_client) as heard:
            answers.keep(QUESTION, ENTRY, generation=generation, seconds=60, guessed=True)

        assert [name for sender, name in heard if sender != "lua"] == ["EVALSHA"]

    def test_a_server_that_forgot_the_scripts_is_told_them_again(
        self, answers: RedisAnswers, purge: RedisPurge, redis_client: Redis
    ) -> None:
        for _ in range(2):
            redis_client.script_flush()
            assert answers.ask(QUESTION) is None
            redis_client.script_flush()
            keep(answers)
            redis_client.script_flush()
            assert answers.ask(QUESTION) == ENTRY
            redis_client.script_flush()
            answers.give_back(QUESTION, guessed=True)
            redis_client.script_flush()
            assert purge.drop(ALICE, ORDER) == 1
            redis_client.delete(*keys(redis_client, "*:o:*"))
