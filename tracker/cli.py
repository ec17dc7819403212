"""The `tracker` command."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from tracker import logs, start_demo
from tracker.check import SCHEMA_ADVICE, STORE_ADVICE, UNREADABLE_ADVICE
from tracker.check import check as run_check
from tracker.clock import utc_now
from tracker.edges import Edges
from tracker.errors import CacheUnavailable, StoreUnavailable, TrackerError
from tracker.follow import follow as run_follow
from tracker.listening import CannotListen
from tracker.metrics import Metrics
from tracker.serve import serve as run_serve
from tracker.settings import SHOP, InvalidSettings, Settings, read_settings
from tracker.verbs.disclose_person import disclose_person
from tracker.verbs.forget_shop import forget_shop
from tracker.verbs.refresh_tokens import refresh_tokens
from tracker.verbs.rotate_secrets import rotate_secrets
from tracker.webhook import Person

if TYPE_CHECKING:
    from tracker.shop_store import Store


@click.group()
def main() -> None:
    """Track my order for Shopify shops."""


@main.command()
def serve() -> None:
    """Serve shoppers, as it should run in production."""
    settings = _settings()
    _look_at_tables(settings)
    try:
        run_serve(settings)
    except CannotListen as error:
        click.secho(f"✗ {error}", fg="red", err=True)
        sys.exit(1)


@main.command()
@click.option("--once", is_flag=True, help="End once nothing is due, as for cron.")
def follow(*, once: bool) -> None:
    """Follow parcels where Shopify does not: ask the carriers and aggregators that merchants switched on."""
    settings = _settings()
    _look_at_tables(settings)
    try:
        run_follow(settings, once=once)
    except CannotListen as error:
        _end(str(error))
    except CacheUnavailable:
        _end("Redis does not answer, and which parcels are due is kept there. Try again once it is back.")


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


@main.group()
def db() -> None:
    """The database that shops are kept in."""


@db.command()
def upgrade() -> None:
    """Bring its tables up to date. Changes nothing where a newer version of this service made them."""
    # Alembic is of no use to any other command.
    from tracker.upgrade_store import upgrade_store  # noqa: PLC0415

    with _operating() as settings:
        done = upgrade_store(_store_url(settings))
    click.echo("The tables are up to date now." if done else "The tables were up to date already.")


@main.group("secrets")
def secrets_() -> None:
    """The app's client secret."""


@secrets_.command()
def rotate() -> None:
    """Seal what is still under SHOPIFY_API_SECRET_OLD under SHOPIFY_API_SECRET. May be run again."""
    with _operating() as settings, _store(settings) as (_, store):
        done = rotate_secrets(kept=store.sealed)
    click.echo(f"{done.resealed} values in {done.seen} records are sealed anew.")
    if done.unreadable:
        click.secho(f"! {done.unreadable} open with neither secret. {UNREADABLE_ADVICE}", fg="yellow")
        sys.exit(1)


@main.group()
def tokens() -> None:
    """The shops' tokens for the Admin API."""


@tokens.command()
def refresh() -> None:
    """Renew tokens of shops that were idle for a month, before they end, and delete counts of look-ups that
    are too old. For cron, once a day."""
    with _operating() as settings, _store(settings) as (_, store):
        done = refresh_tokens(
            shops=store.shops,
            tokens=store.tokens,
            clock=utc_now,
            failed_for=lambda shop, error: click.echo(f"{shop}: {error.code}", err=True),
        )
        store.activity.prune()
    click.echo(
        f"{done.renewed} renewed, {done.refused} need reopening by their merchants, {done.failed} failed."
    )
    sys.exit(1 if done.failed or done.newly else 0)


@main.command()
@click.option("--shop", required=True, help="Its permanent name, like your-shop.myshopify.com.")
@click.option("--yes", is_flag=True, help="Do not ask whether that is meant.")
def forget(*, shop: str, yes: bool) -> None:
    """Erase everything that is kept of one shop, from the database and from Redis."""
    if not SHOP.fullmatch(shop):
        raise click.BadParameter(
            "Write its permanent name, like your-shop.myshopify.com.", param_hint="--shop"
        )
    if not yes:
        click.confirm(f"Erase everything of {shop}? Its merchant has to open the app anew.", abort=True)
    with _operating() as settings, _store(settings) as (edges, store):
        found = forget_shop(shop, shops=store.shops, purges=edges.purges)
    click.echo(f"Nothing of {shop} is left." if found else f"Nothing of {shop} was here.")


@main.command()
@click.option("--shop", required=True, help="Its permanent name, like your-shop.myshopify.com.")
def disclose(*, shop: str) -> None:
    """Print what is kept of one person, for the merchant whom they asked for it. Whom it is about is asked
    for, so that it is in no history of commands; all of it, or what is known of it."""
    if not SHOP.fullmatch(shop):
        raise click.BadParameter(
            "Write its permanent name, like your-shop.myshopify.com.", param_hint="--shop"
        )
    email, customer, orders = (
        click.prompt(asked, default="", show_default=False, err=True)
        for asked in ("E-mail address", "Customer id", "Order ids")
    )
    order_ids = tuple(f"gid://shopify/Order/{number}" for number in _numbers(orders))
    person = Person(email or None, next(iter(_numbers(customer)), None), order_ids)
    with _operating() as settings:
        edges = Edges(settings, Metrics())
        try:
            answers = disclose_person(shop, person, disclosures=edges.disclosures)
        finally:
            edges.close()
    for answer in answers:
        click.echo(answer)
    click.echo(f"Answers that are kept: {len(answers)}.", err=True)


def _numbers(typed: str) -> list[str]:
    """Ids as people copy them: gids or digits, with anything in between."""
    return re.findall(r"\b[0-9]{1,20}\b", typed)


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


@contextmanager
def _operating() -> Iterator[Settings]:
    """What a command on the store is told. Ends with 1, and a sentence, where the store is not to be had."""
    settings = _settings()
    try:
        with logs.silenced():
            yield settings
    except StoreUnavailable as error:
        _end(f"The database gives no answer ({error.cause}). {STORE_ADVICE}")
    except CacheUnavailable:
        _end("Redis does not answer, and what it keeps is out of reach. Try again once it is back.")
    except TrackerError as error:
        _end(str(error))


def _store_url(settings: Settings) -> str:
    if settings.store_url is None:
        _end("There is no store of shops: set DATABASE_URL, or leave SHOPIFY_SHOP out.")
    return settings.store_url


def _look_at_tables(settings: Settings) -> None:
    """End where a newer version made them; say so where they are missing or old. A store that is away now may
    come back."""
    edges = Edges(settings, Metrics())
    with logs.silenced():
        state = "none" if edges.store is None else edges.store.state()
    edges.close()
    if state == "schema_newer":
        _end(SCHEMA_ADVICE[state])
    if state in SCHEMA_ADVICE:
        click.secho(f"! {SCHEMA_ADVICE[state]}", fg="yellow", err=True)


@contextmanager
def _store(settings: Settings) -> Iterator[tuple[Edges, Store]]:
    """The edges and the store, whose tables are those of this version."""
    _store_url(settings)
    edges = Edges(settings, Metrics())
    try:
        assert edges.store is not None  # noqa: S101 - it has an address
        if (state := edges.store.state()) in SCHEMA_ADVICE:
            _end(SCHEMA_ADVICE[state])
        yield edges, edges.store
    finally:
        edges.close()


def _end(words: str) -> NoReturn:
    click.secho(f"✗ {words}", fg="red", err=True)
    sys.exit(1)


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except InvalidSettings as error:
        for name, problems in sorted(error.problems.items()):
            click.secho(f"✗ {name}: {' '.join(problems)}", fg="red", err=True)
        click.echo("Every setting is described in README.md.", err=True)
        sys.exit(1)
