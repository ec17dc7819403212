"""What every service and every shop that a test makes would compile anew: templates and routes.

The same text gives the same code, so once is enough for a run; what the code works on stays each one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from jinja2 import Environment
from werkzeug.routing import Rule


@contextmanager
def compiled_once() -> Iterator[None]:
    """Until the block ends, templates from files and routes are compiled once in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", _templates(Environment.compile))
        patch.setattr(Rule, "_compile_builder", _routes(Rule._compile_builder))
        yield


def _templates(compile_anew: Callable[..., Any]) -> Callable[..., Any]:
    compiled: dict[tuple[str, str], Any] = {}

    def compile_once(
        environment: Environment,
        source: str,
        name: str | None = None,
        filename: str | None = None,
        **rest: Any,
    ) -> Any:
        """A file is read by environments of one kind alone, so its name stands for how it is read."""
        if filename is None or rest:
            return compile_anew(environment, source, name, filename, **rest)
        if (source, filename) not in compiled:
            compiled[source, filename] = compile_anew(environment, source, name, filename)
        return compiled[source, filename]

    return compile_once


def _routes(compile_anew: Callable[..., Any]) -> Callable[..., Any]:
    compiled: dict[tuple[Any, ...], Any] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 - Werkzeug calls it so
        """A function of the rule that it is given, with nothing of this one in it but its words. Defaults are
        written into it by the rule's own converters, so such a rule is left alone."""
        if rule.defaults:
            return compile_anew(rule, append_unknown)
        words = (rule.rule, *rule._trace, append_unknown)
        if words not in compiled:
            compiled[words] = compile_anew(rule, append_unknown)
        return compiled[words]

    return compile_once
