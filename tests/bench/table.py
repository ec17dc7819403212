"""What is told: tables of what was measured, and at the end each promise, its figure and whether it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
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


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a title, the first row their head."""

    title: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """All that one part of a program has to tell."""

    findings: Sequence[Finding]
    tables: Sequence[Table] = ()


_written: ContextVar[list[Table] | None] = ContextVar("written", default=None)


@contextmanager
def remembered() -> Iterator[list[Table]]:
    """The tables that are written while the block lasts, for who publishes them as well."""
    tables: list[Table] = []
    token = _written.set(tables)
    try:
        yield tables
    finally:
        _written.reset(token)


def write(title: str, rows: Sequence[Sequence[str]]) -> None:
    """A table in columns, the first row its head."""
    if (tables := _written.get()) is not None:
        tables.append(Table(title, rows))
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
