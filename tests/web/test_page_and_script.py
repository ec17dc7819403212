"""The page without JavaScript and the block's script say the same of every order, sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from flask import Flask, g
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.answer_variants import EVENT, NOON, variants
from tests.web.conftest import Told
from tests.web.rendering import render, shopifys_date
from tests.web.storefront import FORM, Storefront
from tracker.errors import NotSetUp, OrderNotFound, RateLimited, Refusal, UpstreamUnavailable
from tracker.shop import HIDEABLE
from tracker.web.page import Pages

HTML = "text/html; charset=utf-8"
ORIGIN = "http://alice.test"
PATIENCE = 20_000

# Each writes times in its own way: the script in the shopper's words and zone, the page in the shop's.
WITHOUT_TIMES = """
  Intl.DateTimeFormat.prototype.formatRange = () => '§';
  Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get: () => () => '§' });
  Intl.RelativeTimeFormat.prototype.format = () => '§';
  // Later than any answer was made: what was asked just now has a word, which a page that waits cannot say.
  const now = Date.now;
  Date.now = () => now() + 120_000;
"""

# What a shopper reads in a result, in order: the role of each piece and its text.
READ = """(html) => {
  const result = html === null ? document.querySelector('[data-result]')
    : new DOMParser().parseFromString(html, 'text/html').querySelector('[data-result]');
  const roles = ['title', 'headline', 'expected', 'attention', 'text', 'step', 'subtitle', 'status', 'group',
                 'event-status', 'mark', 'more', 'link', 'item', 'causes', 'notes'];
  const pieces = [];
  for (const element of result.querySelectorAll('*')) {
    const role = roles.find((name) => element.classList.contains(`track-order__${name}`))
      ?? (/^(DT|DD|LI|IMG|BDI|DETAILS)$/.test(element.tagName) ? element.tagName : null)
      ?? (element.matches('.track-order__small:has(a)') ? 'asked' : null);
    if (!role) continue;
    const text = element.textContent.replace(/\\s+/g, '').replace(/§([,–]§)+/g, '§');
    const told = ['href', 'target', 'rel', 'dir', 'aria-current', 'lang', 'open']
      .map((name) => element.getAttribute(name));
    // The script keeps the address of a picture that is folded away until it is to be seen.
    const picture = element.getAttribute('src') ?? element.dataset.src;
    pieces.push([role, text, picture, ...told].join('|'));
  }
  return pieces;
}"""


@pytest.fixture(scope="module")
def _tab(browser: Browser) -> Iterator[Page]:
    """One tab for all tests, each of which loads the page anew."""
    with browser.new_context(locale="en-GB", timezone_id="UTC") as context:
        context.add_init_script(WITHOUT_TIMES)
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE)
        yield tab


@pytest.fixture
def visitor(_tab: Page, storefront: Storefront) -> Iterator[tuple[Page, dict[str, Any]]]:
    """A browser on the proxy's page, and what the next look-ups are answered with."""
    form = render(storefront.page().text)
    answers: dict[str, Any] = {}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if route.request.method == "POST":
            route.fulfill(**answers["next"])
        elif path == "/apps/track-order":
            route.fulfill(content_type=HTML, body=f"<!doctype html><main>{form}</main>")
        elif "/assets/" in path:
            script = storefront.send("GET", path.replace("/apps/track-order", "/proxy"))
            route.fulfill(content_type="text/javascript", body=script.text)
        else:
            route.fulfill(status=404)

    _tab.route("**/*", answer)
    _tab.goto(f"{ORIGIN}/apps/track-order")
    yield _tab, answers
    _tab.unroute_all(behavior="wait")


ASK = """async ([title, patience, html]) => {
  const form = document.querySelector('track-order form');
  const result = document.querySelector('[data-result]');
  form.elements.order.value = 'any';
  form.elements.email.value = 'any@example.com';
  result.replaceChildren();
  form.hidden = false; // as whoever looks up another order finds it
  const shown = new Promise((done, fail) => {
    const inVain = () => fail(new Error(`${title} is not shown: ${result.textContent}`));
    const patient = setTimeout(inVain, patience);
    const look = new MutationObserver(() => {
      if (result.querySelector('h2')?.textContent.trim() !== title) return;
      look.disconnect(); // or each of hundreds of look-ups would be watched by all before it
      clearTimeout(patient);
      done();
    });
    look.observe(result, { childList: true, subtree: true });
  });
  form.requestSubmit();
  await shown;
  await new Promise((turn) => setTimeout(turn)); // what is still to be done for this answer is done first
  const read = READ;
  return [read(html), read(null)];
}""".replace("READ", READ)


def both(page: Page, title: str, liquid: str) -> tuple[list[str], list[str]]:
    """What the page shows that was made without JavaScript, and what the script shows under this title once
    the form was sent: in one go, since there are hundreds."""
    served, by_script = page.evaluate(ASK, [title, PATIENCE, render(liquid, date=without_times)])
    return served, by_script


def without_times(value: object, pattern: str) -> str:
    """The `date` filter where nobody reads what it writes: what the page compares days by stays."""
    return shopifys_date(value, pattern) if pattern == "%Y%m%d" else "§"


def test_every_order_is_told_in_the_same_words(
    visitor: tuple[Page, dict[str, Any]], every_order: dict[str, Told]
) -> None:
    page, answers = visitor

    for name, told in every_order.items():
        answers["next"] = {"content_type": "application/json", "body": json.dumps(told.answer)}
        served, by_script = both(page, f"Order {name}", told.page)
        assert len(by_script) > 4
        assert served == by_script, name


def test_whatever_an_answer_holds_is_told_in_the_same_words(
    visitor: tuple[Page, dict[str, Any]], every_order: dict[str, Told], app: Flask
) -> None:
    page, answers = visitor
    pages = Pages()

    for answer in variants(every_order):
        body = json.dumps(answer)
        answers["next"] = {"content_type": "application/json", "body": body}
        with app.test_request_context():
            told = pages.story(body.encode())
        served, by_script = both(page, f"Order {answer['order']['name']}", told)
        assert served == by_script, body


def test_what_is_hidden_is_hidden_in_both(
    visitor: tuple[Page, dict[str, Any]], every_order: dict[str, Told], app: Flask
) -> None:
    """Each part by itself, and all of them: of one parcel, of several, delivered and awaited."""
    page, answers = visitor
    linked = {"status_page_url": "https://alice.test/o/1"}
    told = [every_order[name].answer for name in ("#1001", "#1005", "#1012")]

    for answer, hidden in product(told, [*({part} for part in HIDEABLE), HIDEABLE]):
        show = " ".join(sorted(HIDEABLE - hidden))
        body = json.dumps(answer | {"order": answer["order"] | linked})
        answers["next"] = {"content_type": "application/json", "body": body}
        page.locator("track-order").evaluate("(root, show) => { root.dataset.show = show }", show)
        with app.test_request_context():
            g.sent = {"show": show}
            liquid = Pages().story(body.encode())
        served, by_script = both(page, f"Order {answer['order']['name']}", liquid)
        assert served == by_script, (answer["order"]["name"], show)


REFUSALS: dict[Refusal, str] = {
    OrderNotFound(): "We could not find this order",
    NotSetUp(): "Order tracking is not ready yet",
    UpstreamUnavailable(): "We cannot look up your order right now",
    RateLimited(): "Please wait a little",
}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_is_told_in_the_same_words(
    refusal: Refusal, visitor: tuple[Page, dict[str, Any]], app: Flask
) -> None:
    page, answers = visitor
    problem = {"status": refusal.status, "code": refusal.code, "title": refusal.title}
    answers["next"] = {
        "status": refusal.status,
        "content_type": "application/problem+json",
        "body": json.dumps(problem),
    }

    with app.test_request_context():
        told = Pages().refusal(refusal)

    served, by_script = both(page, REFUSALS[refusal], told)

    assert served == by_script


LANDING = {
    "a story": ({"order": "#1001", "email": "ada@example.com"}, "heading", "Order #1001"),
    "a refusal": ({"order": "#1001", "email": "eve@example.com"}, "heading", "We could not find this order"),
    "no number": ({"order": " ", "email": "ada@example.com"}, "textbox", "Order number"),
    "an odd address": ({"order": "#1001", "email": "ada"}, "textbox", "E-mail address"),
    "two odd fields": ({"order": "###", "email": "ada"}, "textbox", "Order number"),
}


def test_who_has_no_script_lands_on_the_answer_or_the_field_at_fault(
    storefront: Storefront, browser: Browser
) -> None:
    """However much the theme puts above it. A ring is drawn around what can be used, not around a heading."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        bodies: list[str] = []
        context.route("**/*", lambda route: route.fulfill(content_type=HTML, body=bodies[-1]))
        for name, (typed, role, label) in LANDING.items():
            answered = render(storefront.look_up(typed, as_page=True).text)
            bodies.append(f"<!doctype html><p style='height: 3000px'>Shop</p>{answered}")
            page.goto(f"{ORIGIN}/apps/track-order/lookup")
            place = page.get_by_role(role, name=label)  # type: ignore[arg-type] # one of the roles above
            expect(place, name).to_be_focused(timeout=PATIENCE)
            expect(place, name).to_be_in_viewport()
            ring = place.evaluate("(element) => getComputedStyle(element).outlineStyle")
            assert (ring != "none") == (role == "textbox"), name


# Where the middle of each of these stands, from the left.
PLACES = """([line, pieces]) => {
  const holder = [...document.querySelectorAll(line)].find((each) => each.textContent.includes(pieces[0]));
  return pieces.map((piece) => {
    const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const first = node.data.indexOf(piece);
      if (first < 0) continue;
      const range = document.createRange();
      range.setStart(node, first);
      range.setEnd(node, first + piece.length);
      const { left, right } = range.getBoundingClientRect();
      return (left + right) / 2;
    }
    return null;
  });
}"""

DATED = {
    ".track-order__event .track-order__small": ["04:00", "PST", "Köln"],
    ".track-order__facts dd": ["2026", "PST", "2031"],
}
"""What is read one after the other: time, zone and place of an event; the ends of a window."""


@pytest.mark.parametrize("language", ["ar", "he"])
def test_dates_among_words_from_right_to_left_keep_their_order(
    language: str, visitor: tuple[Page, dict[str, Any]], every_order: dict[str, Told], app: Flask
) -> None:
    page, _ = visitor
    told = every_order["#1001"].answer
    window = {"from": NOON, "to": "2031-11-04T12:00:00Z", "source": "carrier"}
    parcel = told["shipments"][0] | {"events": [EVENT], "delivery_window": window, "shipped_at": None}
    answer = told | {"shipments": [parcel, parcel]}
    with app.test_request_context():
        g.locale = language
        page.set_content(render(Pages().story(json.dumps(answer).encode())))
    for line, pieces in DATED.items():
        places = page.evaluate(PLACES, [line, pieces])
        assert None not in places, line
        assert sorted(places, reverse=True) == places, line


def test_the_form_of_the_page_can_be_sent_without_a_script(storefront: Storefront, browser: Browser) -> None:
    """As a browser without JavaScript sends it: to the shop's own path, as the fields that are read."""
    form = render(storefront.page().text)
    with browser.new_context(java_script_enabled=False) as context:
        sent: list[Any] = []

        def answer(route: Route) -> None:
            if route.request.method == "POST":
                sent.append((route.request.url, route.request.post_data))
            body = "<p>sent</p>" if route.request.method == "POST" else f"<!doctype html>{form}"
            route.fulfill(content_type=HTML, body=body)

        context.route("**/*", answer)
        page = context.new_page()
        page.goto(f"{ORIGIN}/apps/track-order")
        page.get_by_label("Order number").fill("#1001")
        page.get_by_label("E-mail address").fill("ada@example.com")
        page.get_by_role("button", name="Find my order").click()
        expect(page.get_by_text("sent")).to_be_visible(timeout=PATIENCE)

    ((url, body),) = sent
    assert url == f"{ORIGIN}/apps/track-order/lookup"
    assert body == "order=%231001&email=ada%40example.com&locale=en"
    answered = storefront.send("POST", "/proxy/lookup", data=body, content_type=FORM)
    assert (answered.status_code, answered.mimetype) == (200, "application/liquid")
