"""`python -m tracker.demo`: serve the pretend Shopify until it is told to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from pathlib import Path

import click
from werkzeug.serving import BaseWSGIServer, make_server

from tracker.demo.app import API_KEY, API_SECRET, EXTENSION, create_demo
from tracker.demo.state import DOMAIN


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--app-url", required=True, help="Origin of the app, such as http://127.0.0.1:8001.")
@click.option("--api-key", default=API_KEY, show_default=True, help="Client id of the app.")
@click.option("--api-secret", default=API_SECRET, help="Client secret of the app.")
@click.option("--shop", default=DOMAIN, show_default=True, help="Domain of the shop at myshopify.com.")
@click.option("--access-token", default=None, help="A fixed Admin API token beside the minted ones.")
@click.option(
    "--extension",
    default=EXTENSION,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the theme app extension.",
)
@click.option("--until-stdin-closes", is_flag=True, help="End when standard input is closed.")
def main(
    *,
    host: str,
    port: int,
    app_url: str,
    api_key: str,
    api_secret: str,
    shop: str,
    access_token: str | None,
    extension: Path,
    until_stdin_closes: bool,
) -> None:
    """A pretend Shopify: Admin API, app proxy, storefront, and a panel at /demo."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_demo(
        app_url=app_url,
        api_key=api_key,
        api_secret=api_secret,
        shop=shop,
        access_token=access_token,
        extension=extension,
    )
    server = make_server(host, port, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of ThreadingMixIn, which threaded=True mixes in

    def stop(*_: object) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread when a signal comes
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if until_stdin_closes:
        threading.Thread(target=_wait_for_stdin, args=(server,), daemon=True).start()
    click.echo(f"ready http://{host}:{server.server_port}")
    sys.stdout.flush()
    server.serve_forever()
    server.server_close()


def _wait_for_stdin(server: BaseWSGIServer) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.shutdown()


if __name__ == "__main__":
    main()
