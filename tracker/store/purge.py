"""Dropping and deleting what Redis keeps: an order's answers, all that is of a person, all that is of a shop.

While a rotation of the secret is on, the same thing may lie under the names of either secret: a worker that
has not been restarted yet still reads and writes the old ones. So everything is done under both. Unlike the
look-up, nothing here goes on without Redis: what was to be deleted would stay.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar, cast

from redis.exceptions import ResponseError

from tracker.claim import claims_of
from tracker.parcel import TrackingNews
from tracker.store.cache import READ_SECONDS, open_order, seal_order
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, demanded
from tracker.store.script import Argument, Script
from tracker.store.sealing import Sealer
from tracker.store.shop_parcels import with_news
from tracker.webhook import Person

PART_SECONDS = 7 * 86_400
"""So long it is remembered which order a return belongs to. No answer is kept longer."""
ORDERS_AT_ONCE = 100
KEYS_AT_ONCE = 1000

DROP = Script.load("drop")
KNOW_PART = Script.load("know_part")
ERASE_ORDERS = Script.load("erase_orders")
ERASE_PERSON = Script.load("erase_person")
ERASE_FOLLOWED = Script.load("erase_followed")

Result = TypeVar("Result")
Item = TypeVar("Item")


class RedisPurge:
    """ports.KeptOrders and ports.Purge on Redis. `sealers` are those of the secrets that may be in use, the
    present one first."""

    def __init__(self, guard: GuardedRedis, sealers: Sequence[Sealer]) -> None:
        self._guard = guard
        self._every = [Keys(sealer) for sealer in sealers]

    def drop(self, shop: str, order_id: str, *, news: TrackingNews | None = None) -> int:
        """See ports.KeptOrders."""
        dropped = 0
        for keys in self._every:
            names = [
                keys.order(shop, order_id),
                keys.misses_of_shop(shop),
                keys.changed(shop),
                keys.parcels_of_shop(shop),
            ]
            noted = [] if news is None else self._noted(keys, shop, order_id, news)
            found = self._run_script(DROP, names, [READ_SECONDS * 1000, *noted])
            if found < 0:
                # All that is kept may be of this order, so nothing is. A new index stops reads under way.
                found = self._unlink(keys, shop)
                self._run_script(DROP, names, [READ_SECONDS * 1000])
            dropped += found
        return dropped

    def _noted(self, keys: Keys, shop: str, order_id: str, news: TrackingNews) -> list[bytes]:
        """The record of an order's parcels as it is, and with the news."""
        place = keys.parcels(shop, order_id)
        record = self._run(functools.partial(_get_field, key=keys.parcels_of_shop(shop), place=place)) or b""
        return [record, with_news(keys.sealer, shop, place, record, news)]

    def know_part(self, shop: str, part: str, order_id: str) -> None:
        """See ports.KeptOrders."""
        keys = self._every[0]
        place = keys.part(shop, part)
        sealed = seal_order(keys.sealer, shop, place, order_id)
        self._run_script(KNOW_PART, [place, keys.order(shop, order_id)], [sealed, PART_SECONDS * 1000])

    def order_of(self, shop: str, part: str) -> str | None:
        """See ports.KeptOrders."""
        for keys in self._every:
            place = keys.part(shop, part)
            sealed = self._run(functools.partial(_get, place=place))
            if sealed and (order_id := open_order(keys.sealer, shop, place, sealed)):
                return order_id
        return None

    def person(self, shop: str, person: Person) -> int:
        """See ports.Purge."""
        erased = 0
        for keys in self._every:
            for order_ids in _batches(person.order_ids, ORDERS_AT_ONCE):
                indexes = [
                    keys.parcels_of_shop(shop),
                    *(keys.order(shop, order_id) for order_id in order_ids),
                ]
                erased += self._erased(ERASE_ORDERS, indexes, [READ_SECONDS * 1000], keys, shop)
                followed = [keys.followed_of(shop, order_id) for order_id in order_ids]
                erased += self._erased(ERASE_FOLLOWED, followed, [], keys, shop)
            for claim in claims_of(person.email, person.customer_id):
                theirs = [keys.person(shop, claim), keys.misses(shop, claim), keys.guesses_of(shop, claim)]
                if claim.customer_id:
                    theirs.append(keys.orders_of(shop, claim.customer_id))
                erased += self._erased(ERASE_PERSON, theirs, [], keys, shop)
        return erased

    def shop(self, domain: str) -> int:
        """See ports.Purge. All keys of a shop share a hash tag, so a Cluster takes them together."""
        return sum(self._unlink(keys, domain) for keys in self._every)

    def _erased(
        self, script: Script, indexes: Sequence[str], arguments: Sequence[Argument], keys: Keys, shop: str
    ) -> int:
        erased = self._run_script(script, indexes, arguments)
        # Where an index was spoilt nobody knows what is theirs, so that all that is the shop's goes.
        return erased if erased >= 0 else self._unlink(keys, shop)

    def _unlink(self, keys: Keys, shop: str) -> int:
        return self._run(functools.partial(_unlink, pattern=keys.everything(shop)))

    def _run(self, operation: Callable[[Any], Result]) -> Result:
        with demanded():
            return self._guard.run(operation)

    def _run_script(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> int:
        with demanded():
            return int(self._guard.run_script(script, keys, arguments))


def _get(client: Any, *, place: str) -> bytes | None:
    return cast(bytes | None, client.get(place))


def _get_field(client: Any, *, key: str, place: str) -> bytes | None:
    with suppress(ResponseError):  # may have been spoilt
        return cast(bytes | None, client.hget(key, place))
    return None


def _unlink(client: Any, *, pattern: str) -> int:
    found = client.scan_iter(match=pattern, count=KEYS_AT_ONCE)
    return sum(client.unlink(*some) for some in _batches(found, KEYS_AT_ONCE))


def _batches(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    rest = iter(items)
    return iter(lambda: tuple(islice(rest, size)), ())
