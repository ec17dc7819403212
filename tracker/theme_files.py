"""The block's files, which the proxy page serves too: beside the package in a checkout, else inside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

INSTALLED = Path(__file__).parent / "theme_extension"
CHECKOUT = Path(__file__).parent.parent / "theme_extension"


@cache
def read(name: str) -> str:
    """The text of one file, such as `assets/track-order.css`. Raises FileNotFoundError."""
    folder = INSTALLED if INSTALLED.is_dir() else CHECKOUT
    return (folder / name).read_text(encoding="utf-8")


def locales() -> dict[str, str]:
    """The text of each shopper's locale file by its tag; the default's is marked in its name."""
    folder = (INSTALLED if INSTALLED.is_dir() else CHECKOUT) / "locales"
    files = (file for file in sorted(folder.glob("*.json")) if not file.name.endswith(".schema.json"))
    return {
        file.name.removesuffix(".json").removesuffix(".default"): read(f"locales/{file.name}")
        for file in files
    }
