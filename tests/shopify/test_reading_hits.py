"""Recorded hits of a search as what a look-up compares with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.shopify import recordings
from tracker.ports.orders import FoundOrder
from tracker.shopify.reading import read_found


def test_every_hit_is_read_and_the_granted_scopes_with_it() -> None:
    found = read_found(recordings.answer("find")["data"])

    assert [(hit.name, hit.email) for hit in found.orders] == [
        ("#1001", "alice@example.com"),
        ("#10011", "bob@example.com"),
        ("#10012", None),
    ]
    assert found.orders[0] == FoundOrder(
        id="gid://shopify/Order/1001",
        name="#1001",
        email="alice@example.com",
        placed_at=datetime(2026, 11, 1, 10, tzinfo=UTC),
        confirmation_number="XPAV284CT",
    )
    assert "read_merchant_managed_fulfillment_orders" in found.scopes


def test_a_hit_without_a_name_is_left_out_and_told_of() -> None:
    data = recordings.answer("find")["data"]
    data["orders"]["nodes"][0]["name"] = None
    skipped: list[str] = []

    assert len(read_found(data, on_skipped=skipped.append).orders) == 2
    assert skipped == ["order"]


@pytest.mark.parametrize(
    "odd",
    [
        *(None, [], {}, {"id": None}, {"id": 6000000001}, {"id": "6000000001"}),
        *({"id": "gid://shopify/Customer/"}, {"id": "gid://shopify/Company/6000000001"}),
        *({"id": "gid://shopify/Customer/6000000001\n"}, {"id": "gid://shopify/Customer/6000000001?a=b"}),
        {"id": "gid://shopify/Customer/\u0661"},
    ],
)
def test_a_customer_is_told_by_the_digits_of_the_id_or_not_at_all(odd: object) -> None:
    data = recordings.answer("find_of_customer")["data"]
    assert read_found(data).orders[0].customer_id == "6000000001"

    data["orders"]["nodes"][0]["customer"] = odd

    assert read_found(data).orders[0].customer_id is None


@pytest.mark.parametrize("scopes", [None, {}, {"accessScopes": None}, {"accessScopes": [{"handle": 7}, "x"]}])
def test_scopes_that_are_not_told_are_not_granted(scopes: object) -> None:
    data = recordings.answer("find")["data"] | {"currentAppInstallation": scopes}

    assert read_found(data).scopes == frozenset()
