"""The merchant sees how many parcels are under way, stand still or have a problem, by carrier: of the orders
that were looked up, by the days they chose, and of no other shop's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from tests.web.admin.conftest import Merchant, Service
from tests.web.admin.test_what_settings_do import SILENT, choose
from tests.web.storefront import ALICE
from tracker.business_days import Calendar, monday_to_friday
from tracker.order import Attention, Status
from tracker.parcel_note import CarrierCount, NotedOrder, ParcelNote, count_by_carrier
from tracker.web.admin.parcels import MOST_LISTED

NOON = datetime(2026, 11, 6, 12, tzinfo=UTC)
"""A Friday."""


def note(
    carrier: str | None = "UPS",
    *,
    days_ago: int | None = 0,
    attention: Attention = Attention.NONE,
    status: Status = Status.IN_TRANSIT,
    destination: str | None = None,
) -> ParcelNote:
    news = None if days_ago is None else NOON - timedelta(days=days_ago)
    return ParcelNote(carrier, status, attention, news, destination)


class TestCounting:
    def counts(self, *notes: ParcelNote, days: int = 4) -> list[CarrierCount]:
        return count_by_carrier(notes, now=NOON, stalled_days=days, calendar_of=monday_to_friday)

    def test_the_carrier_with_the_most_parcels_comes_first_and_nobody_last_of_equals(self) -> None:
        notes = [note(None), note("DHL"), note("UPS"), note("UPS"), note("ASM")]

        assert ["UPS", "ASM", "DHL", None] == [count.carrier for count in self.counts(*notes)]

    def test_what_stands_still_is_told_as_of_now_and_by_the_merchants_days(self) -> None:
        notes = [note(days_ago=2), note(days_ago=4), note(days_ago=9), note(days_ago=None)]

        assert [CarrierCount("UPS", 4, 2, 0)] == self.counts(*notes)
        assert [CarrierCount("UPS", 4, 3, 0)] == self.counts(*notes, days=1)
        assert [CarrierCount("UPS", 4, 0, 0)] == self.counts(*notes, days=30)

    def test_what_nobody_reported_anything_of_yet_stands_still_later(self) -> None:
        sent = [replace(note(days_ago=days), reported=False) for days in (9, 15, 20)]

        assert [CarrierCount("UPS", 3, 1, 0)] == self.counts(*sent)
        assert [CarrierCount("UPS", 3, 2, 0)] == self.counts(*sent, days=3)

    def test_each_parcels_days_are_those_of_where_it_goes(self) -> None:
        calendars = {"SA": Calendar(weekend=frozenset({3, 4})), "DE": Calendar()}
        notes = [note(days_ago=4, destination=country) for country in calendars]
        (count,) = count_by_carrier(
            notes, now=NOON, stalled_days=4, calendar_of=lambda country: calendars[country or "DE"]
        )

        assert (2, 1) == (count.under_way, count.stalled)

    def test_a_problem_and_what_somebody_has_to_do_are_counted_and_do_not_stand_still(self) -> None:
        graver = [Attention.PROBLEM, Attention.ACTION_NEEDED, Attention.DELAYED, Attention.STALLED]
        notes = [note(days_ago=days, attention=one) for one in graver for days in (0, 9)]

        assert [CarrierCount("UPS", 8, 3, 4)] == self.counts(*notes)

    def test_what_waits_to_be_collected_is_under_way_and_stands_still_for_nobody(self) -> None:
        assert [CarrierCount("UPS", 1, 0, 0)] == self.counts(note(days_ago=9, status=Status.READY_FOR_PICKUP))


def rows(merchant: Merchant) -> dict[str, list[int]]:
    """What the page's table says, by its rows' heads."""
    text = merchant.open().text
    section = re.search(r'id="parcels">.*?</s-section>', text, re.DOTALL)
    assert section is not None
    found = re.findall(r'<th scope="row">(.*?)</th>((?:<td class="number">\d+</td>)+)', section[0])
    return {unescape(head): [int(number) for number in re.findall(r"\d+", cells)] for head, cells in found}


def test_parcels_are_counted_once_a_shopper_has_looked_their_order_up(
    service: Service, alice: Merchant, bob: Merchant
) -> None:
    assert {} == rows(alice)
    assert "None is known." in alice.open().text

    service.storefront(ALICE).look_up(SILENT)
    assert {"USPS": [1, 1, 0]} == rows(alice)
    assert {} == rows(bob)

    choose(service, alice, stalled_days=30)
    assert {"USPS": [1, 0, 0]} == rows(alice)


def named(merchant: Merchant, kind: str) -> list[tuple[str, ...]]:
    """The cells of the parcels that are named as of this kind."""
    found = re.search(
        rf'<table aria-labelledby="parcels-{kind}">.*?</table>', merchant.open().text, re.DOTALL
    )
    listed = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", found[0] if found else "")
    return [tuple(unescape(cell) for cell in cells) for cells in listed]


def test_the_orders_of_what_stands_still_are_named_and_lead_into_the_admin(
    service: Service, alice: Merchant
) -> None:
    service.storefront(ALICE).look_up(SILENT)
    ((order, carrier, since),) = named(alice, "stalled")
    order_id = next(one.id for one in service.platform.shop(ALICE).orders if one.name == "#1033")

    assert re.fullmatch(rf'<a href="[^"]*/admin/orders/{order_id}" target="_top">#1033</a>', order)
    assert ("USPS", "9 days ago") == (carrier, re.sub("<.*?>", "", since))
    assert [] == named(alice, "troubled")


def test_those_that_were_heard_of_last_come_first_and_very_many_are_not_named(
    service: Service, alice: Merchant
) -> None:
    service.storefront(ALICE).look_up({"order": "1005", "email": "ada@example.com"})  # all of it has come
    notes = [
        replace(note(days_ago=days, attention=Attention.PROBLEM), order=NotedOrder(days, f"#{days}"))
        for days in range(MOST_LISTED + 2)
    ]
    for one in reversed(notes):
        assert one.order is not None
        service.edges.parcels.keep(ALICE, one.order.name, [one], generation=10**18, at=datetime.now(UTC))
    listed = named(alice, "troubled")

    assert [f"#{days}" for days in range(MOST_LISTED)] == [re.sub("<.*?>", "", one[0]) for one in listed]
    assert "With a problem: 52" in alice.open().text
    assert "And 2 more, heard of less recently." in alice.open().text


def test_what_was_noted_without_its_order_is_named_without_it(service: Service, alice: Merchant) -> None:
    service.storefront(ALICE).look_up({"order": "1005", "email": "ada@example.com"})
    silent = note(None, days_ago=None, attention=Attention.STALLED)
    service.edges.parcels.keep(ALICE, "order", [silent], generation=10**18, at=datetime.now(UTC))

    assert [("Not known",) * 3] == named(alice, "stalled")


@pytest.mark.usefixtures("reachable")
def test_a_parcel_of_which_there_is_news_is_no_longer_told_as_it_was(
    service: Service, alice: Merchant
) -> None:
    service.storefront(ALICE).look_up(SILENT)
    assert {"USPS": [1, 1, 0]} == rows(alice)
    (delivery,) = service.platform.deliver_webhook(ALICE, "orders/updated", order="#1033")
    while not delivery.attempts:
        delivery.wait(0.1)

    assert {} == rows(alice)


def test_a_carriers_name_is_text(service: Service, alice: Merchant) -> None:
    service.storefront(ALICE).look_up({"order": "1005", "email": "ada@example.com"})  # all of it has come
    service.edges.parcels.keep(
        ALICE, "order", [note("<b>{{ 7 * 7 }}</b>"), note()], generation=10**18, at=datetime.now(UTC)
    )

    assert {"<b>{{ 7 * 7 }}</b>": [1, 1, 0], "UPS": [1, 1, 0], "All carriers": [2, 2, 0]} == rows(alice)


def test_where_redis_is_away_the_page_says_that_nothing_is_known_now(make_service: Any) -> None:
    away = make_service(redis_url="unix:///nowhere/redis.sock")
    page = away.merchant(ALICE).open()

    assert 200 == page.status_code
    assert "Not known right now. Reload this page in a minute." in page.text
