"""A visit to the page that shoppers will see, as it stands on a shop. Fills `ports.ProxyPage`.

A shop answers at its permanent name by sending visitors to its own domain. That is a merchant's to choose, so
it is followed with care: https and its usual port alone, the same path, and no address of a private network.
(The name is looked up once more for the request itself; whoever answers then has to show a certificate for
it.) Nothing of what is found is told but which of six things it is.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from tracker.deadline import Deadline
from tracker.errors import UpstreamError
from tracker.http_exchange import Reply
from tracker.ports.shops import PageFound
from tracker.shopify.transport import HttpClient

MARK = b"data-track-order-page"
"""An attribute that stands on our own page and, one hopes, on no other."""

PASSWORD_PATH = "/password"  # noqa: S105 - where a shop that is not open yet asks for one
MOST_REDIRECTS = 2
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, 430}
"""430 is Shopify's own, for visitors it takes for a machine."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
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
                    url = reply.headers.get("Location", "")
                    target = _read(url)
                    if target is not None and target.path.endswith(PASSWORD_PATH):
                        return PageFound.PASSWORD
                    if target is None or not self._leads_on(target, path):
                        return PageFound.ANOTHER
        except UpstreamError:
            return PageFound.UNREACHABLE
        return PageFound.ANOTHER

    def _leads_on(self, target: SplitResult, path: str) -> bool:
        """Whether a redirect goes to the same page under another public name."""
        host = target.hostname
        if target.scheme != "https" or target.netloc != host or target.path != path:
            return False
        try:
            addresses = list(self._resolve(host))
        except (OSError, UnicodeError):
            return False
        return bool(addresses) and all(map(_is_public, addresses))


def _read(location: str) -> SplitResult | None:
    """None for what is no address at all."""
    try:
        return urlsplit(location)
    except ValueError:
        return None


def _is_public(address: str) -> bool:
    """Whether an address is one of the internet's own, also where an IPv6 one stands for an IPv4 one."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        meant = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in _NAT64 else ip.sixtofour
        ip = ip if meant is None else meant
    return ip.is_global and not ip.is_multicast


def _found(reply: Reply) -> PageFound:
    if reply.status in _BUSY:
        return PageFound.UNREACHABLE
    if reply.status == HTTPStatus.NOT_FOUND:
        return PageFound.NOT_FOUND
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PageFound.BROKEN
    return PageFound.OURS if MARK in reply.body else PageFound.ANOTHER
