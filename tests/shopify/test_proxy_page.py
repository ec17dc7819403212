"""A visit to the tracking page of a shop: where it may lead, how long it may take, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest

from tests.shopify.upstream import Behaviour, Upstream, hang, reply, reset, stall
from tracker.deadline import Deadline
from tracker.errors import UpstreamUnreachable
from tracker.http_exchange import Reply
from tracker.ports.shops import PageFound
from tracker.shopify.proxy_page import MARK, StorefrontPage, resolve
from tracker.shopify.transport import HttpClient

SHOP = "alice.myshopify.com"
PATH = "/apps/track-order"
HERE = f"https://{SHOP}{PATH}"
THERE = f"https://alice.example{PATH}"
PUBLIC, PRIVATE = "93.184.216.34", "10.0.0.7"
OUR_PAGE = Reply(200, {}, b"<track-order " + MARK + b">")


class Internet(HttpClient):
    """Answers by address; whatever else is asked for is not there. Remembers what was asked for."""

    def __init__(self, answers: Mapping[str, Reply]) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._answers = answers

    def get(self, url: str, *, headers: Mapping[str, str], deadline: Deadline) -> Reply:
        self.asked.append(url)
        if url not in self._answers:
            raise UpstreamUnreachable
        return self._answers[url]


def to(location: str, status: int = 301) -> Reply:
    return Reply(status, {"Location": location}, b"")


def visit(internet: HttpClient, addresses: Iterable[str] = (PUBLIC,), seconds: float = 30) -> PageFound:
    """What is found, where every name has these addresses."""
    page = StorefrontPage(internet, resolve=lambda _host: addresses)
    return page.visit(SHOP, PATH, deadline=Deadline(seconds))


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (OUR_PAGE, PageFound.OURS),
        (Reply(200, {}, b"<h1>Another app</h1>"), PageFound.ANOTHER),
        (Reply(200, {}, b""), PageFound.ANOTHER),
        (Reply(404, {}, OUR_PAGE.body), PageFound.NOT_FOUND),
        (Reply(502, {}, b"There was a problem"), PageFound.BROKEN),
        (Reply(429, {}, b""), PageFound.UNREACHABLE),
        (Reply(430, {}, b""), PageFound.UNREACHABLE),
        (to(f"https://{SHOP}/password", 302), PageFound.PASSWORD),
        (to("/password?return_to=/apps", 302), PageFound.PASSWORD),
    ],
)
def test_what_stands_there_is_told_in_a_word(answer: Reply, found: PageFound) -> None:
    internet = Internet({HERE: answer})

    assert (found, [HERE]) == (visit(internet), internet.asked)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_shops_own_domain_is_followed(status: int) -> None:
    internet = Internet({HERE: to(THERE, status), THERE: OUR_PAGE})

    assert (PageFound.OURS, [HERE, THERE]) == (visit(internet), internet.asked)


@pytest.mark.parametrize(
    "location",
    [
        "",
        PATH,
        f"http://alice.example{PATH}",
        f"ftp://alice.example{PATH}",
        f"//alice.example{PATH}",
        f"https://alice.example:8443{PATH}",
        f"https://alice.example:443{PATH}",
        f"https://alice.example:99999{PATH}",
        f"https://user@alice.example{PATH}",
        f"https://user:secret@alice.example{PATH}",
        f"https://{PATH}",
        f"https:{PATH}",
        f"https://[bad{PATH}",
        f"https://alice.example\\@evil.example{PATH}",
        "https://alice.example/",
        "https://alice.example/admin",
        f"https://alice.example{PATH}/lookup",
        f"https://alice.example/%2e%2e{PATH}",
        f"file://{PATH}",
        "javascript:alert(1)",
    ],
)
def test_what_leads_elsewhere_is_not_followed(location: str) -> None:
    internet = Internet({HERE: to(location)})

    assert (PageFound.ANOTHER, [HERE]) == (visit(internet), internet.asked)


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        [PRIVATE],
        [PUBLIC, PRIVATE],
        ["127.0.0.1"],
        ["0.0.0.0"],  # noqa: S104 - an address to be refused
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["192.168.0.1"],
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["::1"],
        ["fd00::1"],
        ["fe80::1%eth0"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["2002:a00:7::1"],
    ],
)
def test_no_address_of_a_private_network_is_visited(addresses: list[str]) -> None:
    """A merchant may give their domain any address, also that of a machine beside ours."""
    internet = Internet({HERE: to(THERE), THERE: OUR_PAGE})

    assert (PageFound.ANOTHER, [HERE]) == (visit(internet, addresses), internet.asked)


@pytest.mark.parametrize("addresses", [["2606:2800:220:1::1"], ["64:ff9b::5db8:d822"]])
def test_the_internet_of_today_is_reached_too(addresses: list[str]) -> None:
    internet = Internet({HERE: to(THERE), THERE: OUR_PAGE})

    assert PageFound.OURS is visit(internet, addresses)


@pytest.mark.parametrize("fault", [OSError("no such host"), UnicodeError("label too long")])
def test_a_name_without_an_address_leads_nowhere(fault: Exception) -> None:
    def unknown(_host: str) -> list[str]:
        raise fault

    page = StorefrontPage(Internet({HERE: to(THERE)}), resolve=unknown)

    assert PageFound.ANOTHER is page.visit(SHOP, PATH, deadline=Deadline(30))


def test_names_are_looked_up_by_the_system() -> None:
    assert {"127.0.0.1", "::1"} >= set(resolve("localhost")) > set()


def test_a_circle_of_redirects_comes_to_an_end() -> None:
    internet = Internet({HERE: to(THERE), THERE: to(HERE)})

    assert (PageFound.ANOTHER, 3) == (visit(internet), len(internet.asked))


def test_a_redirect_of_the_own_domain_to_the_password_is_told_too() -> None:
    internet = Internet({HERE: to(THERE), THERE: to("https://alice.example/password", 302)})

    assert PageFound.PASSWORD is visit(internet)


class TestOverTheWire:
    @pytest.fixture
    def http(self) -> Iterator[HttpClient]:
        client = HttpClient(max_bytes=10_000)
        yield client
        client.close()

    def found(
        self, http: HttpClient, *behaviours: Behaviour, seconds: float = 30
    ) -> tuple[PageFound, Upstream]:
        with Upstream(*behaviours) as server:
            page = StorefrontPage(http, origin=f"{server.origin}/{{shop}}")
            return page.visit(SHOP, PATH, deadline=Deadline(seconds)), server

    def test_a_visitor_brings_nothing_that_is_secret(self, http: HttpClient) -> None:
        found, server = self.found(http, reply(OUR_PAGE.body, headers={"Set-Cookie": "a=b"}))

        [request] = server.requests
        assert (PageFound.OURS, "GET", f"/{SHOP}{PATH}") == (found, request.method, request.path)
        assert {"authorization", "cookie", "x-shopify-access-token"}.isdisjoint(request.headers)

    @pytest.mark.parametrize("behaviour", [reset, reply(b"x" * 10_001)], ids=["reset", "endless"])
    def test_what_breaks_off_or_never_ends_is_not_reached(
        self, http: HttpClient, behaviour: Behaviour
    ) -> None:
        found, _ = self.found(http, behaviour)

        assert PageFound.UNREACHABLE is found

    @pytest.mark.parametrize("behaviour", [hang, stall], ids=["silent", "stalls"])
    def test_nobody_waits_longer_than_the_time_there_is(self, http: HttpClient, behaviour: Behaviour) -> None:
        found, _ = self.found(http, behaviour, seconds=0.2)

        assert PageFound.UNREACHABLE is found

    def test_where_no_time_is_left_nothing_is_asked(self, http: HttpClient) -> None:
        found, server = self.found(http, reply(OUR_PAGE.body), seconds=0)

        assert (PageFound.UNREACHABLE, []) == (found, server.requests)
