"""The look-up beside others: news that comes meanwhile, many who ask at once, and a budget for all."""

from __future__ import annotations

from typing import Any

import pytest

import tracker.verbs.lookup
from tests.fakes import NOON
from tests.lookup_world import (
    ADA,
    ALICE,
    BEA,
    COLD,
    HARD,
    SOFT,
    World,
    gid,
    hit,
    number,
    order,
    told,
)
from tracker import errors
from tracker.claim import by_email
from tracker.errors import (
    UpstreamUnavailable,
)
from tracker.order import Status
from tracker.ports.answers import Entry, Question, Visit
from tracker.ports.orders import Found, Urgency
from tracker.shop import ShopSettings
from tracker.store.cache import LEASE_MILLISECONDS
from tracker.verbs.lookup import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MORE_SECONDS,
    NEXT_SECONDS,
    WORTHWHILE_SECONDS,
    Answer,
)

DAYS = ShopSettings().stalled_days


class TestNewsMeanwhile:
    """What a webhook says while the shop is being asked is newer than what the shop said."""

    def test_an_e_mail_that_was_changed_between_find_and_read_opens_nothing_later(self, world: World) -> None:
        """The find still told the old one; the read cannot know."""
        find = world.orders.find

        def changed(*arguments: Any, **options: Any) -> Found:
            found = find(*arguments, **options)
            world.orders.found[ALICE] = [hit(email=BEA)]
            world.answers.drop(ALICE, gid(1))
            return found

        world.orders.find = changed  # type: ignore[method-assign] # for this once
        world.look_up()

        assert world.answers.entries == {}

    def test_an_order_that_came_to_exist_during_the_search_is_found_next_time(self, world: World) -> None:
        find = world.orders.find

        def created(*arguments: Any, **options: Any) -> Found:
            found = find(*arguments, **options)
            world.orders.add(ALICE, hit(2, "#1002"), order(2, "#1002"))
            world.answers.drop(ALICE, gid(2))
            return found

        world.orders.find = created  # type: ignore[method-assign] # for this once
        world.refusal("#1002")

        assert told(world.look_up("#1002"))["id"] == gid(2)

    def test_of_a_moment_that_cannot_be_known_nothing_is_kept(self, world: World) -> None:
        world.answers.away = True
        world.look_up()
        world.refusal("#9")

        assert world.answers.entries == {}


class TestTogether:
    """Of all who ask one thing at once, one asks the shop."""

    def test_who_waits_is_given_what_the_other_learnt(self, world: World) -> None:
        world.answers.awaited = 100

        def arrive() -> None:
            if len(world.pauses) == 3:
                question = Question(ALICE, number("#1001").canonical, "", by_email(ADA), "")
                entry = Entry(b"{}", Status.IN_TRANSIT, gid(1), NOON, DAYS)
                world.answers.keep(question, entry, generation=1, seconds=HARD, guessed=False)

        world.while_waiting = arrive
        visit = Visit("a counter", 30, 600)

        assert world.look_up(visit=visit) == Answer(b"{}", "awaited")
        assert world.orders.calls == []
        assert world.answers.guesses == 0
        assert world.answers.visits == [visit, None, None, None]

    def test_the_pauses_grow_to_a_tenth_of_a_second(self, world: World) -> None:
        world.answers.awaited = 10
        world.look_up()

        assert world.pauses == sorted(world.pauses)
        assert (world.pauses[0], world.pauses[-1]) == (FIRST_PAUSE, LONGEST_PAUSE)

    def test_where_the_other_gave_up_the_next_asks_itself(self, world: World) -> None:
        world.answers.awaited = 2

        assert world.look_up().cache == "read"
        assert world.answers.calls == ["ask", "ask", *COLD]
        assert world.answers.guesses == 0

    def test_who_asks_after_another_is_done_before_the_lease_ends(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However much time is left, or whoever waits still would ask beside them."""
        monkeypatch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", 30)
        world.answers.awaited = 2
        world.look_up()

        assert world.orders.calls == ["find", "read"]
        assert all(0 < each.remaining() <= NEXT_SECONDS for each in world.orders.deadlines)
        assert NEXT_SECONDS * 1000 < LEASE_MILLISECONDS

    def test_where_the_other_one_died_there_is_time_to_ask(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Even where all that one look-up may take is over."""
        monkeypatch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", 0)
        world.answers.awaited = 2

        assert world.look_up().cache == "read"

    def test_who_waited_in_vain_is_told_to_come_back(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rather than begin what there is no time for. No guess is taken."""
        monkeypatch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", WORTHWHILE_SECONDS - MORE_SECONDS)
        world.answers.awaited = 100

        refusal = world.refusal()

        assert isinstance(refusal, UpstreamUnavailable)
        assert (refusal.cause, refusal.retry_after) == ("awaited", 1)
        assert (world.orders.calls, world.answers.guesses) == ([], 0)

    def test_an_old_answer_is_refreshed_by_one_and_waited_for_by_the_rest(self, warm: World) -> None:
        warm.clock.advance(2 * SOFT + 1)
        warm.answers.leading = False

        def arrive() -> None:
            question = Question(ALICE, number("#1001").canonical, "", by_email(ADA), "")
            fresh = Entry(b"{}", Status.IN_TRANSIT, gid(1), warm.clock(), DAYS)
            warm.answers.keep(question, fresh, generation=9, seconds=HARD, guessed=False)

        warm.while_waiting = arrive

        assert warm.look_up() == Answer(b"{}", "awaited")
        assert warm.orders.calls == []

    def test_who_waited_in_vain_for_that_is_given_the_old_one_as_stale(
        self, warm: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tracker.verbs.lookup, "BUDGET_SECONDS", WORTHWHILE_SECONDS - MORE_SECONDS)
        warm.clock.advance(2 * SOFT + 1)
        warm.answers.leading = False

        assert (warm.look_up().cache, warm.orders.calls) == ("stale", [])

    def test_where_no_note_can_be_taken_each_asks_for_himself(self, warm: World) -> None:
        """As of a full Redis: nobody leads, so there is nobody to wait for."""
        warm.clock.advance(2 * SOFT + 1)
        warm.answers.leading = None

        assert (warm.look_up().cache, warm.orders.calls) == ("read", ["find", "read"])
        assert warm.pauses == []

    def test_nor_is_anything_refreshed_behind_then(self, warm: World) -> None:
        """It could not be kept, and would be asked for again behind the next answer."""
        warm.clock.advance(SOFT + 1)
        warm.answers.leading = None

        assert (warm.look_up().cache, warm.orders.calls) == ("refreshing", [])

    def test_who_waited_for_a_shop_that_is_too_slow_says_so_to_all_others(self, world: World) -> None:
        """Or of a crowd one after the other would wait as long, and all the rest with them."""
        world.orders.find_error = errors.UpstreamTimeout()
        world.refusal()
        world.orders.calls.clear()

        refusal = world.refusal()

        assert isinstance(refusal, UpstreamUnavailable)
        assert (refusal.cause, refusal.retry_after) == ("awaited", 1)
        assert (world.orders.calls, world.pauses, world.answers.guesses) == ([], [], 0)

    def test_they_are_given_an_old_answer_at_once(self, warm: World) -> None:
        warm.orders.find_error = errors.UpstreamTimeout()
        warm.clock.advance(2 * SOFT + 1)
        warm.look_up()
        warm.orders.calls.clear()

        assert (warm.look_up().cache, warm.orders.calls, warm.pauses) == ("stale", [], [])

    def test_what_failed_at_once_is_tried_by_the_next(self, world: World) -> None:
        world.orders.find_error = errors.UpstreamBroken()
        world.refusal()
        world.orders.find_error = None

        assert world.look_up().cache == "read"

    def test_whoever_fails_gives_the_lease_back(self, warm: World) -> None:
        warm.orders.find_error = errors.UpstreamTimeout()
        warm.clock.advance(2 * SOFT + 1)
        warm.look_up()

        assert warm.answers.calls == ["ask", "lead", "generation", "give_back"]
        assert warm.answers.guesses == 0


class TestBudget:
    """What is left of a shop's budget goes to those who need it most."""

    def test_who_asks_is_told_apart_by_what_is_known_of_them(self, world: World) -> None:
        for age in (0, SOFT + 1, 2 * SOFT + 1):
            world.clock.advance(age)
            world.look_up()

        assert world.budget.asked == [Urgency.QUESTION, Urgency.BEHIND, Urgency.WAITING]

    def test_a_kept_answer_asks_for_none(self, warm: World) -> None:
        warm.budget.asked.clear()
        warm.budget.waits = dict.fromkeys(Urgency, 60.0)

        assert warm.look_up().cache == "kept"
        assert warm.budget.asked == []

    def test_a_question_without_room_is_refused_with_the_time_and_no_guess(self, world: World) -> None:
        world.budget.waits = {Urgency.QUESTION: 2.1}

        refusal = world.refusal()

        assert isinstance(refusal, UpstreamUnavailable)
        assert (refusal.cause, refusal.retry_after) == ("budget_reserved", 3)
        assert (world.orders.calls, world.answers.guesses) == ([], 0)

    def test_a_refresh_without_room_waits_for_another_time(self, warm: World) -> None:
        warm.budget.waits = {Urgency.BEHIND: 2.1}
        warm.clock.advance(SOFT + 1)

        assert (warm.look_up().cache, warm.orders.calls) == ("refreshing", [])

    def test_an_old_answer_that_cannot_be_checked_is_given_as_stale(self, warm: World) -> None:
        warm.budget.waits = {Urgency.WAITING: 2.1}
        warm.clock.advance(2 * SOFT + 1)

        assert (warm.look_up().cache, warm.orders.calls) == ("stale", [])
