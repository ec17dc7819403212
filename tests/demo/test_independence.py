"""The demo shares no code with the service, so that a shared mistake can't pass for a match."""

from __future__ import annotations

import ast
from pathlib import Path

import tracker.demo


def test_the_demo_imports_nothing_of_the_rest() -> None:
    for path in Path(tracker.demo.__file__).parent.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            else:
                continue
            own = [name for name in names if name.split(".")[0] == "tracker"]
            assert all(name.startswith("tracker.demo") for name in own)
