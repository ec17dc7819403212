"""Alerts, dashboard and the page they lead to fit the service and one another."""

from __future__ import annotations

import re

import pytest
from prometheus_client import REGISTRY, generate_latest

from tests.operating.files import (
    ALERTS,
    PAGE,
    ROOT,
    SAMPLES,
    Rule,
    anchors,
    dashboard,
    panels,
    queries,
    rules,
    sections,
)
from tracker import prometheus
from tracker.errors import Refusal, SourceError, UpstreamError
from tracker.metrics import Metrics
from tracker.web.problems import HTTP_CODES, InternalError

METRIC = re.compile(r"\b(tracker_[a-z_]+)(?:\{([^}]*)\})?")
SELECTOR = re.compile(r'([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
FROM_PROMETHEUS = {"instance", "job"}
RULES = [*((rule["alert"], rule["expr"]) for rule in rules()), *queries()]
EXPRESSIONS = pytest.mark.parametrize(
    "expression", [expr for _, expr in RULES], ids=[name for name, _ in RULES]
)
each_alert = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])


def samples() -> dict[str, set[str]]:
    """Every sample that `/metrics` can have, with its labels: read from what the service says of itself."""
    told = generate_latest(REGISTRY).decode()
    labels = {
        metric.describe()[0].name: set(metric._labelnames)
        for metric in vars(prometheus).values()
        if hasattr(metric, "_labelnames")
    }
    found: dict[str, set[str]] = {}
    for name, kind in re.findall(r"^# TYPE (tracker_\w+) (\w+)$", told, re.MULTILINE):
        if name.endswith("_created"):
            continue
        base = name.removesuffix("_total")
        for ending in SAMPLES[kind]:
            found[base + ending] = labels[base] | ({"le"} if ending == "_bucket" else set())
    return found


KNOWN = samples()


def codes(kind: type[Refusal] | type[UpstreamError] | type[SourceError]) -> set[str]:
    """Of this and of all its children."""
    own = {kind.code} if "code" in vars(kind) else set()
    return own.union(*(codes(child) for child in kind.__subclasses__()))


WORDS = {
    "story",
    "ok",
    InternalError.code,
    *HTTP_CODES.values(),
    *codes(Refusal),
    *codes(UpstreamError),
    *codes(SourceError),
}
"""What `outcome` and `code` can be, but for the outcomes of webhooks."""


@EXPRESSIONS
def test_a_query_asks_for_what_the_service_counts_by_labels_that_it_has(expression: str) -> None:
    asked = METRIC.findall(expression)
    labels = set(FROM_PROMETHEUS)
    for metric, selectors in asked:
        assert metric in KNOWN
        assert {label for label, _, _ in SELECTOR.findall(selectors)} <= KNOWN[metric] | FROM_PROMETHEUS
        labels |= KNOWN[metric]

    grouped = re.findall(r"\bby \(([^)]*)\)", expression)
    assert {label.strip() for group in grouped for label in group.split(",")} <= labels


@EXPRESSIONS
def test_a_query_names_outcomes_that_there_are(expression: str) -> None:
    """A misspelt word would never match, and the alert never come."""
    for _, selectors in METRIC.findall(expression):
        for label, _, value in SELECTOR.findall(selectors):
            if label in ("outcome", "code") and not value.startswith("unreadable_"):
                assert set(value.split("|")) <= WORDS


def test_whatever_the_service_counts_somebody_looks_at() -> None:
    """On the dashboard or by an alert; a count for nobody is a cost for nothing."""
    looked_at = {metric for _, expression in RULES for metric, _ in METRIC.findall(expression)}
    families = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in KNOWN}

    assert families - {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in looked_at} == set()


def test_every_fact_is_counted() -> None:
    """The twin that counts has each function of the one that counts nothing."""
    facts = {name for name in vars(Metrics) if not name.startswith("_")}

    assert facts - set(vars(prometheus.PrometheusMetrics)) == set()


@each_alert
def test_an_alert_says_how_urgent_it_is_and_where_help_is(rule: Rule) -> None:
    """The section that it leads to names it."""
    document, _, anchor = rule["annotations"]["runbook"].partition("#")

    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
    assert ROOT / document == PAGE
    assert re.search(rf"\b{rule['alert']}\b", sections(PAGE.read_text(encoding="utf-8"))[anchor])


def test_alerts_have_names_of_their_own_and_no_others_are_spoken_of() -> None:
    names = [rule["alert"] for rule in rules()]
    spoken_of = re.findall(r"^\*\*Alerts:\*\* (.+?)\.$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(set(names)) == len(names)
    assert {name for line in spoken_of for name in line.split(", ")} | {"StoriesFailing"} == set(names)


def test_eleven_things_go_wrong_and_each_is_told_from_its_look_to_its_end() -> None:
    told = sections(PAGE.read_text(encoding="utf-8"))
    numbered = {name: text for name, text in told.items() if name[0].isdigit()}

    assert [name.split("-")[0] for name in numbered] == [str(number) for number in range(1, 12)]
    for text in numbered.values():
        parts = ["**Alerts:**", "**How it looks.**", "**What shoppers see.**", "**What to do.**"]
        assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


def test_the_page_speaks_of_counts_that_there_are_and_leads_to_its_own_sections() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = {*KNOWN, *(name.removesuffix("_bucket") for name in KNOWN)}

    assert {metric for metric, _ in METRIC.findall(text)} <= names
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(anchors(text))


def test_the_rules_are_read_where_prometheus_is_told_to() -> None:
    assert f"- {ALERTS.name}" in (ALERTS.parent / "scrape.yaml").read_text(encoding="utf-8")


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    """As far as its schema demands it: an identity, panels with numbers of their own that do not lie on one
    another, queries with letters of their own, and no variable that is not defined."""
    board = dashboard()
    numbers = [panel["id"] for panel in board["panels"]]
    cells: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        own = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not own & cells, panel["title"]
        assert place["x"] + place["w"] <= 24
        cells |= own

    assert re.fullmatch(r"[a-z-]{1,40}", board["uid"])
    assert (board["title"], isinstance(board["schemaVersion"], int)) == ("Track my order", True)
    assert len(set(numbers)) == len(numbers)
    defined = {variable["name"] for variable in board["templating"]["list"]}
    for panel in panels():
        letters = [target["refId"] for target in panel["targets"]]
        assert panel["type"] in ("timeseries", "stat")
        assert len(letters) > 0
        assert len(set(letters)) == len(letters)
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {source["uid"] for source in sources} == {"${datasource}"}
        used = re.findall(r"\$\{?([A-Za-z_]+)", str(panel))
        assert {name for name in used if not name.startswith("__")} <= defined
