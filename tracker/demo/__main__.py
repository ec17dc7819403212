"""`python -m tracker.demo`: serve the pretend Shopify until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

import click

from tracker.demo.app import API_KEY, API_SECRET, EXTENSION, create_demo
from tracker.demo.app_config import BadAppConfig
from tracker.demo.platform import SHOPS, create_platform
from tracker.demo.server import served
from tracker.demo.state import DOMAIN


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option(
    "--carriers-port",
    default=0,
    show_default=True,
    help="Port of the carriers' APIs, with --app-toml; 0 takes a free one.",
)
@click.option("--app-url", required=True, help="Origin of the app, such as http://127.0.0.1:8001.")
@click.option("--api-key", default=API_KEY, show_default=True, help="Client id of the app.")
@click.option("--api-secret", default=API_SECRET, help="Client secret of the app.")
@click.option(
    "--app-toml",
    default=None,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The app's shopify.app.toml: several shops, and each merchant installs the app.",
)
@click.option(
    "--shop",
    "shops",
    multiple=True,
    help="Domain of a shop at myshopify.com; several with --app-toml. There are some by default.",
)
@click.option(
    "--access-token", default=None, help="A fixed Admin API token beside the minted ones, without --app-toml."
)
@click.option(
    "--extension",
    default=EXTENSION,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the theme app extension.",
)
@click.option(
    "--retry-factor",
    default=0.02,
    show_default=True,
    help="Compresses the four hours in which webhooks are retried, with --app-toml.",
)
@click.option("--until-stdin-closes", is_flag=True, help="End when standard input is closed.")
def main(
    *,
    host: str,
    port: int,
    carriers_port: int,
    app_url: str,
    api_key: str,
    api_secret: str,
    app_toml: Path | None,
    shops: tuple[str, ...],
    access_token: str | None,
    extension: Path,
    retry_factor: float,
    until_stdin_closes: bool,
) -> None:
    """A pretend Shopify: Admin API, app proxy, storefront, and a panel at /demo.

    Without --app-toml it is one shop with the app installed. With it there are several under /shops/, each
    with an admin at /shops/DOMAIN/admin, and a line `shop DOMAIN STOREFRONT` for each follows the address;
    and a pretend 17TRACK and DHL, whose address is told last, as `carriers ORIGIN`.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    stopped = _stopped(until_stdin_closes=until_stdin_closes)
    if app_toml is None:
        if len(shops) > 1:
            raise click.UsageError("several shops need --app-toml")
        app = create_demo(
            app_url=app_url,
            api_key=api_key,
            api_secret=api_secret,
            shop=shops[0] if shops else DOMAIN,
            access_token=access_token,
            extension=extension,
        )
        with served(app, host, port) as origin:
            _say(f"ready {origin}")
            stopped.wait()
        return
    try:
        platform = create_platform(
            app_toml=app_toml,
            app_url=app_url,
            api_key=api_key,
            api_secret=api_secret,
            shops=shops or SHOPS,
            extension=extension,
            retry_factor=retry_factor,
        )
    except BadAppConfig as error:
        raise click.ClickException(f"{app_toml}: {error}") from None
    with platform.serve(host=host, port=port, carriers_port=carriers_port):
        _say(f"ready {platform.origin}")
        for domain in platform.domains:
            _say(f"shop {domain} {platform.storefront(domain)}")
        _say(f"carriers {platform.carriers.origin}")
        stopped.wait()


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _stopped(*, until_stdin_closes: bool) -> threading.Event:
    """Set by SIGTERM, by SIGINT, and by the end of standard input if that is wanted."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())

    def wait_for_stdin() -> None:
        # not sys.stdin, whose lock this thread would take with it when the program ends
        while os.read(0, 4096):
            pass
        stopped.set()

    if until_stdin_closes:
        threading.Thread(target=wait_for_stdin, daemon=True).start()
    return stopped


if __name__ == "__main__":
    main()
