"""A vendor's words: none is guessed, and every unknown one is told of."""

from __future__ import annotations

import pytest

from tracker.carriers.words import SILENT, Words, table
from tracker.order import Reading, Status

KNOWN = table(("moving", Reading(Status.IN_TRANSIT)), ("there", Reading(Status.DELIVERED)))


@pytest.mark.parametrize(
    ("word", "coarser", "meant", "unknown"),
    [
        ("there", "moving", Reading(Status.DELIVERED, raw="there"), []),
        ("by_mule", "moving", Reading(Status.IN_TRANSIT, raw="moving"), ["by_mule"]),
        ("by_mule", "by_animal", Reading(Status.UNKNOWN, raw="by_mule"), ["by_mule", "by_animal"]),
        ("by_mule", None, Reading(Status.UNKNOWN, raw="by_mule"), ["by_mule"]),
        ("<script>", None, Reading(Status.UNKNOWN, raw="?"), ["?"]),
        ("x" * 100, None, Reading(Status.UNKNOWN, raw="?"), ["?"]),
        (["moving"], None, Reading(Status.UNKNOWN, raw="?"), ["?"]),
        (7, None, Reading(Status.UNKNOWN, raw="?"), ["?"]),
        (None, "there", Reading(Status.DELIVERED, raw="there"), []),
        (None, None, SILENT, []),
        ("", "", SILENT, []),
    ],
)
def test_what_a_word_means(word: object, coarser: object, meant: Reading, unknown: list[str]) -> None:
    told: list[tuple[str, str]] = []
    words = Words("vendor", KNOWN, lambda source, said: told.append((source, said)))

    assert meant == words.read(word, coarser)
    assert [("vendor", said) for said in unknown] == told
