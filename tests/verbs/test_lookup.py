"""The look-up: who may see an order, and what it costs to find out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import tracker.verbs.lookup
from tests.fakes import NOON, SCOPES
from tests.lookup_world import (
    ADA,
    ADAS_ID,
    ALICE,
    BEA,
    BEAS_ID,
    BOB,
    COLD,
    DELIVERED_HARD,
    HARD,
    MISSED,
    PARCEL,
    SOFT,
    World,
    gid,
    hit,
    number,
    order,
    outcome,
    told,
)
from tracker.claim import by_customer, by_email
from tracker.errors import (
    OrderNotFound,
    RateLimited,
)
from tracker.order import Reading, Status
from tracker.ports.answers import DOOR, Entry, Question, Spent, Visit
from tracker.ports.orders import FoundOrder
from tracker.verbs.lookup import (
    MISS_SECONDS,
    Shopper,
)


class TestCold:
    def test_an_order_is_found_read_told_and_kept(self, world: World) -> None:
        answer = world.look_up()

        assert told(answer) == {
            "id": gid(1),
            "checked_at": NOON.isoformat(),
            "refresh_after": 300,
            "stale": False,
        }
        assert answer.cache == "read"
        assert world.orders.calls == ["find", "read"]
        assert world.answers.calls == COLD

    def test_what_is_read_is_the_order_of_this_shop_with_the_scopes_it_granted(self, world: World) -> None:
        world.look_up()

        assert world.orders.asked == [(ALICE, number("#1001").canonical), (ALICE, gid(1))]
        assert world.orders.scopes == [SCOPES]

    def test_one_time_budget_is_handed_down_to_both(self, world: World) -> None:
        world.look_up()

        find, read = world.orders.deadlines
        assert find is read
        # As it is now: a stage for browsers in this process gives look-ups more time.
        assert 0 < find.remaining() <= tracker.verbs.lookup.BUDGET_SECONDS

    def test_the_guess_is_given_back(self, world: World) -> None:
        world.look_up()

        assert world.answers.guesses == 0

    def test_it_is_checked_when_the_shop_is_asked_not_when_it_has_answered(self, world: World) -> None:
        """A story counts as old as the question, so that news on the way is not taken for known."""
        world.orders.meanwhile = lambda: world.clock.advance(2)

        assert told(world.look_up())["checked_at"] == NOON.isoformat()

    @pytest.mark.parametrize(
        ("status", "life"), [(Status.IN_TRANSIT, HARD), (Status.DELIVERED, DELIVERED_HARD)]
    )
    def test_it_is_kept_for_the_hard_age_of_its_status(self, world: World, status: Status, life: int) -> None:
        world.orders.orders[gid(1)] = order(status=status)
        world.look_up()

        assert world.answers.lives == [life]

    def test_an_order_of_which_nothing_is_delivered_has_no_status_and_is_answered(self, world: World) -> None:
        world.orders.orders[gid(1)] = replace(order(), shippable=False)
        world.look_up()

        assert world.told[0].status is None
        assert [entry.status for entry in world.answers.entries.values()] == [None]
        assert world.look_up().cache == "kept"
        world.clock.advance(SOFT + 1)
        assert world.look_up().cache == "refreshing"

    def test_events_dated_in_the_future_are_told_as_of_now(self, world: World) -> None:
        late = NOON + timedelta(days=30)
        world.orders.orders[gid(1)] = replace(
            order(), shipments=(replace(PARCEL, displayed=Reading(Status.DELIVERED), delivered_at=late),)
        )
        world.look_up()

        assert world.told[0].shipments[0].delivered_at == NOON


class TestWhoMaySee:
    @pytest.mark.parametrize(
        ("kept", "typed"),
        [
            (ADA, "ADA@Example.COM"),
            ("Ada@Example.com", ADA),
            (ADA, "  ada@example.com\t"),
            (" ada@example.com ", ADA),
            (ADA, "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
            ("straße@example.com", "STRASSE@example.com"),
            ("z\u00fcrich@example.com", "zu\u0308rich@example.com"),
        ],
    )
    def test_an_e_mail_is_compared_by_what_it_says(self, world: World, kept: str, typed: str) -> None:
        """Trimmed, in one case, in one Unicode form."""
        world.orders.found[ALICE] = [hit(email=kept)]

        assert told(world.look_up(email=typed))["id"] == gid(1)

    @pytest.mark.parametrize(
        "typed", [BEA, "ada@example.co", "ad@example.com", "da@example.com", "moc.elpmaxe@ada"]
    )
    def test_another_e_mail_sees_nothing(self, world: World, typed: str) -> None:
        assert isinstance(world.refusal(email=typed), OrderNotFound)
        assert world.told == []

    @pytest.mark.parametrize("typed", ["", " ", "\u3000"])
    @pytest.mark.parametrize("kept", [None, "", " "])
    def test_a_number_alone_is_never_enough(self, world: World, kept: str | None, typed: str) -> None:
        """Not even for an order that has no e-mail."""
        world.orders.found[ALICE] = [hit(email=kept)]

        assert isinstance(world.refusal(email=typed), OrderNotFound)

    def test_a_wrong_e_mail_sees_nothing_though_the_right_one_was_there_before(self, warm: World) -> None:
        refusal = warm.refusal(email=BEA)

        assert isinstance(refusal, OrderNotFound)
        assert warm.answers.calls == MISSED

    def test_another_shop_sees_nothing(self, warm: World) -> None:
        assert isinstance(warm.refusal(shop=BOB), OrderNotFound)

    def test_hits_that_are_not_this_number_never_count(self, world: World) -> None:
        world.orders.found[ALICE] = [hit(1, "#11001"), hit(2, "#1001-A"), hit(3, "#1"), hit(4, "#100")]

        assert isinstance(world.refusal(), OrderNotFound)

    def test_the_true_hit_is_found_among_them(self, world: World) -> None:
        world.orders.found[ALICE] = [hit(7, "#11001"), *world.orders.found[ALICE], hit(8, "#1001-A")]

        assert told(world.look_up())["id"] == gid(1)

    def test_of_two_orders_of_one_name_the_one_of_this_e_mail_is_given(self, world: World) -> None:
        world.orders.add(ALICE, hit(2, email=BEA, placed_at=NOON + timedelta(days=1)), order(2))

        assert told(world.look_up(email=ADA))["id"] == gid(1)
        assert told(world.look_up(email=BEA))["id"] == gid(2)

    @pytest.mark.parametrize("days", [-1, 1], ids=["newest first", "newest last"])
    def test_of_two_orders_of_one_name_and_e_mail_the_newest_is_given(self, world: World, days: int) -> None:
        world.orders.add(ALICE, hit(2, placed_at=NOON + timedelta(days=days)), order(2))

        assert told(world.look_up())["id"] == gid(2 if days > 0 else 1)

    def test_a_confirmation_number_is_a_number_too(self, world: World) -> None:
        world.orders.found[ALICE] = [FoundOrder(gid(1), "#1001", ADA, NOON, confirmation_number="XZ4T8KQ2M")]

        assert told(world.look_up("XZ4T8KQ2M"))["id"] == gid(1)
        assert isinstance(world.refusal("XZ4T8KQ2M", BEA), OrderNotFound)

    def test_half_a_surrogate_pair_in_an_e_mail_is_a_miss_like_any_other(self, world: World) -> None:
        """JSON can carry one; an error only where the number exists would tell that it does."""
        known, unknown = (
            world.refusal("#1001", "\ud800@example.com"),
            world.refusal("#9", "\ud800@example.com"),
        )

        assert type(known) is type(unknown) is OrderNotFound

    def test_nothing_of_a_shopper_is_in_repr(self) -> None:
        shopper = Shopper(ALICE, number("#1001"), by_email(ADA), "203.0.113.0/24")
        question = Question(ALICE, "#1001", "1001", by_customer(ADAS_ID), "203.0.113.0/24")
        entry = Entry(b"the story", Status.DELIVERED, gid(1), NOON)

        for private in ("1001", "ada", ADAS_ID, "203", "story", "gid"):
            assert private not in f"{shopper!r} {question!r} {entry!r}"


class TestWhoIsSignedIn:
    """The customer's id stands where the e-mail stands, and everything else is the same."""

    @pytest.fixture
    def world(self) -> World:
        world = World()
        world.orders.add(ALICE, hit(email=None, customer=ADAS_ID), order())
        return world

    def test_a_customer_sees_their_own_order_without_an_e_mail(self, world: World) -> None:
        answer = world.look_up(customer=ADAS_ID)

        assert (told(answer)["id"], answer.cache) == (gid(1), "read")
        assert world.orders.claims == [by_customer(ADAS_ID)]
        assert world.orders.calls == ["find", "read"]
        assert world.answers.calls == COLD
        assert world.look_up(customer=ADAS_ID).cache == "kept"

    @pytest.mark.parametrize("other", [BEAS_ID, ADAS_ID[:-1], ADAS_ID + "0", "0" + ADAS_ID, "0"])
    def test_another_customer_sees_nothing(self, world: World, other: str) -> None:
        world.look_up(customer=ADAS_ID)

        assert isinstance(world.refusal(customer=other), OrderNotFound)
        assert len(world.told) == 1

    @pytest.mark.parametrize(
        ("found", "typed", "cause"),
        [
            ([hit(customer=ADAS_ID)], "#9999", "unknown_number"),
            ([hit(customer=BEAS_ID)], "#1001", "another_customer"),
            ([hit(customer=None)], "#1001", "another_customer"),
            ([hit(email=ADAS_ID, customer=None)], "#1001", "another_customer"),
            ([], "#1001", "unknown_number"),
        ],
        ids=["unknown number", "another's", "a guest's", "its id as an e-mail", "a shop without orders"],
    )
    def test_every_kind_of_miss_takes_the_same_way(
        self, world: World, found: list[FoundOrder], typed: str, cause: str
    ) -> None:
        world.orders.found[ALICE] = found

        refusal = world.refusal(typed, customer=ADAS_ID)

        assert (type(refusal), refusal.cause, refusal.retry_after) == (OrderNotFound, cause, None)
        assert world.orders.calls == ["find"]
        assert world.answers.calls == MISSED
        assert world.answers.guesses == 1

    def test_an_e_mail_that_reads_like_the_customers_id_opens_nothing(self, world: World) -> None:
        """Neither when the order is found nor in what is kept of it."""
        world.look_up(customer=ADAS_ID)

        assert isinstance(world.refusal(email=ADAS_ID), OrderNotFound)

    def test_what_the_e_mail_has_opened_is_asked_for_anew_by_the_customer(self, world: World) -> None:
        world.orders.found[ALICE] = [hit(email=ADA, customer=BEAS_ID)]
        world.look_up(email=ADA)

        assert isinstance(world.refusal(customer=ADAS_ID), OrderNotFound)
        assert told(world.look_up(customer=BEAS_ID))["id"] == gid(1)

    def test_of_two_orders_of_one_name_the_customers_own_is_given(self, world: World) -> None:
        later = NOON + timedelta(days=1)
        world.orders.add(ALICE, hit(2, customer=BEAS_ID, placed_at=later), order(2))

        assert told(world.look_up(customer=ADAS_ID))["id"] == gid(1)
        assert told(world.look_up(customer=BEAS_ID))["id"] == gid(2)

    @pytest.mark.parametrize(
        ("age", "first"), [(SOFT + 1, "refreshing"), (2 * SOFT + 1, "OrderNotFound")], ids=["soft", "old"]
    )
    def test_a_refresh_compares_the_customer_again(self, world: World, age: int, first: str) -> None:
        world.look_up(customer=ADAS_ID)
        world.orders.found[ALICE] = [hit(customer=BEAS_ID)]
        world.clock.advance(age)

        assert [outcome(world, ADAS_ID), outcome(world, ADAS_ID)] == [first, "OrderNotFound"]


class TestMisses:
    @pytest.mark.parametrize(
        ("found", "typed", "email", "cause"),
        [
            ([hit()], "#9999", ADA, "unknown_number"),
            ([hit()], "#1001", BEA, "another_email"),
            ([hit(email=None)], "#1001", ADA, "another_email"),
            ([], "#1001", ADA, "unknown_number"),
        ],
        ids=["unknown number", "another e-mail", "an order without one", "a shop without orders"],
    )
    def test_every_kind_takes_the_same_way(
        self, world: World, found: list[FoundOrder], typed: str, email: str, cause: str
    ) -> None:
        world.orders.found[ALICE] = found

        refusal = world.refusal(typed, email)

        assert (type(refusal), refusal.cause, refusal.retry_after) == (OrderNotFound, cause, None)
        assert world.orders.calls == ["find"]
        assert world.answers.calls == MISSED
        assert world.answers.lives == [MISS_SECONDS]
        assert world.answers.guesses == 1

    def test_a_kept_miss_asks_nobody(self, world: World) -> None:
        world.refusal(email=BEA)
        world.forget_calls()

        assert world.refusal(email=BEA).cause == "kept"
        assert world.orders.calls == []
        assert world.answers.calls == ["ask"]

    def test_a_kept_miss_of_one_e_mail_hides_nothing_from_another(self, world: World) -> None:
        world.refusal(email=BEA)

        assert told(world.look_up(email=ADA))["id"] == gid(1)

    def test_an_order_that_is_gone_when_it_is_read_is_a_miss(self, world: World) -> None:
        del world.orders.orders[gid(1)]

        refusal = world.refusal()

        assert (type(refusal), refusal.cause) == (OrderNotFound, "gone")
        assert world.answers.calls == ["ask", "generation", "keep_miss"]

    def test_who_guessed_too_much_is_told_when_to_come_back(self, world: World) -> None:
        world.answers.spent = Spent("number_network", 1234)

        refusal = world.refusal()

        assert isinstance(refusal, RateLimited)
        assert (refusal.cause, refusal.retry_after) == ("guesses_number_network", 1234)
        assert world.orders.calls == []

    def test_what_is_counted_at_the_door_is_counted_with_the_question(self, warm: World) -> None:
        visit = Visit("a counter", 30, 600)
        warm.look_up(visit=visit)

        assert warm.answers.visits[-1:] == [visit]
        assert warm.answers.calls == ["ask"]

    def test_who_asked_too_often_is_told_when_to_come_back(self, warm: World) -> None:
        """Even of what is kept."""
        warm.answers.spent = Spent(DOOR, 77)

        refusal = warm.refusal()

        assert isinstance(refusal, RateLimited)
        assert (refusal.cause, refusal.retry_after) == ("door", 77)

    def test_a_right_answer_from_the_cache_passes_though_every_guess_is_spent(self, warm: World) -> None:
        warm.answers.spent = Spent("shop", 60)

        assert warm.look_up().cache == "kept"
