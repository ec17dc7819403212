"""Webhooks on their real way: proven, taken in once, acted on for exactly the order they are about. Here with
one shop of the operator's own, where there is no database."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from werkzeug.test import TestResponse

import tracker.edges
from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp, RecordedMetrics
from tests.web.storefront import ADA, ALICE, BOB, OLD_SECRET, SECRET, Storefront
from tests.webhook_bodies import FULL_BODIES, Sender, changed, signature_of
from tracker.breaker import Breaker
from tracker.embedded_redis import EmbeddedRedis
from tracker.web.gate import MAX_WEBHOOK_BYTES

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["webhook"]

Lines = list[dict[str, Any]]


@pytest.fixture
def sender(app: Flask) -> Sender:
    """Shopify, telling of Alice's shop."""
    return Sender(app)


def order_of(shopify: PretendShopify, name: str = "#1001") -> int:
    with shopify.shop.lock:
        return shopify.shop.find_order(name).id


def told(lines: Lines) -> list[tuple[Any, ...]]:
    """What each webhook's line says: topic, status, and how it ended or was refused."""
    return [
        (line["topic"], line["status"], line["cause"] or line["outcome"])
        for line in lines
        if line["event"] == "request" and line["route"] == "/webhooks/shopify"
    ]


def kept(storefront: Storefront, lines: Lines, fields: dict[str, str] = ADA) -> bool:
    """Does a look-up find the answer in the cache?"""
    assert 200 == storefront.look_up(fields).status_code
    return bool(lines[-1]["cache"] == "kept")


class TestProof:
    @pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
    def test_every_vector(self, vector: dict[str, Any], make_app: MakeApp, log_lines: Lines) -> None:
        app = make_app(api_secret=vector["client_secret"], api_secret_old=vector["old_client_secret"])
        body, value = base64.b64decode(vector["body_base64"]), vector["hmac_header_value"]
        headers = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Shop-Domain": ALICE}
        if "\n" in value:
            return  # no header can carry that, so nothing of it can be sent

        response = Sender(app).post(body, headers | {vector["hmac_header_name"]: value})

        assert (200 if vector["policy"] == "accept" else 401) == response.status_code

    def test_a_signature_of_the_secret_before_still_counts(self, make_app: MakeApp) -> None:
        rotated, never = make_app(), make_app(api_secret_old=None)

        assert 200 == Sender(rotated, secret=OLD_SECRET).send("orders/updated").status_code
        assert 401 == Sender(never, secret=OLD_SECRET).send("orders/updated").status_code

    @pytest.mark.parametrize(
        ("headers", "cause"),
        [
            ({"X-Shopify-Hmac-Sha256": None}, "missing_signature"),
            ({"X-Shopify-Hmac-Sha256": "é" * 44}, "malformed_signature"),
            ({"X-Shopify-Hmac-Sha256": "A" * 43 + "="}, "signature_mismatch"),
            ({"Shopify-Hmac-Sha256": "A" * 43 + "="}, "repeated_header"),
            ({"X-Shopify-Shop-Domain": None}, "invalid_shop"),
            ({"X-Shopify-Shop-Domain": f"{ALICE},{BOB}"}, "invalid_shop"),
            ({"Shopify-Shop-Domain": BOB}, "repeated_header"),
            ({"X-Shopify-Topic": None}, "invalid_topic"),
            ({"X-Shopify-Topic": "orders/updated,orders/updated"}, "invalid_topic"),
        ],
    )
    def test_headers_that_are_missing_doubled_or_odd(
        self, headers: dict[str, str | None], cause: str, sender: Sender, log_lines: Lines
    ) -> None:
        """Refused like whatever is not Shopify's, in one plain answer that repeats nothing."""
        response = sender.send("orders/updated", headers=headers)

        assert (401, "invalid_signature") == (response.status_code, (response.json or {})["code"])
        assert [cause] == [line["cause"] for line in log_lines if line["event"] == "request"]
        assert ALICE not in response.text + str(response.headers)

    def test_without_id_and_time_it_is_acted_on_all_the_same(self, sender: Sender, log_lines: Lines) -> None:
        """Each time anew: a copy cannot be told."""
        unnamed: dict[str, str | None] = dict.fromkeys(
            ["X-Shopify-Event-Id", "X-Shopify-Webhook-Id", "X-Shopify-Triggered-At"]
        )
        for _ in range(2):
            sender.send("orders/updated", headers=unnamed)

        assert [("orders/updated", 200, "dropped")] * 2 == told(log_lines)

    def test_only_post_is_answered(self, app: Flask) -> None:
        client = app.test_client()

        assert [405, 405] == [client.get(path).status_code for path in ["/webhooks/shopify"] * 2]
        assert 404 == client.post("/webhooks/shopify/").status_code


class TestBodies:
    """What is signed, and yet nobody can act on."""

    @pytest.mark.parametrize(
        ("body", "outcome"),
        [
            (b"\xff\xfe\x00", "unreadable_not_utf8"),
            (b"not JSON", "unreadable_malformed"),
            (b'["an", "array"]', "unreadable_not_an_object"),
            (b'{"id": "of another shape"}', "unreadable_no_order"),
        ],
    )
    def test_about_an_order_it_is_taken_and_counted(
        self, body: bytes, outcome: str, sender: Sender, log_lines: Lines
    ) -> None:
        """Shopify would send the same again and end the subscription after the eighth refusal."""
        assert 200 == sender.send("orders/updated", body).status_code
        assert [("orders/updated", 200, outcome)] == told(log_lines)

    @pytest.mark.parametrize(
        "topic", ["app/uninstalled", "app/scopes_update", "customers/redact", "shop/redact"]
    )
    @pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"not JSON", b"[]", b"{}"])
    def test_about_a_duty_it_is_refused(self, topic: str, body: bytes, sender: Sender) -> None:
        """Taking it would say that something was done which was not."""
        response = sender.send(topic, body)

        assert (422, "invalid_request") == (response.status_code, (response.json or {})["code"])

    def test_of_no_byte_it_is_refused(self, sender: Sender, log_lines: Lines) -> None:
        assert 401 == sender.send("orders/updated", b"").status_code
        assert "empty_body" == log_lines[-1]["cause"]

    @pytest.mark.parametrize("size", [MAX_WEBHOOK_BYTES + 1, 10 * 1024 * 1024])
    def test_one_that_is_too_long_is_refused_before_it_is_proven(
        self, size: int, sender: Sender, log_lines: Lines
    ) -> None:
        response = sender.send("orders/updated", b'"' + b"x" * (size - 2) + b'"')

        assert (413, "content_too_large") == (response.status_code, (response.json or {})["code"])

    def test_one_as_long_as_it_may_be_is_read(self, sender: Sender, log_lines: Lines) -> None:
        """A look-up may be 8 KB long, a webhook far longer."""
        body = json.dumps({"id": 1}).encode().ljust(MAX_WEBHOOK_BYTES)

        assert 200 == sender.send("orders/updated", body).status_code
        assert [("orders/updated", 200, "dropped")] == told(log_lines)

    def test_the_look_up_keeps_its_own_limit(self, storefront: Storefront) -> None:
        assert 413 == storefront.look_up({"order": "x" * 9000, "email": "y"}).status_code

    def test_a_topic_that_means_nothing_is_taken_and_counted(
        self, metrics: RecordedMetrics, make_app: MakeApp, log_lines: Lines
    ) -> None:
        assert 200 == Sender(make_app()).send("products/update", b"\xff").status_code
        assert [("products/update", 200, "unknown_topic")] == told(log_lines)
        assert ("webhook_taken", "other", "unknown_topic") in metrics.facts


class TestOrders:
    @pytest.mark.parametrize(
        "topic",
        sorted(
            topic
            for topic in FULL_BODIES
            if topic.partition("/")[0] in {"orders", "fulfillments", "fulfillment_events", "refunds"}
        ),
    )
    def test_exactly_the_order_they_are_about_is_read_anew(
        self, topic: str, sender: Sender, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
    ) -> None:
        other = {"order": "1002", "email": "ada@example.com"}
        for fields in (ADA, other):
            storefront.look_up(fields)
        number = order_of(shopify)
        field = {"orders": "id", "refunds": "order_id"}.get(topic.partition("/")[0], "order_id")
        body = changed(topic, **{field: number}, admin_graphql_api_id=None)
        if topic == "orders/edited":
            body = {"order_edit": {"order_id": number}}

        assert 200 == sender.send(topic, body).status_code

        assert not kept(storefront, log_lines)
        assert kept(storefront, log_lines, other)

    def test_a_hold_is_told_by_the_fulfillment_order_alone(
        self, sender: Sender, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
    ) -> None:
        """Its body names no order: the look-up has noted whose it is."""
        fields = {"order": "1013", "email": "ada@example.com"}
        storefront.look_up(fields)
        assert kept(storefront, log_lines, fields)
        with shopify.shop.lock:
            work = shopify.shop.find_order("#1013").waiting[0]
        gid = f"gid://shopify/FulfillmentOrder/{work.id}"

        sender.send("fulfillment_orders/placed_on_hold", {"fulfillment_order": {"id": gid}})

        assert ("fulfillment_orders/placed_on_hold", 200, "dropped") == told(log_lines)[-1]
        assert not kept(storefront, log_lines, fields)

    def test_one_that_nobody_looked_up_cannot_be_resolved_and_need_not_be(
        self, sender: Sender, log_lines: Lines
    ) -> None:
        sender.send("fulfillment_orders/placed_on_hold")

        assert [("fulfillment_orders/placed_on_hold", 200, "unresolved")] == told(log_lines)

    def test_a_return_is_known_from_the_webhook_before(
        self, sender: Sender, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
    ) -> None:
        """returns/update names the return alone."""
        sender.send("returns/update")
        sender.send("returns/approve", changed("returns/approve", order={"id": order_of(shopify)}))
        storefront.look_up()
        assert kept(storefront, log_lines)

        sender.send("returns/update")

        assert ["unresolved", "dropped", "dropped"] == [outcome for _, _, outcome in told(log_lines)]
        assert not kept(storefront, log_lines)

    def test_a_story_that_was_being_read_meanwhile_is_not_kept(
        self, app: Flask, shopify: PretendShopify, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sender, storefront = Sender(app), Storefront(app)
        orders = app.extensions["tracker_edges"].orders
        read = orders.read

        def interrupted(*arguments: Any, **options: Any) -> Any:
            story = read(*arguments, **options)
            sender.send(
                "orders/updated", changed("orders/updated", id=order_of(shopify), admin_graphql_api_id=None)
            )
            return story

        monkeypatch.setattr(orders, "read", interrupted)
        storefront.look_up()
        monkeypatch.setattr(orders, "read", read)

        assert not kept(storefront, log_lines)

    def test_an_entry_under_the_old_secret_goes_too(
        self, make_app: MakeApp, shopify: PretendShopify, log_lines: Lines
    ) -> None:
        """While some workers still run with the secret of before."""
        before, after = make_app(api_secret=OLD_SECRET, api_secret_old=None), make_app()
        for app, secret in ((before, OLD_SECRET), (after, SECRET)):
            Storefront(app, secret=secret).look_up()

        Sender(after).send(
            "orders/updated", changed("orders/updated", id=order_of(shopify), admin_graphql_api_id=None)
        )

        assert not kept(Storefront(before, secret=OLD_SECRET), log_lines)
        assert not kept(Storefront(after), log_lines)


class TestOnce:
    def test_a_copy_is_taken_and_ignored(self, sender: Sender, log_lines: Lines) -> None:
        for _ in range(3):
            assert 200 == sender.send("orders/updated", event_id="event-1").status_code

        assert ["dropped", "duplicate", "duplicate"] == [outcome for _, _, outcome in told(log_lines)]

    def test_one_event_under_several_topics_is_no_copy(self, sender: Sender, log_lines: Lines) -> None:
        for topic in ("orders/updated", "orders/fulfilled"):
            sender.send(topic, event_id="event-1")

        assert ["dropped", "dropped"] == [outcome for _, _, outcome in told(log_lines)]

    def test_a_copy_that_another_worker_takes_is_one_too(self, make_app: MakeApp, log_lines: Lines) -> None:
        for app in (make_app(), make_app()):
            Sender(app).send("orders/updated", event_id="event-1")

        assert ["dropped", "duplicate"] == [outcome for _, _, outcome in told(log_lines)]


class TestRedisAway:
    @pytest.fixture
    def lonely(
        self, make_app: MakeApp, breakable_redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
    ) -> Flask:
        """The service on a Redis of its own, asked again as soon as it may be back."""
        monkeypatch.setattr(tracker.edges, "Breaker", functools.partial(Breaker, open_seconds=0.0))
        return make_app(redis_url=breakable_redis.url)

    @pytest.mark.parametrize(
        "topic", ["orders/updated", "returns/approve", "customers/redact", "shop/redact"]
    )
    def test_what_cannot_be_done_or_remembered_is_asked_for_again(
        self, topic: str, lonely: Flask, breakable_redis: EmbeddedRedis, log_lines: Lines
    ) -> None:
        sender = Sender(lonely)
        breakable_redis.kill()

        refused = sender.send(topic, event_id="event-1")
        breakable_redis.restart()
        taken = sender.send(topic, event_id="event-1")

        assert (503, "try_again") == (refused.status_code, (refused.json or {})["code"])
        assert "Retry-After" in refused.headers
        assert 200 == taken.status_code
        assert "duplicate" != told(log_lines)[-1][2]

    def test_what_is_not_shopifys_is_refused_as_ever(
        self, lonely: Flask, breakable_redis: EmbeddedRedis
    ) -> None:
        breakable_redis.kill()

        assert 401 == Sender(lonely, secret="another").send("orders/updated").status_code


class TestOwnShop:
    """Its standing is that of the settings; what Shopify demands holds for it as well."""

    def test_nothing_kept_is_left_once_it_removed_the_app(
        self, sender: Sender, storefront: Storefront, redis_client: Redis
    ) -> None:
        storefront.look_up()

        assert 200 == sender.send("app/uninstalled").status_code
        left = [key for key in redis_client.scan_iter() if b":s:" not in key]

        assert [] == left

    def test_nothing_at_all_is_left_once_it_is_to_be_forgotten(
        self, sender: Sender, storefront: Storefront, redis_client: Redis
    ) -> None:
        storefront.look_up()
        sender.send("orders/updated")

        assert 200 == sender.send("shop/redact").status_code
        assert [] == list(redis_client.scan_iter())

    def test_a_data_request_is_told_to_whoever_runs_the_service(
        self, sender: Sender, storefront: Storefront, shopify: PretendShopify, log_lines: Lines
    ) -> None:
        storefront.look_up()
        body = changed("customers/data_request", customer={"email": "ada@example.com"}, orders_requested=[])

        assert 200 == sender.send("customers/data_request", body).status_code
        (line,) = (line for line in log_lines if line["event"] == "data requested")
        assert (ALICE, 1) == (line["shop"], line["answers"])

    def test_another_shops_body_is_no_proof_for_it(self, make_app: MakeApp, redis_client: Redis) -> None:
        """Signed by Shopify for the same app, sent on under another header."""
        app = make_app()
        Storefront(app).look_up()
        before = sorted(redis_client.scan_iter())

        for topic in ("app/uninstalled", "shop/redact", "customers/redact", "customers/data_request"):
            names = {"myshopify_domain": BOB} if topic == "app/uninstalled" else {"shop_domain": BOB}
            response = Sender(app).send(topic, changed(topic, **names))
            assert 401 == response.status_code

        assert before == sorted(redis_client.scan_iter())


@pytest.mark.parametrize("answer", [200, 401, 413, 422])
def test_no_answer_repeats_what_was_sent(answer: int, sender: Sender) -> None:
    answers: dict[int, Callable[[], TestResponse]] = {
        200: lambda: sender.send("orders/updated"),
        401: lambda: sender.send("orders/updated", headers={"X-Shopify-Hmac-Sha256": signature_of(b"x")}),
        413: lambda: sender.send("orders/updated", b"Grace" * MAX_WEBHOOK_BYTES),
        422: lambda: sender.send("customers/redact", {"customer": {"email": "grace@example.com"}}),
    }
    response = answers[answer]()

    assert answer == response.status_code
    assert "race" not in response.text + str(response.headers)
    assert ALICE not in response.text + str(response.headers)
