"""Failing on purpose, as the APIs of carriers and aggregators do."""

from __future__ import annotations

import threading

from flask import Response

from tracker.demo import faults

CARRIER_FAULTS = ("off", "hang", "5xx", "html", "half_json", "429")
"""How every request can fail: nobody there, no answer, a 503, a 502 page, JSON cut in the middle, 429."""


def answer_of(fault: str, released: threading.Event) -> Response:
    """The answer of one of CARRIER_FAULTS. Hanging ends when `released` is set."""
    return faults.answer_of("reset" if fault == "off" else fault, released)
