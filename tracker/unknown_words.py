"""Words that no table of ours has: told to the log and counted, since somebody has to write the row."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from tracker.metrics import Metrics

MOST = 1_000
"""So many words are remembered; after that all are new."""

log = structlog.get_logger()


def tell_unknown_word(metrics: Metrics, kind: str, word: str) -> None:
    """A source, or one of Shopify's kinds of words, said this one."""
    metrics.unknown_word(kind)
    log.warning("unknown word", kind=kind, word=word)


def once(tell: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Tells each word of a kind the first time that this process reads it: a source says all that it knows of
    a parcel whenever it is asked, and again when it pushes. Any thread may call it."""
    lock, told = threading.Lock(), set[tuple[str, str]]()

    def tell_once(kind: str, word: str) -> None:
        with lock:
            if (kind, word) in told:
                return
            if len(told) >= MOST:
                told.clear()
            told.add((kind, word))
        tell(kind, word)

    return tell_once
