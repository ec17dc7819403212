"""Somebody in front of a browser, who looks an order up in one of the ways in which it can be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, Page, Route

from tests.pictures.stories import Story
from tests.pictures.views import View

FINDINGS = Path(__file__).with_name("findings.js").read_text("utf-8")

BLOCK_PAGE, PROXY_PAGE = "/pages/track-order", "/apps/track-order"
"""Where a merchant put the block, and where the app is without one."""

SEND = """([order, email]) => {
  const form = document.querySelector('track-order form');
  form.elements.order.focus();
  form.elements.order.value = order;
  form.elements.email.value = email;
  form.requestSubmit();
}"""

SAID = """(html) => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const texts = (selector) => [...page.querySelectorAll(selector)].map((each) => each.textContent.trim());
  const faults = texts('[data-error]:not([hidden])');
  return faults.length ? faults : texts('.track-order__headline, .track-order__refusal .track-order__title');
}"""

ANSWERED = "track-order:not([data-waiting]) :is([data-result] > *, [data-error]:not([hidden]))"

HURRY = (
    "{ const wait = setTimeout; setTimeout = (act, time, ...all) => wait(act, Math.min(time, 50), ...all); }"
)

HINDRANCES: Mapping[str, Callable[[Route], object]] = {
    "offline": lambda route: route.abort(),
    "silence": lambda _: None,
    "password": lambda route: route.fulfill(status=302, headers={"Location": "/password"}),
    "uninstalled": lambda route: route.fulfill(status=404, content_type="text/html", body="<h1>Nothing</h1>"),
}
"""What becomes of a look-up on its way, where something is in its way."""


@dataclass(frozen=True)
class Seen:
    """What a person notices of the page. `said` is the headline, or what is wrong with each field."""

    said: list[str]
    language: str
    direction: str
    problems: list[str]


class Onlooker:
    """One tab, which can be used again and again. `origin` is where the shop is."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self._origin = origin
        self._devtools = page.context.new_cdp_session(page)

    def take(self, view: View) -> None:
        """From now on the page is so wide and so bright."""
        self.page.set_viewport_size({"width": view.width, "height": 844})
        self.page.emulate_media(color_scheme="dark" if view.scheme == "dark" else "light")

    def open(self, path: str) -> None:
        """Go to a page of the shop."""
        self.page.goto(self._origin + path)

    def look_up(self, story: Story, language: str, *, page: str = BLOCK_PAGE) -> None:
        """The whole way: the page with the form, what somebody types, and the answer."""
        self.open(f"{page}?locale={language}")
        hinder = HINDRANCES.get(story.hindrance or "")
        if hinder:
            self.page.route("**/lookup", hinder)
        if story.hindrance == "silence":
            self.page.evaluate(HURRY)
        self.ask(story.order, story.email)
        if hinder:
            self.page.unroute_all(behavior="ignoreErrors")

    def ask(self, order: str, email: str) -> None:
        """Type into the first form on the page, send it, and wait for the answer."""
        self.page.evaluate(SEND, [order, email])
        self.page.wait_for_selector(ANSWERED, state="visible")

    def look_up_plainly(self) -> None:
        """What is in the form once more, as a browser without script sends it, and the page that is answered.

        None of that page's scripts has run, though the browser takes ours again once it is there.
        """
        self._scripts(allowed=False)
        with self.page.expect_navigation():
            self.page.evaluate("document.querySelector('track-order form').submit()")
        self._scripts(allowed=True)

    def read_plainly(self, story: Story, language: str) -> list[str]:
        """What that page would say, without going there."""
        page = self._post(story, language, "text/html")
        said: list[str] = self.page.evaluate(SAID, page.text())
        return said

    def ask_plainly(self, story: Story) -> dict[str, Any]:
        """What the service says to the script, without a page around."""
        answer: dict[str, Any] = self._post(story, "en", "application/json").json()
        return answer

    def see(self) -> Seen:
        """What there is to notice."""
        found: dict[str, Any] = self.page.evaluate(FINDINGS)
        return Seen(**found)

    def _scripts(self, *, allowed: bool) -> None:
        self._devtools.send("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def _post(self, story: Story, language: str, accept: str) -> APIResponse:
        typed: dict[str, str | float | bool] = {
            "order": story.order,
            "email": story.email,
            "locale": language,
        }
        address = f"{self._origin}{PROXY_PAGE}/lookup"
        return self.page.request.post(address, form=typed, headers={"Accept": accept})
