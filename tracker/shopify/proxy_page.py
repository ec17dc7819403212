"""A visit to the page that shoppers will see, as it stands on a shop. Fills `ports.ProxyPage`.

A shop answers at its permanent name by sending visitors to its own domain. That is a merchant's to choose, so
it is followed with care: https and its usual port alone, the same path, and no address of a private network.
Nothing of what is found is told but which of five things it is.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from tracker.deadline import Deadline
from tracker.errors import UpstreamError
from tracker.ports import PageFound
from tracker.shopify.transport import HttpClient, Reply

MARK = b"data-track-order-page"
"""An attribute that stands on our own page and, one hopes, on no other."""

PASSWORD_PATH = "/password"  # noqa: S105 - where a shop that is not open yet asks for one
MOST_REDIRECTS = 2
_REDIRECTS = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}

Resolve = Callable[[str], Iterable[str]]
"""The addresses of a host's name. Raises OSError or UnicodeError where it has none."""


def resolve(host: str) -> list[str]:
    """By the system's resolver."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]


class StorefrontPage:
    """ports.ProxyPage over HTTP. `origin` is where shops are, with `{shop}` for the shop's domain."""

    def __init__(
        self, http: HttpClient, *, origin: str = "https://{shop}", resolve: Resolve = resolve
    ) -> None:
        self._http = http
        self._origin = origin.rstrip("/")
        self._resolve = resolve

    def visit(self, shop: str, path: str, *, deadline: Deadline) -> PageFound:
        """See ports.ProxyPage."""
        url = self._origin.replace("{shop}", shop) + path
        try:
            with self._http.observed("proxy_page", shop=shop) as seen:
                for _ in range(MOST_REDIRECTS + 1):
                    reply = self._http.get(url, headers={"Accept": "text/html"}, deadline=deadline)
                    seen.reply(reply)
                    if reply.status not in _REDIRECTS:
                        return _found(reply)
                    location = reply.headers.get("Location", "")
                    if urlsplit(location).path.endswith(PASSWORD_PATH):
                        return PageFound.PASSWORD
                    if not self._leads_on(location, path):
                        return PageFound.ANOTHER
                    url = location
        except UpstreamError:
            return PageFound.UNREACHABLE
        return PageFound.ANOTHER

    def _leads_on(self, location: str, path: str) -> bool:
        """Whether a redirect goes to the same page under another public name."""
        try:
            parts = urlsplit(location)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.scheme != "https" or port is not None or parts.path != path or parts.username is not None:
            return False
        try:
            addresses = list(self._resolve(host))
        except (OSError, UnicodeError):
            return False
        return bool(addresses) and all(ipaddress.ip_address(each).is_global for each in addresses)


def _found(reply: Reply) -> PageFound:
    if reply.status == HTTPStatus.NOT_FOUND:
        return PageFound.NOT_FOUND
    return PageFound.OURS if MARK in reply.body else PageFound.ANOTHER
