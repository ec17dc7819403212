"""The README is true about what can be checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracker.settings import (
    DEFAULT_GUESS_LIMITS,
    DEFAULT_HARD_AGES,
    DEFAULT_SOFT_AGES,
    ENVIRONMENT_NAMES,
    read_ages,
    read_limits,
    read_settings,
)

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
TABLE = {name: default for name, default, _ in ROW.findall(README)}
LEAST = {"SHOPIFY_API_KEY": "key", "SHOPIFY_API_SECRET": "0123456789abcdef", "REDIS_URL": "redis://127.0.0.1"}


def test_every_setting_is_in_the_readme_and_nothing_else() -> None:
    assert sorted(ENVIRONMENT_NAMES) == sorted(TABLE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_the_default_that_the_readme_names_is_the_one_that_holds(name: str) -> None:
    """Saying the default aloud changes nothing."""
    default = TABLE[name].strip("`")
    if default in ("required", "none", "see below"):
        assert (name in LEAST) == (default == "required")
        return
    assert read_settings(LEAST) == read_settings(LEAST | {name: default})


def test_defaults_in_words_are_whole() -> None:
    assert set(read_ages(DEFAULT_SOFT_AGES)) == set(read_ages(DEFAULT_HARD_AGES))
    assert list(read_limits("")) == [part.partition("=")[0] for part in DEFAULT_GUESS_LIMITS.split(",")]


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name
)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []
