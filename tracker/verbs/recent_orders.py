"""The orders that a signed-in customer may choose from: a signed customer id in, a short list out.

Ask the kept list; else ask the shop, compare every hit with the customer, keep what is left. Nothing that a
visitor can type has a part in it, so there is nothing to guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracker import order_number
from tracker.claim import Claim, by_customer
from tracker.deadline import Deadline
from tracker.errors import UpstreamError, refusal_for
from tracker.ports.answers import KeptLists
from tracker.ports.orders import FoundOrder, Orders

BUDGET_SECONDS = 3.0
PAGE_BUDGET_SECONDS = 1.0
"""For a page that holds the list: it can do without, and does not wait for a slow shop."""

KEPT_SECONDS = 60
LONGEST = 10


def recent_orders(
    shop: str,
    customer_id: str,
    *,
    orders: Orders,
    lists: KeptLists,
    write: Callable[[Sequence[FoundOrder]], bytes],
    budget_seconds: float | None = None,
) -> bytes:
    """The finished list of a customer's orders, newest first, LONGEST at most, within `budget_seconds`
    (BUDGET_SECONDS where none are given).

    It is empty where there are none, and where the shop did not grant what tells whose an order is. Raises
    NotSetUp where the merchant has to act, UpstreamUnavailable where the shop cannot be asked, ValueError for
    a `customer_id` that is not of digits: it has to come from a signed query.
    """
    customer = by_customer(customer_id)
    if (kept := lists.get(shop, customer_id)) is not None:
        return kept
    try:
        # A shop that takes longer than a page waits is not called slow, or look-ups were refused for it.
        hasty = budget_seconds is not None
        deadline = Deadline(BUDGET_SECONDS if budget_seconds is None else budget_seconds, forgiving=hasty)
        found = orders.recent(shop, customer_id, deadline=deadline)
    except UpstreamError as error:
        raise refusal_for(error) from error
    answer = write(_theirs(found, customer)[:LONGEST])
    lists.keep(shop, customer_id, answer, seconds=KEPT_SECONDS)
    return answer


def _theirs(found: Sequence[FoundOrder], customer: Claim) -> list[FoundOrder]:
    """What is this customer's and can be looked up by its name, newest first. A look-up gives the newest
    order of a name, so an older one of the same name would be a choice that leads elsewhere."""
    newest: dict[str, FoundOrder] = {}
    for order in sorted(found, key=lambda order: order.placed_at, reverse=True):
        number = order_number.read(order.name)
        if number is not None and customer.matches(order.email, order.customer_id):
            newest.setdefault(number.canonical, order)
    return list(newest.values())
