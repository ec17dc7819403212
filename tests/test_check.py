"""`tracker check` says what a configuration can do, and what to do about what it can't."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.conftest import serve
from tracker.check import NEEDED, WORTH_HAVING, Finding, check
from tracker.demo.app import create_demo
from tracker.demo.state import DOMAIN, Shop
from tracker.settings import Settings

TOKEN = "shpat_of_the_check"


@pytest.fixture
def shop(caplog: pytest.LogCaptureFixture) -> Iterator[tuple[str, Shop]]:
    """Origin and state of a pretend shop."""
    caplog.set_level("ERROR", logger="werkzeug")
    demo = create_demo(access_token=TOKEN)
    server, url = serve(demo)
    yield url, demo.extensions["demo_shop"]
    server.shutdown()
    server.server_close()


def findings(url: str, redis_url: str, *, token: str = TOKEN) -> list[Finding]:
    return check(
        Settings(
            api_key="key",
            api_secret="the secret of the check, long enough",
            redis_url=redis_url,
            admin_origin=url,
            shop=DOMAIN,
            admin_token=token,
        )
    )


def test_with_every_scope_there_is_nothing_to_say(shop: tuple[str, Shop], redis_url: str) -> None:
    url, state = shop
    state.control.scopes = [*NEEDED, *WORTH_HAVING]

    assert {finding.grade for finding in findings(url, redis_url)} == {"ok"}


@pytest.mark.parametrize("missing", WORTH_HAVING)
def test_a_scope_worth_having_is_named_with_what_it_is_good_for(
    missing: str, shop: tuple[str, Shop], redis_url: str
) -> None:
    url, state = shop
    state.control.scopes = [scope for scope in (*NEEDED, *WORTH_HAVING) if scope != missing]

    (warning,) = [finding for finding in findings(url, redis_url) if finding.grade != "ok"]

    assert (warning.grade, warning.fatal) == ("warning", False)
    assert missing in warning.words
    assert WORTH_HAVING[missing] in warning.advice


def test_a_token_that_is_refused_is_a_fault(shop: tuple[str, Shop], redis_url: str) -> None:
    faults = [finding for finding in findings(shop[0], redis_url, token="of another shop") if finding.fatal]

    assert [finding.words for finding in faults] == ["refuses our token"]


def test_a_list_for_customers_is_worth_a_scope() -> None:
    assert "read_customers" in WORTH_HAVING
