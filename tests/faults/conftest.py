"""What all trials share. `make faults` runs them, `make test` does not: their files are named otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist has no types

from tests.bench import publish, table
from tests.faults.findings import Finding, lines, write
from tests.pretend_shopify import PretendShopify, serve_pretend_shopify
from tracker.demo.throttle import Bucket

Note = Callable[[Finding], None]

FINDINGS = "findings"
COMPUTING = {"hostile_faults.py", "guess_faults.py", "reload_faults.py"}

_FINDINGS = pytest.StashKey[list[Finding]]()
_STARTED = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of what is counted, so that a glance need not take minutes."""
    group = parser.getgroup("faults")
    group.addoption("--hostile", type=int, default=100_000, help="Hostile requests.")
    group.addoption("--guesses", type=int, default=1_000_000, help="Guesses in one process.")
    group.addoption("--guesses-sent", type=int, default=20_000, help="Guesses over HTTP.")
    group.addoption("--reloaded", type=int, default=20_000, help="Requests while the service is reloaded.")
    group.addoption("--publish", action="store_true", help="Keep the figures for the README.")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_STARTED] = time.monotonic()


class TwoSides(LoadScopeScheduling):  # type: ignore[misc]  # the same
    """Trials that compute go to one process, one after the other, and those that mostly wait to another."""

    def _split_scope(self, nodeid: str) -> str:
        return "computing" if nodeid.partition("::")[0].rpartition("/")[2] in COMPUTING else "waiting"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TwoSides | None:
    """Groups of xdist itself (`loadgroup`) do nothing under pytest 9.2, which has no such node ids."""
    return TwoSides(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Write a finding into the table, then fail where its promise was broken."""

    def note_it(finding: Finding) -> None:
        request.node.stash.setdefault(_FINDINGS, []).append(finding)
        assert finding.holds, f"{finding.fault}: {finding.figure}"

    return note_it


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Findings go with the report, which is what comes from a process to the one that prints the table."""
    report = yield
    vars(report)[FINDINGS] = [asdict(finding) for finding in item.stash.get(_FINDINGS, [])]
    return report


@pytest.fixture(scope="session")
def shopify() -> Iterator[PretendShopify]:
    """One pretend shop of the largest plan for all trials; each leaves it as it was."""
    with serve_pretend_shopify() as pretend:
        pretend.shop.bucket = Bucket(time.monotonic, maximum=40_000, restore_rate=2_000)
        yield pretend


@pytest.fixture(autouse=True)
def _quiet_shopify(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", logger="werkzeug")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Print the table, and keep it as JSON."""
    if findings := _noted(terminalreporter):
        seconds = time.monotonic() - config.stash[_STARTED]
        write(findings, seconds=seconds)
        if config.getoption("--publish"):
            publish.keep("faults", [_told(one) for one in findings])
            publish.write_readme()
        terminalreporter.write_sep("=", "promises")
        for line in lines(findings):
            terminalreporter.write_line(line)
        terminalreporter.write_line(f"{len(findings)} promises, {seconds:.0f} s in all.")


def _noted(terminalreporter: pytest.TerminalReporter) -> list[Finding]:
    """The findings of all processes, in the order of files and lines, whichever came first."""
    reports = [
        report
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
    ]
    reports.sort(key=lambda report: (report.location[0], report.location[1] or 0))
    return [Finding(**told) for report in reports for told in vars(report).get(FINDINGS, [])]


def _told(finding: Finding) -> table.Finding:
    """As the README has it, where a promise stands for itself."""
    return table.Finding(f"{finding.part}, {finding.fault}: {finding.promise}", finding.figure, finding.holds)
