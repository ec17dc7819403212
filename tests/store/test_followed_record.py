"""What is kept of a followed parcel comes back as it was, in its own place alone, and tells a stranger
nothing."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests import strategies
from tests.fakes import NOON
from tests.followed import AGGREGATOR, CARRIER, ORDER, PARCEL, event, news
from tests.store.shops import ALICE, BOB, SECRET
from tracker.parcel import TrackingNews
from tracker.parcel_news import joined_news
from tracker.store.followed_record import (
    NEWS,
    PURPOSE,
    Record,
    news_of,
    open_news,
    open_record,
    seal_news,
    seal_record,
)
from tracker.store.packing import FIRST
from tracker.store.sealing import Sealer

KEY = "{shop}:f:name"
RECORD = Record(ALICE, PARCEL, ORDER, NOON)
SEALER = Sealer(SECRET)


@given(told=strategies.news)
def test_news_comes_back_as_it_was(told: TrackingNews) -> None:
    sealed = seal_news(SEALER, ALICE, KEY, AGGREGATOR, told)

    assert told == open_news(SEALER, ALICE, KEY, AGGREGATOR, sealed)


@given(told=strategies.news)
def test_joined_news_comes_back_with_the_age_of_its_pieces(told: TrackingNews) -> None:
    joined = joined_news(None, told)
    opened = open_news(SEALER, ALICE, KEY, AGGREGATOR, seal_news(SEALER, ALICE, KEY, AGGREGATOR, joined))

    assert opened is not None
    assert (joined.window_age, joined.last_mile_age) == (opened.window_age, opened.last_mile_age)


@pytest.mark.parametrize(
    ("shop", "key", "source"),
    [(BOB, KEY, AGGREGATOR), (ALICE, "{shop}:f:other", AGGREGATOR), (ALICE, KEY, CARRIER)],
    ids=["another shop", "another parcel", "another source"],
)
def test_news_opens_in_its_own_place_alone(shop: str, key: str, source: str) -> None:
    sealed = seal_news(SEALER, ALICE, KEY, AGGREGATOR, news())

    assert open_news(SEALER, shop, key, source, sealed) is None


def test_a_record_comes_back_without_knowing_whose_it_is() -> None:
    assert RECORD == open_record(SEALER, KEY, *seal_record(SEALER, KEY, RECORD))


def test_a_record_that_was_moved_or_mixed_is_none() -> None:
    shop, parcel = seal_record(SEALER, KEY, RECORD)
    bobs, _ = seal_record(SEALER, KEY, Record(BOB, PARCEL, ORDER, NOON))

    assert open_record(SEALER, "{shop}:f:other", shop, parcel) is None
    assert open_record(SEALER, KEY, bobs, parcel) is None
    assert open_record(SEALER, KEY, parcel, shop) is None
    assert open_record(SEALER, KEY, None, None) is None
    assert open_record(Sealer("another secret, also long"), KEY, shop, parcel) is None


def test_nobody_reads_shop_number_order_or_event_in_it() -> None:
    told = news(event(message="Left at the neighbour's"))
    written = b"".join([*seal_record(SEALER, KEY, RECORD), seal_news(SEALER, ALICE, KEY, AGGREGATOR, told)])

    for word in (ALICE, PARCEL.number, ORDER, "neighbour", "Köln"):
        assert word.encode() not in written


@pytest.mark.parametrize(
    "plain",
    [
        b"no json",
        b"[]",
        b'[1,[[1,"aggregator",[],[]]],null,null]',
        b"[1e300,[],null,null]",
        b'[1,[],["x",null,"aggregator"],null]',
        b'[1,[[1,"somebody",[null,null,null,null,null],[null,"none",null,null,null,false]]],null,null]',
    ],
)
def test_what_another_release_kept_otherwise_counts_as_nothing(plain: bytes) -> None:
    sealed = SEALER.seal(FIRST.pack(plain), purpose=PURPOSE, shop=ALICE, place=f"{KEY}#{NEWS}{AGGREGATOR}")

    assert open_news(SEALER, ALICE, KEY, AGGREGATOR, sealed) is None


def test_news_of_every_source_is_told_by_source() -> None:
    fields = {
        f"{NEWS}{source}".encode(): seal_news(SEALER, ALICE, KEY, source, news(event(hours=hours)))
        for hours, source in enumerate((AGGREGATOR, CARRIER))
    }
    others = {b"shop": b"x", b"state:dhl": b"over", b"\xff": b"", b"news:karrio": b"rubbish"}

    told = news_of(SEALER, ALICE, KEY, fields | others)

    assert {AGGREGATOR: news(event(hours=0)), CARRIER: news(event(hours=1))} == told
