"""No secret is in what anybody may come to see: the log, an answer, `/metrics`, a traceback, the repr of an
object. Distinctive ones stand in every setting that may hold one and in a shop's tokens; then all fails.
"""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask
from prometheus_client import REGISTRY, generate_latest
from redis import Redis
from redis.connection import AbstractConnection
from sqlalchemy import text

from tests.id_tokens import id_token
from tests.pretend_shopify import TOKEN, PretendShopify
from tests.reachable import attributes, reachable
from tests.web.conftest import MakeApp
from tests.web.storefront import ADA, ALICE, BOB, OLD_SECRET, SECRET, Storefront
from tests.webhook_bodies import Sender
from tracker import observed
from tracker.deadline import Deadline
from tracker.demo.control import FAULTS
from tracker.edges import Edges
from tracker.embedded_redis import EmbeddedRedis
from tracker.logs import LibraryFormatter
from tracker.ports.jobs import Job
from tracker.settings import InvalidSettings, read_settings
from tracker.shop import TokenPair

REDIS_PASSWORD = "pl4nted-password-of-redis"
DATABASE_PASSWORD = "pl4nted-password-of-the-database"
REFRESH_TOKEN = "shprt_pl4nted"
TRACKING_KEY = "asat_pl4nted"
PUSH_SECRET = "whsec_pl4nted"
PLANTED = (
    *(SECRET, OLD_SECRET, TOKEN, REDIS_PASSWORD, DATABASE_PASSWORD, REFRESH_TOKEN),
    *(TRACKING_KEY, PUSH_SECRET),
)

SHORT_SECONDS = 0.35
"""Too little for a second request."""

Lines = list[dict[str, Any]]


def disguises(secret: str) -> set[str]:
    """A secret as it may be written: as it is, in an address, as bytes, in base64, in hexadecimal."""
    return {
        secret,
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode().rstrip("="),
        secret.encode().hex(),
    }


def found_in(told: str) -> list[str]:
    """The secrets that stand there in any disguise."""
    return [secret for secret in PLANTED if any(form in told for form in disguises(secret))]


@pytest.fixture
def evidence(log_lines: Lines, caplog: pytest.LogCaptureFixture) -> Callable[..., str]:
    """All that was told meanwhile: our lines, those of libraries as they are written, counts, and whatever
    else is given."""
    caplog.set_level(logging.WARNING)

    def gather(*further: str) -> str:
        written = [LibraryFormatter().format(record) for record in caplog.records]
        counts = generate_latest(REGISTRY).decode()
        return "\n".join([json.dumps(log_lines, default=repr), *written, counts, *further])

    return gather


@pytest.fixture
def locked_redis(breakable_redis: EmbeddedRedis) -> EmbeddedRedis:
    """A Redis that wants its password."""
    with Redis(unix_socket_path=str(breakable_redis.socket_path)) as client:
        client.config_set("requirepass", REDIS_PASSWORD)
    return breakable_redis


@pytest.fixture
def own_shop(make_app: MakeApp, locked_redis: EmbeddedRedis) -> Iterator[Flask]:
    """A shop of the operator's own with a fixed token, and a database where nobody is."""
    app = make_app(
        metrics_port=9464,
        redis_url=f"unix://:{REDIS_PASSWORD}@{locked_redis.socket_path}",
        database_url=f"postgresql+psycopg://tracker:{DATABASE_PASSWORD}@127.0.0.1:1/tracker",
        admin_token=TOKEN,
    )
    yield app
    for one in reachable(app):
        if isinstance(one, AbstractConnection):  # or Python says of the socket that nobody closed it
            one.disconnect()  # type: ignore[no-untyped-call] # redis-py has none


@pytest.fixture
def many_shops(make_app: MakeApp, sqlite_url: str) -> Flask:
    """Alice's shop as it comes by installing, with tokens in the store."""
    app = make_app(metrics_port=9464, shop=None, admin_token=None, database_url=sqlite_url)
    now = datetime.now(UTC)
    pair = TokenPair(TOKEN, now + timedelta(hours=1), REFRESH_TOKEN, now + timedelta(days=90))
    store = edges_of(app).store
    assert store is not None
    store.shops.install(ALICE, tokens=pair, scopes=frozenset({"read_orders"}), at=now)
    return app


@pytest.fixture
def granted(make_app: MakeApp) -> Flask:
    """A shop of the operator's own whose tokens come by the client credentials grant."""
    return make_app(
        metrics_port=9464,
        admin_token=None,
        tracking_source="aftership",
        tracking_key=TRACKING_KEY,
        tracking_push_secret=PUSH_SECRET,
    )


def edges_of(app: Flask) -> Edges:
    edges: Edges = app.extensions["tracker_edges"]
    return edges


def told_by(*calls: Callable[[], object]) -> str:
    """The answers and the tracebacks of these calls, with everything that is chained to them."""
    told = []
    for call in calls:
        try:
            told.append(str(call()))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
            told.append("".join(traceback.format_exception(error)))
    return "\n".join(told)


def ways_to_shopify(app: Flask) -> list[Callable[[], object]]:
    """Whoever asks Shopify: a shopper, and the parts beneath, of which each raises errors of its own."""
    edges = edges_of(app)
    return [
        lambda: Storefront(app).look_up().text,
        lambda: edges.admin_api.ask("find", ALICE, "{ shop { id } }", {}, Deadline(SHORT_SECONDS)),
        lambda: edges.grants.exchange(ALICE, id_token(), deadline=Deadline(SHORT_SECONDS)),
        lambda: edges.grants.refresh(ALICE, REFRESH_TOKEN, deadline=Deadline(SHORT_SECONDS)),
    ]


def ways_in(app: Flask) -> list[Callable[[], object]]:
    """Everybody who asks the service, and what it stands on."""
    edges, front = edges_of(app), Storefront(app)
    return [
        lambda: front.look_up().text,
        lambda: front.look_up(ADA | {"order": "7"}, as_page=True).text,
        lambda: Storefront(app, shop=BOB).look_up().text,
        lambda: Sender(app).send("orders/updated").text,
        lambda: Sender(app).send("app/uninstalled").text,
        lambda: app.test_client().get(f"/admin?id_token={id_token()}&shop={ALICE}").text,
        lambda: app.test_client().get("/readyz").text,
        lambda: edges.tokens.token(ALICE, deadline=Deadline(SHORT_SECONDS)),
        lambda: edges.redis.run(lambda client: client.ping()),
        lambda: edges.store and edges.store.shops.get(ALICE),
        lambda: edges.store and edges.store.jobs.lease(holder="test", seconds=1),
    ]


@pytest.mark.parametrize("app", ["own_shop", "many_shops", "granted"])
def test_no_object_shows_a_secret_that_it_holds(app: str, request: pytest.FixtureRequest) -> None:
    """Whatever is reached from the service, once it has been at work: settings, clients, pools, tokens."""
    service: Flask = request.getfixturevalue(app)
    Storefront(service).look_up()
    objects = reachable(service)

    holders = {type(one).__name__ for one in objects if found_in(held_by(one))}
    assert holders >= {"Sealer", "TokenGrants"}
    assert [type(one) for one in objects if found_in(repr(one))] == []


def held_by(one: object) -> str:
    """The texts among an object's attributes, and in their contents."""
    values = [*attributes(one)]
    for value in list(values):
        if isinstance(value, dict):
            values += value.values()
        elif isinstance(value, (list, tuple)):
            values += value
    return " ".join(str(value) for value in values if isinstance(value, (str, bytes)))


def test_settings_show_no_secret_that_stands_in_them(redis_url: str) -> None:
    told = read_settings(
        {
            "SHOPIFY_API_KEY": "key",
            "SHOPIFY_API_SECRET": SECRET,
            "SHOPIFY_API_SECRET_OLD": OLD_SECRET,
            "SHOPIFY_SHOP": ALICE,
            "SHOPIFY_ADMIN_TOKEN": TOKEN,
            "REDIS_URL": f"redis://:{REDIS_PASSWORD}@127.0.0.1:6379/0",
            "DATABASE_URL": f"postgresql+psycopg://tracker:{DATABASE_PASSWORD}@127.0.0.1/tracker",
            "TRACKING_SOURCE": "aftership",
            "TRACKING_KEY": TRACKING_KEY,
            "TRACKING_PUSH_SECRET": PUSH_SECRET,
        }
    )

    planted = [secret for secret in PLANTED if secret != REFRESH_TOKEN]
    assert found_in(str(list(attributes(told)))) == planted
    assert found_in(repr(told) + str(told)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"REDIS_URL": f"http://:{REDIS_PASSWORD}@127.0.0.1"},
        {"REDIS_URL": f"redis://:{REDIS_PASSWORD}@127.0.0.1:99999/0"},
        {"REDIS_URL": f"redis://:{REDIS_PASSWORD}@127.0.0.1/0?ssl=no"},
        {"DATABASE_URL": f"mysql://tracker:{DATABASE_PASSWORD}@127.0.0.1/tracker"},
        {"DATABASE_URL": f"postgresql://tracker:{DATABASE_PASSWORD}@127.0.0.1:99999/tracker"},
        {"DATABASE_URL": f"postgresql://tracker@127.0.0.1/tracker?password={DATABASE_PASSWORD}"},
        {"DATABASE_URL": f"postgresql://tracker@127.0.0.1/tracker?{DATABASE_PASSWORD}"},
        {"SHOPIFY_ADMIN_TOKEN": TOKEN},
        {"TRACKING_KEY": TRACKING_KEY},
        {"TRACES_ENDPOINT": f"http://:{REDIS_PASSWORD}@collector/v1/traces"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_mistake_in_a_secret_setting_does_not_repeat_it(wrong: dict[str, str]) -> None:
    """Also not to whoever reads the traceback of a service that did not start."""
    least = {"SHOPIFY_API_KEY": "k", "SHOPIFY_API_SECRET": SECRET, "REDIS_URL": "redis://127.0.0.1"}
    with pytest.raises(InvalidSettings) as refused:
        read_settings(least | wrong)

    assert found_in("".join(traceback.format_exception(refused.value)) + repr(refused.value)) == []


def test_a_redis_that_fails_tells_nothing(
    own_shop: Flask, locked_redis: EmbeddedRedis, evidence: Callable[..., str]
) -> None:
    """Rubbish under its keys, another password, gone altogether; and a database where nobody is meanwhile."""
    told = [told_by(*ways_in(own_shop))]
    with Redis(unix_socket_path=str(locked_redis.socket_path), password=REDIS_PASSWORD) as client:
        for key in client.scan_iter():
            client.set(key, b"\x01rubbish")
        told.append(told_by(*ways_in(own_shop)))
        client.config_set("requirepass", "another")
        client.client_kill_filter(_type="normal", skipme=False)
    told.append(told_by(*ways_in(own_shop)))
    locked_redis.kill()
    told.append(told_by(*ways_in(own_shop)))

    everything = evidence(*told)
    assert "no_connection" in everything
    assert "RedisUnavailable" in everything
    assert found_in(everything) == []


def test_a_shopify_that_fails_tells_nothing(
    many_shops: Flask,
    granted: Flask,
    shopify: PretendShopify,
    evidence: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tracker.verbs.lookup.BUDGET_SECONDS", SHORT_SECONDS)
    told = []
    switches: list[dict[str, object]] = [
        *({"fail": fault, "fail_token": True} for fault in FAULTS if fault != "hang"),
        {"token_fault": "invalid_grant", "token_valid": False},
        {"frozen": True},
    ]
    for changes in switches:
        shopify.reset()
        shopify.switch(**changes)
        told += [told_by(*ways_to_shopify(app)) for app in (many_shops, granted)]

    everything = evidence(*told)
    words = set(everything.replace('"', " ").split())
    assert {"upstream_throttled", "upstream_broken", "upstream_unreachable", "access_token_rejected"} <= words
    assert found_in(everything) == []


def test_a_store_that_fails_tells_nothing(
    many_shops: Flask, tmp_path: Path, evidence: Callable[..., str]
) -> None:
    """What it holds sealed does not open, and then it is no database any more."""
    store = edges_of(many_shops).store
    assert store is not None
    with store.database.writing() as connection:
        connection.execute(text("update shops set access_token = :rubbish"), {"rubbish": b"\x01" + b"x" * 64})
    told = [told_by(*ways_in(many_shops))]
    store.database.close()
    for file in tmp_path.glob("store.sqlite3*"):
        file.write_bytes(b"no database at all " * 400)
    told.append(told_by(*ways_in(many_shops)))

    everything = evidence(*told)
    assert "StoreUnavailable" in everything
    assert found_in(everything) == []


def test_what_nobody_foresaw_tells_nothing(
    many_shops: Flask, evidence: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception whose message has every secret, in a request, behind an answer, and in a job."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"all of them: {PLANTED}") from ValueError(str(PLANTED))

    edges = edges_of(many_shops)
    monkeypatch.setattr(edges.orders, "find", fail)
    answer = Storefront(many_shops).look_up()
    error = caught(fail)
    observed.background_failed(edges.metrics, error)
    edges.jobs._observer.failed(Job(1, "shop/redact", ALICE, TOKEN.encode(), 1), error)

    assert answer.status_code == 500
    everything = evidence(answer.text)
    assert everything.count("RuntimeError") >= 3
    assert found_in(everything) == []


def caught(fail: Callable[[], object]) -> Exception:
    try:
        fail()
    except RuntimeError as error:
        return error
    raise AssertionError
