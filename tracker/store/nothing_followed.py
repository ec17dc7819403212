"""Where nothing is followed: what an installation without sources needs of `ports.FollowedParcels`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tracker.parcel import Parcel, TrackingNews
from tracker.ports import DueParcel


class NothingFollowed:
    """ports.FollowedParcels that has no parcel and takes none."""

    def follow(
        self, shop: str, order_id: str, parcels: Sequence[Parcel], *, sources: Sequence[str], at: datetime
    ) -> int:
        """None is new."""
        return 0

    def take(self, *, holder: str, most: int, now: datetime) -> Sequence[DueParcel]:
        """None is due."""
        return ()

    def keep(
        self, due: DueParcel, news: TrackingNews | None, *, next_at: datetime | None, registered: bool = True
    ) -> bool:
        """No story changes."""
        return False

    def push(self, shop: str, source: str, number: str, news: TrackingNews) -> str | None:
        """No order's."""
        return None

    def news(self, shop: str, numbers: Sequence[str]) -> Mapping[str, Sequence[TrackingNews]]:
        """Nobody said anything."""
        return {}
