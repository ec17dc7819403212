"""Webhooks of shops of any merchant: installed, told, left, and forgotten; and never one for another.

Alice, Bob and Charlie share one service, one Redis and one database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select

import tracker.store.known_shops
from tests.web.shops import World, world
from tests.web.storefront import ALICE, BOB, CHARLIE, SECRET
from tests.webhook_bodies import FULL_BODIES, Sender, changed
from tracker.shop import Standing
from tracker.shopify.subscriptions import OPTIONAL
from tracker.store.sealing import Sealer
from tracker.store.tables import METADATA, PRIVACY_REQUESTS
from tracker.verbs.change_scopes import SYNCHRONISE

Lines = list[dict[str, Any]]

EVERYONE = (ALICE, BOB, CHARLIE)
HOUR = timedelta(hours=1)


@pytest.fixture
def shops(sqlite_url: str, redis_url: str) -> Iterator[World]:
    """All three have installed the app."""
    with world(sqlite_url, redis_url) as three:
        for shop in EVERYONE:
            three.install(shop)
        yield three


def standing(shops: World, shop: str) -> Standing | None:
    assert shops.edges.store is not None
    found = shops.edges.store.shops.get(shop)
    return None if found is None else found.standing


def rows(shops: World) -> dict[str, str]:
    """Every row of every table, written out, by table."""
    assert shops.edges.store is not None
    with shops.edges.store.database.reading() as connection:
        return {
            table.name: "\n".join(str(tuple(row)) for row in connection.execute(select(table)))
            for table in METADATA.sorted_tables
        }


def duties(shops: World) -> list[str]:
    assert shops.edges.store is not None
    with shops.edges.store.database.reading() as connection:
        return list(connection.execute(select(PRIVACY_REQUESTS.c.topic)).scalars())


def keys_of(client: Redis, shop: str, secret: str) -> set[bytes]:
    tag = Sealer(secret).shop_tag(shop).encode()
    return {key for key in client.scan_iter() if tag in key}


def own_subscriptions(shops: World, shop: str) -> list[str]:
    state = shops.platform.shop(shop)
    with state.lock:
        assert state.installation is not None
        return sorted(one.topic for one in state.installation.subscriptions)


def told(lines: Lines, topic: str) -> list[tuple[str, str]]:
    """Which shop each webhook of a topic was about, and how it ended."""
    return [
        (line["shop"], line["cause"] or line["outcome"])
        for line in lines
        if line["event"] == "request" and line["topic"] == topic
    ]


class TestLeaving:
    def test_a_shop_that_removes_the_app_is_no_longer_served(self, shops: World, redis_client: Redis) -> None:
        """At once; what is kept of its orders goes a moment later, and the others notice nothing."""
        for shop in EVERYONE:
            assert 200 == shops.storefront(shop).look_up().status_code
        others = {shop: keys_of(redis_client, shop, SECRET) for shop in (BOB, CHARLIE)}

        assert [200] == shops.take(shops.platform.uninstall(ALICE))
        assert Standing.UNINSTALLED is standing(shops, ALICE)
        assert "shpat" not in rows(shops)["shops"]
        assert 1 == shops.do_jobs()

        assert set() == keys_of(redis_client, ALICE, SECRET)
        assert [503, 200, 200] == [shops.storefront(shop).look_up().status_code for shop in EVERYONE]
        for shop, keys in others.items():
            assert keys <= keys_of(redis_client, shop, SECRET)

    def test_one_that_came_back_is_not_removed_by_what_was_sent_before(
        self, shops: World, log_lines: Lines
    ) -> None:
        sent_before = datetime.now(UTC) - HOUR

        shops.take(shops.platform.deliver_webhook(ALICE, "app/uninstalled", triggered_at=sent_before))

        assert [(ALICE, "ignored")] == told(log_lines, "app/uninstalled")
        assert Standing.INSTALLED is standing(shops, ALICE)
        assert 0 == shops.do_jobs()

    def test_it_may_come_back_in_any_order_of_news(self, shops: World) -> None:
        """Removed, installed again, and only then told of the removal."""
        removal = datetime.now(UTC) - HOUR
        shops.platform.switch(ALICE, webhooks=False)
        shops.platform.uninstall(ALICE)
        shops.platform.switch(ALICE, webhooks=True)
        shops.install(ALICE)

        shops.take(shops.platform.deliver_webhook(ALICE, "app/uninstalled", triggered_at=removal))

        assert 200 == shops.storefront(ALICE).look_up().status_code

    def test_nothing_of_it_is_left_once_shopify_says_so(
        self, shops: World, redis_client: Redis, log_lines: Lines
    ) -> None:
        for shop in EVERYONE:
            shops.storefront(shop).look_up()
        shops.take(shops.platform.uninstall(ALICE))
        shops.do_jobs()

        assert [200] == shops.take(shops.platform.redact_shop(ALICE))
        shops.do_jobs()

        assert set() == keys_of(redis_client, ALICE, SECRET)
        assert ALICE not in "".join(rows(shops).values())
        assert ["shop/redact"] == duties(shops)
        assert [None, Standing.INSTALLED, Standing.INSTALLED] == [standing(shops, shop) for shop in EVERYONE]

    def test_it_is_forgotten_though_its_removal_was_never_told(
        self, shops: World, redis_client: Redis
    ) -> None:
        """The time of its last installation lies before the two days, or the shop itself says so."""
        shops.storefront(ALICE).look_up()
        shops.platform.switch(ALICE, webhooks=False)
        shops.platform.uninstall(ALICE)
        shops.platform.switch(ALICE, webhooks=True)

        shops.take(shops.platform.redact_shop(ALICE))
        shops.do_jobs()

        assert standing(shops, ALICE) is None
        assert set() == keys_of(redis_client, ALICE, SECRET)

    def test_one_that_came_back_meanwhile_is_served_all_the_same(
        self, shops: World, redis_client: Redis
    ) -> None:
        shops.storefront(ALICE).look_up()

        shops.take(shops.platform.redact_shop(ALICE))
        shops.do_jobs()

        assert set() == keys_of(redis_client, ALICE, SECRET)
        assert 200 == shops.storefront(ALICE).look_up().status_code
        assert ["shop/redact"] == duties(shops)


class TestScopes:
    def test_a_granted_scope_is_known_at_once_and_brings_its_topics(
        self, shops: World, log_lines: Lines
    ) -> None:
        """Once its id is known, which it is from its installation on."""
        shops.edges.jobs.hand_on(SYNCHRONISE, ALICE)
        shops.do_jobs()
        assert [] == own_subscriptions(shops, ALICE)

        shops.take(shops.platform.grant(ALICE, ["read_returns"]))

        assert [(ALICE, "changed")] == told(log_lines, "app/scopes_update")
        assert shops.edges.store is not None
        found = shops.edges.store.shops.get(ALICE)
        assert found is not None
        assert "read_returns" in found.scopes
        assert 1 == shops.do_jobs()
        expected = sorted(
            f"returns/{topic.removeprefix('RETURNS_').lower()}" for topic in OPTIONAL if "RETURNS" in topic
        )
        assert expected == own_subscriptions(shops, ALICE)
        assert [] == own_subscriptions(shops, BOB)

    def test_done_again_it_changes_nothing(self, shops: World) -> None:
        shops.take(shops.platform.grant(ALICE, ["read_merchant_managed_fulfillment_orders"]))
        shops.do_jobs()
        before = own_subscriptions(shops, ALICE)
        calls = shops.platform.calls(ALICE)["admin"]

        shops.edges.jobs.hand_on(SYNCHRONISE, ALICE)
        shops.do_jobs()

        assert 7 == len(before)
        assert before == own_subscriptions(shops, ALICE)
        assert 1 == shops.platform.calls(ALICE)["admin"] - calls

    def test_a_withdrawn_scope_ends_them(self, shops: World) -> None:
        shops.take(shops.platform.grant(ALICE, ["read_returns"]))
        shops.do_jobs()

        shops.take(shops.platform.revoke(ALICE, ["read_returns"]))
        shops.do_jobs()

        assert [] == own_subscriptions(shops, ALICE)

    def test_what_is_subscribed_to_is_taken(self, shops: World, log_lines: Lines) -> None:
        """A hold of an order that was looked up makes the next look-up read it anew."""
        shops.take(shops.platform.grant(ALICE, ["read_merchant_managed_fulfillment_orders"]))
        shops.do_jobs()
        front, fields = shops.storefront(ALICE), {"order": "1015", "email": "ada@example.com"}
        assert "processing" == front.look_up(fields).get_json()["order"]["status"]

        shops.take(shops.platform.happen(ALICE, "#1015", "hold"))

        assert [(ALICE, "dropped")] == told(log_lines, "fulfillment_orders/placed_on_hold")
        assert "on_hold" == front.look_up(fields).get_json()["order"]["status"]


class TestOrders:
    def test_what_happens_to_an_order_shows_with_the_next_look_up(self, shops: World) -> None:
        front = shops.storefront(ALICE)
        assert "in_transit" == front.look_up().get_json()["order"]["status"]

        shops.take(shops.platform.move_parcel(ALICE, "#1001", "DELIVERED"))

        assert "delivered" == front.look_up().get_json()["order"]["status"]
        assert "in_transit" == shops.storefront(BOB).look_up().get_json()["order"]["status"]

    @pytest.mark.parametrize("switches", [{"webhook_duplicates": 2}, {"webhook_reorder": True}])
    def test_copies_and_disorder_change_nothing(self, shops: World, switches: dict[str, object]) -> None:
        front = shops.storefront(ALICE)
        front.look_up()
        shops.platform.switch(ALICE, **switches)

        for status in ("OUT_FOR_DELIVERY", "DELIVERED"):
            shops.take(shops.platform.move_parcel(ALICE, "#1001", status))

        assert "delivered" == front.look_up().get_json()["order"]["status"]
        assert 0 == shops.platform.calls(ALICE)["webhooks_failed"]

    def test_what_is_wrongly_signed_is_never_taken(self, shops: World, log_lines: Lines) -> None:
        front = shops.storefront(ALICE)
        front.look_up()
        shops.platform.switch(ALICE, webhook_wrong_hmac=True)

        answers = shops.take(shops.platform.move_parcel(ALICE, "#1001", "DELIVERED"))

        assert {401} == set(answers)
        front.look_up()
        assert "kept" == log_lines[-1]["cache"]


class TestIsolation:
    def test_a_webhook_of_one_touches_no_other(self, shops: World, redis_client: Redis) -> None:
        """Whatever its topic: the rows and the keys of the others are the same before and after."""
        for shop in EVERYONE:
            shops.storefront(shop).look_up()
        shops.edges.activity.close()  # else what it noted of them is written some time in between

        def others() -> tuple[dict[bytes, bytes | None], set[str]]:
            keys = {key for shop in (BOB, CHARLIE) for key in keys_of(redis_client, shop, SECRET)}
            stored = {line for line in rows(shops)["shops"].splitlines() if ALICE not in line}
            return {key: redis_client.dump(key) for key in keys}, stored

        before = others()
        for topic in FULL_BODIES:
            assert 200 == Sender(shops.app).send(topic).status_code, topic
            shops.do_jobs()
            assert before == others(), topic

        assert set() == keys_of(redis_client, ALICE, SECRET)
        assert [200, 200] == [shops.storefront(shop).look_up().status_code for shop in (BOB, CHARLIE)]

    def test_anothers_header_over_a_valid_body_does_that_shop_no_harm(
        self, shops: World, redis_client: Redis
    ) -> None:
        """The signature does not cover the header. A body that names its shop is refused under another's;
        one that names only ids names none of the other shop."""
        store = shops.edges.store
        assert store is not None
        for number, shop in enumerate(EVERYONE, start=1):
            shops.storefront(shop).look_up()
            store.shops.remember_id(shop, number)
            store.known.forget(shop)

        def bobs() -> tuple[set[bytes], str]:
            kept = {key for key in keys_of(redis_client, BOB, SECRET) if b":l:" in key}
            return kept, rows(shops)["shops"]

        before = bobs()
        for topic in FULL_BODIES:
            response = Sender(shops.app, shop=BOB).send(topic, _of_alice(topic))
            shops.do_jobs()
            assert response.status_code == (401 if _names_its_shop(topic) else 200), topic
            assert before == bobs(), topic
        assert [] == duties(shops)

    def test_scopes_under_anothers_header_are_asked_of_that_shop(self, shops: World) -> None:
        """Where its id is not known yet: what the shop itself says holds."""
        Sender(shops.app, shop=BOB).send(
            "app/scopes_update", changed("app/scopes_update", current=["read_orders", "write_orders"])
        )
        shops.do_jobs()

        assert shops.edges.store is not None
        found = shops.edges.store.shops.get(BOB)
        assert found is not None
        assert "write_orders" not in found.scopes
        assert "read_fulfillments" in found.scopes
        assert found.shop_id is not None

    def test_a_shop_that_nobody_knows_is_taken_and_touches_nothing(self, shops: World) -> None:
        before = rows(shops)

        for topic in ("orders/updated", "app/uninstalled", "app/scopes_update"):
            body = changed(topic) | ({"myshopify_domain": "dan.myshopify.com"} if "uninst" in topic else {})
            assert 200 == Sender(shops.app, shop="dan.myshopify.com").send(topic, body).status_code

        assert before == rows(shops)


def _of_alice(topic: str) -> dict[str, Any]:
    body = changed(topic)
    if "shop_id" in body:
        body["shop_id"] = 1 if isinstance(body["shop_id"], int) else "gid://shopify/Shop/1"
    return body


def _names_its_shop(topic: str) -> bool:
    return bool({"shop_id", "shop_domain", "myshopify_domain"} & FULL_BODIES[topic].keys())


class TestDatabaseAway:
    @pytest.fixture
    def away(self, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Where the database is. Moved elsewhere, it is gone; moved back, it is asked again at once."""
        monkeypatch.setattr(tracker.store.known_shops, "RETRY_SECONDS", 0.0)
        return Path(sqlite_url.removeprefix("sqlite:///"))

    @pytest.mark.parametrize(
        "topic",
        ["app/uninstalled", "app/scopes_update", "customers/redact", "customers/data_request", "shop/redact"],
    )
    def test_what_cannot_be_stored_is_asked_for_again(self, topic: str, shops: World, away: Path) -> None:
        hidden = away.rename(away.with_suffix(".hidden"))
        response = Sender(shops.app).send(topic, event_id="event-1")
        hidden.rename(away)

        assert (503, "try_again") == (response.status_code, (response.json or {})["code"])
        assert 200 == Sender(shops.app).send(topic, event_id="event-1").status_code
        assert 1 == shops.do_jobs()

    def test_nothing_is_half_done(self, shops: World, away: Path) -> None:
        """Neither uninstalled nor remembered as seen."""
        hidden = away.rename(away.with_suffix(".hidden"))
        Sender(shops.app).send("app/uninstalled", event_id="event-1")
        hidden.rename(away)

        assert Standing.INSTALLED is standing(shops, ALICE)
        Sender(shops.app).send("app/uninstalled", event_id="event-1")
        assert Standing.UNINSTALLED is standing(shops, ALICE)

    def test_orders_need_no_database_once_their_shop_is_known(
        self, shops: World, away: Path, log_lines: Lines
    ) -> None:
        shops.storefront(ALICE).look_up()
        hidden = away.rename(away.with_suffix(".hidden"))
        response = Sender(shops.app).send("orders/updated")
        hidden.rename(away)

        assert 200 == response.status_code


def test_handed_on_work_survives_the_process_that_took_it(shops: World, redis_client: Redis) -> None:
    """The database keeps it; another worker, started later, does it."""
    shops.storefront(ALICE).look_up()
    shops.take(shops.platform.uninstall(ALICE))
    shops.take(shops.platform.redact_shop(ALICE))
    with world(str(shops.settings.database_url), shops.settings.redis_url) as later:
        assert 2 == later.do_jobs()
        assert standing(later, ALICE) is None

    assert set() == keys_of(redis_client, ALICE, SECRET)
