"""Whatever a shop finds, nobody is told another's order, and each order can be told."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.lookup_world import (
    ALICE,
    World,
    gid,
    hit,
    order,
    told,
)
from tracker.errors import (
    OrderNotFound,
)
from tracker.order import Order
from tracker.ports.orders import FoundOrder

ADAS = ["ada@example.com", "Ada@Example.com", " ada@example.com", "ＡＤＡ@example.com"]
BEAS = ["bea@example.com", "BEA@example.com\n"]
NOBODYS = [None, "", " "]
NAMES = ["#1001", "1001", "#1001-A", "#11001", "#1002"]
hits = st.builds(
    FoundOrder,
    id=st.uuids().map(str),
    name=st.sampled_from(NAMES),
    email=st.sampled_from([*ADAS, *BEAS, *NOBODYS]),
    placed_at=strategies.moments,
)


class TestProperties:
    @given(found=st.lists(hits, max_size=8, unique_by=lambda found: found.id), typed=st.sampled_from(ADAS))
    def test_only_the_newest_order_of_this_number_and_e_mail_is_ever_given(
        self, found: list[FoundOrder], typed: str
    ) -> None:
        world = World()
        for one in found:
            world.orders.add(ALICE, one, replace(order(), id=one.id, name=one.name))
        theirs = [one for one in found if one.email in ADAS and one.name in {"#1001", "1001"}]

        if theirs:
            given_id = told(world.look_up(email=typed))["id"]
            newest = max(one.placed_at for one in theirs)
            assert given_id in {one.id for one in theirs if one.placed_at == newest}
        else:
            assert isinstance(world.refusal(email=typed), OrderNotFound)
            assert world.orders.calls == ["find"]

    @settings(max_examples=20)  # what is told of an order is tested where it is told
    @given(facts=strategies.orders)
    def test_any_order_can_be_looked_up_twice(self, facts: Order) -> None:
        world = World()
        world.orders.add(ALICE, hit(), replace(facts, id=gid(1)))

        first, second = world.look_up(), world.look_up()

        assert first.body == second.body
        assert [first.cache, second.cache] == ["read", "kept"]
