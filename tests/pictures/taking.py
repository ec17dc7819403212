"""Taking pictures: every story in every view, and a few things in every language, as files in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import ARGUMENTS, find_chromium
from tests.pictures.seeing import BLOCK_PAGE, PROXY_PAGE, Onlooker
from tests.pictures.stage import stage
from tests.pictures.stories import STORIES, Story
from tests.pictures.views import EVERY, LANGUAGES, View
from tracker.embedded_redis import EmbeddedRedis

WORDS = {"ltr": "en", "rtl": "ar"}
"""The language of a direction's pictures; the others have pictures of their own."""

IN_EACH_LANGUAGE = {"form": None, "split": "1012", "attempted": "1009", "not-found": "not-found"}
"""What is taken in each language, by the name of a story; None is the form before anything is typed. On the
app's own page, because every word on it is the app's."""

PAGES = {"home": "/", "product": "/products/tent", "page": BLOCK_PAGE, "proxy": PROXY_PAGE}

WITHOUT_DEMO = ".demo { display: none }"

READY = """() => {
  document.activeElement.blur(); // whoever clicks sees no focus ring
  return Promise.all([...document.images].map((image) => {
    image.loading = 'eager';
    return image.decode().catch(() => {});
  }));
}"""


@dataclass(frozen=True)
class Studio:
    """A browser and a shop whose tracking button is out of the way unless it is asked for."""

    browser: Browser
    shop: str

    @contextmanager
    def onlooker(self, *, button: str = "off") -> Iterator[Onlooker]:
        """Somebody in a tab of their own, and where the tracking button is."""
        with self.browser.new_context(locale="en-GB", timezone_id="Europe/Berlin") as context:
            context.request.post(f"{self.shop}/demo/control", data={"tracking_button": button})
            yield Onlooker(context.new_page(), self.shop)


@contextmanager
def studio() -> Iterator[Studio]:
    """A shop and a browser of one's own, until the block ends."""
    with EmbeddedRedis() as redis, stage(redis.url) as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield Studio(browser, shop)
        browser.close()


def place_of(view: View, story: Story) -> str:
    """The file of a picture, below the folder of all of them."""
    return f"{view}/{story}.jpg"


def place_in_language(language: str, name: str) -> str:
    """The same for a picture of a language."""
    return f"languages/{language}-{name}.jpg"


def take_stories(folder: Path, stories: Sequence[Story]) -> None:
    """Each of these stories in every view in which it can happen."""
    with studio() as here, here.onlooker() as onlooker:
        for story, direction in product(stories, WORDS):
            views = [view for view in EVERY if view.direction == direction]
            onlooker.look_up(story, WORDS[direction])
            _take_each(onlooker, [view for view in views if view.script == "on"], folder, story)
            if story.hindrance is None:
                onlooker.look_up_plainly()
                _take_each(onlooker, [view for view in views if view.script == "off"], folder, story)


def take_languages(folder: Path, languages: Sequence[str]) -> None:
    """On a phone, what IN_EACH_LANGUAGE names."""
    named = {story.name: story for story in STORIES}
    with studio() as here, here.onlooker() as onlooker:
        for language, (name, told) in product(languages, IN_EACH_LANGUAGE.items()):
            onlooker.take(EVERY[0])
            onlooker.page.set_viewport_size({"width": 390, "height": 844})
            if told is None:
                onlooker.open(f"{PROXY_PAGE}?locale={language}")
            else:
                onlooker.look_up(named[told], language, page=PROXY_PAGE)
            _take(onlooker.page, folder / place_in_language(language, name))


def take_pages(folder: Path) -> None:
    """The shop's pages with the tracking button, and the dialog that it opens, empty and with an order."""
    with studio() as here, here.onlooker(button="end") as onlooker:
        page = onlooker.page
        for view in (one for one in EVERY if one.script == "on"):
            onlooker.take(view)
            for name, path in PAGES.items():
                onlooker.open(f"{path}?locale={WORDS[view.direction]}")
                _take(page, folder / f"pages/{view}-{name}.jpg", whole=False)
            onlooker.open("/")
            page.locator(".track-order-button__link").click()
            page.locator("dialog[open]").wait_for()
            _take(page, folder / f"pages/{view}-dialog.jpg", whole=False)
            onlooker.ask("1012", "ada@example.com")
            _take(page, folder / f"pages/{view}-dialog-story.jpg", whole=False)


def every_language() -> list[str]:
    """All languages, from left to right first."""
    return [*LANGUAGES["ltr"], *LANGUAGES["rtl"]]


def _take_each(onlooker: Onlooker, views: Sequence[View], folder: Path, story: Story) -> None:
    for view in views:
        onlooker.take(view)
        _take(onlooker.page, folder / place_of(view, story))


def _take(page: Page, path: Path, *, whole: bool = True) -> None:
    """What lies between the theme's header and footer, or as much of the page as the window shows."""
    page.evaluate(READY)
    place = page.locator("main") if whole else page
    place.screenshot(path=path, type="jpeg", quality=80, style=WITHOUT_DEMO, animations="disabled")
