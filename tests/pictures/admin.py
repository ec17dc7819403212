"""The merchant's page in the admin of a pretend shop, on a phone and on a desktop."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import structlog
from playwright.sync_api import Browser, Page

from tests.web.shops import world
from tests.web.storefront import ALICE
from tracker.embedded_redis import EmbeddedRedis
from tracker.store.database import Database
from tracker.store.upgrade import upgrade

WIDTHS = (390, 1100)
HEIGHT = 844


def take_admin(browser: Browser) -> list[tuple[bytes, int]]:
    """Pictures with their widths: the guide when the block is still missing, and when it is all but done."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, EmbeddedRedis() as redis, structlog.testing.capture_logs():
        url = f"sqlite:///{Path(folder)}/shops.sqlite3"
        database = Database(url, create=True)
        upgrade(database)
        database.close()
        with world(url, redis.url) as shops:
            shops.platform.install(ALICE, shops.platform.config.optional_scopes)
            address = f"{shops.platform.admin(ALICE)}/apps/{shops.platform.config.handle}"
            phone, desktop = (
                browser.new_page(viewport={"width": width, "height": HEIGHT}) for width in WIDTHS
            )
            taken = [_picture(phone, address, block="todo")]
            shops.platform.add_block(ALICE)
            taken.append(_picture(desktop, address, block="done"))
            return list(zip(taken, WIDTHS, strict=True))


def _picture(page: Page, address: str, *, block: str) -> bytes:
    page.goto(address)
    guide = page.frame_locator("iframe.app")
    for step, state in {"connected": "done", "page": "done", "block": block}.items():
        guide.locator(f"#step-{step}[data-state={state}]").wait_for()
    picture = page.screenshot(animations="disabled")
    page.close()
    return picture
