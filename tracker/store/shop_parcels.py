"""Which parcels of a shop are under way, in Redis: for each order that was read a small sealed record, and an
index of the shop's records. The order's index names its record too, so that it goes with the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from tracker.errors import CacheUnavailable
from tracker.order import Attention, Status
from tracker.parcel_note import ParcelNote
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.script import Argument, Script
from tracker.store.sealing import Sealer

PURPOSE = "parcels"
LIFE = timedelta(days=14)
"""What nobody looked at for so long may be anywhere."""
MOST = 5_000
"""Records of a shop: opening as many takes a tenth of a second."""
AT_ONCE = 500

KEEP_PARCELS = Script.load("keep_parcels")
LIST_PARCELS = Script.load("list_parcels")


class RedisShopParcels:
    """ports.ShopParcels on Redis."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer, *, most: int = MOST) -> None:
        self._guard = guard
        self._sealer = sealer
        self._keys = Keys(sealer)
        self._most = most

    def keep(
        self, shop: str, order_id: str, parcels: Sequence[ParcelNote], *, generation: int, at: datetime
    ) -> None:
        """See ports.ShopParcels."""
        place = self._keys.parcels(shop, order_id)
        plain = json.dumps([_written(note) for note in parcels], separators=(",", ":"))
        sealed = (
            self._sealer.seal(plain.encode(), purpose=PURPOSE, shop=shop, place=place) if parcels else b""
        )
        keys = [
            place,
            self._keys.known_since(shop),
            self._keys.order(shop, order_id),
            self._keys.parcels_of_shop(shop),
        ]
        life = round(LIFE.total_seconds() * 1000)
        arguments: list[Argument] = [sealed, life, generation, repr(at.timestamp()), self._most]
        with suppress(RedisUnavailable):
            self._guard.run_script(KEEP_PARCELS, keys, arguments)

    def of(self, shop: str) -> list[ParcelNote]:
        """See ports.ShopParcels. What is not ours is passed over."""
        try:
            found = self._guard.run_script(LIST_PARCELS, [self._keys.parcels_of_shop(shop)], [AT_ONCE])
        except RedisUnavailable as error:
            raise CacheUnavailable from error
        records = zip(found[::2], found[1::2], strict=True)
        return [note for name, sealed in records for note in self._open(shop, name.decode(), sealed)]

    def _open(self, shop: str, place: str, sealed: bytes) -> Iterator[ParcelNote]:
        plain = self._sealer.open(sealed, purpose=PURPOSE, shop=shop, place=place)
        yield from map(_read, json.loads(plain or b"[]"))


def _written(note: ParcelNote) -> dict[str, str | None]:
    return {
        "carrier": note.carrier,
        "status": note.status,
        "attention": note.attention,
        "news": None if note.news is None else note.news.isoformat(),
        "destination": note.destination,
    }


def _read(written: Mapping[str, str | None]) -> ParcelNote:
    news = written["news"]
    return ParcelNote(
        carrier=written["carrier"],
        status=Status(str(written["status"])),
        attention=Attention(str(written["attention"])),
        news=None if news is None else datetime.fromisoformat(news),
        destination=written["destination"],
    )
