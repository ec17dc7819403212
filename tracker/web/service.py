"""Flask, told what it need not ask itself on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask


class Service(Flask):
    """A Flask app whose views and hooks are plain functions, every one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself. Flask would look five times a request whether one is a coroutine."""
        return func
