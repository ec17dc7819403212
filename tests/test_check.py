"""`tracker check`: every fault of a configuration is found, with what to do about it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from redis import Redis

import tracker.edges
from tests.pretend_shopify import API_KEY, TOKEN, PretendShopify, serve_pretend_shopify
from tests.web.storefront import ALICE, BOB, SECRET
from tracker.check import WORTH_HAVING, Finding, check
from tracker.demo.access import ALL_SCOPES
from tracker.settings import Settings
from tracker.shop import TokenPair
from tracker.store.database import Database
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.verbs.rotate_secrets import rotate_secrets

EVERY_SCOPE = [*ALL_SCOPES, "read_all_orders"]


@pytest.fixture(scope="module")
def _server() -> Iterator[PretendShopify]:
    with serve_pretend_shopify() as pretend:
        yield pretend


@pytest.fixture
def shopify(_server: PretendShopify, caplog: pytest.LogCaptureFixture) -> Iterator[PretendShopify]:
    """Well behaved, with every scope granted, and its log lines out of the way."""
    caplog.set_level("ERROR", logger="werkzeug")
    _server.reset()
    _server.switch(scopes=EVERY_SCOPE)
    with structlog.testing.capture_logs():
        yield _server
    _server.reset()


@pytest.fixture
def settings(shopify: PretendShopify, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A configuration in which everything is right, and patience with a busy machine."""
    monkeypatch.setattr(tracker.edges, "GuardedRedis", functools.partial(GuardedRedis, timeout_seconds=30))
    return Settings(
        api_key=API_KEY,
        api_secret=SECRET,
        redis_url=redis_url,
        admin_origin=shopify.origin,
        shop=ALICE,
        admin_token=TOKEN,
    )


def worse(findings: list[Finding]) -> list[tuple[str, str]]:
    """Grade and subject of what is not well; each of these has to say what to do."""
    found = [finding for finding in findings if finding.grade != "ok"]
    assert all(len(finding.advice) > 10 for finding in found)
    return [(finding.grade, finding.subject) for finding in found]


def test_where_everything_is_right_everything_is_said_to_be(settings: Settings) -> None:
    findings = check(settings)

    assert worse(findings) == []
    assert [finding.subject for finding in findings] == ["Settings", "Redis", "Shopify"]
    assert not any(finding.fatal for finding in findings)


@pytest.mark.parametrize("policy", ["noeviction", "volatile-ttl", "allkeys-random"])
def test_a_redis_that_forgets_the_wrong_things_is_told(
    settings: Settings, redis_client: Redis, policy: str
) -> None:
    with bounded(redis_client, policy, spare=10_000_000):
        assert worse(check(settings)) == [("warning", "Redis")]


def test_a_redis_with_room_is_well_and_one_that_was_full_is_told(
    settings: Settings, redis_client: Redis
) -> None:
    redis_client.config_resetstat()
    with bounded(redis_client, "volatile-lru", spare=10_000_000):
        assert worse(check(settings)) == []
    redis_client.set("an old copy", bytes(3_000_000), ex=60)
    with bounded(redis_client, "volatile-lru", spare=100_000):
        redis_client.set("a new copy", bytes(300_000), ex=60)
    found = check(settings)
    redis_client.config_resetstat()

    assert worse(found) == [("warning", "Redis")]
    assert "has forgotten" in next(finding.words for finding in found if finding.subject == "Redis")


@contextmanager
def bounded(client: Redis, policy: str, *, spare: int) -> Iterator[None]:
    """A Redis with so many bytes left, that does what `policy` says once they are used."""
    memory = client.info("memory")
    assert isinstance(memory, dict)
    client.config_set("maxmemory-policy", policy)
    client.config_set("maxmemory", memory["used_memory"] + spare)
    try:
        yield
    finally:
        client.config_set("maxmemory", 0)
        client.config_set("maxmemory-policy", "noeviction")


def test_a_grant_is_tried_for_real(settings: Settings, shopify: PretendShopify) -> None:
    assert worse(check(replace(settings, admin_token=None))) == []
    assert shopify.tokens_fetched() == 1


SETTINGS: dict[str, tuple[Callable[[Settings], Settings], tuple[str, str]]] = {
    "Redis is down": (lambda s: replace(s, redis_url="unix:///nowhere/redis.sock"), ("warning", "Redis")),
    "no database": (
        lambda s: replace(s, shop=None, admin_token=None, database_url="sqlite:////nowhere/tracker.sqlite3"),
        ("fault", "Database"),
    ),
    "limits are off": (lambda s: replace(s, rate_limits_enabled=False), ("warning", "Limits")),
    "a wrong token": (lambda s: replace(s, admin_token="shpat_wrong"), ("fault", "Shopify")),
    "a wrong key": (lambda s: replace(s, admin_token=None, api_key="nobody's"), ("fault", "Shopify")),
    "nobody there": (lambda s: replace(s, admin_origin="http://127.0.0.1:1"), ("fault", "Shopify")),
    "no such version": (lambda s: replace(s, api_version="2031-01"), ("fault", "Shopify")),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_fault_of_the_settings_is_found(name: str, settings: Settings) -> None:
    """A fault is what no look-up can work with; Redis is not one."""
    spoil, expected = SETTINGS[name]

    assert worse(check(spoil(settings))) == [expected]


SWITCHES: dict[str, tuple[dict[str, object], list[tuple[str, str]]]] = {
    "token revoked": ({"token_valid": False}, [("fault", "Shopify")]),
    "frozen": ({"frozen": True}, [("fault", "Shopify")]),
    "5xx": ({"fail": "5xx"}, [("fault", "Shopify")]),
    "e-mail withheld": ({"protected_email": False}, [("fault", "Shopify")]),
    "orders withheld": ({"scopes": ["write_app_proxy"]}, [("fault", "Shopify")]),
    "least scopes": ({"scopes": ["read_orders"]}, [("warning", "Scopes")] * len(WORTH_HAVING)),
    "no old orders": ({"scopes": list(ALL_SCOPES)}, [("warning", "Scopes")]),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_fault_of_the_shop_is_found(name: str, settings: Settings, shopify: PretendShopify) -> None:
    switches, expected = SWITCHES[name]
    shopify.switch(**switches)

    assert worse(check(settings)) == expected


def test_orders_without_any_e_mail_are_worth_a_word(
    settings: Settings, shopify: PretendShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shopify may withhold e-mails by giving none, instead of saying so."""
    for order in shopify.shop.orders:
        monkeypatch.setattr(order, "email", None)

    assert worse(check(settings)) == [("warning", "E-mail")]


def test_several_faults_are_all_told(settings: Settings) -> None:
    broken = replace(settings, redis_url="unix:///nowhere", rate_limits_enabled=False, admin_token="x")

    assert [subject for _, subject in worse(check(broken))] == ["Limits", "Redis", "Shopify"]


def test_no_secret_is_in_the_report(settings: Settings) -> None:
    for broken in (settings, replace(settings, admin_token="shpat_wrong"), replace(settings, shop=BOB)):
        report = repr(check(broken))
        assert not any(secret in report for secret in (SECRET, TOKEN, "shpat_", API_KEY))


class TestStore:
    """What is said of the store of shops."""

    @pytest.fixture
    def many(self, settings: Settings, store_url: str) -> Settings:
        return replace(settings, shop=None, admin_token=None, database_url=store_url)

    @pytest.fixture
    def database(self, store_url: str) -> Iterator[Database]:
        database = Database(store_url)
        yield database
        database.close()

    @pytest.fixture
    def shops(self, database: Database) -> SqlShops:
        return SqlShops(database, [Sealer(SECRET)])

    def install(self, shops: SqlShops, domain: str, *, days: float = 90) -> None:
        now = datetime.now(UTC)
        pair = TokenPair(TOKEN, now + timedelta(hours=1), "shprt_r", now + timedelta(days=days))
        shops.install(domain, tokens=pair, scopes=frozenset(), at=now)

    def test_shops_are_counted_by_standing(self, many: Settings, shops: SqlShops) -> None:
        for domain in (ALICE, BOB):
            self.install(shops, domain)
        shops.uninstall(BOB, triggered_at=datetime.now(UTC))
        findings = check(many)

        assert worse(findings) == []
        assert [finding.subject for finding in findings] == ["Settings", "Redis", "Database", "Shops"]
        assert findings[3].words == "1 installed, 0 to be reopened, 1 uninstalled"
        assert "up to date" in findings[2].words

    def test_beside_a_shop_of_the_operators_own_both_are_looked_at(
        self, settings: Settings, store_url: str
    ) -> None:
        findings = check(replace(settings, database_url=store_url))

        subjects = ["Settings", "Redis", "Database", "Shops", "Shopify"]
        assert [finding.subject for finding in findings] == subjects

    def test_what_needs_somebody_to_act_is_told(self, many: Settings, shops: SqlShops) -> None:
        self.install(shops, ALICE, days=29)
        self.install(shops, BOB)
        shops.needs_reopening(BOB, version=1)
        findings = check(many)

        assert worse(findings) == [("warning", "Shops"), ("warning", "Tokens")]
        assert "tracker tokens refresh" in findings[-1].advice

    def test_tokens_under_the_old_secret_are_counted(
        self, many: Settings, shops: SqlShops, database: Database
    ) -> None:
        """Before it is taken out, all of them have to be under the new one."""
        self.install(shops, ALICE)
        rotated = replace(many, api_secret="the secret that came after it", api_secret_old=SECRET)

        assert worse(check(rotated)) == [("warning", "Secrets")]
        assert "2 values are still under the old one" in check(rotated)[-1].words
        rotate_secrets(kept=[SqlShops(database, [Sealer(rotated.api_secret), Sealer(SECRET)])])
        assert worse(check(rotated)) == []
        assert "nothing is under the old one" in check(rotated)[-1].words

    def test_tokens_that_nobody_can_open_are_counted(self, many: Settings, shops: SqlShops) -> None:
        self.install(shops, ALICE)
        rotated = replace(many, api_secret="the secret that came after it")

        assert worse(check(rotated)) == [("warning", "Secrets")]

    @pytest.mark.parametrize(
        "change", ["DROP TABLE alembic_version", "UPDATE alembic_version SET version_num = 'x'"]
    )
    def test_tables_of_another_version_are_a_fault(
        self, change: str, settings: Settings, sqlite_url: str
    ) -> None:
        database = Database(sqlite_url)
        with database.writing() as connection:
            connection.exec_driver_sql(change)
        database.close()
        many = replace(settings, shop=None, admin_token=None, database_url=sqlite_url)

        assert worse(check(many)) == [("fault", "Database")]

    def test_the_password_of_the_database_is_not_told(self, settings: Settings) -> None:
        away = replace(settings, database_url="postgresql+psycopg://ada:geheim@127.0.0.1:1/tracker")
        findings = check(away)

        assert worse(findings) == [("fault", "Database")]
        assert "geheim" not in repr(findings)
        assert "127.0.0.1" in repr(findings)
