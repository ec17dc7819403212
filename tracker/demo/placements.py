"""Which blocks of the app a merchant has put into the published theme."""

from __future__ import annotations

from dataclasses import dataclass

THEME_ID = 8_000_000_001


@dataclass(frozen=True)
class Placement:
    """A block by its file name, in a `template`; `target` is where its schema says that it goes: `section`,
    `head`, `body` or `compliance_head`. An embed is on every page, and its template is `index`."""

    handle: str
    target: str
    template: str

    @property
    def is_embed(self) -> bool:
        """Whether it is an app embed, which stands outside of the theme's sections."""
        return self.target != "section"

    @property
    def is_shown(self) -> bool:
        """Whether the demo's theme has a place for it: app blocks are in its page template alone."""
        return self.is_embed or self.template.partition(".")[0] == "page"
