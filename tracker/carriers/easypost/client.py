"""Asks EasyPost. Fills `ports.TrackingSource`.

Its API v2 (https://docs.easypost.com/docs/trackers) makes a tracker for each number by a request of its own,
which gives the one that there is for what was asked for in the last three months; and tells of many by POST
`/trackers/batch`. The key is the user name of HTTP's basic authentication
(https://docs.easypost.com/docs/authentication).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus

from tracker.carriers.client import SourceClient, answer_of
from tracker.carriers.easypost.codes import CARRIERS
from tracker.carriers.easypost.reading import NAME, read_news
from tracker.carriers.naming import Naming
from tracker.deadline import Deadline
from tracker.parcel import Parcel, TrackingNews
from tracker.shapes import mappings

_NAMING = Naming("tracking_code", "carrier", CARRIERS)
_PATH = "/v2/trackers"
_NEVER = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY})
"""The number is none, or nobody's: nothing else in the request is not ours."""


class EasyPost(SourceClient):
    """One account at EasyPost. See `ports.TrackingSource`."""

    name = NAME
    batch = 50
    pushes = True

    def _headers(self) -> Mapping[str, str]:
        user = base64.b64encode(f"{self._key}:".encode(errors="replace")).decode("ascii")
        return {"Authorization": f"Basic {user}"}

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """One request for each. A number that is followed already is fine."""
        return [parcel for parcel in parcels if not self._follows(parcel, deadline)]

    def _follows(self, parcel: Parcel, deadline: Deadline) -> bool:
        payload = {"tracker": _NAMING.of(parcel)}
        reply = self._reply("POST", _PATH, payload=payload, deadline=deadline)
        if reply.status in _NEVER:
            return False
        answer_of(reply)
        return True

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """One request."""
        if not parcels:
            return {}
        wanted = {"tracking_codes": [parcel.number for parcel in parcels]}
        answer = answer_of(self._reply("POST", f"{_PATH}/batch", payload=wanted, deadline=deadline))
        read = partial(read_news, checked_at=self._clock(), on_unknown_word=self._on_unknown_word)
        return _NAMING.told_of(parcels, mappings(answer.get("trackers")), lambda tracker, _: read(tracker))
