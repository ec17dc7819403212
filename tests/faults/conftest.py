"""What all trials share. `make faults` runs them, `make test` does not: their files are named otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist has no types

from tests.bench import publish, table
from tests.faults.findings import Finding, lines, of_the_run, write
from tests.pretend_shopify import PretendShopify, serve_pretend_shopify
from tracker.demo.throttle import Bucket

Note = Callable[[Finding], None]

FINDINGS = "findings"
COMPUTING = {"hostile_faults.py", "guess_faults.py", "reload_faults.py"}

COUNTED = {
    "--hostile": (100_000, "Hostile requests."),
    "--guesses": (1_000_000, "Guesses in one process."),
    "--guesses-sent": (20_000, "Guesses over HTTP."),
    "--reloaded": (20_000, "Requests while the service is reloaded."),
}
"""How many a whole run counts."""

_FINDINGS = pytest.StashKey[list[Finding]]()
_STARTED = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of what is counted, so that a glance need not take minutes."""
    group = parser.getgroup("faults")
    for option, (number, counted) in COUNTED.items():
        group.addoption(option, type=int, default=number, help=counted)
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
        if is_whole := _is_whole(config):
            findings.append(of_the_run(seconds))
        write(findings, seconds=seconds)
        if config.getoption("--publish"):
            _publish(findings, instead_of_all=is_whole and exitstatus == pytest.ExitCode.OK)
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


def _is_whole(config: pytest.Config) -> bool:
    """Whether no trial was left out, and none counts less than it should."""
    chosen = config.option.keyword or config.option.markexpr or any("::" in path for path in config.args)
    files = {path.resolve() for path in map(Path, config.args)}
    counts = all(config.getoption(option) >= number for option, (number, _) in COUNTED.items())
    return not chosen and files == {Path(__file__).parent} and counts


def _publish(findings: Sequence[Finding], *, instead_of_all: bool) -> None:
    """Each trial's finding by itself, so that one that was tried anew leaves the others as they are; a trial
    that is no longer there is forgotten with a whole run in which every promise holds."""
    trials = {
        name: table.Measured([table.Finding(f"{name}: {one.promise}", one.figure, one.holds)])
        for one in findings
        for name in [f"{one.part}, {one.fault}"]
    }
    publish.keep("faults", trials, parts=trials if instead_of_all else None)
    publish.write_documents()
