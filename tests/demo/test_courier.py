"""Webhooks are taken along until the app says 2xx, again and again, and given up in the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Response

from tests.demo.conftest import FakeApp
from tracker.demo.courier import SPACING, Courier, Delivery


@pytest.fixture
def courier() -> Iterator[Courier]:
    made = Courier(factor=0.0)
    yield made
    made.close()


def delivery(url: str, **rest: object) -> Delivery:
    return Delivery("orders/updated", f"{url}/hook", b"{}", {"X-A": "1"}, **rest)  # type: ignore[arg-type]


def test_it_is_posted_as_it_is(courier: Courier, fake_app: FakeApp) -> None:
    sent = delivery(fake_app.url)
    courier.send(sent)
    assert sent.wait(20)
    (seen,) = fake_app.requests
    assert ("POST", "/hook", b"{}", "1") == (
        seen["method"],
        seen["path"],
        seen["body"],
        seen["headers"]["X-A"],
    )


@pytest.mark.parametrize("status", [302, 401, 404, 500, 503])
def test_whatever_is_not_taken_is_tried_eight_times_more(
    courier: Courier, fake_app: FakeApp, status: int
) -> None:
    fake_app.answer = lambda: Response(status=status, headers={"Location": "/elsewhere"})
    given_up: list[bool] = []
    sent = delivery(fake_app.url, on_given_up=lambda: given_up.append(True))
    courier.send(sent)
    assert not sent.wait(20)
    assert [status] * 9 == sent.attempts
    assert [True] == given_up
    assert {"/hook"} == {one["path"] for one in fake_app.requests}


def test_the_retries_take_four_hours_in_all() -> None:
    assert (8, 4 * 3600) == (len(SPACING), sum(SPACING))


class Hurried(Courier):
    """Remembers how long it was to wait each time, and does not."""

    def __init__(self, *, factor: float = 1.0) -> None:
        super().__init__(factor=factor)
        self.delays: list[float] = []

    def send(self, delivery: Delivery, *, delay: float = 0.0) -> None:
        self.delays.append(delay)
        super().send(delivery)


@pytest.mark.parametrize("factor", [1.0, 0.25])
def test_each_retry_waits_for_its_turn_and_all_can_be_hastened_alike(
    fake_app: FakeApp, factor: float
) -> None:
    fake_app.answer = lambda: Response(status=503)
    courier, sent = Hurried(factor=factor), delivery(fake_app.url)
    courier.send(sent)
    assert not sent.wait(20)
    courier.close()
    assert [0.0, *(seconds * factor for seconds in SPACING)] == courier.delays


def test_it_is_tried_until_it_is_taken(courier: Courier, fake_app: FakeApp) -> None:
    answers = iter([500, 500, 204])
    fake_app.answer = lambda: Response(status=next(answers))
    sent = delivery(fake_app.url)
    courier.send(sent)
    assert sent.wait(20)
    assert [500, 500, 204] == sent.attempts


def test_an_app_that_is_not_there_is_no_answer(courier: Courier) -> None:
    sent = delivery("http://127.0.0.1:1")
    courier.send(sent)
    assert not sent.wait(20)
    assert [None] * 9 == sent.attempts


def test_without_retries_one_try_is_all(fake_app: FakeApp) -> None:
    fake_app.answer = lambda: Response(status=500)
    courier = Courier(retries=False)
    sent = delivery(fake_app.url)
    courier.send(sent)
    assert not sent.wait(20)
    courier.close()
    assert [500] == sent.attempts


def test_what_was_held_back_follows_at_once(courier: Courier, fake_app: FakeApp) -> None:
    """The one that overtakes it is first, though it was sent later."""
    held, overtaking = delivery(f"{fake_app.url}/held"), delivery(f"{fake_app.url}/overtaking")
    overtaking.then = held
    courier.send(held, delay=3600)
    courier.send(overtaking)
    assert held.wait(20)
    assert ["/overtaking/hook", "/held/hook"] == [one["path"] for one in fake_app.requests]


def test_it_knows_when_nothing_waits(courier: Courier, fake_app: FakeApp) -> None:
    let_go = threading.Event()

    def answer() -> Response:
        let_go.wait(20)
        return Response(status=200)

    fake_app.answer = answer
    courier.send(delivery(fake_app.url))
    assert not courier.wait_until_idle(0)
    assert 1 == courier.waiting()
    let_go.set()
    assert courier.wait_until_idle(20)
    assert 0 == courier.waiting()


def test_a_closed_courier_forgets_what_waits(fake_app: FakeApp) -> None:
    courier = Courier()
    courier.send(delivery(fake_app.url), delay=3600)
    courier.close()
    courier.send(delivery(fake_app.url))
    assert (0, []) == (courier.waiting(), fake_app.requests)
