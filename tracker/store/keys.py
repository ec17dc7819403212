"""The names of everything that is kept in Redis. Pure.

All that is of one shop carries the shop's hash tag, so that one script may read several of them in a Redis
Cluster, and so that all of it can be found again to be deleted. What stands behind the tag is a letter for
the kind and a keyed hash: who reads the names learns no shop, order or person.
"""

from __future__ import annotations

from datetime import date

from tracker.claim import Claim
from tracker.ports.answers import Question
from tracker.store.sealing import Sealer
from tracker.tracking_number import same_number


class Keys:
    """The keys that the secret of `sealer` gives. After a rotation of the secret all of them are others."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    def entry(self, question: Question) -> str:
        """A kept answer, or that there is no such order."""
        claim = question.claim
        return self._key("l", "entry", question.shop, question.number, claim.kind, claim.value)

    def changed(self, shop: str) -> str:
        """When an order of the shop changed last."""
        return self.sealer.shop_tag(shop) + ":n"

    def known_since(self, shop: str) -> str:
        """Since when this Redis has known what changes at the shop. It goes where that is lost."""
        return self.sealer.shop_tag(shop) + ":e"

    def order(self, shop: str, order_id: str) -> str:
        """The index of one order: by field its entries (the value is their person's key) and its parts (no
        value), all without the tag, and its generation: when it was dropped last."""
        return self._key("o", "order", shop, order_id)

    def person(self, shop: str, claim: Claim) -> str:
        """The index of one person: by field their entries, the value is the key of the entry's order, all
        without the tag."""
        return self._key("p", "person", shop, claim.kind, claim.value)

    def misses(self, shop: str, claim: Claim) -> str:
        """The index of one person's kept misses, which end sooner."""
        return self.person(shop, claim) + ":m"

    def budget(self, shop: str) -> str:
        """What a shop's budget at the Admin API holds."""
        return self.sealer.shop_tag(shop) + ":b"

    def misses_of_shop(self, shop: str) -> str:
        """The index of all misses of a shop."""
        return self.sealer.shop_tag(shop) + ":m"

    def part(self, shop: str, gid: str) -> str:
        """The order that a part of it belongs to."""
        return self._key("x", "part", shop, gid)

    def orders_of(self, shop: str, customer_id: str) -> str:
        """A customer's list of orders."""
        return self._key("r", "list", shop, customer_id)

    def guesses(self, limit: str, shop: str, *counted: str) -> str:
        """A counter of guesses."""
        return self._key("g", limit, shop, *counted)

    def guesses_of(self, shop: str, claim: Claim) -> str:
        """The counter of guesses that is somebody's own."""
        return self.guesses("email", shop, claim.kind, claim.value)

    def seen(self, shop: str, topic: str, event_id: str) -> str:
        """That an event was dealt with."""
        return self._key("s", "seen", shop, topic, event_id)

    def route(self, shop: str, *route: str) -> str:
        """How long parcels took on a route."""
        return self._key("d", "route", shop, *route)

    def counted(self, shop: str, parcel: str) -> str:
        """That a parcel was counted on its routes."""
        return self._key("c", "counted", shop, parcel)

    def parcels_of_shop(self, shop: str) -> str:
        """Which parcels of a shop are under way: by field (see `parcels`) a record of each order's."""
        return self.sealer.shop_tag(shop) + ":w"

    def parcels(self, shop: str, order_id: str) -> str:
        """The field of an order's record: its index, without the tag."""
        return self.order(shop, order_id).removeprefix(self.sealer.shop_tag(shop) + ":")

    def token(self, shop: str) -> str:
        """The access token of a shop of the operator's own."""
        return self.sealer.shop_tag(shop) + ":t"

    def followed(self, shop: str, number: str) -> str:
        """What is kept of a parcel that is followed, however its number is written."""
        return self._key("f", "followed", shop, same_number(number))

    def followed_of(self, shop: str, order_id: str) -> str:
        """The set of an order's followed parcels."""
        return self._key("i", "followed of", shop, order_id)

    def followed_whole(self, shop: str) -> str:
        """The note that nothing of what is followed for a shop was lost since an account of it was saved, or
        since when it is known that it was."""
        return self._key("j", "followed whole", shop)

    def turns(self) -> tuple[str, str]:
        """The queue of followed parcels, of all shops: when each is due, and whose turns are under way. It
        has a hash tag of its own, and is another one after a rotation of the secret: who knows a queue can
        read what its turns are about."""
        tag = "{" + self.sealer.name("turns") + "}"
        return tag + ":due", tag + ":turns"

    def held(self, shop: str, source: str) -> str:
        """That an account is to be asked nothing for a while."""
        return self._key("h", "held", shop, source)

    def spacing(self, shop: str, source: str) -> str:
        """When an account may be asked next."""
        return self._key("v", "spacing", shop, source)

    def spent(self, shop: str, source: str, day: date) -> str:
        """How many parcels an account was asked for in a day (UTC)."""
        return self._key("q", "spent", shop, source, day.isoformat())

    def trouble(self, shop: str, source: str, code: str) -> str:
        """That a merchant was told of trouble with an account."""
        return self._key("w", "trouble", shop, source, code)

    def everything(self, shop: str) -> str:
        """A pattern that every key of this shop matches and no other. The door's counters have their
        library's own words before the tag."""
        return f"*{self.sealer.shop_tag(shop)}:*"

    def untagged(self, shop: str, key: str) -> str:
        """A key of this shop as its indexes name it: what all of them begin with takes most of their room."""
        return key.removeprefix(self.sealer.shop_tag(shop) + ":")

    def tagged(self, shop: str, named: str) -> str:
        """The key that an index of this shop names so."""
        return f"{self.sealer.shop_tag(shop)}:{named}"

    def _key(self, letter: str, purpose: str, shop: str, *parts: str) -> str:
        return f"{self.sealer.shop_tag(shop)}:{letter}:{self.sealer.name(purpose, shop, *parts)}"


LEASE = ":lease"
"""Ends the key of an entry's lease: who asks the shop for it now. Also written in the scripts that delete
entries."""
