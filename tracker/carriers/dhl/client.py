"""Asks DHL itself. Fills `ports.TrackingSource`.

Shipment Tracking – Unified (https://developer.dhl.com/api-reference/shipment-tracking) tells of one number in
a GET of `/track/shipments`, once in five seconds and 250 times a day to begin with; the key goes in the
header `DHL-API-Key`. Nothing has to be registered, and it pushes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from tracker.carriers.client import SourceClient, answer_of, told_of
from tracker.carriers.dhl.codes import SERVICES
from tracker.carriers.dhl.reading import NAME, read_news
from tracker.carriers.naming import Naming
from tracker.carriers.told import read_language
from tracker.deadline import Deadline
from tracker.parcel import Parcel, TrackingNews

_NAMING = Naming("trackingNumber", "service", SERVICES)
_NOTHING_KNOWN = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
"""No shipment has this number, or none can have it: the only thing that is ours in the question."""


class Dhl(SourceClient):
    """One key of DHL's. See `ports.TrackingSource`."""

    name = NAME
    batch = 1
    pushes = False

    def _headers(self) -> Mapping[str, str]:
        return {"DHL-API-Key": self._key}

    def covers(self, parcel: Parcel) -> bool:
        """Parcels that are known to be DHL's: each question counts."""
        return parcel.carrier in SERVICES and super().covers(parcel)

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """No request."""
        return []

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """One request for each."""
        return told_of(parcels, lambda parcel: self._news(parcel, deadline))

    def _news(self, parcel: Parcel, deadline: Deadline) -> TrackingNews | None:
        reply = self._reply("GET", "/track/shipments", query=_NAMING.of(parcel), deadline=deadline)
        if reply.status in _NOTHING_KNOWN:
            return None
        return read_news(
            answer_of(reply),
            number=parcel.number,
            language=read_language(reply.headers.get("Content-Language")),
            checked_at=self._clock(),
            on_unknown_word=self._on_unknown_word,
        )
