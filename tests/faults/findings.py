"""What is told at the end: each fault with its promise, what was measured, and whether it holds; as a
table for people and as JSON for what is generated from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).parents[2] / "dist" / "faults.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """`part` is what was broken, `fault` how; `seconds` is what the trial took."""

    part: str
    fault: str
    promise: str
    figure: str
    holds: bool
    seconds: float


MOST_SECONDS = 600
"""That all trials together may take."""


def of_the_run(seconds: float) -> Finding:
    """What a run of all trials took, beside what it may take."""
    promise = f"over within {MOST_SECONDS // 60} minutes"
    return Finding("The trials", "all of them", promise, f"{seconds:.0f} s", seconds <= MOST_SECONDS, seconds)


def lines(findings: Sequence[Finding]) -> list[str]:
    """The table, in columns."""
    rows = [("part", "fault", "promise", "measured", "s", "")]
    for one in findings:
        verdict = "holds" if one.holds else "BROKEN"
        rows.append((one.part, one.fault, one.promise, one.figure, f"{one.seconds:.0f}", verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def write(findings: Sequence[Finding], *, seconds: float, file: Path = FILE) -> None:
    """All findings of a run as JSON: when it ended (ISO 8601, UTC), what it took, and one object for each."""
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "ended_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": round(seconds),
        "findings": [asdict(one) | {"seconds": round(one.seconds, 1)} for one in findings],
    }
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
