"""Whose order it is said to be: a customer's who is signed in, or whoever's e-mail was typed. Pure.

A claim is what an order is compared with before anything of it is told, and what an answer is kept under. Its
two kinds never meet: a typed text stays an e-mail, whatever it looks like.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_CUSTOMER_ID = re.compile(r"[0-9]{1,20}")


class Kind(StrEnum):
    """By what somebody says that an order is theirs."""

    EMAIL = "email"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Claim:
    """Made by `by_email` or `by_customer`. `value` is never stored readable."""

    kind: Kind
    value: str

    def __repr__(self) -> str:
        return f"Claim({self.kind})"

    @property
    def customer_id(self) -> str | None:
        """The digits of a customer's id; None for a claim by e-mail."""
        return self.value if self.kind is Kind.CUSTOMER else None

    def matches(self, email: str | None, customer_id: str | None) -> bool:
        """Whether an order with this e-mail, placed by this customer (the digits of the id), is theirs.

        Only what the claim is about is compared, in constant time; an order that lacks it is nobody's.
        """
        if self.kind is Kind.EMAIL:
            kept = "" if email is None else normalised_email(email)
        else:
            kept = customer_id or ""
        return hmac.compare_digest(_bytes(kept), _bytes(self.value)) and bool(kept)


def by_email(typed: str) -> Claim:
    """The claim of whoever typed this e-mail address. It need not be one: such a claim matches nothing."""
    return Claim(Kind.EMAIL, normalised_email(typed))


def by_customer(customer_id: str) -> Claim:
    """The claim of a customer who is signed in; `customer_id` must come from a signed query.

    Raises ValueError for what is not 1 to 20 ASCII digits: it becomes part of a search.
    """
    if not _CUSTOMER_ID.fullmatch(customer_id):
        raise ValueError("not a customer's id")
    return Claim(Kind.CUSTOMER, customer_id)


def claims_of(email: str | None, customer_id: str | None) -> Iterator[Claim]:
    """Every claim by which somebody with this e-mail and this customer's id may have looked an order up."""
    if email:
        yield by_email(email)
    if customer_id:
        yield by_customer(customer_id)


def normalised_email(typed: str) -> str:
    """One form of an e-mail address for comparing: trimmed, NFKC, case-folded. What it stands for is kept."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def _bytes(text: str) -> bytes:
    # Half a surrogate pair can be typed in JSON; failing on it would tell which numbers exist.
    return text.encode("utf-8", "surrogatepass")
