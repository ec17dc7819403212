"""Customers who are signed in at Alice's shop, and the two routes that are theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.web.storefront import Storefront
from tracker.demo.customers import CUSTOMERS

ADA, GRACE, HARUKA = (str(customer.id) for customer in CUSTOMERS)
NOBODYS_ID = "6999999999"
EMPTY: dict[str, list[object]] = {"orders": []}
Ask = Callable[[Storefront], TestResponse]
ROUTES: dict[str, Ask] = {"list": Storefront.list_orders, "choice": Storefront.choose}
each_route = pytest.mark.parametrize("ask", ROUTES.values(), ids=ROUTES.keys())


def names(response: TestResponse) -> list[str]:
    assert response.status_code == 200
    return [order["name"] for order in response.get_json()["orders"]]
