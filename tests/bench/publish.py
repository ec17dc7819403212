"""What was measured, kept as a file, and the README's table made from it: no figure there is typed.

`docs/figures/<name>.json` holds the findings of one program (`bench`, `faults`), the machine and the day.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.table import Finding

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "figures"
BEGIN, END = "<!-- figures: made by `make figures` -->", "<!-- end of figures -->"
VERDICTS = {True: "kept", False: "**broken**", None: ""}
TITLES = {"bench": "What it costs", "faults": "What it withstands"}
"""Of the tables, by the program that measured."""


class NoPlace(Exception):
    """The README has no place for the table."""


def keep(name: str, findings: Sequence[Finding]) -> None:
    """Write the findings of `name`, in place of those of an earlier run with the same promise."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    path = FIGURES / f"{name}.json"
    known = read(path)["findings"] if path.exists() else []
    new = [asdict(finding) for finding in findings]
    promises = {finding["promise"] for finding in new}
    told = {
        "title": TITLES[name],
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}",
        "findings": [old for old in known if old["promise"] not in promises] + new,
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    """What `keep` wrote."""
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def written(readme: str, kept: Sequence[dict[str, Any]]) -> str:
    """The README with its table made anew. Raises NoPlace."""
    head, begun, rest = readme.partition(BEGIN)
    _, ended, tail = rest.partition(END)
    if not begun or not ended:
        raise NoPlace
    return f"{head}{BEGIN}\n{table(kept)}{END}{tail}"


def table(kept: Sequence[dict[str, Any]]) -> str:
    """All that has a promise, in Markdown: a table for each program, with where and when it measured."""
    lines: list[str] = []
    for told in kept:
        lines += [f"**{told['title']}** ({told['machine']}, {told['measured']})", ""]
        lines += ["| promise | measured | |", "|---|---|---|"]
        lines += [
            f"| {finding['promise']} | {finding['figure']} | {VERDICTS[finding['holds']]} |"
            for finding in told["findings"]
            if finding["holds"] is not None
        ]
        lines.append("")
    return "\n".join(["", *lines])


def all_kept() -> list[dict[str, Any]]:
    """Every file there is, in the order of their names."""
    return [read(path) for path in sorted(FIGURES.glob("*.json"))]


def write_readme() -> None:
    """Make the README's table anew from the files."""
    path = ROOT / "README.md"
    path.write_text(written(path.read_text(encoding="utf-8"), all_kept()), encoding="utf-8")


if __name__ == "__main__":
    write_readme()
