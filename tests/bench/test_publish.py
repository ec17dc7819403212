"""The figures that stand in README and docs come from measurements, each with its own day and machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.bench import parts, publish
from tests.bench.__main__ import main
from tests.bench.table import Finding, Measured

QUICK = Finding("quick", "1 ms", holds=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The README and the documents with figures, and nothing kept yet."""
    for name in (publish.README, *publish.WITH_SECTIONS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(publish.ROOT / name, tmp_path / name)
    return tmp_path


def told(*findings: Finding, machine: str = "2 processors") -> dict[str, Any]:
    of_one = {"measured": "2026-11-27", "machine": machine} | asdict(Measured(findings))
    return {"title": "What it costs", "parts": {"load": of_one}}


def kept(root: Path) -> Mapping[str, Any]:
    parts_of: Mapping[str, Any] = publish.read(publish.figures(root) / "bench.json")["parts"]
    return parts_of


def promises(root: Path) -> dict[str, list[str]]:
    return {name: [each["promise"] for each in part["findings"]] for name, part in kept(root).items()}


def grow_older(root: Path) -> None:
    """As though all that is kept had been measured long ago, somewhere else."""
    path = publish.figures(root) / "bench.json"
    document = publish.read(path)
    for part in document["parts"].values():
        part |= {"measured": "2020-01-01", "machine": "1 processor"}
    path.write_text(json.dumps(document), encoding="utf-8")


def test_a_table_has_every_figure_and_says_which_promises_are_broken() -> None:
    text = publish.table([told(QUICK, Finding("small", "9 KB", holds=False), Finding("only told", "0"))])

    assert "| quick | 1 ms | holds |\n| small | 9 KB | **broken** |\n| only told | 0 |  |" in text
    assert "**What it costs** (2 processors, 2026-11-27)" in text


def test_figures_of_another_machine_or_day_have_a_table_of_their_own() -> None:
    document = told(QUICK)
    document["parts"]["cold"] = told(Finding("small", "9 KB"), machine="64 processors")["parts"]["load"]

    _, first, second = publish.table([document]).split("**What it costs** ")

    assert (True, True) == (first.startswith("(2 processors"), "quick" in first)
    assert (True, True) == (second.startswith("(64 processors"), "small" in second)


def test_the_table_goes_where_it_was_and_nothing_else_changes() -> None:
    readme = f"before\n{publish.BEGIN}\nearlier\n{publish.END}\nafter\n"

    new = publish.written(readme, [told(QUICK)])

    assert new.startswith(f"before\n{publish.BEGIN}\n\n**What it costs**")
    assert new.endswith(f"{publish.END}\nafter\n")
    assert "earlier" not in new


def test_the_readme_tells_what_was_measured_and_nothing_else() -> None:
    readme = (publish.ROOT / "README.md").read_text(encoding="utf-8")

    assert publish.written(readme, publish.all_kept()) == readme


@pytest.mark.parametrize("name", publish.WITH_SECTIONS)
def test_the_tables_of_a_document_are_those_that_were_measured(name: str) -> None:
    text = (publish.ROOT / name).read_text(encoding="utf-8")
    named = [found["part"] for found in publish.SECTION.finditer(text)]

    assert publish.documents()[publish.ROOT / name] == text
    assert named
    assert set(named) <= parts.PARTS.keys()


def test_only_parts_of_the_bench_have_figures() -> None:
    assert kept(publish.ROOT).keys() <= parts.PARTS.keys()


def test_without_a_place_nothing_is_written() -> None:
    with pytest.raises(publish.NoPlace):
        publish.written("no table here", [])


def test_a_part_that_is_measured_anew_replaces_all_that_it_found_and_nothing_else(checkout: Path) -> None:
    """Whatever its promises said, which may have counts in them; and what others found keeps its own day."""
    first = {
        "load": Measured([QUICK]),
        "soak": Measured([Finding("of 100", "0"), Finding("and 100", "0")]),
    }
    publish.keep("bench", first, root=checkout)
    grow_older(checkout)
    publish.keep("bench", {"soak": Measured([Finding("of 1000", "0")])}, root=checkout)

    assert {"load": ["quick"], "soak": ["of 1000"]} == promises(checkout)
    assert ("2020-01-01", "1 processor") == (
        kept(checkout)["load"]["measured"],
        kept(checkout)["load"]["machine"],
    )
    assert kept(checkout)["soak"]["measured"] > "2020-01-01"


def test_a_part_that_is_no_longer_there_is_forgotten(checkout: Path) -> None:
    publish.keep("bench", {"gone": Measured([QUICK]), "soak": Measured([QUICK])}, root=checkout)
    publish.keep("bench", {"load": Measured([QUICK])}, parts=["load", "soak"], root=checkout)

    assert ["load", "soak"] == [*kept(checkout)]


def test_a_section_has_the_tables_of_its_part_and_says_where_there_are_none() -> None:
    mark = f"<!-- figures of load: {publish.MADE} -->"
    text = f"before\n{mark}\nearlier\n{publish.END}\nafter\n"
    of_load = told()["parts"]["load"] | {"tables": [{"title": "Times", "rows": [["", "ms"], ["a|b", "1"]]}]}

    filled = publish.with_sections(text, {"load": of_load})

    table = "**Times** (2 processors, 2026-11-27)\n\n|  | ms |\n|---|---|\n| a&#124;b | 1 |"
    assert f"before\n{mark}\n\n{table}\n\n{publish.END}\nafter\n" == filled
    assert "Not published yet" in publish.with_sections(filled, {})


def test_a_part_that_fails_is_told_and_takes_no_figure_of_the_others_away(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: parts.Bench) -> parts.Told:
        raise ArithmeticError("nothing was measured")

    monkeypatch.setitem(parts.PARTS, "load", fail)
    publish.keep("bench", {"load": Measured([QUICK])}, root=checkout)
    grow_older(checkout)
    chosen = ["--only", "load", "--only", "merging"]

    run = CliRunner().invoke(main, ["--quick", "--publish", "--into", str(checkout), *chosen])

    assert 1 == run.exit_code
    assert "Not measured, for a failure told above: load." in run.output
    assert "2020-01-01" == kept(checkout)["load"]["measured"]
    readme = (checkout / publish.README).read_text(encoding="utf-8")
    (measured,) = kept(checkout)["merging"]["findings"]
    assert f"| {measured['promise']} | {measured['figure']} |" in readme
    (table,) = kept(checkout)["merging"]["tables"]
    assert f"**{table['title']}**" in (checkout / "docs/performance.md").read_text(encoding="utf-8")
