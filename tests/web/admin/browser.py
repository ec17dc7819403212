"""A merchant's browser at the admin of a shop, with the app's page in its frame."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

from tests.barriers import BEST_PRACTICE, WCAG, barriers
from tracker.demo.platform import Platform

PATIENCE = 20_000
CDN = "**/shopifycloud/**"


@dataclass
class Desk:
    """What somebody of one shop's staff does and sees."""

    page: Page
    platform: Platform
    shop: str

    def open(self) -> None:
        """Open the app; its checks have come to an end when this returns."""
        self.page.goto(f"{self.platform.admin(self.shop)}/apps/track-my-order")
        self.checked()

    def checked(self) -> None:
        """Wait until each step that checks itself is known."""
        expect(self.app.locator(".step")).to_have_count(6, timeout=PATIENCE)
        expect(self.app.locator('.step[data-state="checking"]')).to_have_count(0, timeout=PATIENCE)
        expect(self.said("guide")).not_to_have_text("Checking…", timeout=PATIENCE)

    @property
    def app(self) -> FrameLocator:
        """The app's page."""
        return self.page.frame_locator("iframe.app")

    @property
    def frame(self) -> Frame:
        """The frame it is in."""
        (frame,) = [one for one in self.page.frames if one.parent_frame is not None]
        return frame

    def step(self, name: str) -> Locator:
        """A step of the guide."""
        return self.app.locator(f"#step-{name}")

    def states(self) -> dict[str, str]:
        """How each step stands."""
        steps: dict[str, str] = self.app.locator(".steps").evaluate(
            "({ children }) =>"
            " Object.fromEntries([...children].map(({ dataset }) => [dataset.step, dataset.state]))"
        )
        return steps

    def press(self, action: str) -> None:
        """Press the one button for this that can be seen."""
        self.app.locator(f'[data-action="{action}"]:visible').click()

    def try_it(self) -> None:
        """Try a look-up, and wait for how it went."""
        self.press("trial")
        expect(self.app.locator("#step-trial .parts")).to_be_visible(timeout=PATIENCE)

    def said(self, where: str) -> Locator:
        """What is said of the guide or of the settings, also to screen readers."""
        return self.app.locator(f'[data-live="{where}"]')

    def field(self, label: str) -> Locator:
        """A field of the settings that can be seen, in Polaris's own tree or in the page."""
        return self.app.get_by_label(label, exact=True).locator("visible=true")

    def tab_to(self, name: str) -> None:
        """Press the tab key until the keyboard is at this action, field or choice."""
        for _ in range(30):
            self.page.keyboard.press("Tab")
            if self.focused() == name:
                return
        raise AssertionError(f"The keyboard never comes to {name}")

    def focused(self) -> str:
        """What the keyboard is at: an action, the value of a choice, or a field's name, through the trees of
        Polaris."""
        return str(
            self.frame.evaluate(
                """() => {
                  const { activeElement: at } = document;
                  const name = at?.getAttribute('name') ?? '';
                  return at?.dataset.action ?? (name === 'shown' ? at.getAttribute('value') : name);
                }"""
            )
        )

    def overflows(self) -> bool:
        """Whether the app's page scrolls sideways."""
        return bool(
            self.frame.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        )

    def barriers(self) -> list[str]:
        """Violations of WCAG 2.2 AA and of good practice in the app's page."""
        # By itself axe looks no further than the edge of a frame.
        return barriers(self.frame, (*WCAG, BEST_PRACTICE))
