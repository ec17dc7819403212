"""How a source names a parcel: the field of its number, that of its carrier, and what it calls ours. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tracker.parcel import Parcel, TrackingNews
from tracker.tracking_number import same_number

Name = TypeVar("Name", str, int)


@dataclass(frozen=True, slots=True)
class Naming(Generic[Name]):
    """`number` and `carrier` are the source's names of its fields, `carriers` its names of carriers by our
    keys. Where it has none there, or None, it finds the carrier out by itself."""

    number: str
    carrier: str
    carriers: Mapping[str, Name | None]

    def of(self, parcel: Parcel) -> dict[str, str | Name]:
        """The fields by which the source is told of a parcel."""
        carrier = self._carrier(parcel)
        named: dict[str, str | Name] = {self.number: parcel.number}
        return named if carrier is None else named | {self.carrier: carrier}

    def told_of(
        self,
        parcels: Sequence[Parcel],
        items: Sequence[Mapping[str, Any]],
        read: Callable[[Mapping[str, Any], Parcel], TrackingNews | None],
    ) -> Mapping[Parcel, TrackingNews]:
        """The news of those parcels that `items` have some of, as `read` has it."""
        found = ((parcel, self._find(parcel, items)) for parcel in parcels)
        told = ((parcel, None if item is None else read(item, parcel)) for parcel, item in found)
        return {parcel: news for parcel, news in told if news is not None}

    def _find(self, parcel: Parcel, items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """One number may belong to several carriers: the parcel's own goes first."""
        wanted, carrier = same_number(parcel.number), self._carrier(parcel)
        found = [item for item in items if same_number(item.get(self.number)) == wanted]
        return next((item for item in found if item.get(self.carrier) == carrier), next(iter(found), None))

    def _carrier(self, parcel: Parcel) -> Name | None:
        return None if parcel.carrier is None else self.carriers.get(parcel.carrier)
