"""Asks DHL itself. Fills `ports.TrackingSource`.

Shipment Tracking – Unified (https://developer.dhl.com/api-reference/shipment-tracking) tells of one number in
a GET of `/track/shipments`, once a second and 250 times a day to begin with; the key goes in the header
`DHL-API-Key`. Nothing has to be registered, and it pushes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from tracker.carriers.dhl.codes import SERVICES
from tracker.carriers.dhl.reading import NAME, read_news
from tracker.carriers.http import SourceHttp, refused
from tracker.carriers.told import decode, read_language
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.deadline import Deadline
from tracker.parcel import Parcel, TrackingNews
from tracker.ports import Clock

_NOTHING_KNOWN = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
"""No shipment has this number, or none can have it: the only thing that is ours in the question."""


class Dhl:
    """One key of DHL's. See `ports.TrackingSource`."""

    name = NAME
    batch = 1
    pushes = False

    def __init__(
        self,
        key: str,
        http: SourceHttp,
        *,
        origin: str,
        clock: Clock,
        on_unknown_word: OnUnknownWord = ignore,
    ) -> None:
        self._key = key
        self._http = http
        self._url = f"{origin}/track/shipments"
        self._clock = clock
        self._on_unknown_word = on_unknown_word

    def covers(self, parcel: Parcel) -> bool:
        """Parcels that are known to be DHL's: each question counts."""
        return parcel.carrier in SERVICES

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """No request."""
        return []

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """One request for each."""
        told = ((parcel, self._news(parcel, deadline)) for parcel in parcels)
        return {parcel: news for parcel, news in told if news is not None}

    def _news(self, parcel: Parcel, deadline: Deadline) -> TrackingNews | None:
        service = SERVICES.get(parcel.carrier or "")
        query = {"trackingNumber": parcel.number} | ({} if service is None else {"service": service})
        headers = {"DHL-API-Key": self._key}
        reply = self._http.ask("GET", self._url, headers=headers, query=query, deadline=deadline)
        if reply.status in _NOTHING_KNOWN:
            return None
        error = refused(reply)
        if error is not None:
            raise error
        return read_news(
            decode(reply.body),
            number=parcel.number,
            language=read_language(reply.headers.get("Content-Language")),
            checked_at=self._clock(),
            on_unknown_word=self._on_unknown_word,
        )
