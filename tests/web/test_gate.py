"""Nothing behind the app proxy answers anybody but Shopify, and only a signed query says which shop asks."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.pretend_shopify import PretendShopify
from tests.web.conftest import MakeApp
from tests.web.storefront import (
    ADA,
    ALICE,
    BOB,
    JSON_ASKED,
    OLD_SECRET,
    PATH,
    Storefront,
    own_pairs,
    signature,
    signed,
)
from tracker.web import gate

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "shopify-vectors.json").read_text(encoding="utf-8")
)["app_proxy"]
REFUSAL = {
    "type": "about:blank",
    "title": "Not signed by Shopify",
    "status": 401,
    "code": "invalid_signature",
    "detail": "This address answers only to requests that come through the shop's own page.",
}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

Lines = list[dict[str, Any]]


def refused(response: TestResponse) -> bool:
    """The one plain 401; anything else that is not a success fails here."""
    if response.status_code == 401:
        assert "application/problem+json" == response.mimetype
        assert REFUSAL == response.json
        return True
    return False


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_the_look_up_follows_every_vector(
    vector: dict[str, Any], make_app: MakeApp, shopify: PretendShopify, log_lines: Lines
) -> None:
    """A refusal has a cause in the log, costs nothing and echoes nothing."""
    app = make_app(
        api_secret=vector["client_secret"],
        api_secret_old=vector["old_client_secret"],
        clock=lambda: datetime.fromtimestamp(vector["now"], UTC),
    )

    response = Storefront(app).look_up(query=vector["query_string"])

    assert (vector["gate"] == "reject") == refused(response)
    (line,) = [line for line in log_lines if line["event"] == "request"]
    if vector["gate"] == "reject":
        assert ("invalid_signature", None, 0) == (line["code"], line["shop"], shopify.calls())
        assert line["cause"] in gate_causes()
        sent = vector["query_string"].rpartition("signature=")[2] or "shop-name"
        assert sent not in response.text + str(response.headers) + str(log_lines)
    else:
        assert f"shop={line['shop']}" in vector["query_string"]


def gate_causes() -> set[str]:
    """Every cause that the gate's documentation promises."""
    return {
        *("missing_signature", "repeated_parameter", "malformed_signature", "signature_mismatch"),
        *("unknown_parameter", "missing_parameter", "invalid_shop", "invalid_customer"),
        *("invalid_path_prefix", "invalid_timestamp", "stale_timestamp", "future_timestamp"),
    }


def with_pair(name: str, value: str) -> str:
    return signed([*own_pairs(), (name, value)])


def changed(**values: str) -> str:
    return signed([(name, values.get(name, value)) for name, value in own_pairs()])


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "nothing": (lambda: "", "missing_signature"),
    "no signature": (lambda: "shop=alice.myshopify.com", "missing_signature"),
    "signature twice": (
        lambda: signed(own_pairs()) + "&signature=" + signature(own_pairs()),
        "repeated_parameter",
    ),
    "signature not ASCII": (lambda: "shop=x&signature=%C3%A9", "malformed_signature"),
    "signature raw and not ASCII": (lambda: "shop=x&signature=\xe9" + "a" * 63, "malformed_signature"),
    "signature in upper case": (
        lambda: signed(own_pairs()).replace(signature(own_pairs()), signature(own_pairs()).upper()),
        "malformed_signature",
    ),
    "shop twice": (lambda: with_pair("shop", BOB), "repeated_parameter"),
    "timestamp twice": (lambda: with_pair("timestamp", "1795299995"), "repeated_parameter"),
    "a name of the visitor": (lambda: with_pair("utm_source", "mail"), "unknown_parameter"),
    "order in the query": (lambda: with_pair("order", "1001"), "unknown_parameter"),
    "another host": (lambda: changed(shop="alice.myshopify.com.evil.example"), "invalid_shop"),
    "a shop with a newline": (lambda: changed(shop=ALICE + "\n"), "invalid_shop"),
    "a customer who is none": (lambda: changed(logged_in_customer_id="1e3"), "invalid_customer"),
    "a path that leaves": (lambda: changed(path_prefix="//evil.example"), "invalid_path_prefix"),
    "a path that is Liquid": (lambda: changed(path_prefix="/apps/{{shop}}"), "invalid_path_prefix"),
    "digits of another script": (lambda: changed(timestamp="١٧٩٥٢٩٩٩٩٥"), "invalid_timestamp"),
    "long ago": (lambda: signed(own_pairs(at=NOON.timestamp() - 91)), "stale_timestamp"),
    "far ahead": (lambda: signed(own_pairs(at=NOON.timestamp() + 91)), "future_timestamp"),
    "another secret": (lambda: signed(own_pairs(), "a secret that nobody gave us"), "signature_mismatch"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_refused_before_anything_costs(
    name: str, make_app: MakeApp, shopify: PretendShopify, log_lines: Lines
) -> None:
    make, cause = HOSTILE[name]
    storefront = Storefront(make_app(clock=lambda: NOON))
    query = make()
    fresh_or_aged = query if name in ("long ago", "far ahead") else _at_noon(make)

    response = storefront.look_up(query=fresh_or_aged)

    assert refused(response)
    assert [cause] == [line["cause"] for line in log_lines if line["event"] == "request"]
    assert 0 == shopify.calls()


def _at_noon(make: Callable[[], str]) -> str:
    """The query as it would be signed at noon, so that no other fault than the meant one is in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.web.storefront.time.time", NOON.timestamp)
        return make()


@pytest.mark.parametrize("seconds", [-90, 0, 90])
def test_a_clock_may_differ_by_a_minute_and_a_half(seconds: int, make_app: MakeApp) -> None:
    storefront = Storefront(make_app(clock=lambda: NOON))
    query = signed(own_pairs(at=NOON.timestamp() + seconds))

    assert 200 == storefront.look_up(query=query).status_code


def test_the_old_secret_opens_after_a_rotation_and_never_without_one(make_app: MakeApp) -> None:
    rotated, never_rotated = make_app(), make_app(api_secret_old=None)

    assert 200 == Storefront(rotated, secret=OLD_SECRET).look_up().status_code
    assert refused(Storefront(never_rotated, secret=OLD_SECRET).look_up())


@pytest.mark.parametrize("extra", [("utm_source", "mail"), ("order", "1001"), ("a", "1"), ("a1", "2")])
def test_the_page_passes_over_what_visitors_add_once_it_is_signed(
    extra: tuple[str, str], storefront: Storefront
) -> None:
    signed_page = storefront.page(extra)
    forged_page = storefront.send("GET", "/proxy", query=storefront.query() + f"&{extra[0]}={extra[1]}")

    assert (200, "application/liquid") == (signed_page.status_code, signed_page.mimetype)
    assert refused(forged_page)


def test_the_page_is_a_shops_own_only_where_its_query_has_one_reading(
    storefront: Storefront, log_lines: Lines
) -> None:
    """A visitor can add a parameter that holds another shop's name, so that what Shopify signs for Alice can
    be read as a query of Bob's too."""
    now = str(int(time.time()))
    others = [("logged_in_customer_id", ""), ("path_prefix", PATH), ("shop", BOB), ("timestamp", now)]
    own = [("logged_in_customer_id", ""), ("path_prefix", PATH), ("shop", ALICE), ("timestamp", now)]
    written = ["".join(f"{name}={value}" for name, value in pairs) for pairs in (others, own)]
    by_shopify = [("dialog", f"x{written[0]}"), *own]
    forged = [("dialog", "x"), *others[:3], ("timestamp", f"{now}{written[1]}")]
    also_forged = [("dialog", "x"), *others, ("utm_source", written[1])]

    assert signature(by_shopify) == signature(forged)
    for query, status, shop in (
        (storefront.query(("dialog", "x"), ("order", "#1001"), ("utm_source", "mail")), 200, ALICE),
        (signed(by_shopify), 200, None),
        (signed(forged), 401, None),
        (signed(also_forged), 200, None),
    ):
        assert status == storefront.send("GET", "/proxy", query=query).status_code
        assert shop == log_lines[-1]["shop"]


def test_the_page_repeats_no_value_of_the_query(storefront: Storefront) -> None:
    response = storefront.page(("utm_source", "marker-of-the-visitor"), ("marker-name", ""))

    assert "marker" not in response.text + str(response.headers)


def test_further_names_that_shopify_may_sign_are_a_setting(make_app: MakeApp) -> None:
    """Named, the parameter is let in; it is still wanted once."""
    storefront = Storefront(make_app(proxy_parameters=frozenset({"market_code"})))

    assert 200 == storefront.look_up(query=storefront.query(("market_code", "de"))).status_code
    assert refused(storefront.look_up(query=storefront.query(("market_code", "a"), ("market_code", "b"))))
    assert refused(storefront.look_up(query=storefront.query(("other_code", "de"))))


def test_no_blueprint_lacks_a_proof(app: Flask) -> None:
    """A route without a named proof can't be added by forgetting: every view belongs to a registered one."""
    proofs = app.extensions[gate.PROOFS]

    unproven = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] not in proofs]

    assert [] == unproven
    assert {"lookup", "list", "page", "webhooks", "pushes", "health"} == set(proofs)
    assert ["health"] == [name for name, proof in proofs.items() if proof is gate.open_to_all]


def test_every_route_behind_the_proxy_refuses_an_unsigned_request(app: Flask, storefront: Storefront) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/proxy")]
    asked = [(method, rule) for rule in rules for method in rule.methods or ()]

    assert len(asked) > 5
    for method, rule in asked:
        response = storefront.send(method, path_of(rule), query="", data=ADA if method == "POST" else None)
        assert (401, rule.rule) == (response.status_code, rule.rule)


def test_only_health_and_webhooks_are_outside_the_proxy(app: Flask) -> None:
    outside = {rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/proxy")}

    webhooks = {"/webhooks/shopify", "/webhooks/tracking/<source>/<shop>"}
    assert {"/healthz", "/readyz", *webhooks} == outside


def path_of(rule: Rule) -> str:
    """A path that this rule matches."""
    return rule.rule.replace("<name>", "track-order.js")


@pytest.mark.parametrize(
    "path",
    [
        "//proxy/lookup",
        "/proxy//lookup",
        "/proxy///",
        "//proxy",
        "/proxy/lookup/",
        "/proxy/lookup//",
        "//evil.example/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_is_redirected(method: str, path: str, storefront: Storefront) -> None:
    """Shopify follows redirects, and a Location that keeps the query gives a signed address away."""
    response = storefront.send(method, path)

    assert 404 == response.status_code
    assert "Location" not in response.headers
    assert "signature" not in response.text + str(response.headers)


def test_a_view_that_is_reached_without_a_proven_signature_is_closed(
    app: Flask, storefront: Storefront, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof of a blueprint does not rely on what stands in front of it."""
    monkeypatch.setattr(app, "wsgi_app", functools.partial(Flask.wsgi_app, app))

    assert 401 == storefront.look_up().status_code
    assert 401 == storefront.page().status_code


def test_only_the_verified_query_says_which_shop_asks(
    storefront: Storefront, shopify: PretendShopify, log_lines: Lines
) -> None:
    response = storefront.look_up(
        ADA | {"shop": BOB, "path_prefix": "/apps/evil"},
        headers={
            "X-Shopify-Shop-Domain": BOB,
            "X-Forwarded-Host": BOB,
            "Host": BOB,
            "Referer": f"https://{BOB}/",
        },
    )

    assert 200 == response.status_code
    assert [ALICE] == [line["shop"] for line in log_lines if line["event"] == "request"]


def test_an_order_of_alice_is_unknown_in_bobs_shop(app: Flask, shopify: PretendShopify) -> None:
    """Also when it lies in the cache already: an installation of one shop answers for no other."""
    assert 200 == Storefront(app).look_up().status_code

    response = Storefront(app, shop=BOB).look_up()

    assert (503, "not_set_up") == (response.status_code, (response.json or {})["code"])


def test_the_path_of_the_shop_is_used_on_the_page(storefront: Storefront) -> None:
    query = signed(own_pairs(path="/tools/where-is-it"))

    response = storefront.send("GET", "/proxy", query=query)

    assert 'action="/tools/where-is-it/lookup"' in response.text
    assert "/apps/track-order" not in response.text


def test_the_refusal_is_the_same_for_a_form_and_for_json(storefront: Storefront) -> None:
    for as_page in (True, False):
        assert refused(storefront.look_up(query="", as_page=as_page))
    assert refused(storefront.send("GET", "/proxy", query="", headers=JSON_ASKED))
