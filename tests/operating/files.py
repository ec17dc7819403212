"""What is in the files for whoever operates the service: rules, dashboard, and the page that they lead to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/operating"
PAGE = ROOT / "docs/operating.md"
ALERTS = FOLDER / "alerts.yaml"

Rule = dict[str, Any]

SAMPLES = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
"""How the samples of a kind of metric are called, after its name."""


def rules() -> list[Rule]:
    """Every alert, in the order of the file."""
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana reads it."""
    read: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    return read


def panels() -> list[dict[str, Any]]:
    """The dashboard's panels that show something; rows are headings."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def queries() -> Iterator[tuple[str, str]]:
    """Title and query of everything that the dashboard asks."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def without_variables(query: str) -> str:
    """A query of the dashboard as Prometheus itself would take it."""
    return query.replace("$__rate_interval", "5m").replace("$__range", "6h").replace("$instance", ".*")


def anchors(text: str) -> list[str]:
    """The names by which a link finds the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def sections(text: str) -> dict[str, str]:
    """The parts of a page by the name of their heading, of the second level."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {anchors(f"## {part}")[0]: part for part in parts}
