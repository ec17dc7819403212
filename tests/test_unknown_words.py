"""A word that no table has is told once by each process, whichever way it came."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from structlog.testing import capture_logs

from tests.carriers.answers import KEY, answer
from tests.shopify.upstream import Upstream, reply
from tracker.deadline import Deadline
from tracker.metrics import Metrics
from tracker.offered_sources import offered_sources
from tracker.parcel import Parcel
from tracker.ports.sources import SourceAccount
from tracker.settings import Settings
from tracker.unknown_words import MOST, once, tell_unknown_word

SEVENTEEN_TRACK = "seventeen_track"
ACCOUNT = SourceAccount(SEVENTEEN_TRACK, KEY)


class Counted(Metrics):
    """Remembers of which kinds it was told."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def unknown_word(self, kind: str) -> None:
        self.kinds.append(kind)


def test_a_word_is_counted_and_in_the_log() -> None:
    metrics = Counted()
    with capture_logs() as lines:
        tell_unknown_word(metrics, "dhl", "transit.XX")

    assert ["dhl"] == metrics.kinds
    assert [("unknown word", "dhl", "transit.XX")] == [
        (line["event"], line["kind"], line["word"]) for line in lines
    ]


def test_each_word_of_each_kind_is_told_once_by_all_threads() -> None:
    told: list[tuple[str, str]] = []
    tell = once(lambda kind, word: told.append((kind, word)))
    said = [(kind, word) for kind in ("dhl", "aftership") for word in ("one", "other")] * 50
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: tell(*each), said))

    assert sorted(set(said)) == sorted(told)


def test_no_source_fills_the_memory_with_words() -> None:
    told: list[str] = []
    tell = once(lambda _kind, word: told.append(word))
    for number in [*range(MOST + 1), 0]:
        tell("dhl", str(number))

    assert ["0", str(MOST), "0"] == [told[0], *told[-2:]]


def strange(item: dict[str, Any]) -> dict[str, Any]:
    """A parcel that was never found, with a word of tomorrow: the table knows what the first means."""
    events = item["track_info"]["tracking"]["providers"][0]["events"]
    events[0]["sub_status"], events[1]["sub_status"] = "Teleported", "NotFound_Other"
    return item


def test_a_word_that_was_asked_for_and_pushed_is_told_once_and_a_known_one_never() -> None:
    told: list[tuple[str, str]] = []
    asked = answer(SEVENTEEN_TRACK, "gettrackinfo")
    item = strange(asked["data"]["accepted"][0])
    body = json.dumps({"event": "TRACKING_UPDATED", "data": item}).encode()
    signed = {"sign": sha256(body + b"/" + KEY.encode()).hexdigest()}
    with Upstream(*[reply(json.dumps(asked).encode())] * 2) as server:
        offered = offered_sources(
            Settings("key", "secret", "redis://127.0.0.1", seventeen_track_origin=server.origin),
            on_unknown_word=lambda *word: told.append(word),
        )
        source = offered.make(ACCOUNT)
        assert source is not None
        for _ in range(2):
            assert source.news([Parcel(item["number"])], deadline=Deadline(3))
            assert offered.read_push[SEVENTEEN_TRACK](body, signed, ACCOUNT, datetime.now(UTC))

    assert [(SEVENTEEN_TRACK, "Teleported")] == told
