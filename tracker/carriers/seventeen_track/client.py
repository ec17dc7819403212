"""Asks 17TRACK. Fills `ports.TrackingSource`.

Its API v2.4 (https://api.17track.net/en/doc?version=v2.4) takes a list of at most 40 numbers in a POST, three
of them a second, with the key in the header `17token`. What it can't take of a list it rejects one by one,
with a code of its own (https://help.17track.net/hc/en-us/articles/37570440168473-Error-Codes-and-Troubleshooting);
registering a number spends one of the plan, asking for it nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from tracker.carriers.client import SourceClient, answer_of
from tracker.carriers.naming import Naming
from tracker.carriers.seventeen_track.codes import CARRIERS
from tracker.carriers.seventeen_track.reading import NAME, read_news
from tracker.deadline import Deadline
from tracker.errors import (
    SourceBroken,
    SourceError,
    SourceKeyRejected,
    SourceQuotaSpent,
    SourceRejected,
    SourceUnavailable,
)
from tracker.parcel import Parcel, TrackingNews
from tracker.shapes import mapping, mappings
from tracker.tracking_number import same_number

VERSION = "v2.4"

_NAMING = Naming("number", "carrier", CARRIERS)
_NOT_REGISTERED = -18019902
_NEVER = frozenset(
    {
        -18010011,  # the number, or the carrier, is none
        -18010012,  # the format of the number is wrong
        -18010013,
        -18010015,  # a field's value is none
        -18010016,  # the last mile's carrier goes with posts alone
        -18010018,  # the carrier wants to know a country and a postcode, …
        -18010019,  # a postcode,
        -18010020,  # a telephone number,
        -18010022,  # or a date of shipping
        -18019903,  # the carrier can't be found out
        -18019910,  # the carrier's number is wrong
        -18019911,  # the carrier can't be followed
    }
)
"""Codes of a number that will not be followed: we tell no more of a parcel than its number."""

_MEANT: Mapping[int, type[SourceError]] = {
    -18010001: SourceKeyRejected,  # not from this address
    -18010002: SourceKeyRejected,
    -18010003: SourceUnavailable,
    -18010004: SourceKeyRejected,  # the account is closed
    -18010005: SourceKeyRejected,
    -18010010: SourceRejected,
    -18010011: SourceRejected,
    -18010012: SourceRejected,
    -18010013: SourceRejected,
    -18010014: SourceRejected,  # more than 40
    -18010015: SourceRejected,
    -18010016: SourceRejected,
    -18019907: SourceQuotaSpent,  # the day's
    -18019908: SourceQuotaSpent,  # the plan's
}
"""Codes of a whole request. Those of a spent quota may stand beside a single number too."""


class SeventeenTrack(SourceClient):
    """One account at 17TRACK. See `ports.TrackingSource`."""

    name = NAME
    batch = 40
    pushes = True

    def _headers(self) -> Mapping[str, str]:
        return {"17token": self._key}

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """One request. A number that is registered already is fine."""
        codes = dict(_rejected(self._post("register", [_NAMING.of(one) for one in parcels], deadline)))
        return [parcel for parcel in parcels if codes.get(same_number(parcel.number)) in _NEVER]

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """One request, and one more to register again what the account does not know any more, as after a
        change of accounts."""
        data = self._post("gettrackinfo", [{"number": parcel.number} for parcel in parcels], deadline)
        lost = {number for number, code in _rejected(data) if code == _NOT_REGISTERED}
        if lost:
            with suppress(SourceQuotaSpent):  # which is nothing to those that it does know
                self.register([one for one in parcels if same_number(one.number) in lost], deadline=deadline)
        read = partial(read_news, checked_at=self._clock(), on_unknown_word=self._on_unknown_word)
        return _NAMING.told_of(
            parcels, mappings(data.get("accepted")), lambda item, parcel: read(item, number=parcel.number)
        )

    def _post(self, what: str, wanted: Sequence[Mapping[str, object]], deadline: Deadline) -> dict[str, Any]:
        """The answer's `data`, empty without a request where nothing is wanted. Raises children of
        SourceError, also where a single number was rejected for what all would be."""
        if not wanted:
            return {}
        path = f"/track/{VERSION}/{what}"
        answer = answer_of(self._reply("POST", path, payload=wanted, deadline=deadline))
        data = mapping(answer.get("data"))
        for code in _codes(answer, data):
            raise _MEANT.get(code, SourceBroken)
        for _, code in _rejected(data):
            if _MEANT.get(code) in (SourceQuotaSpent, SourceKeyRejected):
                raise _MEANT[code]
        return data


def _codes(answer: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[int]:
    """Why the whole request was refused: `code`, or a list of `errors` beside a `code` of 0."""
    code = answer.get("code")
    if not isinstance(code, int) or isinstance(code, bool):
        raise SourceBroken
    if code:
        yield code
    yield from _numbers(error.get("code") for error in mappings(data.get("errors")))


def _rejected(data: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The numbers that were rejected, each with a code."""
    for item in mappings(data.get("rejected")):
        for code in _numbers([mapping(item.get("error")).get("code")]):
            yield same_number(item.get("number")), code


def _numbers(values: Iterable[object]) -> Iterator[int]:
    return (value for value in values if isinstance(value, int))
