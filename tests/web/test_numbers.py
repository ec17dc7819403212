"""What people type into the order number's field finds their order, on the whole way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pretend_shopify import PretendShopify
from tests.web.storefront import ADA, Storefront

FORMS = {
    "1001": "#1001",
    "#1001": "#1001",
    " 1001 ": "#1001",
    " Order #1001 ": "#1001",
    "order no. 1001": "#1001",
    "No. 1001": "#1001",
    "1001.": "#1001",
    "(1001)": "#1001",
    "１００１": "#1001",
    "＃１００１": "#1001",
    "٠١٠٠١"[1:]: "#1001",
    "10\u200b01": "#1001",
    "\u202a1001\u202c": "#1001",
    "注文番号1001": "#1001",
    "注文番号：1001": "#1001",
    "Bestellnummer: 1001": "#1001",
    "1031A": "#1031A",
    "#1031a": "#1031A",
    "＃１０３１Ａ": "#1031A",
    "L-1234": "L-1234",
    "l 1234": "L-1234",
    "L1234": "L-1234",
    "#L-1234": "L-1234",
    "EN-1001-FR": "EN-1001-FR",
    "en1001fr": "EN-1001-FR",
    "en 1001 fr": "EN-1001-FR",
    "1-A": "#1-A",
    "10012": None,
    "100": None,
    "L-123": None,
}


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
@pytest.mark.parametrize("typed", FORMS)
def test_a_typed_number_finds_the_order_of_that_name(
    typed: str, *, as_json: bool, storefront: Storefront, shopify: PretendShopify
) -> None:
    """Ten thousand and twelve exists, but is Grace's: it is as unknown to Ada as half a number."""
    fields = ADA | {"order": typed}
    body: dict[str, Any] = {"json": fields} if as_json else {"data": fields}

    response = storefront.send("POST", "/proxy/lookup", headers={"Accept": "application/json"}, **body)

    answer = response.json or {}
    assert answer.get("order", {}).get("name") == FORMS[typed]
    assert response.status_code == (200 if FORMS[typed] else 404)


@pytest.mark.parametrize(
    "typed", ["ada@example.com", " Ada@Example.COM\t", "ａｄａ@example.com", "\u200bada@example.com\u200e"]
)
def test_an_e_mail_is_compared_as_people_mean_it(typed: str, storefront: Storefront) -> None:
    assert storefront.look_up(ADA | {"email": typed}).status_code == 200


@pytest.mark.parametrize(
    "typed", ["ad@example.com", "ada@example.co", "ada+x@example.com", "grace@example.com"]
)
def test_an_e_mail_that_is_nearly_right_is_wrong(typed: str, storefront: Storefront) -> None:
    assert storefront.look_up(ADA | {"email": typed}).status_code == 404


def test_of_two_orders_of_one_name_the_newest_of_this_e_mail_is_told(storefront: Storefront) -> None:
    """The newest of all is somebody else's."""
    adas = storefront.look_up(ADA | {"order": "1026"}).json or {}
    graces = storefront.look_up({"order": "1026", "email": "grace@example.com"}).json or {}

    assert adas["order"]["status"] == "in_transit"
    assert graces["order"]["status"] == "processing"


def test_an_order_that_is_too_old_is_found_once_the_scope_is_granted(
    storefront: Storefront, shopify: PretendShopify
) -> None:
    old = ADA | {"order": "0900"}
    shopify.switch(scopes=["read_orders", "read_all_orders"])

    assert (storefront.look_up(old).json or {})["order"]["status"] == "delivered"
