"""What DHL tells of a shipment → its news. Pure. Shapes:
https://developer.dhl.com/api-reference/shipment-tracking.

Its times are those on a clock where it happened, with an offset or without. Names of sender, recipient and
who signed are never read, and of a place only the town, the region and the country; of the destination the
country alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker.carriers.dhl.codes import RETURNING, WORDS, is_code
from tracker.carriers.moments import Written, read_time
from tracker.carriers.told import Told, newest, read_day, read_events, read_last_mile, read_window, tell_news
from tracker.carriers.words import OnUnknownWord, Words, ignore
from tracker.order import DeliveryWindow, Source, Tracking
from tracker.parcel import TrackingNews
from tracker.shapes import mapping, mappings
from tracker.tracking_number import same_number

NAME = "dhl"

_LOCAL_NUMBER = "local-tracking-number"


def read_news(
    answer: Mapping[str, Any],
    *,
    number: str,
    language: str | None,
    checked_at: datetime,
    on_unknown_word: OnUnknownWord = ignore,
) -> TrackingNews | None:
    """The news of the parcel that is followed under `number`, None where the answer has none of it.
    `language` is that of the texts, as the answer's header names it; `checked_at` (UTC) when it came."""
    shipment = _shipment(answer, number)
    events = newest(mappings(shipment.get("events")), _time, checked_at=checked_at)
    told = list(_told(shipment, events, Words(NAME, WORDS, on_unknown_word), language))
    read = read_events(told, source=Source.CARRIER, checked_at=checked_at)
    window = _window(shipment, told, checked_at)
    return tell_news(checked_at, read, window, _last_mile(shipment, number))


def _shipment(answer: Mapping[str, Any], number: str) -> Mapping[str, Any]:
    """A piece is found under its own number and told under its shipment's, so a single answer is the right
    one; of many only that with the number itself."""
    shipments = mappings(answer.get("shipments"))
    if len(shipments) != 1:
        shipments = [one for one in shipments if same_number(one.get("id")) == same_number(number)]
    return next(iter(shipments), {})


def _told(
    shipment: Mapping[str, Any], events: Sequence[Mapping[str, Any]], words: Words, language: str | None
) -> Iterator[Told]:
    """The shipment's status is its newest event, and stands alone where there are no others."""
    status, service = shipment.get("status"), shipment.get("service")
    latest = [_event(mapping(status), words, service, language)] if isinstance(status, dict) else []
    if latest and shipment.get("returnFlag") is True:
        latest = [replace(latest[0], reading=RETURNING)]
    others = [_event(event, words, service, language) for event in events]
    yield from latest
    yield from (one for one in others if not latest or replace(one, reading=latest[0].reading) != latest[0])


def _event(event: Mapping[str, Any], words: Words, service: object, language: str | None) -> Told:
    address = mapping(mapping(event.get("location")).get("address"))
    group, status = event.get("statusCode"), event.get("status")
    coded = is_code(service, status)
    return Told(
        written=_time(event),
        reading=words.read(f"{group}.{status}" if coded and isinstance(group, str) else None, group),
        message=event.get("description") or (None if coded else status),
        language=language,
        city=address.get("addressLocality"),
        province=address.get("addressRegion"),
        country=address.get("countryCode"),
    )


def _time(event: Mapping[str, Any]) -> Written | None:
    return read_time(event.get("timestamp"))


def _window(shipment: Mapping[str, Any], told: Sequence[Told], checked_at: datetime) -> DeliveryWindow | None:
    frame = mapping(shipment.get("estimatedDeliveryTimeFrame"))
    window = read_window(
        frame.get("estimatedFrom"),
        frame.get("estimatedThrough"),
        source=Source.CARRIER,
        checked_at=checked_at,
        told=told,
        destination=mapping(mapping(shipment.get("destination")).get("address")).get("countryCode"),
    )
    if window is not None:
        return window
    return read_day(shipment.get("estimatedTimeOfDelivery"), source=Source.CARRIER, checked_at=checked_at)


def _last_mile(shipment: Mapping[str, Any], number: str) -> Tracking | None:
    details = mapping(shipment.get("details"))
    provider = mapping(details.get("provider")).get("destinationProvider")
    for reference in mappings(details.get("references")):
        if reference.get("type") == _LOCAL_NUMBER:
            return read_last_mile(provider, reference.get("number"), followed=number)
    return None
