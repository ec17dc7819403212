"""Whoever has a parcel to ask about finds the carrier's phone and help page, where they are known."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

from tests.web.conftest import Told
from tests.web.rendering import elements, render
from tracker.web.page import Pages

UPS = {
    "carrier": "UPS",
    "number": "1Z999AA10123456784",
    "url": None,
    "carrier_phone": "+1 800 742 5877",
    "carrier_help_url": "https://www.ups.com/us/en/support/contact-us.page",
}
UPS_LINKS = [("www.ups.com", UPS["carrier_help_url"]), ("+1 800 742 5877", "tel:+18007425877")]


def with_tracking(told: Told, *tracking: dict[str, Any], advice: str | None) -> dict[str, Any]:
    """An answer whose only parcel has these numbers, and this advice."""
    parcel = told.answer["shipments"][0] | {"advice": advice, "tracking": tracking}
    return told.answer | {"shipments": [parcel]}


def links(app: Flask, answer: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What the page without JavaScript calls its links to carriers and where they lead; numbers have none."""
    with app.test_request_context():
        html = render(Pages().story(json.dumps(answer).encode()))
    return [
        (element.text, element.attributes["href"])
        for element in elements(html)
        if element.tag == "a" and not element.has("button")
    ]


def test_an_answer_tells_where_the_carrier_is_asked(every_order: dict[str, Told]) -> None:
    told = [
        tracking
        for order in every_order.values()
        for shipment in order.answer["shipments"]
        for tracking in shipment["tracking"]
    ]
    ups = [tracking for tracking in told if tracking["carrier"] == "UPS"]

    assert ups
    for tracking in ups:
        assert UPS["carrier_phone"] == tracking["carrier_phone"]
        assert UPS["carrier_help_url"] == tracking["carrier_help_url"]
    assert [tracking for tracking in told if tracking["carrier_phone"] is None]


def test_the_page_names_it_where_there_is_advice(app: Flask, every_order: dict[str, Told]) -> None:
    answer = with_tracking(every_order["#1001"], UPS, UPS, advice="delivered")

    assert UPS_LINKS == links(app, answer), "once, however many numbers it has"


def test_the_page_names_none_where_all_goes_well(app: Flask, every_order: dict[str, Told]) -> None:
    answer = with_tracking(every_order["#1001"], UPS, advice=None)

    assert [] == links(app, answer)


def test_the_page_names_what_is_known_of_each_carrier(app: Flask, every_order: dict[str, Told]) -> None:
    unknown = UPS | {"carrier": "Van Bob", "carrier_phone": None, "carrier_help_url": None}
    phone = UPS | {"carrier": "Old Dominion", "carrier_help_url": None}
    kept = {"carrier": "DPD", "number": "1", "url": None}
    answer = with_tracking(every_order["#1001"], unknown, phone, kept, advice="problem")

    assert UPS_LINKS[1:] == links(app, answer), "an answer of an older release knows of no phone"
