"""Hypothesis strategies for orders and what is told of them; shared by all tests of pure code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tracker.order import (
    Attention,
    DeliveryWindow,
    Detail,
    Item,
    Method,
    Order,
    Reading,
    Shipment,
    Source,
    Status,
    Tracking,
    TrackingEvent,
    Unshipped,
)
from tracker.parcel import TrackingNews

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""All times of these strategies lie within two weeks of this."""

# Minutes, half of them close together: equal times and near duplicates are where merging goes wrong.
_minutes = st.one_of(st.integers(0, 12), st.integers(0, 20_000))

moments = _minutes.map(lambda minutes: START + timedelta(minutes=minutes))
maybe_moments = st.none() | moments
statuses = st.sampled_from(Status)
sources = st.sampled_from([Source.SHOPIFY, Source.CARRIER, Source.AGGREGATOR])

readings = st.builds(
    Reading,
    status=st.none() | statuses,
    attention=st.sampled_from(Attention),
    reason=st.sampled_from([None, "carrier_", "consignee_", "customs_"]),
    detail=st.none() | st.sampled_from(Detail),
    raw=st.sampled_from([None, "SOME_WORD"]),
    voids_label=st.booleans(),
) | st.just(Reading(Status.RETURNING, returned=True))

events = st.builds(
    TrackingEvent,
    reading=readings,
    occurred_at=moments,
    source=sources,
    message=st.sampled_from([None, "", "Arrived", "Arrived at the depot"]),
    language=st.sampled_from([None, "de"]),
    city=st.sampled_from([None, "Köln", "KÖLN", "Lyon"]),
    province=st.sampled_from([None, "NW"]),
    country=st.sampled_from([None, "DE", "FR"]),
)

items = st.builds(
    Item,
    line_id=st.sampled_from(["1", "2", "3"]),
    title=st.just("Mug"),
    quantity=st.integers(0, 5),
)

windows = st.builds(DeliveryWindow, start=maybe_moments, end=maybe_moments, source=sources)

news = st.builds(
    TrackingNews,
    checked_at=moments,
    events=st.lists(events, max_size=8).map(tuple),
    window=st.none() | windows,
    last_mile=st.none()
    | st.builds(
        Tracking,
        carrier=st.just("UPS"),
        number=st.just("1Z"),
        url=st.none(),
        carrier_phone=st.sampled_from([None, "+1 800 742 5877"]),
        carrier_help_url=st.sampled_from([None, "https://www.ups.com/us/en/support/contact-us.page"]),
    ),
)
"""What one source says of a parcel."""

shipments = st.builds(
    Shipment,
    name=st.sampled_from(["#1001.1", "#1001.2"]),
    displayed=st.none() | readings,
    items=st.lists(items, max_size=3).map(tuple),
    created_at=moments,
    events=st.lists(events, max_size=8).map(tuple),
    method=st.sampled_from(Method),
    cancelled=st.booleans(),
    in_transit_at=maybe_moments,
    delivered_at=maybe_moments,
    delivery_window=st.none() | windows,
    other_windows=st.lists(windows, max_size=3).map(tuple),
)

unshipped = st.builds(
    Unshipped,
    item=items,
    status=st.sampled_from([Status.PROCESSING, Status.ON_HOLD]),
    held=st.booleans(),
)

orders = st.builds(
    Order,
    id=st.just("gid://shopify/Order/1"),
    name=st.just("#1001"),
    placed_at=moments,
    displayed=statuses,
    shipments=st.lists(shipments, max_size=4).map(tuple),
    unshipped=st.lists(unshipped, max_size=3).map(tuple),
    total_quantity=st.integers(0, 12),
    shippable=st.booleans(),
    cancelled_at=maybe_moments,
)

# What people paste and what attackers send: text of every script, spiced with the characters that matter.
typed_text = st.text(max_size=60) | st.text(
    alphabet=st.sampled_from(list("01aAzZ９Ａ٣#＃№ºn°-–_./ :\"'\\()*\u200b\u200f\u00a0ーﾞ注文Éß\x00\ud800")),
    max_size=40,
)

order_names = st.from_regex(r"[A-Z0-9]{1,5}(?:[-_./ ][A-Z0-9]{1,6}){0,2}", fullmatch=True)
"""Names as shops make them, without the leading #."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
"""JSON of any shape, as Python reads it."""
