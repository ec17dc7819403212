"""The look-up, its page, and the list of a customer's orders, as they are asked for through the app proxy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort

from tracker.activity import Activity
from tracker.claim import Claim, by_customer, by_email
from tracker.errors import InvalidRequest, Refusal
from tracker.order_number import OrderNumber
from tracker.ports.shops import ListsOrders
from tracker.verbs.lookup import Answer, Shopper
from tracker.web.body import FORM, JSON, MAX_BYTES, read_body
from tracker.web.bounded_body import read_bounded_body
from tracker.web.client_address import network
from tracker.web.here import noted_here, request_here
from tracker.web.limits import Door, LimitOf
from tracker.web.page import Pages
from tracker.web.problems import wants_json
from tracker.web.schemas import read_choice, read_form, read_locale
from tracker.web.service import WholeResponse
from tracker.web.tally import tally

YEAR = 31_536_000
KINDS = (FORM, JSON)
"""What a body may be; nearly all say so in these very words, which need no reading."""

Choices = Callable[[], list[dict[str, str]]]
"""What a page offers to whoever asks for it: each order's `name` and `placed_at`."""


def lookup_blueprint(
    find: Callable[[Shopper], Answer],
    *,
    door: Door,
    limit_of: LimitOf,
    pages: Pages,
    answered: Callable[[str, str], None],
    activity: Activity,
) -> Blueprint:
    """The look-up, by e-mail and by who is signed in. To be registered with the strict proof; `answered` is
    told outcome and cache state of what was looked up, `activity` how every request ended."""
    blueprint = Blueprint("lookup", __name__)

    # One budget for both, or whoever is signed in would have twice the room at the door.
    politely = door.visited(limit_of, counter="lookup")

    @blueprint.post("/proxy/lookup", provide_automatic_options=False)
    @politely
    def look_up() -> Response:
        number, email = read_form(_sent())
        return tell(number, by_email(email), {"email": email})

    @blueprint.post("/proxy/orders/lookup", provide_automatic_options=False)
    @politely
    def look_up_own() -> Response:
        sent = _sent()
        customer = by_customer(_customer_id())
        return tell(read_choice(sent), customer, {})

    @blueprint.after_request
    def note(response: Response) -> Response:
        here = noted_here()
        if (shop := here.get("shop")) is not None:
            noted = tally()
            activity.lookup_ended(shop, noted.code or "story", noted.cause or "none")
            activity.proxied(shop, here.path_prefix)
        return response

    def tell(number: OrderNumber, claim: Claim, proof: Mapping[str, str]) -> Response:
        try:
            answer = find(Shopper(noted_here().shop, number, claim, network(door.client()), door.visit()))
        except Refusal as refusal:
            answered(refusal.code, refusal.cause or "none")
            raise
        answered("story", answer.cache)
        tally().cache = answer.cache
        if wants_json():
            return WholeResponse(answer.body, JSON)
        page = pages.story(answer.body, {"order": number.canonical, **proof})
        return Response(page, mimetype="application/liquid")

    return blueprint


def list_blueprint(
    offer: Callable[[str, str], bytes], *, door: Door, limit_of: LimitOf, pages: Pages, choices: Choices
) -> Blueprint:
    """The orders that a signed-in customer may choose from, as JSON and as a page in the look of the block
    that asks for it. To be registered with the strict proof."""
    blueprint = Blueprint("list", __name__)

    @blueprint.get("/proxy/orders", provide_automatic_options=False)
    @door.limited(limit_of, counter="list")
    def list_orders() -> Response:
        return Response(offer(noted_here().shop, _customer_id()), mimetype=JSON)

    @blueprint.post("/proxy", provide_automatic_options=False)
    @blueprint.post("/proxy/", provide_automatic_options=False)
    def show_choices() -> Response:
        _sent()
        return Response(pages.form(choices()), mimetype="application/liquid")

    return blueprint


def recent_choices(
    offer: Callable[[str, str], bytes], *, door: Door, limit_of: LimitOf, lists_orders: ListsOrders
) -> Choices:
    """The recent orders of who is signed in, for a page that can do without: there are none where they are
    not granted, where `offer` refuses or where its visitor asked too often."""

    def choices() -> list[dict[str, str]]:
        here = noted_here()
        customer_id: str | None = here.get("customer_id")
        if customer_id is None or not lists_orders(here.shop):
            return []
        try:
            door.count(limit_of, counter="list")
            listed: list[dict[str, str]] = json.loads(offer(here.shop, customer_id))["orders"]
        except Refusal:
            return []
        return listed

    return choices


def page_blueprint(pages: Pages, choices: Choices) -> Blueprint:
    """The page with the form, and the script it loads. To be registered with the lenient proof: but for the
    choices, which take a strict one, neither reveals anything of a shop or a person."""
    blueprint = Blueprint("page", __name__)

    @blueprint.get("/proxy", provide_automatic_options=False)
    @blueprint.get("/proxy/", provide_automatic_options=False)
    @blueprint.get("/proxy/lookup", provide_automatic_options=False)
    def show_form() -> Response:
        return Response(pages.form(choices()), mimetype="application/liquid")

    @blueprint.get("/proxy/assets/<name>", provide_automatic_options=False)
    def send_asset(name: str) -> Response:
        script = pages.assets.get(name)
        if script is None:
            abort(404)
        response = Response(script, mimetype="text/javascript")
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    return blueprint


def _sent() -> dict[str, object]:
    """The fields of the body. They and their locale are noted: a page that tells of fields at fault does so
    in that language, and keeps the look that was sent along."""
    request = request_here()
    content_type: str = request.environ.get("CONTENT_TYPE", "")
    if content_type not in KINDS and (content_type := request.mimetype) not in KINDS:
        abort(415)
    sent = read_body(read_bounded_body(request, most_bytes=MAX_BYTES), content_type)
    here = noted_here()
    here.sent, here.locale = sent, read_locale(sent)
    return sent


def _customer_id() -> str:
    """Who is signed in, as the gate has proven; nobody else's word counts."""
    customer_id: str | None = noted_here().customer_id
    if customer_id is None:
        raise InvalidRequest({"email": ["required"]}, "not_signed_in")
    return customer_id
