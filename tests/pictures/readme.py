"""The pictures of the README: a story, the same for everyone, the button with its dialog, and the merchant's
page."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Browser

from tests.pictures.admin import take_admin
from tests.pictures.seeing import BLOCK_PAGE, PROXY_PAGE, Onlooker
from tests.pictures.stories import STORIES
from tests.pictures.taking import READY, WITHOUT_DEMO, Studio, studio
from tests.pictures.views import View

SHEET = """<body style="margin:0;display:inline-flex;gap:{gap}px;align-items:flex-start;padding:{gap}px;
background:#d9dde3">{images}</body>"""
IMAGE = """<img src="data:image/png;base64,{data}" width="{width}"
style="display:block;border-radius:12px;box-shadow:0 6px 30px #0004">"""

PHONES = (
    ("1009", "de", "light"),
    ("1010", "ar", "light"),
    ("2101", "ja", "dark"),
    ("not-found", "en", "dark"),
)
"""Story, language and scheme of each phone in the second picture."""


def take_readme(folder: Path) -> list[Path]:
    """Take all of them into the folder; their paths."""
    with studio() as here:
        pictures = {
            "story": _story(here),
            "everyone": _everyone(here),
            "button": _button(here),
            "admin": take_admin(here.browser),
        }
        return [
            _sheet(here.browser, pictures[name], folder / f"{name}.png", gap=40 if name == "story" else 28)
            for name in pictures
        ]


Shot = tuple[bytes, int]
"""A picture and how wide it is to be shown."""


def _story(here: Studio) -> list[Shot]:
    with here.onlooker() as onlooker:
        return [
            _told(onlooker, "1004", "en", View(390, "light", "ltr", "on"), BLOCK_PAGE),
            _told(onlooker, "1012", "en", View(1100, "light", "ltr", "on"), BLOCK_PAGE),
        ]


def _everyone(here: Studio) -> list[Shot]:
    with here.onlooker() as onlooker:
        return [
            _told(onlooker, story, language, View(360, scheme, "ltr", "on"), PROXY_PAGE)
            for story, language, scheme in PHONES
        ]


def _button(here: Studio) -> list[Shot]:
    with here.onlooker(button="end") as onlooker:
        page, shots = onlooker.page, []
        onlooker.take(View(900, "light", "ltr", "on"))
        onlooker.open("/")
        shots.append((_shot(onlooker), 900))
        page.locator(".track-order-button__link").click()
        page.locator("dialog[open]").wait_for()
        onlooker.ask("1012", "ada@example.com")
        shots.append((_shot(onlooker), 900))
        return shots


def _told(onlooker: Onlooker, name: str, language: str, view: View, page: str) -> Shot:
    [story] = [story for story in STORIES if story.name == name]
    onlooker.take(view)
    onlooker.look_up(story, language, page=page)
    onlooker.page.evaluate("window.scrollTo(0, 0)")
    return _shot(onlooker), view.width


def _shot(onlooker: Onlooker) -> bytes:
    onlooker.page.evaluate(READY)
    return onlooker.page.screenshot(animations="disabled", style=WITHOUT_DEMO)


def _sheet(browser: Browser, shots: list[Shot], path: Path, *, gap: int) -> Path:
    images = "".join(IMAGE.format(data=base64.b64encode(shot).decode(), width=width) for shot, width in shots)
    page = browser.new_page(viewport={"width": 2000, "height": 900})
    page.set_content(SHEET.format(images=images, gap=gap))
    page.locator("body").screenshot(path=path)
    page.close()
    return path
