"""One shopper's question, and what is to be known of the answer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from tests.faults.traffic import PATIENCE_SECONDS
from tests.web.storefront import ALICE, FORM, own_pairs, signed

STORY, NOT_FOUND = "story", "not found"
CUT = "cut off"


@dataclass(frozen=True, slots=True)
class Told:
    """`word` is STORY (`stale story` where it says so of itself), NOT_FOUND, CUT or the status; `retry_after`
    in seconds, None where none was named; `seconds` is what it took."""

    word: str
    seconds: float
    retry_after: int | None = None
    story: Mapping[str, Any] | None = None

    @property
    def newest(self) -> str | None:
        """What the newest event of the first parcel says."""
        return None if self.story is None else self.story["shipments"][0]["events"][0]["message"]


def ask(port: int, order: str, email: str, *, shop: str = ALICE, address: str = "203.0.113.7") -> Told:
    """What a shopper at this address is told by the service at `port`, on a connection of its own."""
    body = urlencode({"order": order, "email": email})
    headers = {"Accept": "application/json", "Content-Type": FORM, "X-Forwarded-For": address}
    sent = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
        try:
            connection.request("POST", f"/proxy/lookup?{signed(own_pairs(shop))}", body, headers)
            response = connection.getresponse()
            read = response.read()
        except (OSError, HTTPException):
            return Told(CUT, time.monotonic() - sent)
    seconds, named = time.monotonic() - sent, response.headers.get("Retry-After", "")
    retry_after = int(named) if named.isdigit() else None
    if response.status == 200:
        story = json.loads(read)
        word = f"stale {STORY}" if story["stale"] else STORY
        return Told(word, seconds, retry_after, story)
    word = NOT_FOUND if response.status == 404 else str(response.status)
    return Told(word, seconds, retry_after)
