"""Asks AfterShip. Fills `ports.TrackingSource`.

Its REST API of 2026-07 (https://www.aftership.com/docs/tracking/quickstart/api-quick-start) tells of 50
numbers at a time, on pages of up to 200 trackings, and is told of each number by a request of its own. The
key goes in the header `as-api-key`; a refusal has a code in `meta` beside the status
(https://www.aftership.com/docs/tracking/quickstart/request-errors).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from tracker.carriers.aftership.codes import SLUGS
from tracker.carriers.aftership.reading import NAME, read_news
from tracker.carriers.client import SourceClient, answer_of
from tracker.carriers.naming import Naming
from tracker.carriers.told import decode
from tracker.deadline import Deadline
from tracker.parcel import Parcel, TrackingNews
from tracker.shapes import mapping, mappings

VERSION = "2026-07"
MOST_PAGES = 5
"""A number has as many trackings as couriers that it was registered for: so many pages are never needed."""

_NAMING = Naming("tracking_number", "slug", SLUGS)
_PATH = f"/tracking/{VERSION}/trackings"
_PAGE = 200

_ALREADY_FOLLOWED = 4003
_NEVER = frozenset(
    {
        4005,  # the number is none
        4010,  # the courier is none
        4011,  # the courier wants to know more than a number
        4012,  # the courier can't be found out, or is not on the merchant's list
        4017,  # the number is none of this courier's
    }
)


class AfterShip(SourceClient):
    """One account at AfterShip. See `ports.TrackingSource`."""

    name = NAME
    batch = 50
    pushes = True

    def _headers(self) -> Mapping[str, str]:
        return {"as-api-key": self._key}

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """One request for each. A number that is followed already is fine."""
        return [parcel for parcel in parcels if not self._follows(parcel, deadline)]

    def _follows(self, parcel: Parcel, deadline: Deadline) -> bool:
        reply = self._reply("POST", _PATH, payload=_NAMING.of(parcel), deadline=deadline)
        if reply.status == HTTPStatus.BAD_REQUEST:
            code = mapping(decode(reply.body).get("meta")).get("code")
            if code == _ALREADY_FOLLOWED:
                return True
            if code in _NEVER:
                return False
        answer_of(reply)
        return True

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """One request, and one more for each further page."""
        trackings = [
            tracking
            for page in self._pages(parcels, deadline)
            for tracking in mappings(page.get("trackings"))
        ]
        read = partial(read_news, checked_at=self._clock(), on_unknown_word=self._on_unknown_word)
        return _NAMING.told_of(
            parcels, trackings, lambda tracking, parcel: read(tracking, number=parcel.number)
        )

    def _pages(self, parcels: Sequence[Parcel], deadline: Deadline) -> Iterator[Mapping[str, Any]]:
        # Without a number it would tell of all there are.
        numbers = ",".join(parcel.number for parcel in parcels if self.covers(parcel))
        query = {"tracking_numbers": numbers, "limit": str(_PAGE)}
        for _ in range(MOST_PAGES if numbers else 0):
            data = mapping(answer_of(self._reply("GET", _PATH, query=query, deadline=deadline)).get("data"))
            yield data
            further = mapping(data.get("pagination"))
            cursor = further.get("next_cursor")
            if further.get("has_next_page") is not True or not isinstance(cursor, str):
                return
            query = query | {"cursor": cursor}
