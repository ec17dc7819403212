"""`make pictures`: the picture of the README, taken in the demo by the machine's own Chromium.

One shot on a phone and one on a desktop, set side by side by the browser itself.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.chromium import ARGUMENTS, find_chromium

PORT = 8087
PAGE = f"http://127.0.0.1:{PORT}/pages/track-order"
FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
EMAIL = "ada@example.com"
PATIENCE_SECONDS = 60

BODY = "margin:0;display:inline-flex;gap:40px;align-items:flex-start;padding:40px;background:#d9dde3"
SHEET = f'<body style="{BODY}">{{images}}</body>'
FRAME = "border-radius:12px;box-shadow:0 6px 30px #0004"
IMAGE = f'<img src="data:image/png;base64,{{data}}" width="{{width}}" style="{FRAME}">'


def main() -> None:
    """Start the demo, take the pictures, end it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tracker", "demo", "--port", str(PORT)]
    demo = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
            phone = _story(browser, "#1004", width=390, height=844)
            desktop = _story(browser, "#1012", width=1100, height=844)
            images = [(phone, 390), (desktop, 1100)]
            _sheet(browser, images, FOLDER / "block.png")
            browser.close()
    finally:
        demo.terminate()
        demo.wait()


def _wait() -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience:
        try:
            with urllib.request.urlopen(PAGE, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The demo did not start.")


def _story(browser: Browser, number: str, *, width: int, height: int) -> bytes:
    page = browser.new_page(
        viewport={"width": width, "height": height}, locale="en-GB", device_scale_factor=1.5
    )
    page.goto(PAGE)
    page.fill("track-order input[name=order]", number)
    page.fill("track-order input[name=email]", EMAIL)
    page.click("track-order button[type=submit]")
    page.wait_for_selector(".track-order__story")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo(0, 0)")
    return page.screenshot(animations="disabled")


def _sheet(browser: Browser, images: list[tuple[bytes, int]], path: Path) -> None:
    tags = "".join(IMAGE.format(data=base64.b64encode(data).decode(), width=width) for data, width in images)
    page = browser.new_page(viewport={"width": 1700, "height": 900})
    page.set_content(SHEET.format(images=tags))
    page.locator("body").screenshot(path=path)


if __name__ == "__main__":
    os.environ.pop("REDIS_URL", None)
    main()
