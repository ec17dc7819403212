"""What is told at the end: a promise, what was measured, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click


@dataclass(frozen=True, slots=True)
class Finding:
    """`holds` is None where a figure has no promise to be measured against."""

    promise: str
    figure: str
    holds: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "holds", False: "BROKEN", None: ""}[self.holds]


def write(title: str, rows: Sequence[Sequence[str]]) -> None:
    """A table in columns, the first row its head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    click.echo(f"\n{title}")
    for place, row in enumerate(rows):
        click.echo(
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
        if place == 0:
            click.echo("  " + "  ".join("-" * width for width in widths))


def write_findings(findings: Sequence[Finding]) -> None:
    """The summary."""
    rows = [(finding.promise, finding.figure, finding.verdict) for finding in findings]
    write("Promises", [("promise", "measured", "verdict"), *rows])
