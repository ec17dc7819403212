"""Which parcels of a shop are under way, in Redis: in one hash, for each order that was read a small sealed
record, which goes with the order's answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta

from tracker.clock import utc_now
from tracker.errors import CacheUnavailable
from tracker.parcel import TrackingNews
from tracker.parcel_note import ParcelNote, notes_after
from tracker.ports.clock import Clock
from tracker.store.keys import Keys
from tracker.store.packing import NotPacked
from tracker.store.parcels_record import pack_notes, unpack_notes
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.script import Argument, Script
from tracker.store.sealing import Sealer

PURPOSE = "parcels"
LIFE = timedelta(days=14)
"""What nobody looked at for so long may be anywhere."""
MOST = 5_000
"""Records of a shop: opening as many takes a tenth of a second."""

KEEP_PARCELS = Script.load("keep_parcels")
LIST_PARCELS = Script.load("list_parcels")


class RedisShopParcels:
    """ports.ShopParcels on Redis."""

    def __init__(
        self, guard: GuardedRedis, sealer: Sealer, *, clock: Clock = utc_now, most: int = MOST
    ) -> None:
        self._guard = guard
        self._sealer = sealer
        self._keys = Keys(sealer)
        self._clock = clock
        self._most = most

    def keep(
        self, shop: str, order_id: str, parcels: Sequence[ParcelNote], *, generation: int, at: datetime
    ) -> None:
        """See ports.ShopParcels."""
        place = self._keys.parcels(shop, order_id)
        sealed = _sealed(self._sealer, shop, place, parcels) if parcels else b""
        keys = [
            self._keys.known_since(shop),
            self._keys.order(shop, order_id),
            self._keys.parcels_of_shop(shop),
        ]
        life = round(LIFE.total_seconds() * 1000)
        arguments: list[Argument] = [sealed, life, generation, int(at.timestamp()), self._most]
        with suppress(RedisUnavailable):
            self._guard.run_script(KEEP_PARCELS, keys, arguments)

    def of(self, shop: str) -> list[ParcelNote]:
        """See ports.ShopParcels. What is not ours is passed over."""
        oldest = int((self._clock() - LIFE).timestamp())
        try:
            found = self._guard.run_script(LIST_PARCELS, [self._keys.parcels_of_shop(shop)], [oldest])
        except RedisUnavailable as error:
            raise CacheUnavailable from error
        records = zip(found[::2], found[1::2], strict=True)
        return [
            note
            for name, sealed in records
            for note in _opened(self._sealer, shop, name.decode(errors="replace"), sealed)
        ]


def open_parcels(sealer: Sealer, shop: str, place: str, record: bytes | None) -> list[ParcelNote]:
    """What a record, with its time before it, says in the field `place`; nothing where it is not ours."""
    return _opened(sealer, shop, place, (record or b"").partition(b":")[2])


def with_news(sealer: Sealer, shop: str, place: str, record: bytes, news: TrackingNews) -> bytes:
    """The record in the field `place` with what a source says now; empty where nothing is under way any more.
    One that says nothing to us stays as it is."""
    notes = open_parcels(sealer, shop, place, record)
    told = notes_after(notes, news)
    if told == notes:
        return record
    at = record.partition(b":")[0]
    return at + b":" + _sealed(sealer, shop, place, told) if told else b""


def write_parcels(notes: Sequence[ParcelNote]) -> bytes:
    """As JSON that people can read, for whom it is about."""
    told = [asdict(note) for note in notes]
    return json.dumps(told, ensure_ascii=False, default=datetime.isoformat).encode("utf-8", "surrogatepass")


def _sealed(sealer: Sealer, shop: str, place: str, notes: Sequence[ParcelNote]) -> bytes:
    return sealer.seal(pack_notes(notes), purpose=PURPOSE, shop=shop, place=place)


def _opened(sealer: Sealer, shop: str, place: str, sealed: bytes) -> list[ParcelNote]:
    packed = sealer.open(sealed, purpose=PURPOSE, shop=shop, place=place)
    with suppress(NotPacked):  # or packed by another version
        return unpack_notes(packed or b"")
    return []
