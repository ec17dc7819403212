"""Flask, told what it need not find out on every request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import Map, MapAdapter, Rule

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_NO_SESSION = NullSession()


class NoSessions(SessionInterface):
    """The one session that nobody has: nothing of ours knows a caller by a cookie."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """It, whoever asks. Flask would look for a secret and make one for each request."""
        return _NO_SESSION


class WholeResponse(Response):
    """A 200 to anything but HEAD, of which all is known as it is made: its bytes, their length and kind.
    Werkzeug would copy its headers twice, and look among them for what may have to be mended."""

    def __init__(self, body: bytes, content_type: str) -> None:
        super().__init__(headers=[("Content-Type", content_type), ("Content-Length", str(len(body)))])
        self.response = [body]

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Body, status line and headers, as they are."""
        return [*self.iter_encoded()], self.status, self.headers.to_wsgi_list()


class _KnownRoute(MapAdapter):
    """What finds one route, of a path without variables, whoever asks."""

    def __init__(self, url_map: Map, rule: Rule) -> None:
        super().__init__(url_map, "", "/", "", "http", rule.rule, "GET")
        self._rule = rule

    def match(  # type: ignore[override]  # Werkzeug overloads it by whether a rule is wanted
        self, path_info: str | None = None, method: str | None = None, **how: Any
    ) -> Any:
        """It, without arguments; or what Werkzeug finds for another path or method."""
        if path_info is None and method is None:
            return self._rule, {}
        return super().match(path_info, method, **how)


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
        known = self._known_routes.get((request.method, request.path))
        return known or self.url_map.bind("", path_info=request.path, default_method=request.method)

    @cached_property
    def _known_routes(self) -> dict[tuple[str, str], MapAdapter]:
        """By method and path, those without variables: Werkzeug would go through the path piece by piece. All
        are there by the first request, after which Flask allows no further one."""
        return {
            (method, rule.rule): _KnownRoute(self.url_map, rule)
            for rule in self.url_map.iter_rules()
            if not rule.arguments
            for method in rule.methods or ()
        }
