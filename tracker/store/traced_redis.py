"""The way to Redis with a span for each trip there. Used only where traces are on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from tracker.breaker import Breaker
from tracker.store.direct import Command
from tracker.store.redis import GuardedRedis
from tracker.store.script import Argument, Script

OpenSpan = Callable[[str], AbstractContextManager[object]]


class TracedRedis(GuardedRedis):
    """GuardedRedis; `span` is opened around each script, by its name, and around commands that go together,
    by theirs. Keys and values are not told."""

    def __init__(self, url: str, breaker: Breaker, *, span: OpenSpan, **options: Any) -> None:
        super().__init__(url, breaker, **options)
        self._span = span

    def run_script(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        """See GuardedRedis."""
        with self._span(f"redis {script.name}"):
            return super().run_script(script, keys, arguments)

    def run_together(self, *commands: Command) -> list[Any]:
        """See GuardedRedis."""
        with self._span("redis " + " ".join(str(command[0]) for command in commands)):
            return super().run_together(*commands)
