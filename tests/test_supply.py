"""What is installed is what was chosen: the locks fit pyproject.toml, are whole, and name no host."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("serve", "traces", "demo", "dev", "build")

Pins = dict[str, list[tuple[Requirement, int]]]


def pins(lock: str) -> Pins:
    """Every pinned requirement by name (more than one where versions differ by environment), with the number
    of its hashes."""
    found: Pins = {}
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / f"requirements/{lock}.txt").read_text())
    for entry in entries:
        text = entry.split("\\\n", 1)[0].strip()
        requirement = Requirement(text)
        found.setdefault(canonicalize_name(requirement.name), []).append(
            (requirement, entry.count("--hash="))
        )
    return found


def asked(lock: str) -> list[Requirement]:
    """What pyproject.toml asks for, for this lock."""
    if lock == "build":
        return [Requirement(text) for text in PROJECT["dependency-groups"]["build"]]
    extras = PROJECT["project"]["optional-dependencies"]
    texts: list[str] = [*PROJECT["project"]["dependencies"], *extras["postgres"]]
    if lock in ("traces", "dev"):
        texts += extras["traces"]
    if lock in ("demo", "dev"):
        texts += extras["demo"]
    if lock == "dev":
        texts += PROJECT["dependency-groups"]["dev"]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_every_requirement_at_a_version_that_it_allows(lock: str) -> None:
    """`make lock` was run after the last change of pyproject.toml."""
    locked = pins(lock)

    for requirement in asked(lock):
        for pin, _ in locked[canonicalize_name(requirement.name)]:
            (version,) = pin.specifier
            assert version.operator == "=="
            assert requirement.specifier.contains(version.version, prereleases=True), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_everything_by_hash(lock: str) -> None:
    assert [name for name, pinned in pins(lock).items() for _, hashes in pinned if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_nothing_that_nobody_asked_for(lock: str) -> None:
    """Each entry says which other one, or pyproject.toml, drew it in."""
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    reasons = {
        canonicalize_name(reason)
        for reason in re.findall(r"^ {4}# (?:via|  )\s*([A-Za-z0-9._-]+)", text, re.MULTILINE)
        if reason != "tracker"
    }
    direct = {canonicalize_name(requirement.name) for requirement in asked(lock)}
    drawn_in_by_project = set(
        re.findall(
            r"^([a-z0-9-]+)==(?:(?!^[a-z0-9]).)*?tracker \(pyproject\.toml", text, re.MULTILINE | re.DOTALL
        )
    )

    assert reasons <= set(pins(lock))
    assert drawn_in_by_project == direct


@pytest.mark.parametrize(
    ("smaller", "larger"), [("serve", "demo"), ("demo", "dev"), ("traces", "dev"), ("build", "dev")]
)
def test_what_is_tested_is_what_is_served(smaller: str, larger: str) -> None:
    """A larger lock adds packages and changes no version."""
    big = pins(larger)

    for name, pinned in pins(smaller).items():
        assert {str(pin.specifier) for pin, _ in pinned} == {str(pin.specifier) for pin, _ in big[name]}, name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    """Where packages come from is the machine's own business."""
    assert "://" not in (ROOT / f"requirements/{lock}.txt").read_text()


def test_the_image_lists_its_contents() -> None:
    """By the very command of the Dockerfile, asked of what the tests stand on: it names all that the lock
    holds for such a machine, at its version."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    found = re.search(r"^RUN python (-m pip --python )\S+ (inspect) >/opt/tracker/", dockerfile, re.MULTILINE)
    assert found
    command = [sys.executable, *found[1].split(), sys.executable, found[2]]

    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    listed = {(canonicalize_name(each["name"]), each["version"]) for each in metadata_of(told)}
    locked = {
        (name, next(iter(pin.specifier)).version)
        for name, pinned in pins("serve").items()
        for pin, _ in pinned
        if pin.marker is None or pin.marker.evaluate()
    }
    assert len(locked) > 30
    assert locked - listed == set()
    assert "tracker" in {name for name, _ in listed}


def metadata_of(report: dict[str, Any]) -> list[dict[str, str]]:
    return [each["metadata"] for each in report["installed"]]


@pytest.mark.parametrize("lock", ["serve", "traces"])
def test_the_image_can_be_built_from_either_lock(lock: str) -> None:
    """It is let into the build, which is told to take it."""
    assert f"!requirements/{lock}.txt" in (ROOT / ".dockerignore").read_text().splitlines()
    assert "COPY requirements/${LOCK}.txt" in (ROOT / "Dockerfile").read_text()


def test_the_lock_of_the_theme_checks_pins_by_hash_and_names_no_host() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {path: package for path, package in packages.items() if path}

    assert [path for path, package in installed.items() if "integrity" not in package] == []
    assert [path for path, package in installed.items() if "resolved" in package] == []


def test_the_theme_checks_are_asked_for_at_one_version_each() -> None:
    """They are tools whose findings may change with every version."""
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert wanted == {name: locked[f"node_modules/{name}"]["version"] for name in wanted}
