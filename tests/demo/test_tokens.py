"""How a shop's tokens follow one another: rotation, its recovery, and what ends them."""

from __future__ import annotations

import pytest

from tests.demo.conftest import Clock
from tracker.demo.tokens import Pair, Tokens

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(lambda: clock.now)


def refreshed(tokens: Tokens, pair: Pair) -> Pair:
    after = tokens.refresh(pair.refresh_token)
    assert after is not None
    return after


def test_an_access_token_ends_after_an_hour(tokens: Tokens, clock: Clock) -> None:
    pair = tokens.exchange()
    clock.move(HOUR - 1)
    assert tokens.knows(pair.access_token)
    clock.move(1)
    assert not tokens.knows(pair.access_token)


def test_a_refresh_gives_another_pair_and_leaves_the_old_access_token_its_hour(tokens: Tokens) -> None:
    first = tokens.exchange()
    second = refreshed(tokens, first)
    assert {first.access_token, first.refresh_token}.isdisjoint({second.access_token, second.refresh_token})
    assert tokens.knows(first.access_token)
    assert tokens.knows(second.access_token)


def test_a_lost_answer_is_recovered_by_the_token_before(tokens: Tokens) -> None:
    """The pair that nobody read is retired, and the next one is good."""
    first = tokens.exchange()
    lost = refreshed(tokens, first)
    again = refreshed(tokens, first)
    assert not tokens.knows(lost.access_token)
    assert tokens.refresh(lost.refresh_token) is None
    assert tokens.knows(again.access_token)


def test_using_the_new_token_retires_the_one_before(tokens: Tokens) -> None:
    first = tokens.exchange()
    second = refreshed(tokens, first)
    refreshed(tokens, second)
    assert tokens.refresh(first.refresh_token) is None


def test_recovery_ends_thirty_days_after_the_first_use(tokens: Tokens, clock: Clock) -> None:
    first = tokens.exchange()
    refreshed(tokens, first)
    clock.move(15 * DAY)
    refreshed(tokens, first)
    clock.move(15 * DAY)
    assert tokens.refresh(first.refresh_token) is None


def test_an_unused_refresh_token_lives_for_ninety_days(tokens: Tokens, clock: Clock) -> None:
    pair = tokens.exchange()
    clock.move(90 * DAY - 1)
    pair = refreshed(tokens, pair)
    clock.move(90 * DAY)
    assert tokens.refresh(pair.refresh_token) is None


def test_recovery_does_not_outlive_the_ninety_days(tokens: Tokens, clock: Clock) -> None:
    first = tokens.exchange()
    clock.move(80 * DAY)
    refreshed(tokens, first)
    clock.move(10 * DAY)
    assert tokens.refresh(first.refresh_token) is None


def test_an_exchange_retires_every_pair_before_it(tokens: Tokens) -> None:
    """A worker that refreshed while another one exchanged holds a pair that is good for nothing."""
    first = tokens.exchange()
    second = refreshed(tokens, first)
    third = tokens.exchange()
    assert [None, None] == [tokens.refresh(one.refresh_token) for one in (first, second)]
    assert [False, False, True] == [tokens.knows(one.access_token) for one in (first, second, third)]
    assert third is tokens.current


def test_everything_ends_at_once(tokens: Tokens) -> None:
    pair, others = tokens.exchange(), [tokens.mint(), tokens.mint_unending()]
    tokens.forget()
    assert [False] * 3 == [tokens.knows(one) for one in (pair.access_token, *others)]
    assert tokens.refresh(pair.refresh_token) is None


def test_a_token_that_was_never_given_out_is_not_known(tokens: Tokens) -> None:
    tokens.exchange()
    assert tokens.refresh("shprt_é") is None
    assert not tokens.knows("shpat_é")
