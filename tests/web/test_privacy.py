"""What the law demands: that somebody is told what is kept of them, and that nothing is once they say so.

Ada is planted wherever the service keeps anything, under the secret of before a rotation and the present one,
and then looked for: among keys, in every value opened with every secret, in every row, in every log line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import insert, select

from tests.web.shops import World, world
from tests.web.storefront import ALICE, BOB, OLD_SECRET, SECRET, Storefront
from tracker.app import create_app
from tracker.claim import by_customer, by_email
from tracker.duty import CUSTOMER_REDACT, DATA_REQUEST
from tracker.settings import Settings
from tracker.store import cache, entries, jobs, lists, shops, tokens
from tracker.store.keys import Keys
from tracker.store.packing import unpack
from tracker.store.sealing import Sealer
from tracker.store.tables import LOOKUP_COUNTS, METADATA, PRIVACY_REQUESTS, SHOPS
from tracker.verbs.change_scopes import SYNCHRONISE
from tracker.verbs.disclose_person import disclose_person
from tracker.webhook import Person

Lines = list[dict[str, Any]]

ADA, ADAS_ID = "ada@example.com", "6000000001"
GRACE, GRACES_ID = "grace@example.com", "6000000002"
KEEP_SECONDS = 60
SEALERS = (Sealer(SECRET), Sealer(OLD_SECRET))
PURPOSES = (entries.PURPOSE, cache.PART, lists.PURPOSE, tokens.PURPOSE, jobs.PURPOSE, shops.PURPOSE)


@pytest.fixture
def planted(sqlite_url: str, redis_url: str) -> Iterator[World]:
    """Two shops in which Ada and Grace have done all that shoppers do, before and after a rotation."""
    with world(sqlite_url, redis_url, api_secret_old=OLD_SECRET) as two:
        for shop in (ALICE, BOB):
            two.install(shop, "read_customers", "read_returns", "read_merchant_managed_fulfillment_orders")
            two.edges.jobs.hand_on(SYNCHRONISE, shop)
        two.do_jobs()
        before = create_app(_of_before(two))
        for shop in (ALICE, BOB):
            for app, secret in ((before, OLD_SECRET), (two.app, SECRET)):
                _shop_around(two, Storefront(app, shop=shop, secret=secret), shop)
                _sign_in(two, app, shop, secret)
        two.take(two.platform.deliver_webhook(ALICE, "returns/approve", order="#1023"))
        yield two
        before.extensions["tracker_edges"].close()


def _of_before(two: World) -> Settings:
    return replace(two.settings, api_secret=OLD_SECRET, api_secret_old=SECRET)


def _shop_around(two: World, front: Storefront, shop: str) -> None:
    for email in (ADA, GRACE):
        for order in _orders_of(two, shop, email)[:3]:
            assert 200 == front.look_up({"order": order, "email": email}).status_code
        for number in ("999901", "999902"):
            assert 404 == front.look_up({"order": number, "email": email}).status_code


def _sign_in(two: World, app: Any, shop: str, secret: str) -> None:
    for email, customer in ((ADA, ADAS_ID), (GRACE, GRACES_ID)):
        front = Storefront(app, shop=shop, secret=secret, customer=customer)
        assert 200 == front.list_orders().status_code
        assert 200 == front.choose(_orders_of(two, shop, email)[0]).status_code
        assert 404 == front.choose("999903").status_code


def _orders_of(two: World, shop: str, email: str) -> list[str]:
    state = two.platform.shop(shop)
    with state.lock:
        recent = datetime.now(UTC) - timedelta(days=50)
        return [one.name for one in state.orders if one.email == email and one.processed_at > recent]


def _ids_of(two: World, shop: str, email: str) -> tuple[str, ...]:
    state = two.platform.shop(shop)
    with state.lock:
        return tuple(f"gid://shopify/Order/{one.id}" for one in state.orders if one.email == email)


def opened(client: Redis, *, shop: str) -> list[bytes]:
    """Every value of a shop that opens with one of the secrets, whatever it was sealed for."""
    found = []
    for key in client.scan_iter():
        if client.type(key) != b"string":
            continue
        value = bytes(client.get(key) or b"")  # type: ignore[arg-type] # this client gives bytes
        for sealer in SEALERS:
            for purpose in PURPOSES:
                plain = sealer.open(value, purpose=purpose, shop=shop, place=key.decode())
                if plain and purpose == entries.PURPOSE:
                    plain = unpack(plain)
                found += [plain] if plain else []
    return found


def keys_about(person: Person) -> set[bytes]:
    """The names under which something of this person may lie in Alice's shop."""
    assert person.email is not None
    assert person.customer_id is not None
    names = set()
    for keys in map(Keys, SEALERS):
        for claim in (by_email(person.email), by_customer(person.customer_id)):
            names |= {keys.person(ALICE, claim), keys.misses(ALICE, claim), keys.guesses_of(ALICE, claim)}
        names.add(keys.orders_of(ALICE, person.customer_id))
        names |= {keys.order(ALICE, order_id) for order_id in person.order_ids}
    return {name.encode() for name in names}


def database_of(two: World) -> str:
    assert two.edges.store is not None
    with two.edges.store.database.reading() as connection:
        written = [
            str(tuple(row)) for table in METADATA.sorted_tables for row in connection.execute(select(table))
        ]
    return "\n".join(written)


def duties(two: World) -> list[Any]:
    assert two.edges.store is not None
    with two.edges.store.database.reading() as connection:
        return list(connection.execute(select(PRIVACY_REQUESTS)))


def ada(two: World) -> Person:
    return Person(ADA, ADAS_ID, _ids_of(two, ALICE, ADA))


def words_of(two: World, shop: str) -> list[str]:
    """By what Ada would be known again: address, id, orders, and what is told of her parcels."""
    state = two.platform.shop(shop)
    with state.lock:
        hers = [one for one in state.orders if one.email == ADA]
        numbers = {
            way.number for one in hers for parcel in one.parcels for way in parcel.tracking if way.number
        }
    return ["ada@", ADAS_ID, *(str(one.id) for one in hers), *(str(number) for number in numbers)]


class TestPlanting:
    def test_there_is_something_to_be_found_everywhere(self, planted: World, redis_client: Redis) -> None:
        """Or nothing would be proven by not finding it."""
        there = set(redis_client.scan_iter())
        about_her = keys_about(ada(planted)) & there
        told = b"".join(opened(redis_client, shop=ALICE)).decode()

        assert 2 * 5 <= len([key for key in about_her if b":o:" not in key])
        assert 2 * 3 <= len([key for key in about_her if b":o:" in key])
        assert [] != [word for word in words_of(planted, ALICE) if word in told]


class TestForgettingACustomer:
    def test_nothing_of_her_is_left_anywhere(
        self, planted: World, redis_client: Redis, log_lines: Lines, caplog: pytest.LogCaptureFixture
    ) -> None:
        person, words = ada(planted), words_of(planted, ALICE)
        planted.take(planted.platform.request_data(ALICE, ADA))
        planted.take(planted.platform.redact_customer(ALICE, ADA))
        assert 2 == planted.do_jobs()

        left = keys_about(person) & set(redis_client.scan_iter())
        for index in left:
            # A number under a keyed hash, as long as a look-up under way could still be kept.
            assert {b"generation"} == set(redis_client.hkeys(index))
            assert 0 < redis_client.ttl(index) <= KEEP_SECONDS
        told = b"".join(opened(redis_client, shop=ALICE)).decode()
        assert [] == [word for word in words if word in told]
        stored = database_of(planted)
        assert [] == [word for word in words if word in stored]
        logged = json.dumps(log_lines, default=str) + caplog.text
        assert [] == [word for word in words if word in logged]

    def test_grace_and_the_other_shops_ada_keep_what_is_theirs(
        self, planted: World, redis_client: Redis, log_lines: Lines
    ) -> None:
        bobs = opened(redis_client, shop=BOB)

        planted.take(planted.platform.redact_customer(ALICE, ADA))
        planted.do_jobs()

        assert sorted(bobs) == sorted(opened(redis_client, shop=BOB))
        for order in _orders_of(planted, ALICE, GRACE)[:3]:
            planted.storefront(ALICE).look_up({"order": order, "email": GRACE})
            assert "kept" == log_lines[-1]["cache"]

    def test_it_is_recorded_that_it_was_done_and_when(self, planted: World) -> None:
        """And of nothing else."""
        before = datetime.now(UTC) - timedelta(seconds=1)
        planted.take(planted.platform.redact_customer(ALICE, ADA))
        planted.do_jobs()

        (record,) = duties(planted)
        assert ("id", "topic", "completed_at") == record._fields
        assert CUSTOMER_REDACT == record.topic
        assert before < record.completed_at <= datetime.now(UTC) + timedelta(seconds=1)

    def test_asked_for_twice_it_is_done_twice_and_a_copy_once(self, planted: World) -> None:
        for event_id in ("one", "one", "two"):
            planted.take(planted.platform.deliver_webhook(ALICE, "customers/redact", event_id=event_id))
        planted.do_jobs()

        assert [CUSTOMER_REDACT] * 2 == [record.topic for record in duties(planted)]

    def test_while_it_waits_to_be_done_nobody_can_read_whom_it_is_about(self, planted: World) -> None:
        planted.take(planted.platform.redact_customer(ALICE, ADA))

        stored = database_of(planted)
        assert CUSTOMER_REDACT in stored
        assert [] == [word for word in words_of(planted, ALICE) if word in stored]


class TestTellingACustomer:
    def test_all_that_is_kept_of_her_can_be_told(self, planted: World) -> None:
        """By both secrets: three orders by e-mail, one as a customer, and the list of her orders."""
        told = disclose_person(ALICE, ada(planted), disclosures=planted.edges.disclosures)

        answers = [json.loads(one) for one in told]
        names = {one["order"]["name"] for one in answers if "order" in one}
        assert set(_orders_of(planted, ALICE, ADA)[:3]) <= names
        assert any("orders" in one for one in answers)

    def test_whoever_runs_the_service_hears_of_it_and_it_is_recorded(
        self, planted: World, log_lines: Lines
    ) -> None:
        planted.take(planted.platform.request_data(ALICE, ADA))
        planted.do_jobs()

        (line,) = (line for line in log_lines if line["event"] == "data requested")
        assert ALICE == line["shop"]
        assert line["answers"] >= 4
        assert [DATA_REQUEST] == [record.topic for record in duties(planted)]


class TestForgettingAShop:
    def test_nothing_of_it_is_left_anywhere(self, planted: World, redis_client: Redis) -> None:
        """In neither store, of all that was ever kept of it; the other shop's is untouched."""
        store = planted.edges.store
        assert store is not None
        with store.database.writing() as connection:
            shop = connection.execute(select(SHOPS.c.id).where(SHOPS.c.domain == ALICE)).scalar_one()
            today = datetime.now(UTC).date()
            connection.execute(
                insert(LOOKUP_COUNTS).values(shop_id=shop, day=today, outcome="story", cause="read", count=9)
            )
        store.shops.remember_path(ALICE, "/apps/alices-own-path")
        bobs = sorted(opened(redis_client, shop=BOB))
        planted.take(planted.platform.redact_customer(ALICE, ADA))
        planted.take(planted.platform.uninstall(ALICE))
        planted.take(planted.platform.redact_shop(ALICE))
        planted.do_jobs()

        tags = [sealer.shop_tag(ALICE).encode() for sealer in SEALERS]
        assert [] == [key for key in redis_client.scan_iter() if any(tag in key for tag in tags)]
        stored = database_of(planted)
        assert "alice" not in stored
        assert BOB in stored
        with store.database.reading() as connection:
            assert [] == list(connection.execute(select(LOOKUP_COUNTS)))
        assert bobs == sorted(opened(redis_client, shop=BOB))

    def test_of_its_tokens_and_people_nothing_was_ever_logged(
        self, planted: World, log_lines: Lines, caplog: pytest.LogCaptureFixture
    ) -> None:
        words = words_of(planted, ALICE)
        planted.take(planted.platform.uninstall(ALICE))
        planted.take(planted.platform.redact_shop(ALICE))
        planted.do_jobs()

        logged = json.dumps(log_lines, default=str) + caplog.text
        assert [] == [word for word in (*words, "shpat", "shprt", SECRET, OLD_SECRET) if word in logged]

    def test_told_twice_it_does_no_harm(self, planted: World) -> None:
        planted.take(planted.platform.uninstall(ALICE))
        for _ in range(2):
            planted.take(planted.platform.deliver_webhook(ALICE, "shop/redact", event_id="one"))
        planted.do_jobs()

        assert "alice" not in database_of(planted)
