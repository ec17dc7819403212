"""Contact sheets: `index.html`, with a row for each story and a column for each view; a PNG for each view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.chromium import ARGUMENTS, find_chromium
from tests.pictures.stories import STORIES
from tests.pictures.taking import IN_EACH_LANGUAGE, READY, every_language, place_in_language, place_of
from tests.pictures.views import EVERY

STYLE = """
body { margin: 0; padding: 24px; background: #d9dde3; color: #1d2330; font: 14px/1.4 system-ui, sans-serif; }
table { border-collapse: separate; border-spacing: 8px; }
th { position: sticky; background: #d9dde3; font-weight: 600; text-align: start; vertical-align: top; }
thead th { inset-block-start: 0; }
tbody th { inset-inline-start: 0; min-width: 160px; max-width: 160px; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, 200px); gap: 20px 16px; }
figure { margin: 0; }
figcaption { height: 2.8em; overflow: hidden; overflow-wrap: anywhere; }
img { display: block; width: 200px; max-height: 400px; object-fit: cover; object-position: top;
  border-radius: 4px; box-shadow: 0 1px 6px #0004; }
.wide { grid-template-columns: repeat(auto-fill, 416px); }
.wide img { width: 416px; max-height: 520px; }
"""

SHEET_WIDTH = 24 + 12 * 216 + 8
"""Twelve pictures in a row."""

PHONE = 390
"""Pixels. What is wider is shown at twice the size, or its words could not be read."""


def write_index(folder: Path) -> Path:
    """The page with everything that was taken; its path."""
    head = "".join(f"<th>{escape(str(view))}</th>" for view in EVERY)
    rows = "".join(
        f"<tr><th>{escape(story.name)}<br><small>{escape(story.about)}</small></th>"
        + "".join(f"<td>{_linked(folder, place_of(view, story))}</td>" for view in EVERY)
        + "</tr>"
        for story in STORIES
    )
    sections = [
        ("Languages", _figures(_languages())),
        ("Pages", _figures(_pages(folder))),
        ("Stories", f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"),
    ]
    body = "".join(f"<h1>{name}</h1>{content}" for name, content in sections)
    return _write(folder / "index.html", body)


def print_sheets(folder: Path) -> list[Path]:
    """Each view's stories, the languages and the pages as PNG, so that they can be looked at anywhere."""
    told: dict[str, Mapping[str, str]] = {
        str(view): {
            place_of(view, story): f"{story.name}: {story.about}"
            for story in STORIES
            if (folder / place_of(view, story)).is_file()
        }
        for view in EVERY
    }
    wide = {str(view) for view in EVERY if view.width > PHONE}
    told |= {"languages": _languages(), "pages": _pages(folder)}
    printed: list[Path] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": SHEET_WIDTH, "height": 1200})
        for name, captions in told.items():
            if captions:
                printed.append(_print(page, folder, name, _figures(captions, wide=name in wide)))
        browser.close()
    return printed


def _print(page: Page, folder: Path, name: str, figures: str) -> Path:
    # Pictures lie beside the page, and a page that is set as text may not read files.
    source = _write(folder / f"sheet-{name}.html", f"<h1>{escape(name)}</h1>{figures}")
    page.goto(source.as_uri())
    page.evaluate(READY)
    path = folder / f"sheet-{name}.png"
    page.screenshot(path=path, full_page=True)
    source.unlink()
    return path


def _languages() -> dict[str, str]:
    return {
        place_in_language(language, name): f"{language}: {name}"
        for language in every_language()
        for name in IN_EACH_LANGUAGE
    }


def _pages(folder: Path) -> dict[str, str]:
    taken: Sequence[Path] = sorted((folder / "pages").glob("*.jpg"))
    return {f"pages/{path.name}": path.stem for path in taken}


def _figures(captions: Mapping[str, str], *, wide: bool = False) -> str:
    figures: Iterable[str] = (
        f"<figure><figcaption>{escape(caption)}</figcaption>{_image(place)}</figure>"
        for place, caption in captions.items()
    )
    return f'<div class="sheet{" wide" if wide else ""}">{"".join(figures)}</div>'


def _linked(folder: Path, place: str) -> str:
    return _image(place) if (folder / place).is_file() else ""


def _image(place: str) -> str:
    return f'<a href="{place}"><img src="{place}" alt="" loading="lazy"></a>'


def _write(path: Path, body: str) -> Path:
    head = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title><style>{STYLE}</style>'
    )
    path.write_text(head + body, "utf-8")
    return path
