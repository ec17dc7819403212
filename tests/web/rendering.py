"""What a browser would show of a Liquid page: rendered by a real Liquid engine, read by an HTML parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from liquid import Environment

SHOP_ZONE = ZoneInfo("America/Los_Angeles")
SECRET_OF_THE_SHOP = "owner@alice.example"
SIGNED_IN = "ada@signed-in.example"
VOID = {"input", "img", "br", "link", "meta"}


def shopifys_date(value: object, pattern: str) -> str:
    """The `date` filter of Shopify for Unix seconds or `now`, in the shop's time zone."""
    moment = datetime.now(UTC) if value == "now" else datetime.fromtimestamp(int(str(value)), UTC)
    return moment.astimezone(SHOP_ZONE).strftime(pattern)


def render(
    source: str, *, date: Callable[[object, str], str] = shopifys_date, contact_page: str | None = None
) -> str:
    """The HTML that Shopify makes of a page. Objects of the shop are there, as they are in a theme; its page
    `contact` is at `contact_page`."""
    environment = Environment()
    environment.filters["date"] = date
    return environment.from_string(source).render(
        pages={"contact": {"url": contact_page}} if contact_page else {},
        shop={"email": SECRET_OF_THE_SHOP, "name": "Alice"},
        customer={"email": SIGNED_IN, "first_name": SECRET_OF_THE_SHOP, "orders_count": 2},
    )


def shown(html: str) -> str:
    """A page without what its script finds ready in a <template>."""
    return re.sub(r"<template.*?</template>", "", html, flags=re.DOTALL)


def without_doubts(html: str) -> tuple[str, int]:
    """A page of a miss without what is odd about what was typed, and how much that was."""
    return re.subn(r'\s*<p class="track-order__attention">[^<]*</p>', "", html)


class Element:
    """An element of a page: its classes, attributes and the text within, white space made plain."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self._text: list[str] = []

    @property
    def text(self) -> str:
        return " ".join("".join(self._text).split())

    def has(self, name: str) -> bool:
        """Whether it has the class `track-order__name`."""
        return f"track-order__{name}" in (self.attributes.get("class") or "").split()

    def add(self, text: str) -> None:
        self._text.append(text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.add(data)

    def close(self) -> None:
        super().close()
        assert self._open == []


def elements(html: str) -> list[Element]:
    """Every element in order, of a page whose tags are all closed in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.elements


def texts(html: str, name: str) -> list[str]:
    """The text of each element of the class `track-order__name`."""
    return [element.text for element in elements(html) if element.has(name)]
