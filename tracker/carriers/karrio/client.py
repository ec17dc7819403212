"""Asks a Karrio server of the operator's own. Fills `ports.TrackingSource`.

Its API (https://docs.karrio.io/reference/api/add-tracker) takes and tells of one parcel in a request; the key
goes in the header `Authorization`, after the word Token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from tracker.carriers.client import SourceClient, answer_of, told_of
from tracker.carriers.karrio.codes import CARRIERS
from tracker.carriers.karrio.reading import NAME, read_news
from tracker.carriers.naming import Naming
from tracker.deadline import Deadline
from tracker.parcel import Parcel, TrackingNews

_NAMING = Naming("tracking_number", "carrier_name", CARRIERS)
_PATH = "/v1/trackers"
_NEVER = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
"""The number is none, or the merchant has no account at this carrier."""


class Karrio(SourceClient):
    """One account at a Karrio server. See `ports.TrackingSource`."""

    name = NAME
    batch = 1
    pushes = True

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Token {self._key}"}

    def covers(self, parcel: Parcel) -> bool:
        """Parcels of carriers that Karrio can ask."""
        return parcel.carrier in CARRIERS and super().covers(parcel)

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """One request for each. A number that is followed already is fine."""
        return [parcel for parcel in parcels if not self._follows(parcel, deadline)]

    def _follows(self, parcel: Parcel, deadline: Deadline) -> bool:
        if parcel.carrier not in CARRIERS:
            return False
        # Whether or not the carrier knows of it yet.
        query = {"pending_pickup": "true"}
        reply = self._reply("POST", _PATH, query=query, payload=_NAMING.of(parcel), deadline=deadline)
        if reply.status in _NEVER:
            return False
        # The carrier's own trouble is none of this: once it is asked for, the parcel is known.
        if reply.status != HTTPStatus.FAILED_DEPENDENCY:
            answer_of(reply)
        return True

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """One request for each."""
        return told_of(parcels, lambda parcel: self._news(parcel, deadline))

    def _news(self, parcel: Parcel, deadline: Deadline) -> TrackingNews | None:
        if not SourceClient.covers(self, parcel):  # it becomes a part of the path
            return None
        reply = self._reply("GET", f"{_PATH}/{parcel.number}", deadline=deadline)
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        return read_news(answer_of(reply), checked_at=self._clock(), on_unknown_word=self._on_unknown_word)
