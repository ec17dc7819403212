"""Shopify's search grammar over orders, as fuzzy as theirs.

Terms are joined by an implicit AND; OR, NOT and `-`, brackets, quotes, comparators and a trailing `*` work.
Words match by their beginning, after text was cut into letters and digits: `name:1001` finds `#1001` and
`#10012`, and `#1-A` finds `#12-A`. https://shopify.dev/docs/api/usage/search-syntax
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tracker.demo.model import Order

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        (?P<minus>-)(?=\S) |
        (?P<term>(?:[A-Za-z_]+\s*:\s*(?:<=|>=|<|>)?\s*)?
            (?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?:\\.|[^\s()"'\\])+))
    )""",
    re.VERBOSE,
)
_FIELD = re.compile(r"(?P<name>[A-Za-z_]+)\s*:\s*(?P<comparator><=|>=|<|>)?\s*(?P<value>.*)", re.DOTALL)


@dataclass
class Search:
    """A parsed query: a test for orders, and the warnings Shopify would put beside the answer."""

    matches: Callable[[Order], bool]
    warnings: list[dict[str, str]] = field(default_factory=list)


Test = Callable[[Order], bool]


def parse_search(text: str | None) -> Search:
    """Read a search query. Blank text matches everything; nonsense never raises."""
    reader = _Reader(text or "")
    test = reader.any_of()
    while not reader.at_end():  # a stray closing bracket
        reader.skip()
        test = _both(test, reader.any_of())
    return Search(test, reader.warnings)


def words(text: str) -> list[str]:
    """Text as the index sees it: folded, cut at everything that is no letter or digit."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def _both(one: Test, other: Test) -> Test:
    return lambda order: one(order) and other(order)


def _either(one: Test, other: Test) -> Test:
    return lambda order: one(order) or other(order)


def _never(test: Test) -> Test:
    return lambda order: not test(order)


def _everything(_: Order) -> bool:
    return True


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        self.warnings: list[dict[str, str]] = []
        at = 0
        while match := _TOKEN.match(text, at):
            kind = match.lastgroup or "term"
            self._tokens.append((kind, match.group(kind)))
            at = match.end()
        self._at = 0

    def at_end(self) -> bool:
        return self._at >= len(self._tokens)

    def skip(self) -> None:
        self._at += 1

    def _next_is(self, kind: str, text: str | None = None) -> bool:
        if self.at_end():
            return False
        found, value = self._tokens[self._at]
        return found == kind and (text is None or value == text)

    def any_of(self) -> Test:
        test = self._all_of()
        while self._next_is("term", "OR"):
            self.skip()
            if not self.at_end() and not self._next_is("close"):
                test = _either(test, self._all_of())
        return test

    def _all_of(self) -> Test:
        test: Test = _everything
        while not self.at_end() and not self._next_is("close") and not self._next_is("term", "OR"):
            if self._next_is("term", "AND"):
                self.skip()
                continue
            test = _both(test, self._one())
        return test

    def _one(self) -> Test:
        kind, text = self._tokens[self._at]
        self.skip()
        if kind == "minus" or text == "NOT":
            return _everything if self.at_end() or self._next_is("close") else _never(self._one())
        if kind == "open":
            test = self.any_of()
            if self._next_is("close"):
                self.skip()
            return test
        return self._term(text)

    def _term(self, text: str) -> Test:
        match = _FIELD.fullmatch(text)
        if match is None:
            value = _unquote(text)
            return lambda order: any(_begins(value, place) for place in _free_text(order))
        name, value = match["name"].lower(), _unquote(match["value"])
        comparator = match["comparator"]
        if name in _TEXTS:
            texts = _TEXTS[name]
            return lambda order: any(_begins(value, one) for one in texts(order) if one)
        if name in _EXACT:
            exact = _EXACT[name]
            return lambda order: exact(order, value.casefold())
        if name in _TIMES:
            return _when(_TIMES[name], comparator, value)
        self.warnings.append(
            {"field": name, "message": "Invalid search field for this query.", "code": "invalid_field"}
        )
        return _everything


def _unquote(text: str) -> str:
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        text = text[1:-1]
    return re.sub(r"\\(.)", r"\1", text)


def _begins(query: str, text: str) -> bool:
    """Every word of the query begins some word of the text."""
    have = words(text)
    wanted = words(query)
    return bool(wanted) and all(any(word.startswith(one) for word in have) for one in wanted)


def _free_text(order: Order) -> Iterable[str]:
    yield order.name
    yield from (text for text in (order.email, order.phone, order.note, order.confirmation_number) if text)
    yield from (line.title for line in order.lines)


_TEXTS: dict[str, Callable[[Order], Iterable[str | None]]] = {
    "name": lambda order: [order.name],
    "email": lambda order: [order.email],
    "confirmation_number": lambda order: [order.confirmation_number],
    "tag": lambda order: order.tags,
}


def _status(order: Order, value: str) -> bool:
    cancelled, closed = order.cancelled_at is not None, order.closed_at is not None
    return {
        "open": not closed and not cancelled,
        "closed": closed,
        "cancelled": cancelled,
        "not_closed": not closed,
        "any": True,
    }.get(value, False)


_FULFILMENT_WORDS = {"shipped": "fulfilled", "partial": "partially_fulfilled", "unshipped": "unfulfilled"}

_EXACT: dict[str, Callable[[Order, str], bool]] = {
    "status": _status,
    "id": lambda order, value: value.rsplit("/", 1)[-1] == str(order.id),
    "customer_id": lambda order, value: order.customer is not None and str(order.customer.id) == value,
    "test": lambda _order, value: value == "false",
    "financial_status": lambda order, value: (order.display_financial_status or "").casefold() == value,
    "return_status": lambda order, value: order.return_status.casefold() == value,
    "fulfillment_status": lambda order, value: (
        order.display_fulfillment_status.casefold() == _FULFILMENT_WORDS.get(value, value)
    ),
    "delivery_method": lambda order, value: any(
        work.delivery.method_type.casefold().replace("_", "-") == value
        for work in [*order.waiting, *(parcel.work for parcel in order.parcels)]
    ),
}

_TIMES: dict[str, Callable[[Order], datetime]] = {
    "created_at": lambda order: order.created_at,
    "processed_at": lambda order: order.processed_at,
    "updated_at": lambda order: order.updated_at,
}


def _when(time: Callable[[Order], datetime], comparator: str | None, value: str) -> Test:
    try:
        start = datetime.fromisoformat(value)
    except ValueError:
        return lambda _order: False
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    end = start + (timedelta(days=1) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else timedelta(seconds=1))
    tests: dict[str | None, Test] = {
        None: lambda order: start <= time(order) < end,
        "<": lambda order: time(order) < start,
        ">": lambda order: time(order) >= end,
        "<=": lambda order: time(order) < end,
        ">=": lambda order: time(order) >= start,
    }
    return tests[comparator]
