"""What it costs to say whose a parcel is and where it is shown, and to read the table of carriers."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from importlib.resources import files

from tests.bench import table
from tests.bench.table import Finding
from tracker.carriers.table import FILE, read_table
from tracker.carriers.telling import tell_tracking

ROUNDS = 9
CALLS = 2_000
ALLOWED_MICROSECONDS = 20
ALLOWED_KILOBYTES = 1_000

PARCELS = {
    "by the company's name": ("UPS", "1Z5R89390357567127", None),
    "by its name in a language": ("Japan Post (JA)", "EJ123456785JP", None),
    "by the address's host": ("Van Bob", "12345678", "https://www.royalmail.com/track-your-item#/1"),
    "by the number": (None, "RB123456785GB", None),
    "not at all, by a number that many rules allow": ("Van Bob", "568283610012000", None),
    "not at all, by an address of the shop's own": (
        "Van Bob",
        "9261292700768711948021",
        "https://a.example/1",
    ),
}
"""What it is told by → company, number and address as a shop tells them."""


def measure() -> list[Finding]:
    """Write the median time of each way to tell a carrier; promised are the slowest, and the table."""
    costs = {name: _microseconds(*parcel) for name, parcel in PARCELS.items()}
    rows = [("whose parcel it is, and the link", "µs")]
    rows += [(name, f"{cost:.1f}") for name, cost in costs.items()]
    table.write(f"Carriers: the processor's time, median of {ROUNDS} rounds of {CALLS} parcels", rows)
    slowest = max(costs.values())
    milliseconds, kilobytes = _reading()
    return [
        Finding(
            f"a carrier and its link: under {ALLOWED_MICROSECONDS} µs, however it is told",
            f"{slowest:.1f} µs",
            slowest < ALLOWED_MICROSECONDS,
        ),
        Finding(
            f"the table of carriers: at most {ALLOWED_KILOBYTES} KB in a worker, and no time of its start",
            f"{kilobytes:.0f} KB; {milliseconds:.0f} ms with the first parcel",
            kilobytes <= ALLOWED_KILOBYTES,
        ),
    ]


def _microseconds(company: str | None, number: str | None, url: str | None) -> float:
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(CALLS):
            tell_tracking(company, number, url)
        rounds.append((time.process_time() - started) / CALLS * 1e6)
    return statistics.median(rounds)


def _reading() -> tuple[float, float]:
    text = (files("tracker.carriers") / FILE).read_text(encoding="utf-8")
    started = time.process_time()
    read_table(text)
    milliseconds = (time.process_time() - started) * 1e3
    tracemalloc.start()
    kept = read_table(text)
    kilobytes = tracemalloc.get_traced_memory()[0] / 1e3
    tracemalloc.stop()
    assert kept.by_key, "what was measured is still held"
    return milliseconds, kilobytes
