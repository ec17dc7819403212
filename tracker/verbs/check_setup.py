"""Is this shop ready for its shoppers? What can be found out from here, for the guide on its merchant's
page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.deadline import Deadline
from tracker.errors import AccessDenied, UpstreamError
from tracker.ports.jobs import Jobs
from tracker.ports.orders import NewestOrders
from tracker.ports.shops import Installations, PageFound, ProxyPage
from tracker.shop import Shop

BUDGET_SECONDS = 5.0
DEFAULT_PATH = "/apps/track-order"
"""Of `shopify.app.toml`, until a signed request has told where a merchant moved it."""


class EmailAccess(StrEnum):
    """Whether the e-mail addresses of orders are shown to us. `UNTOLD`: there is no order with one yet."""

    GRANTED = "granted"
    WITHHELD = "withheld"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was found. `failure` is the code of what the Admin API answered in place of an answer, None where
    it answered; then `scopes` are the granted ones. `email` is None where it was not asked. `page` is what
    stands at `path` on the shop."""

    failure: str | None
    scopes: frozenset[str]
    email: EmailAccess | None
    path: str
    page: PageFound


def check_setup(
    shop: Shop,
    *,
    installations: Installations,
    orders: NewestOrders,
    proxy_page: ProxyPage,
    jobs: Jobs,
    settling: tuple[str, ...],
) -> SetUp:
    """Ask the shop what it shows us, and visit the page that shoppers will. Three requests to the shop,
    within twice BUDGET_SECONDS.

    It also hands on `settling`, the jobs that follow an installation: they change nothing where all is well,
    and mend what went wrong at the time. Raises StoreUnavailable.
    """
    for kind in settling:
        jobs.hand_on(kind, shop.domain)
    failure, scopes, email = _asked(shop.domain, installations, orders)
    path = shop.path_prefix or DEFAULT_PATH
    page = proxy_page.visit(shop.domain, path, deadline=Deadline(BUDGET_SECONDS))
    return SetUp(failure, scopes, email, path, page)


def _asked(
    shop: str, installations: Installations, orders: NewestOrders
) -> tuple[str | None, frozenset[str], EmailAccess | None]:
    deadline = Deadline(BUDGET_SECONDS)
    try:
        scopes = installations.read(shop, deadline=deadline).scopes
    except UpstreamError as error:
        return error.code, frozenset(), None
    try:
        newest = orders.newest(shop, deadline=deadline).orders
    except AccessDenied:
        return None, scopes, EmailAccess.WITHHELD
    except UpstreamError as error:
        return error.code, scopes, None
    told = any(order.email for order in newest)
    return None, scopes, EmailAccess.GRANTED if told else EmailAccess.UNTOLD
