"""The people who have an account at the demo shop. Whoever else orders does so as a guest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Customer:
    """An account. `id` is the number that the app proxy tells of whoever is signed in."""

    id: int
    email: str
    first_name: str

    @property
    def display_name(self) -> str:
        """What the shop calls them."""
        return self.first_name


CUSTOMERS = (
    Customer(6_000_000_001, "ada@example.com", "Ada"),
    Customer(6_000_000_002, "grace@example.com", "Grace"),
    Customer(6_000_000_003, "haruka@example.jp", "Haruka"),
)


def customer_of(email: str | None) -> Customer | None:
    """The account with this e-mail address."""
    return next((one for one in CUSTOMERS if one.email == email), None)


def signed_in(customer_id: str) -> Customer | None:
    """The account of this number, written in digits; None for nobody and for a number nobody has."""
    return next((one for one in CUSTOMERS if str(one.id) == customer_id), None)
