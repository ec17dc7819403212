"""What the block costs in a browser: an order of 250 lines from its answer on, and a page that nobody uses.

Every figure is the median of pages that were just opened in a real Chromium, as shoppers do: a second look on
the same page would find everything loaded and compiled.
"""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench import table
from tests.bench.table import Finding
from tests.chromium import ARGUMENTS, find_chromium
from tests.theme.answers import answer, item, parcel, story
from tests.theme.harness import Storefront, render, serve

LINES = 250
LOOKING_SECONDS = 0.1
"""How long the shop takes to answer. It is never less for a shopper, and the block uses that time."""
SLOWER = 4
STORY_MS = 50
IDLE_MS = 5

# Marks when the answer has been read, when the story is in the page, and when the browser has drawn it.
WATCH = """
const read = Response.prototype.json;
Response.prototype.json = async function () {
  const answer = await read.call(this);
  performance.mark('answered');
  return answer;
};
addEventListener('DOMContentLoaded', () => {
  const shown = () => {
    performance.mark('shown');
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => performance.mark('drawn');
      port2.postMessage(null);
    });
  };
  new MutationObserver(shown).observe(document.querySelector('[data-result]'), { childList: true });
});
"""
SEND = """() => {
  const form = document.querySelector('track-order form');
  form.elements.order.value = '1001';
  form.elements.email.value = 'ann@example.com';
  form.requestSubmit();
}"""
DRAWN = "performance.getEntriesByName('drawn').length > 0"
MARKS = "Object.fromEntries(performance.getEntriesByType('mark').map((each) => [each.name, each.startTime]))"

# What a page's modules make the main thread do. No other script is on these pages.
SCRIPT_WORK = ("v8.compileModule", "v8.evaluateModule")


@dataclass(frozen=True, slots=True)
class _Shop:
    """A storefront and the browser in front of it."""

    storefront: Storefront
    browser: Browser

    @contextmanager
    def fresh(self) -> Iterator[tuple[BrowserContext, Page]]:
        """A page in a context of its own, on a phone's screen; nothing loaded yet."""
        size = {"width": 390, "height": 844}
        context = self.browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", viewport=size)  # type: ignore[arg-type] # a TypedDict of the library's own
        try:
            yield context, context.new_page()
        finally:
            context.close()

    @property
    def page(self) -> str:
        """The address of the page with the block."""
        return f"{self.storefront.origin}/pages/track"


def measure(*, pages: int) -> list[Finding]:
    """Both promises over so many fresh pages each, written as tables as well."""
    storefront, server = serve()
    storefront.reset()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
            shop = _Shop(storefront, browser)
            findings = [*_stories(shop, pages), *_idle(shop, pages)]
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
    return findings


def _stories(shop: _Shop, pages: int) -> Iterator[Finding]:
    picture = f"{shop.storefront.origin}/mug.svg"
    kinds = {
        "one line": [item()],
        f"{LINES} lines": [item(f"Thing {number}") for number in range(LINES)],
        f"{LINES} lines with pictures": [
            item(f"Thing {number}", image_url=f"{picture}?{number}") for number in range(LINES)
        ],
    }
    rows = [("", "in the page ms", "drawn ms", "drawn, at best")]
    drawn = {}
    for name, lines in kinds.items():
        shop.storefront.answer = answer(story(shipments=[parcel(items=lines)]))
        looks = [_story(shop) for _ in range(pages)]
        shown, drawn[name] = (statistics.median(figures) for figures in zip(*looks, strict=True))
        best = min(figure for _, figure in looks)
        rows.append((name, f"{shown:.1f}", f"{drawn[name]:.1f}", f"{best:.1f}"))
    table.write(f"A story from its answer on, the median of {pages} fresh pages", rows)
    worst = max(drawn.values())
    promise = f"a story of {LINES} lines: drawn within {STORY_MS} ms of its answer, on a fresh page"
    yield Finding(promise, f"{worst:.0f} ms", worst <= STORY_MS)


def _story(shop: _Shop) -> tuple[float, float]:
    with shop.fresh() as (_, page):
        page.add_init_script(WATCH)
        page.goto(shop.page)
        shop.storefront.open.clear()
        threading.Timer(LOOKING_SECONDS, shop.storefront.open.set).start()
        page.evaluate(SEND)
        page.wait_for_function(DRAWN)
        marks: dict[str, float] = page.evaluate(MARKS)
    return marks["shown"] - marks["answered"], marks["drawn"] - marks["answered"]


def _idle(shop: _Shop, pages: int) -> Iterator[Finding]:
    rows = [("", "script work ms", f"at {SLOWER}x slow-down ms", "at best")]
    for name in ("track-order", "track-order-button"):
        shop.storefront.blocks = render(name)
        plain = statistics.median(_script_work(shop, 1) for _ in range(pages))
        looks = [_script_work(shop, SLOWER) for _ in range(pages)]
        slow = statistics.median(looks)
        rows.append((name, f"{plain:.1f}", f"{slow:.1f}", f"{min(looks):.1f}"))
        promise = f"{name}, not used: {IDLE_MS} ms of script work at most, at {SLOWER}x slow-down"
        yield Finding(promise, f"{slow:.1f} ms", slow <= IDLE_MS)
    table.write(f"A page that nobody uses, the median of {pages} fresh pages", rows)


def _script_work(shop: _Shop, rate: int) -> float:
    """Milliseconds of the main thread's own time, so that what else the machine does matters less."""
    with shop.fresh() as (context, page):
        page.goto("about:blank")
        devtools = context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        events: list[dict[str, Any]] = []
        complete = threading.Event()
        devtools.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
        devtools.on("Tracing.tracingComplete", lambda _: complete.set())
        wanted = {"includedCategories": ["v8", "devtools.timeline"]}
        devtools.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": wanted})
        page.goto(shop.page, wait_until="networkidle")
        devtools.send("Tracing.end")
        while not complete.is_set():
            page.wait_for_timeout(10)
    spent: list[float] = [
        event.get("tdur", event.get("dur", 0)) for event in events if event["name"] in SCRIPT_WORK
    ]
    return sum(spent) / 1000
