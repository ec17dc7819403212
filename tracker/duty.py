"""What the law demands for somebody's data, as it is handed on to be done. Pure.

Each duty is a job of its topic's name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from tracker.webhook import Person

DATA_REQUEST = "customers/data_request"
CUSTOMER_REDACT = "customers/redact"
SHOP_REDACT = "shop/redact"

NO_SHOP = ""
"""The shop of a job that must outlive the erasing of the shop it is about."""


@dataclass(frozen=True, slots=True)
class Duty:
    """For which shop, when it was demanded (aware, UTC), and for whom, where it is about a person."""

    shop: str
    triggered_at: datetime
    person: Person | None = field(default=None, repr=False)

    def written(self) -> bytes:
        """As the payload of a job."""
        person = self.person and [self.person.email, self.person.customer_id, list(self.person.order_ids)]
        return json.dumps([self.shop, self.triggered_at.isoformat(), person]).encode()


def read_duty(payload: bytes) -> Duty:
    """What `written` wrote."""
    shop, triggered_at, person = json.loads(payload)
    return Duty(
        shop,
        datetime.fromisoformat(triggered_at),
        None if person is None else Person(person[0], person[1], tuple(person[2])),
    )
