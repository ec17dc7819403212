"""What Redis keeps of a person, opened. Fills `ports.Disclosure`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from redis.exceptions import ResponseError

from tracker.claim import claims_of
from tracker.store.entries import open_entry
from tracker.store.followed_record import PARCEL, SHOP, news_of, open_record, write_followed
from tracker.store.keys import Keys
from tracker.store.lists import PURPOSE as LIST_PURPOSE
from tracker.store.redis import GuardedRedis, demanded
from tracker.store.sealing import Sealer
from tracker.store.shop_parcels import open_parcels, write_parcels
from tracker.webhook import Person


class RedisDisclosure:
    """ports.Disclosure on Redis. `sealers` are those of the secrets that may be in use."""

    def __init__(self, guard: GuardedRedis, sealers: Sequence[Sealer]) -> None:
        self._guard = guard
        self._every = [Keys(sealer) for sealer in sealers]

    def of(self, shop: str, person: Person) -> list[bytes]:
        """See ports.Disclosure."""
        with demanded():
            return [
                answer for keys in self._every for answer in self._guard.run(_Search(keys, shop, person).run)
            ]


class _Search:
    """Under the names of one secret."""

    def __init__(self, keys: Keys, shop: str, person: Person) -> None:
        self._keys = keys
        self._shop = shop
        self._person = person

    def run(self, client: Any) -> list[bytes]:
        claims = list(claims_of(self._person.email, self._person.customer_id))
        indexes = [self._keys.person(self._shop, claim) for claim in claims]
        indexes += [self._keys.order(self._shop, order_id) for order_id in self._person.order_ids]
        fields = (field for index in indexes for field in _ours(client.hkeys, index, ()))
        named = dict.fromkeys(field.decode(errors="replace") for field in fields)
        answers = []
        for name in named:
            place = self._keys.tagged(self._shop, name)
            if name.startswith("l:"):
                answers.append(self._answer(place, _ours(client.get, place, None)))
        for claim in claims:
            if claim.customer_id:
                place = self._keys.orders_of(self._shop, claim.customer_id)
                answers.append(self._open(LIST_PURPOSE, place, _ours(client.get, place, None)))
        for order_id in self._person.order_ids:
            answers.append(self._parcels(client, order_id))
            places = _ours(client.smembers, self._keys.followed_of(self._shop, order_id), ())
            names = sorted(place.decode(errors="replace") for place in places)
            answers += [self._followed(place, _ours(client.hgetall, place, {})) for place in names]
        return [answer for answer in answers if answer]

    def _answer(self, place: str, sealed: bytes | None) -> bytes | None:
        entry = open_entry(self._keys.sealer, self._shop, place, sealed or b"")
        return None if entry is None else entry.answer

    def _followed(self, place: str, fields: Mapping[bytes, bytes]) -> bytes | None:
        sealer = self._keys.sealer
        record = open_record(sealer, place, fields.get(SHOP.encode()), fields.get(PARCEL.encode()))
        if record is None or record.shop != self._shop:
            return None
        return write_followed(record, news_of(sealer, self._shop, place, fields))

    def _parcels(self, client: Any, order_id: str) -> bytes:
        records, name = self._keys.parcels_of_shop(self._shop), self._keys.parcels(self._shop, order_id)
        record = _ours(lambda key: client.hget(key, name), records, None)
        notes = open_parcels(self._keys.sealer, self._shop, name, record)
        return write_parcels(notes) if notes else b""

    def _open(self, purpose: str, place: str, sealed: bytes | None) -> bytes:
        return self._keys.sealer.open(sealed or b"", purpose=purpose, shop=self._shop, place=place) or b""


def _ours(read: Callable[[str], Any], key: str, nothing: object) -> Any:
    """What `read` gives of `key`; `nothing` where something of another type lies there, which is not ours: it
    must not keep the rest from whoever asks for it. What comes by next puts it right."""
    try:
        return read(key)
    except ResponseError as error:
        if str(error).startswith("WRONGTYPE"):
            return nothing
        raise
