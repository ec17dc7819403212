"""The `tracker` command."""

from __future__ import annotations

import os
import sys

import click

from tracker import logs, start_demo
from tracker.check import check as run_check
from tracker.errors import TrackerError
from tracker.serve import CannotListen
from tracker.serve import serve as run_serve
from tracker.settings import InvalidSettings, Settings, read_settings


@click.group()
def main() -> None:
    """Track my order for Shopify shops."""


@main.command()
def serve() -> None:
    """Serve shoppers, as it should run in production."""
    try:
        run_serve(_settings())
    except CannotListen as error:
        click.secho(f"✗ {error}", fg="red", err=True)
        sys.exit(1)


@main.command()
def check() -> None:
    """Say whether this configuration can work, and what to do where it can't."""
    with logs.silenced():
        findings = run_check(_settings())
    for finding in findings:
        click.secho(f"{finding.mark} {finding.subject}: {finding.words}", fg=finding.colour)
        if finding.advice:
            click.echo(f"  → {finding.advice}")
    sys.exit(1 if any(finding.fatal for finding in findings) else 0)


@main.command()
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Where the pretend shop will be; another where that is taken.",
)
def demo(port: int) -> None:
    """Open a pretend shop with everything but Shopify itself as it runs in production."""
    try:
        start_demo.run(port, say=click.echo)
    except TrackerError as error:
        raise click.ClickException(str(error)) from error


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except InvalidSettings as error:
        for name, problems in sorted(error.problems.items()):
            click.secho(f"✗ {name}: {' '.join(problems)}", fg="red", err=True)
        click.echo("Every setting is described in README.md.", err=True)
        sys.exit(1)
