"""Small stand-ins for the ports behind a webhook, which remember what they were told. None stands in for
Redis or a database, which tests have for real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes import NOON
from tracker.deadline import Deadline
from tracker.errors import UpstreamError
from tracker.parcel import TrackingNews
from tracker.ports.shops import Installation
from tracker.shop import Shop, Standing
from tracker.webhook import Envelope, Person


def shop_of(domain: str, *, shop_id: int | None = 1, installed_at: datetime = NOON) -> Shop:
    """An installed shop."""
    return Shop(domain, shop_id, Standing.INSTALLED, frozenset(), installed_at, None, 1)


@dataclass
class FakeShops:
    """ports.ServedShops and ports.KnownShops in a dict. `forgotten` are the names that `forget` was told;
    `error` is raised by whatever changes something, where it is set."""

    shops: dict[str, Shop] = field(default_factory=dict)
    scopes: dict[str, frozenset[str]] = field(default_factory=dict)
    scopes_at: dict[str, datetime] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    error: UpstreamError | None = None

    def get(self, domain: str) -> Shop | None:
        """As it was put there."""
        return self.shops.get(domain)

    def forget(self, domain: str) -> None:
        """Noted."""
        self.forgotten.append(domain)

    def uninstall(self, domain: str, *, triggered_at: datetime) -> bool:
        """True where it was installed no later than that."""
        self._fail()
        shop = self.shops.get(domain)
        if shop is None or shop.installed_at > triggered_at:
            return False
        self.gone.append(domain)
        return True

    def change_scopes(self, domain: str, scopes: frozenset[str], *, at: datetime) -> bool:
        """True where nothing newer is known."""
        self._fail()
        if domain not in self.shops or self.scopes_at.get(domain, at) > at:
            return False
        self.scopes[domain], self.scopes_at[domain] = scopes, at
        return True

    def remember_id(self, domain: str, shop_id: int) -> bool:
        """Noted."""
        self.ids[domain] = shop_id
        return domain in self.shops

    def erase(self, domain: str) -> bool:
        """Taken out of `shops`."""
        self._fail()
        return self.shops.pop(domain, None) is not None

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


@dataclass
class FakeJobs:
    """ports.Jobs as a list of what was handed on."""

    handed_on: list[tuple[str, str]] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    terms: list[tuple[float, bool]] = field(default_factory=list)

    def hand_on(
        self, kind: str, shop: str, payload: bytes = b"", *, after: float = 0.0, once: bool = False
    ) -> None:
        """Noted."""
        self.handed_on.append((kind, shop))
        self.payloads.append(payload)
        self.terms.append((after, once))


@dataclass
class FakeKept:
    """ports.KeptOrders in dicts."""

    parts: dict[tuple[str, str], str] = field(default_factory=dict)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    news: list[TrackingNews | None] = field(default_factory=list)

    def drop(self, shop: str, order_id: str, *, news: TrackingNews | None = None) -> int:
        """Noted."""
        self.dropped.append((shop, order_id))
        self.news.append(news)
        return 1

    def know_part(self, shop: str, part: str, order_id: str) -> None:
        """Kept for good."""
        self.parts[shop, part] = order_id

    def order_of(self, shop: str, part: str) -> str | None:
        """What `know_part` was told."""
        return self.parts.get((shop, part))


@dataclass
class FakePurge:
    """ports.Purge, ports.Disclosure: whom it was asked for. `error` is raised where it is set."""

    shops: list[str] = field(default_factory=list)
    people: list[tuple[str, Person]] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    error: UpstreamError | None = None

    def shop(self, domain: str) -> int:
        """Noted."""
        if self.error is not None:
            raise self.error
        self.shops.append(domain)
        return 3

    def person(self, shop: str, person: Person) -> int:
        """Noted."""
        self.people.append((shop, person))
        return 2

    def of(self, shop: str, person: Person) -> Sequence[bytes]:
        """What the test put in `answers`."""
        self.people.append((shop, person))
        return self.answers


@dataclass
class FakeInstallations:
    """ports.Installations: every shop has the same; `error` is raised where it is set."""

    installation: Installation = field(default_factory=lambda: Installation(1, frozenset({"read_orders"})))
    error: UpstreamError | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def read(self, shop: str, *, deadline: Deadline) -> Installation:
        """What the test put in `installation`."""
        self.asked.append(("read", shop))
        if self.error is not None:
            raise self.error
        return self.installation

    def subscribe(self, shop: str, *, deadline: Deadline) -> Installation:
        """The same."""
        self.asked.append(("subscribe", shop))
        if self.error is not None:
            raise self.error
        return self.installation


@dataclass
class FakeSeen:
    """ports.SeenEvents in a list."""

    events: list[tuple[str, str | None]] = field(default_factory=list)

    def seen(self, envelope: Envelope) -> bool:
        """Was it remembered?"""
        return (envelope.topic, envelope.event_id) in self.events

    def remember(self, envelope: Envelope) -> None:
        """Kept for good."""
        self.events.append((envelope.topic, envelope.event_id))
