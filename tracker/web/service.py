"""Flask, told what it need not find out on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter

_NO_SESSION = NullSession()


class NoSessions(SessionInterface):
    """The one session that nobody has: nothing of ours knows a caller by a cookie."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """It, whoever asks. Flask would look for a secret and make one for each request."""
        return _NO_SESSION


class Service(Flask):
    """A Flask app whose views and hooks are plain functions, whose routes go by method and path alone, and
    which knows no sessions."""

    session_interface = NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself. Flask would look five times a request whether one is a coroutine."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Routes for the path of `request`. Flask would read, check and encode the host that the caller
        names; nothing here goes by it, and no address is made from it."""
        if request is None:
            return None
        return self.url_map.bind("", path_info=request.path, default_method=request.method)
