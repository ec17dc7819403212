"""What can be found out about a shop is found out, and what cannot is not guessed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tests.fakes import NOON, FakeNewest
from tests.webhook_fakes import FakeInstallations, FakeJobs, shop_of
from tracker.deadline import Deadline
from tracker.errors import AccessDenied, AccessTokenRejected, UpstreamError, UpstreamTimeout
from tracker.ports.orders import FoundOrder
from tracker.ports.shops import Installation, PageFound
from tracker.verbs.check_setup import DEFAULT_PATH, EmailAccess, SetUp, check_setup

ALICE = "alice.myshopify.com"
SCOPES = frozenset({"read_orders", "read_fulfillments"})


@dataclass
class FakePage:
    """ports.ProxyPage: ours, wherever it is looked for."""

    visited: list[tuple[str, str]] = field(default_factory=list)

    def visit(self, shop: str, path: str, *, deadline: Deadline) -> PageFound:
        """Noted."""
        self.visited.append((shop, path))
        return PageFound.OURS


def order(email: str | None) -> FoundOrder:
    return FoundOrder("gid://shopify/Order/1", "#1001", email, NOON)


def found(
    newest: FakeNewest,
    *,
    error: UpstreamError | None = None,
    path: str | None = None,
    page: FakePage | None = None,
    jobs: FakeJobs | None = None,
) -> SetUp:
    return check_setup(
        replace(shop_of(ALICE), path_prefix=path),
        installations=FakeInstallations(Installation(1, SCOPES), error=error),
        orders=newest,
        proxy_page=page or FakePage(),
        jobs=jobs or FakeJobs(),
        settling=("one", "other"),
    )


@pytest.mark.parametrize(
    ("orders", "email"),
    [
        ([order("ada@example.com")], EmailAccess.GRANTED),
        ([order(None), order("ada@example.com")], EmailAccess.GRANTED),
        ([order(None)], EmailAccess.UNTOLD),
        ([], EmailAccess.UNTOLD),
    ],
)
def test_whether_e_mails_are_shown_is_told_by_an_order_that_has_one(
    orders: list[FoundOrder], email: EmailAccess
) -> None:
    assert SetUp(None, SCOPES, email, DEFAULT_PATH, PageFound.OURS) == found(FakeNewest(orders))


def test_e_mails_that_are_withheld_are_no_failure_of_the_connection() -> None:
    told = found(FakeNewest(error=AccessDenied()))

    assert (None, EmailAccess.WITHHELD) == (told.failure, told.email)


@pytest.mark.parametrize("error", [AccessTokenRejected(), UpstreamTimeout()])
def test_a_shop_that_answers_nothing_is_asked_no_further_and_its_page_is_visited_all_the_same(
    error: UpstreamError,
) -> None:
    page = FakePage()
    told = found(FakeNewest(), error=error, page=page)

    assert (error.code, frozenset(), None) == (told.failure, told.scopes, told.email)
    assert [(ALICE, DEFAULT_PATH)] == page.visited


def test_a_shop_that_stops_answering_has_told_its_scopes() -> None:
    told = found(FakeNewest(error=UpstreamTimeout()))

    assert (UpstreamTimeout.code, SCOPES, None) == (told.failure, told.scopes, told.email)


def test_the_page_is_looked_for_where_the_shoppers_came_by() -> None:
    page = FakePage()

    assert "/a/where" == found(FakeNewest(), path="/a/where", page=page).path
    assert [(ALICE, "/a/where")] == page.visited


def test_what_follows_an_installation_is_done_once_more() -> None:
    jobs = FakeJobs()
    found(FakeNewest(), jobs=jobs)

    assert [("one", ALICE), ("other", ALICE)] == jobs.handed_on
