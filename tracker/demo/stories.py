"""The order book of the demo: one order per story, all times counted back from the start."""

from __future__ import annotations

from datetime import datetime

from tracker.demo.book import FIRST_ID, Book
from tracker.demo.followed_orders import write_followed_orders
from tracker.demo.model import Location, Order, Refund, Return, Tracking
from tracker.demo.oddities import write_oddities

SHOP_COUNTER = Location("Northwind Harbour Street")


def write_orders(now: datetime, *, first_id: int = FIRST_ID, seller: str = "") -> list[Order]:
    """Every order of a demo shop, newest first as the stories are listed. `now` is aware, in UTC.

    Numbers of records count up from `first_id`; `seller` stands behind each title, where it is not empty.
    """
    book = Book(now, first_id=first_id, seller=seller)
    _on_the_way(book)
    _at_the_door(book)
    _split_and_waiting(book)
    _other_ways(book)
    _called_off(book)
    write_oddities(book)
    write_followed_orders(book)
    return book.orders


def _on_the_way(book: Book) -> None:
    order = book.order("#1001", "In transit, expected tomorrow", [book.line("rain-shell")], placed=3)
    book.ship(
        order,
        [
            ("LABEL_PURCHASED", 52, "Seattle", "Shipping label created"),
            ("CARRIER_PICKED_UP", 44, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 26, "Tacoma", "Departed from the facility"),
            ("IN_TRANSIT", 5, "Olympia", "Arrived at a sorting centre"),
        ],
        number="1Z999AA10123456784",
        estimate=26,
    )
    order = book.order("#1002", "Label made, waiting for the carrier", [book.line("mug", 2)], placed=1)
    book.ship(
        order, [("LABEL_PURCHASED", 4, "Seattle", "Shipping label created")], number="1Z999AA10123456785"
    )
    order = book.order("#1003", "Shipped, but no carrier has scanned it", [book.line("socks", 3)], placed=2)
    book.ship(order, carrier="USPS", number="9400111899223197428490", sent=30)
    order = book.order("#1006", "Delayed on the way", [book.line("tent")], placed=6)
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 110, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 80, "Spokane", "Departed from the facility"),
            ("DELAYED", 20, "Spokane", "Delayed by weather; a new date will follow"),
        ],
        carrier="FedEx",
        number="449044304137821",
        estimate=48,
    )
    order = book.order("#1007", "The carrier reports a problem", [book.line("lantern")], placed=5)
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 90, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 60, "Tacoma", "Arrived at a sorting centre"),
            ("FAILURE", 12, "Tacoma", "The parcel could not be processed"),
        ],
        number="1Z999AA10123456787",
    )
    order = book.order("#1008", "Label voided, a new one is due", [book.line("bottle")], placed=2)
    book.ship(order, number="1Z999AA10123456788", sent=30, display="LABEL_VOIDED")
    order = book.order("#1033", "No news for nine days", [book.line("pack")], placed=12)
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 250, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 220, "Portland", "Departed from the facility"),
        ],
        carrier="USPS",
        number="9400111899223197428491",
    )


def _at_the_door(book: Book) -> None:
    order = book.order("#1004", "Out for delivery today", [book.line("boots")], placed=4)
    book.ship(
        order,
        [
            ("LABEL_PURCHASED", 70, "Seattle", "Shipping label created"),
            ("CARRIER_PICKED_UP", 64, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 30, "Tacoma", "Arrived at a sorting centre"),
            ("OUT_FOR_DELIVERY", 2, "Olympia", "Out for delivery"),
        ],
        number="1Z999AA10123456786",
        estimate=5,
    )
    order = book.order("#1005", "Delivered yesterday", [book.line("mug"), book.line("socks", 2)], placed=7)
    book.ship(
        order,
        [
            ("LABEL_PURCHASED", 140, "Seattle", "Shipping label created"),
            ("CARRIER_PICKED_UP", 130, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 80, "Tacoma", "Departed from the facility"),
            ("OUT_FOR_DELIVERY", 30, "Olympia", "Out for delivery"),
            ("DELIVERED", 24, "Olympia", "Left with the resident"),
        ],
        number="1Z999AA10123456789",
    )
    order = book.order("#1009", "Delivery attempted, nobody at home", [book.line("rain-shell")], placed=5)
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 90, "Seattle", "Picked up by the carrier"),
            ("OUT_FOR_DELIVERY", 9, "Olympia", "Out for delivery"),
            ("ATTEMPTED_DELIVERY", 3, "Olympia", "Nobody was at home"),
        ],
        carrier="DHL Express",
        number="1234567890",
    )
    order = book.order("#1010", "Ready at a parcel shop", [book.line("lantern", 2)], placed=5)
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 80, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 40, "Tacoma", "Arrived at a sorting centre"),
            ("READY_FOR_PICKUP", 6, "Olympia", "Ready to be collected"),
        ],
        number="1Z999AA10123456790",
        method="PICKUP_POINT",
        presented="Parcel shop",
        location=Location("Corner Parcel Shop", "Olympia"),
    )
    order = book.order("#1011", "Collected from the parcel shop", [book.line("bottle")], placed=9)
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 180, "Seattle", "Picked up by the carrier"),
            ("READY_FOR_PICKUP", 100, "Olympia", "Ready to be collected"),
            ("DELIVERED", 72, "Olympia", "Collected"),
        ],
        number="1Z999AA10123456791",
        display="PICKED_UP",
        method="PICKUP_POINT",
        presented="Parcel shop",
        location=Location("Corner Parcel Shop", "Olympia"),
    )


def _split_and_waiting(book: Book) -> None:
    order = book.order(
        "#1012",
        "Split: one parcel delivered, one moving, one item still here",
        [book.line("tent"), book.line("pack", 2), book.line("lantern"), book.line("mug", 2)],
        placed=6,
    )
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 100, "Seattle", "Picked up by the carrier"),
            ("OUT_FOR_DELIVERY", 30, "Olympia", "Out for delivery"),
            ("DELIVERED", 26, "Olympia", "Left at the front door"),
        ],
        number="1Z999AA10123456792",
        pieces={0: 1, 3: 2},
    )
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 40, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 10, "Tacoma", "Arrived at a sorting centre"),
        ],
        carrier="USPS",
        number="9400111899223197428492",
        pieces={1: 2},
        estimate=50,
    )
    book.wait(order, {2: 1})
    order = book.order("#1013", "On hold: the address needs checking", [book.line("boots")], placed=1)
    book.hold(order, "INCORRECT_ADDRESS", "Incorrect address")
    order = book.order("#1014", "Pre-order, goes out in three weeks", [book.line("tent")], placed=2)
    book.wait(order, status="SCHEDULED").fulfill_at = book.ago(days=-21)
    order.fulfillment_status = "SCHEDULED"
    order = book.order(
        "#1015", "Just placed, being prepared", [book.line("mug"), book.line("guide")], placed=0.05
    )
    book.wait(order)
    order = book.order("#1016", "Payment still pending", [book.line("pack")], placed=1)
    order.display_financial_status = "PENDING"
    book.wait(order)
    order = book.order(
        "#1032", "One parcel cancelled, its item is to be sent again", [book.line("boots")], placed=4
    )
    parcel = book.ship(
        order, [("LABEL_PURCHASED", 60, "Seattle", "Shipping label created")], number="1Z999AA10123456793"
    )
    parcel.status, parcel.display_status = "CANCELLED", "CANCELED"
    parcel.work.status = "CANCELLED"
    book.wait(order)


def _other_ways(book: Book) -> None:
    order = book.order("#1017", "Pick-up in store, ready", [book.line("rain-shell")], placed=1)
    order.shipping_title = SHOP_COUNTER.name
    book.ship(
        order,
        [("READY_FOR_PICKUP", 3, "Seattle", "Ready at the counter")],
        carrier=None,
        method="PICK_UP",
        presented=SHOP_COUNTER.name,
        location=SHOP_COUNTER,
    )
    order = book.order("#1018", "Pick-up in store, being prepared", [book.line("socks", 2)], placed=0.2)
    order.shipping_title = SHOP_COUNTER.name
    book.wait(order, method="PICK_UP", presented=SHOP_COUNTER.name, location=SHOP_COUNTER)
    order = book.order(
        "#1019", "Local delivery, on the van", [book.line("lantern"), book.line("mug")], placed=1
    )
    order.shipping_title = "Local delivery"
    parcel = book.ship(
        order,
        [("OUT_FOR_DELIVERY", 1, "Seattle", "Out for delivery")],
        carrier=None,
        method="LOCAL",
        presented="Local delivery",
        location=SHOP_COUNTER,
        estimate=3,
    )
    parcel.work.delivery.min_delivery_date_time = book.ago(-1)
    parcel.work.delivery.max_delivery_date_time = book.ago(-3)
    order = book.order("#1020", "Digital only: nothing is shipped", [book.line("guide")], placed=2)
    order.shipping_title = None


def _called_off(book: Book) -> None:
    order = book.order("#1021", "Cancelled, fully refunded", [book.line("boots")], placed=8)
    order.cancelled_at, order.cancel_reason = book.ago(days=7), "CUSTOMER"
    order.closed_at = order.cancelled_at
    order.display_financial_status = "REFUNDED"
    order.refunds.append(Refund(book.next_id(), book.ago(days=7), 189.0))
    order.lines[0].removed = 1
    order = book.order(
        "#1022", "Cancelled, partly refunded", [book.line("tent"), book.line("socks", 2)], placed=9
    )
    order.cancelled_at, order.cancel_reason = book.ago(days=8), "INVENTORY"
    order.closed_at = order.cancelled_at
    order.display_financial_status = "PARTIALLY_REFUNDED"
    order.refunds.append(Refund(book.next_id(), book.ago(days=8), 44.0))
    for line in order.lines:
        line.removed = line.quantity
    order = book.order("#1023", "Delivered, a return is under way", [book.line("boots")], placed=16)
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 340, "Seattle", "Picked up by the carrier"),
            ("DELIVERED", 290, "Olympia", "Left with the resident"),
        ],
        number="1Z999AA10123456794",
    )
    order.return_status = "IN_PROGRESS"
    order.returns.append(
        Return(
            book.next_id(),
            f"{order.name}-R1",
            "OPEN",
            book.ago(days=3),
            1,
            Tracking("UPS", "1Z999AA10123456795", "https://www.ups.com/track?tracknum=1Z999AA10123456795"),
            request_approved_at=book.ago(days=2.5),
        )
    )
    order = book.order(
        "#1024",
        "One item refunded, the rest delivered",
        [book.line("mug", 2), book.line("bottle")],
        placed=10,
        email="grace@example.com",
    )
    order.lines[1].removed = 1
    order.display_financial_status = "PARTIALLY_REFUNDED"
    order.refunds.append(Refund(book.next_id(), book.ago(days=9), 34.0))
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 200, "Seattle", "Picked up by the carrier"),
            ("DELIVERED", 150, "Olympia", "Delivered"),
        ],
        carrier="Royal Mail",
        number="AB123456789GB",
        pieces={0: 2},
    )
