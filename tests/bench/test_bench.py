"""The bench measures what it says it does: its shoppers are let in, its shop answers, its parts exist."""

from __future__ import annotations

import inspect
import itertools
import json
import re
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bench import (
    anatomy,
    beside,
    carriers,
    follower,
    merging,
    servers,
    shoppers,
    upstream,
    webhooks,
    workers,
)
from tests.bench.load import Stream
from tracker.carrier_news import numbers_of
from tracker.carriers.telling import tell_tracking
from tracker.deadline import Deadline
from tracker.errors import InvalidSignature
from tracker.order_number import read as read_number
from tracker.parcel import Parcel, TrackingNews
from tracker.settings import Settings
from tracker.shopify.reading import read_found, read_order
from tracker.shopify.signature import verify_app_proxy
from tracker.shopify.webhook_body import read_webhook
from tracker.shopify.webhook_signature import verify_webhook
from tracker.timeline_events import in_order
from tracker.webhook import Envelope, OrderChanged

ROOT = Path(__file__).parents[2]
SOURCES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tracker").rglob("*.py"))


def test_what_is_hidden_from_the_service_is_not_in_the_image_either() -> None:
    """Or a figure would be of something that nobody runs."""
    ask = "import sys; print(*(name for name, module in sys.modules.items() if module is None))"
    told = subprocess.run(
        [sys.executable, "-c", ask],
        env={"PYTHONPATH": str(servers.SHIPPED)},
        capture_output=True,
        check=True,
        text=True,
    )
    hidden = told.stdout.split()
    image, tools = (
        re.findall(r"^[\w-]+(?===)", (ROOT / "requirements" / f"{lock}.txt").read_text(), re.MULTILINE)
        for lock in ("serve", "dev")
    )

    assert hidden
    assert all(any(package.startswith(name) for package in tools) for name in hidden)
    assert not any(package.startswith(name) for name in hidden for package in image)


def query_of(request: bytes) -> bytes:
    return request.partition(b"?")[2].partition(b" ")[0]


def prove(request: bytes) -> str:
    proven = verify_app_proxy(query_of(request), secrets=[shoppers.SECRET], now=datetime.now(UTC))
    return proven.shop


def test_warm_and_cold_shoppers_are_let_in() -> None:
    assert shoppers.SHOP == prove(shoppers.warm()[0]) == prove(next(shoppers.cold()))


def test_forged_requests_are_refused_for_their_signature_and_nothing_else() -> None:
    with pytest.raises(InvalidSignature) as refused:
        prove(shoppers.forged()[0])

    assert refused.value.cause == "signature_mismatch"


def test_every_webhook_is_signed_about_another_order_and_another_event() -> None:
    sent = list(itertools.islice(webhooks.webhooks(), 2 * webhooks.SHOPS))

    read = [_taken(request) for request in sent]
    assert len(sent) == len({envelope.event_id for envelope, _ in read})
    assert len(sent) == len({event.order_id for _, event in read})
    assert webhooks.SHOPS == len({envelope.shop for envelope, _ in read})
    assert set(webhooks.TOPICS) == {envelope.topic for envelope, _ in read}


def _taken(request: bytes) -> tuple[Envelope, OrderChanged]:
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
    envelope = verify_webhook(headers.get, body, secrets=[shoppers.SECRET])
    event = read_webhook(envelope, body).event
    assert isinstance(event, OrderChanged)
    return envelope, event


@pytest.mark.parametrize(
    ("kind", "emails"),
    [(upstream.KNOWN, [upstream.EMAIL]), (upstream.UNKNOWN, []), (upstream.WITHOUT_EMAIL, [None])],
)
def test_the_shop_knows_an_order_by_the_first_digit(kind: str, emails: list[str | None]) -> None:
    number = read_number(f"{kind}00000042")
    assert number is not None
    answer = json.loads(upstream.answer({"variables": {"query": number.query}}))

    assert emails == [
        order.email for order in read_found(answer["data"]).orders if number.matches(order.name, None)
    ]


def test_the_shop_tells_of_the_order_that_was_asked_for() -> None:
    answer = json.loads(upstream.answer({"variables": {"id": "gid://shopify/Order/100000042"}}))
    order = read_order(answer["data"]["order"])

    assert order is not None
    assert order.name == "#100000042"


def test_no_shopper_asks_for_a_cold_order_twice() -> None:
    cold = shoppers.cold()

    assert len({next(cold).rpartition(b"\r\n")[2] for _ in range(50)}) == 50


@pytest.mark.parametrize("name", sorted(anatomy.PARTS.keys() - {"BoundLoggerBase._proxy_to_logger"}))
def test_every_part_of_the_anatomy_is_a_function_of_the_service(name: str) -> None:
    """A function that was renamed would vanish from the table without a word."""
    assert f"def {name.rpartition('.')[2]}(" in SOURCES


def test_a_stack_counts_for_its_innermost_part() -> None:
    def read_form() -> str:
        return anatomy.part_of(inspect.currentframe())

    assert read_form() == anatomy.PARTS["read_form"]
    assert anatomy.part_of(None) == anatomy.ELSE


def test_every_parcel_is_told_by_what_its_name_says() -> None:
    told = {kind: tell_tracking(*parcel).carrier for kind, parcel in carriers.PARCELS.items()}

    assert ["UPS", "Japan Post", "Royal Mail", "Royal Mail", "Van Bob", "Van Bob"] == list(told.values())


def test_what_three_sources_tell_of_one_parcel_is_merged() -> None:
    events = merging.told(merging.SOURCES, merging.EVENTS)

    assert (3 * merging.EVENTS, merging.EVENTS) == (len(events), len(in_order(events, now=merging.NOW)))


def test_the_numbers_that_a_tracking_service_tells_of_are_those_of_the_shops_order() -> None:
    order = read_order(json.loads(upstream.answer({"variables": {"id": beside.ORDER}}))["data"]["order"])

    assert order is not None
    assert set(beside.NUMBERS) == set(numbers_of(order))


def test_a_parcel_that_moves_has_one_event_more_each_time_and_one_that_does_not_has_none() -> None:
    source, parcel = follower.SlowSource(), Parcel("RB123456785GB")

    def told() -> TrackingNews:
        return source.news([parcel], deadline=Deadline(1))[parcel]

    first, second = told(), told()
    source.moves = False

    assert follower.EVENTS == len(first.events) == len(set(first.events) & set(second.events)) + 1
    assert second == told()


def test_the_workers_that_are_said_to_be_chosen_are_those_that_run() -> None:
    threads = {field.name: field.default for field in fields(Settings)}["web_threads"]

    assert {"WEB_THREADS": str(threads)} == workers.CHOICES[workers.CHOSEN]


def test_quantiles_are_of_the_times_in_milliseconds() -> None:
    stream = Stream(iter(()), 1, seconds=[0.004, 0.001, 0.002, 0.003])

    assert (2.5, 3.0, 4.0) == (stream.median, stream.quantile(0.5), stream.quantile(0.99))
