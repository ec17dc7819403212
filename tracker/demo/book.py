"""Writing the order book: numbers are handed out here, so that a story names only what it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count

from tracker.demo.catalogue import PRODUCTS
from tracker.demo.customers import customer_of
from tracker.demo.model import (
    WAREHOUSE,
    Delivery,
    Event,
    Hold,
    Line,
    Location,
    Order,
    Parcel,
    ParcelLine,
    Tracking,
    Work,
    WorkLine,
)
from tracker.demo.parcels import record

ADA = "ada@example.com"

Step = tuple[str, float, str, str]
"""Event status, hours ago, city and message."""

_URLS: dict[str, Callable[[str], str]] = {
    "UPS": "https://www.ups.com/track?tracknum={}".format,
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}".format,
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={}".format,
    "DHL Express": "https://www.dhl.com/en/express/tracking.html?AWB={}".format,
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}".format,
    "Yamato (JA)": "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={}".format,
}
_CARRIER_URL = "carrier"


FIRST_ID = 5_000_000_001
"""The number of the first record of a shop that is the only one."""


class Book:
    """Collects orders. `now` (aware, UTC) is the moment all hours and days are counted back from; `seller`
    stands behind the titles of the catalogue."""

    def __init__(self, now: datetime, *, first_id: int = FIRST_ID, seller: str = "") -> None:
        self.now = now
        self.orders: list[Order] = []
        self._ids = count(first_id)
        self._behind = f" ({seller})" if seller else ""

    def next_id(self) -> int:
        """A number no other record of this shop has."""
        return next(self._ids)

    def ago(self, hours: float = 0, *, days: float = 0) -> datetime:
        """A moment in the past (in the future for negative figures)."""
        return self.now - timedelta(hours=hours, days=days)

    def line(
        self, slug: str, quantity: int = 1, *, title: str | None = None, variant: str | None = None
    ) -> Line:
        """A line of the catalogue, under another title where the story is about titles."""
        product = PRODUCTS[slug]
        return Line(
            id=self.next_id(),
            title=title if title is not None else product.title + self._behind,
            quantity=quantity,
            variant_title=variant or product.variant,
            picture=slug,
            requires_shipping=product.requires_shipping,
            sku=f"NW-{slug.upper()}",
            price=product.price,
        )

    def order(
        self,
        name: str,
        story: str,
        lines: Iterable[Line],
        *,
        placed: float,
        email: str | None = ADA,
        guest: bool = False,
        locale: str = "en",
        country: str = "US",
    ) -> Order:
        """A paid order, placed that many days ago, with nothing sent yet. It belongs to the account of its
        e-mail unless a guest placed it."""
        order_id = self.next_id()
        digits = "".join(character for character in name if character.isdigit())
        digest = hashlib.sha256(f"{name}/{order_id}".encode()).hexdigest()
        at = self.ago(days=placed)
        order = Order(
            id=order_id,
            name=name,
            number=int(digits or "0"),
            email=email,
            customer=None if guest else customer_of(email),
            story=story,
            processed_at=at,
            created_at=at,
            updated_at=at,
            confirmation_number=digest[:9].upper(),
            lines=list(lines),
            status_key=digest[9:41],
            customer_locale=locale,
            country_code=country,
        )
        self.orders.append(order)
        return order

    def work(
        self,
        pieces: Mapping[int, int],
        order: Order,
        *,
        status: str,
        method: str = "SHIPPING",
        presented: str | None = "Standard shipping",
        location: Location = WAREHOUSE,
    ) -> Work:
        """A fulfilment order over pieces (index of the line → quantity)."""
        closed = status == "CLOSED"
        return Work(
            id=self.next_id(),
            lines=[
                WorkLine(self.next_id(), order.lines[index], quantity, 0 if closed else quantity)
                for index, quantity in pieces.items()
            ],
            status=status,
            delivery=Delivery(self.next_id(), method, presented),
            location=location,
        )

    def ship(
        self,
        order: Order,
        steps: Iterable[Step] = (),
        *,
        carrier: str | None = "UPS",
        number: str | None = None,
        url: str | None = _CARRIER_URL,
        pieces: Mapping[int, int] | None = None,
        sent: float | None = None,
        display: str | None = None,
        estimate: float | None = None,
        method: str = "SHIPPING",
        presented: str | None = "Standard shipping",
        location: Location = WAREHOUSE,
    ) -> Parcel:
        """A parcel with its events. All shippable pieces go in unless `pieces` says which.

        `sent` is hours ago (default: two hours before the first event), `estimate` hours from now.
        """
        steps = list(steps)
        at = self.ago(sent if sent is not None else (steps[0][1] + 2 if steps else 20))
        if pieces is None:
            pieces = {i: n.current_quantity for i, n in enumerate(order.lines) if n.requires_shipping}
        work = self.work(
            pieces, order, status="CLOSED", method=method, presented=presented, location=location
        )
        parcel = Parcel(
            id=self.next_id(),
            name=f"{order.name}.{len(order.parcels) + 1}",
            lines=[ParcelLine(self.next_id(), order.lines[i], n) for i, n in pieces.items()],
            created_at=at,
            updated_at=at,
            work=work,
            tracking=self._tracking(carrier, number, url),
            estimated_delivery_at=self.ago(-estimate) if estimate is not None else None,
        )
        for status, hours, city, message in steps:
            record(
                parcel,
                Event(self.next_id(), status, self.ago(hours), message, city, country=location.country_code),
            )
        if display is not None:
            parcel.display_status = display
        order.parcels.append(parcel)
        order.updated_at = max(order.updated_at, parcel.updated_at)
        return parcel

    def wait(
        self,
        order: Order,
        pieces: Mapping[int, int] | None = None,
        *,
        status: str = "OPEN",
        method: str = "SHIPPING",
        presented: str | None = "Standard shipping",
        location: Location = WAREHOUSE,
    ) -> Work:
        """What has not left yet, as a fulfilment order (default: all shippable pieces)."""
        if pieces is None:
            pieces = {i: n.current_quantity for i, n in enumerate(order.lines) if n.requires_shipping}
        work = self.work(pieces, order, status=status, method=method, presented=presented, location=location)
        order.waiting.append(work)
        return work

    def hold(self, order: Order, reason: str, words: str) -> Work:
        """Everything that waits is held for a reason."""
        work = self.wait(order, status="ON_HOLD")
        work.holds.append(Hold(self.next_id(), reason, words))
        order.fulfillment_status = "ON_HOLD"
        return work

    @staticmethod
    def _tracking(carrier: str | None, number: str | None, url: str | None) -> list[Tracking]:
        if number is None:
            return []
        if url == _CARRIER_URL:
            url = _URLS[carrier](number) if carrier in _URLS else None
        return [Tracking(carrier, number, url)]
