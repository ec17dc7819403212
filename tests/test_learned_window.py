"""What parcels teach of how long their kind takes, and what others are told by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.plain_orders import at, event, parcel, told
from tracker.business_days import MONDAY_TO_FRIDAY, Calendar
from tracker.delivery_range import LONGEST_DAYS
from tracker.learned_window import LATELY, Route, Taken, learned_window, taken, way_of
from tracker.order import Attention, DeliveryWindow, Method, Shipment, Source, Status, Tracking

DAY = 24 * 60
UPS = (Tracking("UPS", "1Z999AA10123456784"),)
SCANNED, SENT = (Route("UPS", "US", "DE", scanned=scanned) for scanned in (True, False))
NOW = at(20 * DAY)
"""All happens on and after Sunday 1 November 2026, noon; now is Saturday 21 November."""

KNOWN = {2: 20.0, 3: 10.0, 6: 6.0}
"""Half of them within 2 business days, nine of ten within 6."""


def sent(*events: tuple[Status, int], **facts: object) -> Shipment:
    """A parcel by UPS from the United States, with events so many days after it was sent."""
    happened = (event(status, days * DAY) for status, days in events)
    return replace(parcel(*happened, tracking=UPS), origin="US", **facts)  # type: ignore[arg-type]


def learned(shipment: Shipment, destination: str | None = "DE", *, now: datetime = NOW) -> dict[bool, int]:
    """Business days, by whether they count from a scan."""
    found = taken(told(shipment, now=now), destination, now=now, calendar=MONDAY_TO_FRIDAY)
    assert {one.route for one in found} <= {SCANNED, SENT}
    return {one.route.scanned: one.days for one in found}


def test_a_delivered_parcel_teaches_how_long_it_took_from_its_first_scan_and_since_it_was_sent() -> None:
    """Sent on Sunday, taken in on Tuesday, delivered on the Monday after."""
    assert {True: 4, False: 6} == learned(
        sent((Status.IN_TRANSIT, 2), (Status.OUT_FOR_DELIVERY, 8), (Status.DELIVERED, 8))
    )


def test_without_a_scan_it_teaches_how_long_it_took_since_it_was_sent_alone() -> None:
    assert {False: 3} == learned(sent((Status.DELIVERED, 3)))
    assert {False: 3} == learned(sent((Status.LABEL_CREATED, 1), (Status.DELIVERED, 3)))


def test_the_shops_own_dates_will_do() -> None:
    shipment = sent(displayed=parcel(displayed=Status.DELIVERED).displayed)

    assert {True: 2, False: 3} == learned(replace(shipment, in_transit_at=at(DAY), delivered_at=at(3 * DAY)))


@pytest.mark.parametrize(
    "shipment",
    [
        sent((Status.IN_TRANSIT, 1)),
        sent((Status.IN_TRANSIT, 1), (Status.RETURNING, 2)),
        sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 2), (Status.RETURNING, 3)),
        sent((Status.IN_TRANSIT, 1), (Status.RETURNING, 2), (Status.DELIVERED, 4)),
        sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 2), cancelled=True),
        sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 2), method=Method.LOCAL),
        sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 2), tracking=()),
        sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 2), tracking=(Tracking(None, "123"),)),
    ],
    ids=[
        "under way",
        "on its way back",
        "sent back",
        "back at the shop",
        "taken back",
        "local",
        "nobody's",
        "whoever's",
    ],
)
def test_what_did_not_come_by_a_carrier_teaches_nothing(shipment: Shipment) -> None:
    assert {} == learned(shipment)


def test_what_goes_nobody_knows_where_or_came_long_ago_teaches_nothing() -> None:
    shipment = sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 2))

    assert {} == learned(shipment, None)
    assert {} != learned(shipment, now=at(2 * DAY) + LATELY)
    assert {} == learned(shipment, now=at(2 * DAY) + LATELY + timedelta(seconds=1))


def test_what_took_very_long_counts_as_that() -> None:
    shipment = sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 300))

    assert {True: LONGEST_DAYS, False: LONGEST_DAYS} == learned(shipment, now=at(301 * DAY))


def test_days_are_the_destinations() -> None:
    shipment = told(sent((Status.IN_TRANSIT, 1), (Status.DELIVERED, 3)), now=NOW)
    calendar = Calendar(holidays=frozenset({datetime(2026, 11, 3, tzinfo=UTC).date()}))

    assert [Taken(SCANNED, 1), Taken(SENT, 2)] == taken(shipment, "DE", now=NOW, calendar=calendar)


class TestWhoIsTold:
    def test_a_parcel_under_way_is_on_the_route_that_tells_most(self) -> None:
        scanned, silent = (
            sent((Status.IN_TRANSIT, 1)),
            sent(displayed=parcel(displayed=Status.SHIPPED).displayed),
        )

        assert (SCANNED, at(DAY)) == way_of(told(scanned), "DE")
        assert (SENT, at(0)) == way_of(told(silent), "DE")

    @pytest.mark.parametrize(
        "shipment",
        [
            sent((Status.LABEL_CREATED, 1)),
            sent((Status.OUT_FOR_DELIVERY, 1)),
            sent((Status.DELIVERED, 1)),
            sent((Status.RETURNING, 1)),
            sent((Status.IN_TRANSIT, 1), delivery_window=DeliveryWindow(None, at(DAY), Source.SHOPIFY)),
            replace(sent(), events=(event(Status.IN_TRANSIT, DAY, attention=Attention.PROBLEM),)),
        ],
        ids=["not sent yet", "comes today", "has come", "does not come", "somebody knows", "in trouble"],
    )
    def test_nobody_else_is_told(self, shipment: Shipment) -> None:
        assert None is way_of(told(shipment), "DE")

    def test_nobody_whose_country_is_not_known(self) -> None:
        assert None is way_of(told(sent((Status.IN_TRANSIT, 1))), None)


class TestWhatIsTold:
    def window(self, *, now: datetime, weights: dict[int, float] = KNOWN) -> tuple[str, str] | None:
        """For a parcel that was scanned on Monday 2 November."""
        found = learned_window(at(DAY), weights, now=now, calendar=MONDAY_TO_FRIDAY)
        if found is None:
            return None
        assert Source.RULE is found.source
        assert found.start is not None
        assert found.end is not None
        return f"{found.start:%a %d %H}", f"{found.end:%a %d %H}"

    def test_from_the_median_to_the_ninetieth_percentile_in_business_days(self) -> None:
        """Noon is the same day nearly everywhere."""
        assert ("Wed 04 12", "Tue 10 12") == self.window(now=at(DAY))

    def test_a_day_that_is_over_is_not_told(self) -> None:
        """But always both ends: the last day is not the usual one. On Saturday it begins with Monday."""
        assert ("Wed 04 12", "Tue 10 12") == self.window(now=at(3 * DAY))
        assert ("Thu 05 12", "Tue 10 12") == self.window(now=at(4 * DAY))
        assert ("Mon 09 12", "Tue 10 12") == self.window(now=at(6 * DAY))
        assert ("Tue 10 12", "Tue 10 12") == self.window(now=at(9 * DAY))
        assert None is self.window(now=at(10 * DAY))

    def test_of_too_few_nothing_is_told(self) -> None:
        assert None is self.window(now=at(DAY), weights={2: 29.9})
