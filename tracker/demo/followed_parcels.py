"""Three parcels of which Shopify hears nothing, and what happens to them while the demo runs."""

from __future__ import annotations

from datetime import timedelta

from tracker.demo.journeys import Company, LastMile, Place, Plan, Step

AGGREGATOR, DHL = "aggregator", "dhl"
"""Who may tell of a parcel."""

_PACKETA = Company(100132, "Packeta", "https://www.packeta.com/", "CZ", "cs")
_DHL_PAKET = Company(7041, "DHL Paket", "https://www.dhl.de/", "DE", "de")
_DHL_ECOMMERCE = Company(7047, "DHL eCommerce US", "https://www.dhl.com/", "US", "en")
_USPS = Company(21051, "USPS", "https://www.usps.com/", "US", "en")

_EUROPE, _EAST, _WEST = timedelta(hours=1), timedelta(hours=-5), timedelta(hours=-8)
_PRAGUE = Place("Praha", None, "CZ", _EUROPE)
_BRNO = Place("Brno", None, "CZ", _EUROPE)
_LEIPZIG = Place("Leipzig", None, "DE", _EUROPE)
_HAMBURG = Place("Hamburg", None, "DE", _EUROPE)
_COLUMBUS = Place("Columbus", "OH", "US", _EAST)
_SEATTLE = Place("Seattle", "WA", "US", _WEST)
_OLYMPIA = Place("Olympia", "WA", "US", _WEST)


def _ago(hours: float) -> timedelta:
    return timedelta(hours=-hours)


def _ahead(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


TOLD_BY_AGGREGATOR = Plan(
    "Z4712345678",
    "Packeta",
    _PACKETA,
    frozenset({AGGREGATOR}),
    (
        Step("announced", _ago(50), "Obdrželi jsme údaje k zásilce.", _PRAGUE, _PACKETA),
        Step("picked_up", _ago(44), "Zásilka přijata k přepravě.", _PRAGUE, _PACKETA, twice=True),
        Step("departed", _ago(26), "Zásilka opustila depo.", _PRAGUE, _PACKETA, zoned=False),
        # Nobody has seen this word before, not even whoever wrote the table of the aggregator's words.
        Step("by_robot", _ago(5), "Zásilku přeložil robot.", _BRNO, _PACKETA),
        Step("arrived", _ahead(25), "Zásilka dorazila na depo.", _BRNO, _PACKETA),
        Step("out_for_delivery", _ahead(75), "Kurýr je se zásilkou na cestě.", _BRNO, _PACKETA),
        Step("delivered", _ahead(150), "Zásilka byla doručena.", _BRNO, _PACKETA),
    ),
)
TOLD_BY_DHL = Plan(
    "00340434123456700017",
    "DHL",
    _DHL_PAKET,
    frozenset({DHL}),
    (
        Step("announced", _ago(30), "Die Sendung wurde elektronisch angekündigt.", _LEIPZIG, _DHL_PAKET),
        Step("picked_up", _ago(22), "Die Sendung wurde im Paketzentrum bearbeitet.", _LEIPZIG, _DHL_PAKET),
        Step("arrived", _ago(4), "Die Sendung ist in der Region angekommen.", _HAMBURG, _DHL_PAKET),
        Step(
            "out_for_delivery",
            _ahead(40),
            'Die Sendung ist im Zustellfahrzeug. <a href="https://www.dhl.de/live">Live verfolgen</a>',
            _HAMBURG,
            _DHL_PAKET,
        ),
        Step("attempted", _ahead(90), "Der Empfänger wurde nicht angetroffen.", _HAMBURG, _DHL_PAKET),
        Step("delivered", _ahead(170), "Die Sendung wurde zugestellt.", _HAMBURG, _DHL_PAKET),
    ),
)
TOLD_BY_BOTH = Plan(
    "GM605112345678901234",
    "DHL eCommerce",
    _DHL_ECOMMERCE,
    frozenset({AGGREGATOR, DHL}),
    (
        Step("announced", _ago(74), "Shipment information received", _COLUMBUS, _DHL_ECOMMERCE),
        Step("picked_up", _ago(66), "Package received at facility", _COLUMBUS, _DHL_ECOMMERCE),
        Step("departed", _ago(40), "Departed facility", _COLUMBUS, _DHL_ECOMMERCE),
        Step("handed_over", _ago(6), "Tendered to delivery service provider", _SEATTLE, _DHL_ECOMMERCE),
        Step("arrived", _ahead(30), "Arrived at post office", _OLYMPIA, _USPS),
        Step("out_for_delivery", _ahead(80), "Out for delivery", _OLYMPIA, _USPS, twice=True),
        Step("delivered", _ahead(160), "Delivered, in or at mailbox", _OLYMPIA, _USPS),
    ),
    last_mile=LastMile(_USPS, "9261290339650001234568"),
)

PLANS = (TOLD_BY_AGGREGATOR, TOLD_BY_DHL, TOLD_BY_BOTH)
