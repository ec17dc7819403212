"""Recorded answers of the Admin API as the facts of an order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.shopify import recordings
from tracker.order import (
    Attention,
    DeliveryWindow,
    Detail,
    Hold,
    Item,
    Method,
    Order,
    Pickup,
    Reading,
    Refund,
    Source,
    Status,
    Tracking,
    TrackingEvent,
    Unshipped,
)
from tracker.shopify.reading import read_order


def at(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


def read(name: str) -> Order:
    order = read_order(recordings.order(name))
    assert order is not None
    return order


def line(number: int) -> str:
    return f"gid://shopify/LineItem/{number}"


def pieces(unshipped: tuple[Unshipped, ...]) -> list[tuple[str, int, Status, datetime | None, bool]]:
    return [
        (part.item.title, part.item.quantity, part.status, part.scheduled_at, part.held) for part in unshipped
    ]


def contents(order: Order) -> list[tuple[str, int, int]]:
    return [(item.title, item.quantity, item.ordered) for item in order.contents]


@pytest.mark.parametrize("code", [None, "", "ZZ", "de", "DEU", 49, ["DE"], {"code": "DE"}, "D\x00"])
def test_what_is_no_country_is_not_known(code: object) -> None:
    node = recordings.answer("order_split")["data"]["order"] | {"shippingAddress": {"countryCodeV2": code}}
    understood = read_order(node)

    assert understood is not None
    assert understood.destination is None


def test_where_it_goes_and_where_each_parcel_comes_from_is_told_by_country() -> None:
    assert "DE" == read("split").destination
    assert {"DE"} == {parcel.origin for parcel in read("split").shipments}
    assert None is read("digital").destination
    assert None is read("trouble").shipments[0].origin


def test_a_split_order_is_two_parcels_and_what_waits() -> None:
    order = read("split")

    assert (order.id, order.name) == ("gid://shopify/Order/1001", "#1001")
    assert order.placed_at == at(1, 10)
    assert order.displayed is Status.PROCESSING
    assert (order.payment, order.fulfillment, order.returned) == ("paid", "partially_fulfilled", "no_return")
    assert (order.shippable, order.truncated, order.refund, order.cancelled_at) == (True, False, None, None)
    assert [shipment.name for shipment in order.shipments] == ["#1001.1", "#1001.2"]


def test_a_gift_card_next_to_a_mug_is_not_waited_for() -> None:
    order = read("split")

    assert order.total_quantity == 5
    assert "Gift card" not in [part.item.title for part in order.unshipped]


def test_held_and_scheduled_pieces_are_told_apart() -> None:
    assert pieces(read("split").unshipped) == [
        ("Tray", 1, Status.ON_HOLD, None, True),
        ("Tray", 1, Status.ON_HOLD, at(1, 0, month=12), False),
    ]


def test_of_several_reasons_for_a_hold_the_one_that_the_shopper_has_to_see_to_is_told() -> None:
    assert [Hold.ADDRESS, None] == [part.hold for part in read("split").unshipped]


def test_what_was_bought_is_known_of_a_cancelled_order_and_what_is_wanted_of_any_other() -> None:
    assert [("Sofa", 1, 1), ("Cushion", 2, 2)] == contents(read("cancelled_refunded"))
    wanted = {part.item.title: part.item.ordered for part in read("split").unshipped}
    assert wanted.items() <= {title: pieces for title, pieces, _ in contents(read("split"))}.items()


def test_a_parcel_with_everything_that_is_told_of_it() -> None:
    parcel = read("split").shipments[0]

    mug = Item(
        line_id=line(1),
        title="Mug",
        quantity=2,
        variant="Blue",
        image_url="https://cdn.shopify.com/s/files/1/0001/0002/files/1_160x160.jpg?v=1",
        ordered=2,
    )
    assert parcel.items == (mug,)
    assert parcel.displayed == Reading(Status.DELIVERED, raw="DELIVERED")
    assert (parcel.created_at, parcel.in_transit_at, parcel.delivered_at) == (
        at(2, 9),
        at(3, 6),
        at(4, 13, 5),
    )
    assert parcel.tracking == (
        Tracking("UPS", "1Z999AA10123456784", "https://www.ups.com/track?tracknum=1Z999AA10123456784"),
    )
    assert (parcel.method, parcel.pickup, parcel.scheduled_at) == (Method.SHIPPING, None, None)
    assert parcel.events[0] == TrackingEvent(
        reading=Reading(Status.DELIVERED, raw="DELIVERED"),
        occurred_at=at(4, 13, 5),
        source=Source.SHOPIFY,
        message="Delivered, left with neighbour",
        country="DE",
    )
    assert {event.city for event in parcel.events} == {None}


def test_the_newest_estimate_of_the_events_holds_where_the_parcel_has_none_of_its_own() -> None:
    parcel = read("split").shipments[1]

    assert parcel.delivery_window == DeliveryWindow(None, at(8, 17), Source.SHOPIFY)
    assert parcel.displayed == Reading(None, Attention.DELAYED, raw="DELAYED")


def test_the_parcels_own_estimate_comes_before_that_of_its_events() -> None:
    assert read("trouble").shipments[0].delivery_window == DeliveryWindow(None, at(7, 18), Source.SHOPIFY)


def test_an_order_of_which_nothing_left() -> None:
    order = read("unshipped")

    assert order.shipments == ()
    assert pieces(order.unshipped) == [("Chair", 4, Status.PROCESSING, None, False)]
    assert order.unshipped[0].item.image_url is None


def test_what_waits_knows_how_it_will_reach_the_shopper() -> None:
    """Pieces that no fulfillment order speaks of are sent as usual."""

    def collected(node: dict[str, Any]) -> None:
        part = {
            "id": "gid://shopify/FulfillmentOrder/1",
            "status": "OPEN",
            "deliveryMethod": {"methodType": "PICK_UP"},
            "lineItems": {
                "nodes": [{"totalQuantity": 3, "remainingQuantity": 3, "lineItem": {"id": line(31)}}]
            },
        }
        node["fulfillmentOrders"] = {"nodes": [part]}

    order = read_changed("unshipped", collected)

    assert [(part.item.quantity, part.method) for part in order.unshipped] == [
        (3, Method.PICK_UP),
        (1, Method.SHIPPING),
    ]
    assert {part.status for part in order.unshipped} == {Status.PROCESSING}


def test_pieces_know_how_many_of_them_were_ordered() -> None:
    order = read("split")

    assert {"Mug": 2, "Tray": 2}.items() <= {
        part.title: part.ordered
        for part in [*(part.item for part in order.unshipped), *order.shipments[0].items]
    }.items()


def test_without_fulfillment_orders_the_orders_own_word_holds_for_what_waits() -> None:
    """Which pieces are held is unknown then, so none is counted as held."""
    order = read("on_hold_without_scope")

    assert order.displayed is Status.ON_HOLD
    assert pieces(order.unshipped) == [("Lamp", 1, Status.ON_HOLD, None, False)]


def test_a_parcel_to_collect_knows_where() -> None:
    [parcel] = read("pick_up").shipments

    assert (parcel.method, parcel.pickup) == (Method.PICK_UP, Pickup("Corner shop", "Köln"))
    assert parcel.delivery_window == DeliveryWindow(at(2, 8), at(5, 18), Source.SHOPIFY)


def test_a_local_delivery_names_no_place_to_collect() -> None:
    [parcel] = read("local_delivery").shipments

    assert (parcel.method, parcel.pickup) == (Method.LOCAL, None)
    assert parcel.delivery_window == DeliveryWindow(at(2, 12), at(2, 15), Source.SHOPIFY)


@pytest.mark.parametrize("name", ["digital", "digital_fulfilled"])
def test_of_a_digital_order_nothing_travels(name: str) -> None:
    order = read(name)

    assert not order.shippable
    assert (order.shipments, order.unshipped, order.total_quantity) == ((), (), 0)


def test_what_is_tracked_travels_whatever_the_product_says() -> None:
    order = read("tracked_without_shipping")

    assert order.shippable
    assert order.total_quantity == 1
    assert [item.title for item in order.shipments[0].items] == ["Poster"]


def test_a_cancelled_order_with_part_of_the_money_back() -> None:
    order = read("cancelled_refunded")

    assert (order.cancelled_at, order.cancel_reason) == (at(2, 8), "customer")
    assert order.refund == Refund("partially_refunded", at(3, 8, 0, 1))
    assert order.total_quantity == 1


def test_money_that_did_not_go_back_is_no_refund() -> None:
    order = recordings.order("cancelled_refunded") | {"displayFinancialStatus": "PAID"}

    read_back = read_order(order)
    assert read_back is not None
    assert read_back.refund is None


def test_of_a_parcel_taken_back_only_what_is_to_be_sent_again_waits() -> None:
    order = read("parcel_taken_back")

    assert [(parcel.name, parcel.cancelled) for parcel in order.shipments] == [
        ("#1009.1", True),
        ("#1009.2", False),
    ]
    assert pieces(order.unshipped) == [("Vase", 1, Status.PROCESSING, None, False)]
    assert order.total_quantity == 2
    assert order.returned == "return_requested"


def test_a_voided_label_takes_the_label_back() -> None:
    displayed = read("parcel_taken_back").shipments[1].displayed

    assert displayed == Reading(Status.PROCESSING, raw="LABEL_VOIDED", voids_label=True)


def test_a_number_of_an_unknown_carrier_has_no_link() -> None:
    assert read("parcel_taken_back").shipments[1].tracking == (Tracking("Unknown carrier", "ABC 123", None),)


def test_a_link_that_is_no_web_address_is_dropped() -> None:
    assert read("trouble").shipments[1].tracking == (Tracking("Evil", "1", None),)


def test_where_nothing_is_displayed_the_fulfillments_own_status_speaks() -> None:
    assert read("trouble").shipments[1].displayed == Reading(None, Attention.PROBLEM, raw="ERROR")


def test_a_line_edited_out_of_the_order_is_gone() -> None:
    order = read("edited")

    assert order.name == "#1031A"
    assert (order.total_quantity, order.unshipped) == (1, ())
    assert order.shipments[0].displayed == Reading(Status.DELIVERED, detail=Detail.COLLECTED, raw="PICKED_UP")
    assert order.status_page_url == "https://shop.example.com/1/orders/abc/authenticate?key=def"


def read_changed(name: str, change: Callable[[dict[str, Any]], object]) -> Order:
    node = recordings.order(name)
    change(node)
    order = read_order(node)
    assert order is not None
    return order


def test_what_is_no_longer_wanted_is_not_waited_for() -> None:
    order = read_changed("unshipped", lambda node: node["lineItems"]["nodes"][0].update(currentQuantity=1))

    assert [part.item.quantity for part in order.unshipped] == [1]


def test_what_does_not_travel_is_not_waited_for() -> None:
    order = read_changed("split", lambda node: node["lineItems"]["nodes"][3].update(unfulfilledQuantity=1))

    assert {part.item.title for part in order.unshipped} == {"Tray"}


def test_what_does_not_travel_counts_only_while_a_parcel_carries_it() -> None:
    order = read_changed(
        "tracked_without_shipping", lambda node: node["fulfillments"][0].update(status="CANCELLED")
    )

    assert order.total_quantity == 0


def test_a_cancelled_fulfillment_order_says_nothing_of_a_parcel() -> None:
    order = read_changed(
        "local_delivery", lambda node: node["fulfillmentOrders"]["nodes"][0].update(status="CANCELLED")
    )

    assert order.shipments[0].method is Method.SHIPPING


def test_a_number_told_twice_is_shown_once() -> None:
    order = read_changed(
        "split",
        lambda node: node["fulfillments"][0]["trackingInfo"].extend(node["fulfillments"][0]["trackingInfo"]),
    )

    assert len(order.shipments[0].tracking) == 1


def test_a_line_that_two_places_send_belongs_to_the_one_that_sent_it() -> None:
    node = recordings.order("pick_up")
    elsewhere = {
        "id": "gid://shopify/FulfillmentOrder/99",
        "status": "OPEN",
        "deliveryMethod": {"methodType": "SHIPPING"},
        "lineItems": {"nodes": [{"totalQuantity": 3, "remainingQuantity": 3, "lineItem": {"id": line(33)}}]},
    }
    node["fulfillmentOrders"]["nodes"].insert(0, elsewhere)

    order = read_order(node)

    assert order is not None
    assert order.shipments[0].method is Method.PICK_UP


def test_an_order_is_found_by_its_parts_that_have_not_ended() -> None:
    """One of the four is closed and one was cancelled: nothing is said of them any more."""
    assert read("split").parts == ("gid://shopify/FulfillmentOrder/22", "gid://shopify/FulfillmentOrder/23")


def test_a_part_in_a_state_that_is_new_to_us_has_not_ended() -> None:
    assert read("unknown_words").parts == ("gid://shopify/FulfillmentOrder/28",)
