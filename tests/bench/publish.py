"""What was measured, kept as a file, and tables of README and docs made from it: none of them is typed.

`docs/figures/<name>.json` holds what each part of one program (`bench`, `faults`) found, on which machine and
on which day. A part that is measured anew takes the place of all that it found before, and of nothing else.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.table import Measured

ROOT = Path(__file__).parents[2]
README = "README.md"
WITH_SECTIONS = ("docs/performance.md", "docs/expected-delivery.md")
"""Documents with tables of single parts of the bench, each between marks that name it."""

MADE = "made by `make figures`"
BEGIN, END = f"<!-- figures: {MADE} -->", "<!-- end of figures -->"
SECTION = re.compile(rf"<!-- figures of (?P<part>\w+): {MADE} -->\n.*?{END}", re.DOTALL)
VERDICTS = {True: "holds", False: "**broken**", None: ""}
TITLES = {"bench": "What it costs", "faults": "What it withstands"}
"""Of the tables, by the program that measured."""


class NoPlace(Exception):
    """The README has no place for the table."""


def figures(root: Path = ROOT) -> Path:
    """The folder of all that is kept."""
    return root / "docs" / "figures"


def keep(
    name: str, measured: Mapping[str, Measured], *, parts: Iterable[str] | None = None, root: Path = ROOT
) -> None:
    """Write what these parts of `name` found, in place of what each found before; others stay as they are,
    with their own day and machine. `parts` are all that the program has, in their order: what was kept of
    any other is forgotten. Without it every part stays that was there."""
    path = figures(root) / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = read(path)["parts"] if path.exists() else {}
    stamp = {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}",
    }
    all_of = known | {part: stamp | asdict(found) for part, found in measured.items()}
    told = {
        "title": TITLES[name],
        "parts": {part: all_of[part] for part in (all_of if parts is None else parts) if part in all_of},
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    """What `keep` wrote."""
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def written(readme: str, kept: Sequence[Mapping[str, Any]]) -> str:
    """The README with its table made anew. Raises NoPlace."""
    head, begun, rest = readme.partition(BEGIN)
    _, ended, tail = rest.partition(END)
    if not begun or not ended:
        raise NoPlace
    return f"{head}{BEGIN}\n{table(kept)}{END}{tail}"


def table(kept: Sequence[Mapping[str, Any]]) -> str:
    """All findings in Markdown: a table for each program and each day and machine that it was measured on."""
    lines: list[str] = []
    for told in kept:
        together: dict[str, list[dict[str, Any]]] = {}
        for part in told["parts"].values():
            together.setdefault(_where(part), []).extend(part["findings"])
        for where, findings in together.items():
            rows = [(each["promise"], each["figure"], VERDICTS[each["holds"]]) for each in findings]
            lines += [f"**{told['title']}** {where}", "", *_rows([("promise", "measured", ""), *rows]), ""]
    return "\n".join(["", *lines])


def with_sections(text: str, parts: Mapping[str, Mapping[str, Any]]) -> str:
    """A document with the tables of the parts that its marks name, made anew. Where a part has none kept it
    says how to get them."""

    def section(found: re.Match[str]) -> str:
        name = found["part"]
        part = parts.get(name, {"tables": ()})
        titled = [(f"**{one['title']}** {_where(part)}", one["rows"]) for one in part["tables"]]
        lines = [line for title, rows in titled for line in (title, "", *_rows(rows), "")]
        if not lines:
            lines = [f'Not published yet: `make bench ARGS="--only {name} --publish"`.', ""]
        return "\n".join([found[0].partition("\n")[0], "", *lines, END])

    return SECTION.sub(section, text)


def all_kept(root: Path = ROOT) -> list[dict[str, Any]]:
    """Every file there is, in the order of their names."""
    return [read(path) for path in sorted(figures(root).glob("*.json"))]


def documents(root: Path = ROOT) -> dict[Path, str]:
    """Each document that holds figures, as it is when made anew from the files. Raises NoPlace."""
    readme = root / README
    parts = read(figures(root) / "bench.json")["parts"]
    made = {readme: written(readme.read_text(encoding="utf-8"), all_kept(root))}
    for name in WITH_SECTIONS:
        made[root / name] = with_sections((root / name).read_text(encoding="utf-8"), parts)
    return made


def write_documents(root: Path = ROOT) -> None:
    """Make the tables of README and docs anew from the files. Raises NoPlace."""
    for path, text in documents(root).items():
        path.write_text(text, encoding="utf-8")


def _where(part: Mapping[str, Any]) -> str:
    return f"({part['machine']}, {part['measured']})"


def _rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """In Markdown, the first row the head."""
    head, *others = (f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows)
    return [head, "|" + "---|" * len(rows[0]), *others]


if __name__ == "__main__":
    write_documents()
