"""What a shopper does with the block, and what a shopper sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.barriers import BEST_PRACTICE, WCAG, barriers
from tests.theme.answers import Answer
from tests.theme.harness import Storefront


@dataclass
class Shopper:
    """A browser in front of the shop."""

    page: Page
    shop: Storefront
    _scripts: list[Callable[[], None]] = field(default_factory=list)

    def bring_script(self, script: str) -> None:
        """Run this on each page that is opened from now on, before its own scripts: as another app's does."""
        self._scripts.append(self.page.add_init_script(script).close)

    def forget_scripts(self) -> None:
        """Undo `bring_script` for the pages to come."""
        while self._scripts:
            self._scripts.pop()()

    def visit(self, query: str = "") -> None:
        """Open the page; scripts of the page have run when it is loaded."""
        self.page.goto(f"{self.shop.origin}/pages/track{query}")

    def type(self, order: str = "1001", email: str = "ann@example.com") -> None:
        self.page.get_by_label("Order number").fill(order)
        self.page.get_by_label("E-mail address").fill(email)

    def send(self) -> None:
        self.page.get_by_role("button", name="Find my order").click()

    def look_up(self, answer: Answer) -> None:
        """The whole way in one stride: open, type, send, and wait until it is answered."""
        self.shop.answer = answer
        self.visit()
        self.page.evaluate(
            """() => {
              const form = document.querySelector('track-order form');
              form.elements.order.value = '1001';
              form.elements.email.value = 'ann@example.com';
              form.requestSubmit();
            }"""
        )
        self.page.wait_for_selector(
            "track-order:not([data-waiting]) :is([data-result] > *, [aria-invalid])", state="visible"
        )

    def settle(self) -> None:
        """Let the page act on what it has been sent: a task for each turn that an answer takes."""
        self.page.evaluate(
            """async () => {
              for (let turn = 0; turn < 20; turn += 1) {
                await new Promise((resolve) => {
                  const { port1, port2 } = new MessageChannel();
                  port1.onmessage = resolve;
                  port2.postMessage(null);
                });
              }
            }"""
        )

    @property
    def root(self) -> Locator:
        return self.page.locator("track-order").first

    @property
    def result(self) -> Locator:
        return self.root.locator("[data-result]")

    @property
    def said(self) -> str:
        """What a screen reader was told last."""
        return self.root.locator("[data-live]").inner_text()

    @property
    def focused(self) -> str:
        """The text or the name of the element that has the focus."""
        return str(
            self.page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
        )

    def barriers(self) -> list[str]:
        """Violations of WCAG 2.2 AA, and of what axe knows as good practice, on the page as it is now."""
        return barriers(self.page, (*WCAG, BEST_PRACTICE))

    def overflows(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        )
