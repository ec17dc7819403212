"""The look-up and its page, as they are asked for through the app proxy."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, g, request
from limits import RateLimitItem

from tracker.errors import Refusal
from tracker.lookup import Answer, Shopper
from tracker.web.body import FORM, JSON, read_body
from tracker.web.client_address import network
from tracker.web.limits import Door
from tracker.web.page import Pages
from tracker.web.problems import wants_json
from tracker.web.request_log import tally
from tracker.web.schemas import read_form, read_locale

YEAR = 31_536_000


def lookup_blueprint(
    find: Callable[[Shopper], Answer],
    *,
    door: Door,
    limit: RateLimitItem,
    pages: Pages,
    answered: Callable[[str, str], None],
) -> Blueprint:
    """The look-up. To be registered with the strict proof; `answered` is told outcome and cache state."""
    blueprint = Blueprint("lookup", __name__)

    @blueprint.post("/proxy/lookup", provide_automatic_options=False)
    @door.limited(limit)
    def look_up() -> Response:
        if request.mimetype not in (FORM, JSON):
            abort(415)
        sent = read_body(request.get_data(cache=False), request.mimetype)
        g.locale = read_locale(sent)  # before the rest, so that fields at fault are told in it too
        number, email = read_form(sent)
        try:
            answer = find(Shopper(g.shop, number, email, network(door.client())))
        except Refusal as refusal:
            answered(refusal.code, refusal.cause or "none")
            raise
        answered("story", answer.cache)
        tally().cache = answer.cache
        if wants_json():
            return Response(answer.body, mimetype=JSON)
        return Response(pages.story(answer.body), mimetype="application/liquid")

    return blueprint


def page_blueprint(pages: Pages) -> Blueprint:
    """The page with the form, and the script it loads. To be registered with the lenient proof: neither
    reveals anything of a shop or a person."""
    blueprint = Blueprint("page", __name__)

    @blueprint.get("/proxy", provide_automatic_options=False)
    @blueprint.get("/proxy/", provide_automatic_options=False)
    @blueprint.get("/proxy/lookup", provide_automatic_options=False)
    def show_form() -> Response:
        return Response(pages.form(), mimetype="application/liquid")

    @blueprint.get("/proxy/assets/<name>", provide_automatic_options=False)
    def send_asset(name: str) -> Response:
        script = pages.assets.get(name)
        if script is None:
            abort(404)
        response = Response(script, mimetype="text/javascript")
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    return blueprint
