"""How a followed parcel lies in Redis: a hash of what it is, and of what each source says of it, all of it
sealed, each field so that it opens in its own place alone. Pure but for the seal's random nonce.

Whose it is lies beside it under a key that is not the shop's: a worker that takes a turn knows no shop yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from datetime import UTC, datetime
from typing import Any

from tracker.order import Attention, DeliveryWindow, Detail, Reading, Source, Status, Tracking, TrackingEvent
from tracker.parcel import KeptParcel, Parcel, TrackingNews
from tracker.store.packing import FIRST
from tracker.store.sealing import Sealer

PURPOSE = "followed"
EVERY_SHOP = ""
SHOP, PARCEL = "shop", "parcel"
NEWS, STATE, CHANGED, PUSHED, ANSWERED = "news:", "state:", "changed:", "pushed:", "answered:"
"""Beginnings of fields that each source has."""


class State:
    """The words of a parcel's state at a source: it does not know of it yet, it does, or the parcel's way
    came to its end. Also written in scripts."""

    NEW = b"new"
    REGISTERED = b"registered"
    OVER = b"over"


@dataclass(frozen=True, slots=True)
class Record:
    """What a parcel is: whose, its order's gid, and since when (aware, UTC) it is followed."""

    shop: str
    parcel: Parcel
    order_id: str = field(repr=False)
    followed_at: datetime


def seal_record(sealer: Sealer, key: str, record: Record) -> tuple[bytes, bytes]:
    """The fields SHOP and PARCEL under `key`."""
    parcel = record.parcel
    known = [parcel.number, parcel.carrier, record.order_id, record.followed_at.timestamp()]
    return (
        sealer.seal(record.shop.encode(), purpose=PURPOSE, shop=EVERY_SHOP, place=_place(key, SHOP)),
        sealer.seal(_written(known), purpose=PURPOSE, shop=record.shop, place=_place(key, PARCEL)),
    )


def open_record(sealer: Sealer, key: str, shop: bytes | None, parcel: bytes | None) -> Record | None:
    """What `seal_record` sealed there; None where it is not ours, or nothing is there."""
    whose = sealer.open(shop or b"", purpose=PURPOSE, shop=EVERY_SHOP, place=_place(key, SHOP))
    if whose is None:
        return None
    plain = sealer.open(parcel or b"", purpose=PURPOSE, shop=whose.decode(), place=_place(key, PARCEL))
    if plain is None:
        return None
    try:
        number, carrier, order_id, followed_at = json.loads(plain)
        return Record(whose.decode(), Parcel(number, carrier), order_id, _moment(followed_at))
    except (ValueError, TypeError, OverflowError):
        return None


def seal_news(sealer: Sealer, shop: str, key: str, source: str, news: TrackingNews) -> bytes:
    """The field NEWS of this source under `key`."""
    window, last_mile = news.window, news.last_mile
    known = [
        news.checked_at.timestamp(),
        [_event(event) for event in news.events],
        window and [_seconds(window.start), _seconds(window.end), window.source],
        last_mile and astuple(last_mile),
        *(age and [moment.timestamp() for moment in age] for age in (news.window_age, news.last_mile_age)),
    ]
    place = _place(key, NEWS + source)
    return sealer.seal(FIRST.pack(_written(known)), purpose=PURPOSE, shop=shop, place=place)


def open_news(sealer: Sealer, shop: str, key: str, source: str, sealed: bytes | None) -> TrackingNews | None:
    """What `seal_news` sealed there; None where it is not ours, of a release that kept it otherwise, or
    nothing is there."""
    packed = sealer.open(sealed or b"", purpose=PURPOSE, shop=shop, place=_place(key, NEWS + source))
    if packed is None:
        return None
    try:
        checked_at, events, window, last_mile, *ages = json.loads(FIRST.unpack(packed))
        window_age, last_mile_age = ages or (None, None)
        return TrackingNews(
            _moment(checked_at),
            tuple(_read_event(event) for event in events),
            window and DeliveryWindow(_read_moment(window[0]), _read_moment(window[1]), Source(window[2])),
            last_mile and Tracking(*last_mile),
            window_age and (_moment(window_age[0]), _moment(window_age[1])),
            last_mile_age and (_moment(last_mile_age[0]), _moment(last_mile_age[1])),
        )
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        return None


def news_of(sealer: Sealer, shop: str, key: str, fields: Mapping[bytes, bytes]) -> dict[str, TrackingNews]:
    """By source, of all that is kept under `key`."""
    opened: dict[str, TrackingNews] = {}
    for name, sealed in fields.items():
        beginning, colon, source = name.decode(errors="replace").partition(":")
        if beginning + colon == NEWS and (news := open_news(sealer, shop, key, source, sealed)) is not None:
            opened[source] = news
    return opened


def kept_parcel(sealer: Sealer, shop: str, key: str, fields: Mapping[bytes, bytes]) -> KeptParcel | None:
    """What is kept under `key` for whoever tells stories; None where nothing of ours is."""
    record = open_record(sealer, key, fields.get(SHOP.encode()), fields.get(PARCEL.encode()))
    if record is None:
        return None
    if news := news_of(sealer, shop, key, fields):
        return KeptParcel(tuple(news.values()))
    states = _by_source(STATE, fields)
    answered = {source for source, state in states.items() if state == State.OVER}
    answered |= _by_source(ANSWERED, fields).keys()
    awaited = not answered or states.keys() - answered
    return KeptParcel((), record.followed_at if awaited else None)


def _by_source(beginning: str, fields: Mapping[bytes, bytes]) -> dict[str, bytes]:
    """Of the fields that each source has, those that begin like this."""
    start = beginning.encode()
    return {
        name[len(start) :].decode(errors="replace"): value
        for name, value in fields.items()
        if name.startswith(start)
    }


def write_followed(record: Record, news: Mapping[str, TrackingNews]) -> bytes:
    """All of it as JSON that people can read, for whom it is about."""
    told = {
        "order": record.order_id,
        "parcel": asdict(record.parcel),
        "followed_at": record.followed_at,
        "news": {source: asdict(each) for source, each in news.items()},
    }
    return json.dumps(told, ensure_ascii=False, default=datetime.isoformat).encode("utf-8", "surrogatepass")


def _place(key: str, name: str) -> str:
    return f"{key}#{name}"


def _written(known: list[Any]) -> bytes:
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _event(event: TrackingEvent) -> list[Any]:
    reading = event.reading
    told = [
        reading.status,
        reading.attention,
        reading.reason,
        reading.detail,
        reading.raw,
        reading.voids_label,
    ]
    return [
        event.occurred_at.timestamp(),
        event.source,
        [event.message, event.language, event.city, event.province, event.country],
        # Named where it is so alone: a worker of the release before reads all others.
        [*told, True] if reading.returned else told,
    ]


def _read_event(written: list[Any]) -> TrackingEvent:
    occurred_at, source, told, (status, attention, reason, detail, raw, voids_label, *returned) = written
    reading = Reading(
        None if status is None else Status(status),
        Attention(attention),
        reason,
        None if detail is None else Detail(detail),
        raw,
        voids_label,
        bool(returned),
    )
    return TrackingEvent(reading, _moment(occurred_at), Source(source), *told)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _read_moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)
