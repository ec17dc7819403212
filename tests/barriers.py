"""What axe-core finds wrong with a page in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""Axe's tags of the rules of WCAG 2.2 AA."""

BEST_PRACTICE = "best-practice"
"""Its tag of the rules that are good practice and nothing more."""

# All that axe tells, of each element that a rule was tried on, takes longer to bring here than to find.
FIND = "([context, options]) => axe.run(context ?? document, options).then(({ violations }) => violations)"


def barriers(page: Page | Frame, tags: Sequence[str] = (), *, exclude: str | None = None) -> list[str]:
    """Violations of the rules of these tags, else of all that axe tries by itself, on the page as it is now,
    or in the frame; elements that `exclude` selects apart. Each begins with the rule's name."""
    page.evaluate(Axe().axe_script)
    context = {"exclude": [[exclude]]} if exclude else None
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if tags:
        options["runOnly"] = {"type": "tag", "values": list(tags)}
    found: list[dict[str, Any]] = page.evaluate(FIND, [context, options])
    return [f"{violation['id']}: {node['html']}" for violation in found for node in violation["nodes"]]
