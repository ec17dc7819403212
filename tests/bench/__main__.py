"""`python -m tests.bench`: what a look-up costs, beside what the least of it would cost on this machine.

Figures are of the machine and the moment; ratios are what is promised. `--quick` only shows that it all runs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path

import click

from tests.bench import plots, publish, table
from tests.bench.measures import Effort
from tests.bench.parts import PARTS, QUICK, THOROUGH, Bench
from tests.bench.plots import Plot
from tests.bench.table import Finding, Measured
from tracker.embedded_redis import EmbeddedRedis


@click.command()
@click.option("--quick", is_flag=True, help="A glance: too short for figures that mean something.")
@click.option("--only", type=click.Choice([*PARTS]), multiple=True, help="Some parts alone.")
@click.option("--entries", type=int, help="Kept answers of `growth`, 200 000 by default.")
@click.option("--soak", type=int, help="Look-ups of `soak`, 100 000 by default.")
@click.option("--publish", "published", is_flag=True, help="Keep the figures for README and docs.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=publish.ROOT,
    help="Where README and docs are that get the figures, by default those of this checkout.",
)
def main(
    *, quick: bool, only: tuple[str, ...], entries: int | None, soak: int | None, published: bool, into: Path
) -> None:
    """Measure the service beside its yardsticks, and say which promises hold. A part that fails is told as
    not measured, ends nothing, and makes the exit code 1; a broken promise does not."""
    effort = QUICK if quick else THOROUGH
    effort = replace(effort, entries=entries or effort.entries, soak=soak or effort.soak)
    findings: list[Finding] = []
    pictures: list[Plot] = []
    failed: list[str] = []
    _say_where()
    began = time.monotonic()
    for name in only or PARTS:
        try:
            measured, drawn = _measure(name, effort)
        except Exception:  # noqa: BLE001 - whatever it was, the other parts are not lost for it
            traceback.print_exc()
            failed.append(name)
            continue
        findings += measured.findings
        pictures += drawn
        if published:  # at once: what ends the bench later takes nothing away
            publish.keep("bench", {name: measured}, parts=PARTS, root=into)
    table.write_findings(findings)
    if published:
        publish.write_documents(into)
        if pictures:
            plots.draw(pictures, publish.figures(into))
    click.echo(f"\n{len(findings)} figures, {time.monotonic() - began:.0f} s in all.")
    if failed:
        click.echo(f"Not measured, for a failure told above: {', '.join(failed)}.", err=True)
        sys.exit(1)


def _measure(name: str, effort: Effort) -> tuple[Measured, list[Plot]]:
    """One part, with a folder and a Redis of its own."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        EmbeddedRedis() as redis,
        table.remembered() as tables,
    ):
        found, drawn = PARTS[name](Bench(Path(folder), redis.url, effort))
    click.echo(f"\n{name}: {time.monotonic() - began:.0f} s")
    return Measured(found, tables), drawn


def _say_where() -> None:
    busy = os.getloadavg()[0]
    click.echo(f"{os.cpu_count()} processors, load average {busy:.1f} before it began.")
    if busy > (os.cpu_count() or 1) / 2:
        click.echo("The machine is busy with other things: look at the ratios, and measure again.")


if __name__ == "__main__":
    main()
