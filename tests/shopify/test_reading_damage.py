"""Answers of the Admin API with anything missing, odd or broken in them: the rest is read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shopify import recordings
from tracker.order import (
    Reading,
    Status,
)
from tracker.shopify.reading import read_found, read_order


def test_unknown_words_are_told_of_and_nothing_breaks() -> None:
    told: list[tuple[str, str]] = []

    order = read_order(
        recordings.order("unknown_words"), on_unknown_word=lambda kind, word: told.append((kind, word))
    )

    assert order is not None
    assert order.displayed is Status.UNKNOWN
    assert order.shipments[0].displayed == Reading(Status.UNKNOWN, raw="BEAMED_UP")
    assert order.shipments[0].events[0].reading == Reading(Status.UNKNOWN, raw="LOST_IN_SPACE")
    assert order.shipments[0].events[0].message == "?<b>x</b>"
    assert (order.payment, order.fulfillment) == ("bartered", "teleported")
    assert set(told) == {
        ("order_status", "TELEPORTED"),
        ("display_status", "BEAMED_UP"),
        ("event_status", "LOST_IN_SPACE"),
        ("fulfillment_order_status", "DREAMING"),
        ("hold_reason", "FULL_MOON"),
        ("delivery_method", "DRONE"),
        ("financial_status", "BARTERED"),
        ("return_status", "NEVER"),
        ("cancel_reason", "WHIM"),
    }


def test_a_broken_event_is_left_out_and_told_of() -> None:
    node = recordings.order("split")
    events = node["fulfillments"][0]["events"]["nodes"]
    del events[0]["happenedAt"]
    events[1]["status"] = None
    skipped: list[str] = []

    order = read_order(node, on_skipped=skipped.append)

    assert order is not None
    assert len(order.shipments[0].events) == 1
    assert skipped == ["event", "event"]


def test_an_item_of_a_line_that_was_not_read_is_left_out_and_told_of() -> None:
    node = recordings.order("split")
    del node["lineItems"]["nodes"][0]
    skipped: list[str] = []

    order = read_order(node, truncated=True, on_skipped=skipped.append)

    assert order is not None
    assert order.truncated
    assert order.shipments[0].items == ()
    assert skipped == ["item"]


@pytest.mark.parametrize("field", ["id", "name", "processedAt"])
def test_without_its_name_or_date_there_is_no_order(field: str) -> None:
    node = recordings.order("split")
    del node[field]

    assert read_order(node) is None


Path = tuple[str | int, ...]
GONE = "gone"
ODD = [None, 0, -1, 10**30, "", "x", [], {}, [None], {"nodes": None}, {"nodes": [7]}, True, 1e308]


def paths(value: object, before: Path = ()) -> Iterator[Path]:
    """The way to every piece of JSON but its root."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*before, key)
        yield from paths(value[key], (*before, key))  # type: ignore[index] # a dict or a list by then


def damage(root: Any, path: Path, harm: object) -> None:
    """Take a piece out or put something odd in its place, where it is still there."""
    *way, last = path
    try:
        for key in way:
            root = root[key]
        if harm == GONE:
            del root[last]
        else:
            root[last] = copy.deepcopy(harm)
    except (KeyError, IndexError, TypeError):
        pass


def damaged(whole: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """JSON in which up to eight pieces are gone or something else."""
    where = st.sampled_from(list(paths(whole)))
    for path, harm in data.draw(st.lists(st.tuples(where, st.sampled_from([GONE, *ODD])), max_size=8)):
        damage(whole, path, harm)
    return whole


READABLE = [name for name in recordings.ORDERS if name not in ("order_gone", "order_withheld_holds")]


@given(st.sampled_from(READABLE), st.data())
def test_no_damage_makes_reading_raise_and_reading_twice_gives_the_same(
    name: str, data: st.DataObject
) -> None:
    node = damaged(recordings.order(name.removeprefix("order_")), data)

    order = read_order(node)

    assert order == read_order(node)
    if order is not None:
        assert order.total_quantity >= 0
        assert all(part.item.quantity > 0 for part in order.unshipped)
        assert replace(order, truncated=True) == read_order(node, truncated=True)


@pytest.mark.parametrize("name", READABLE)
def test_each_piece_may_be_missing_alone(name: str) -> None:
    for path in paths(recordings.order(name.removeprefix("order_"))):
        node = recordings.order(name.removeprefix("order_"))
        damage(node, path, GONE)

        assert read_order(node) is not None or path in {("id",), ("name",), ("processedAt",)}


@given(st.sampled_from(["find", "find_of_customer", "recent"]), st.data())
def test_no_damage_makes_reading_hits_raise(name: str, data: st.DataObject) -> None:
    node = damaged(recordings.answer(name)["data"], data)

    assert read_found(node) == read_found(node)
