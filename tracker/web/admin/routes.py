"""The merchant's page, what its script asks for, and the way to a token. Whatever changes something, or tells
something of a shop, wants a proof of its own; and no form or link of another site can bring one along."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tracker.errors import IdTokenRejected, InvalidIdToken, NotSetUp, UpstreamError, refusal_for
from tracker.ports.activity import ShopActivity
from tracker.ports.clock import Clock
from tracker.shop import Shop, ShopSettings, Standing
from tracker.verbs.check_setup import SetUp
from tracker.verbs.save_account import ChosenAccount
from tracker.verbs.try_lookup import Trial
from tracker.web.admin import chart, guide, policy
from tracker.web.admin.pages import ASSETS_PATH, AdminPages
from tracker.web.admin.parcels import ParcelTable
from tracker.web.admin.schemas import read_account, read_removal, read_settings
from tracker.web.body import JSON, MAX_BYTES, read_body
from tracker.web.bounded_body import read_bounded_body
from tracker.web.problems import problem
from tracker.web.tally import tally

YEAR = 31_536_000
RETRY = "X-Shopify-Retry-Invalid-Session-Request"
"""App Bridge then asks once more, with a new token."""

Facts = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class AccountActions:
    """What can be done about a shop's accounts at sources: `facts` tells how they stand, `offered` at which
    sources there can be one."""

    offered: Sequence[str]
    facts: Callable[[str], Facts]
    save: Callable[[str, ChosenAccount], None]
    remove: Callable[[str, str], None]


PAGE_BLUEPRINT = "admin_page"


def page_blueprint(
    open_shop: Callable[[str, str], Shop],
    activity_of: Callable[[str, date], ShopActivity],
    parcels_of: Callable[[Shop], ParcelTable],
    accounts_of: Callable[[str], Facts],
    *,
    pages: AdminPages,
    clock: Clock,
) -> Blueprint:
    """The page itself. To be registered with the proof of a document."""
    blueprint = Blueprint(PAGE_BLUEPRINT, __name__)

    # Shopify opens the app's address itself; webhooks and the app proxy have theirs below it.
    @blueprint.get("/", provide_automatic_options=False)
    @blueprint.get(policy.PAGE_PATH, provide_automatic_options=False)
    def show() -> Response:
        try:
            shop = open_shop(g.shop, g.id_token)
            activity = activity_of(g.shop, chart.first_day(clock().date()))
            accounts = accounts_of(g.shop)
        except IdTokenRejected as error:
            raise InvalidIdToken(error.code) from error
        except UpstreamError as error:
            refusal = refusal_for(error)
            tally().code, tally().cause = refusal.code, refusal.cause
            return pages.said("unavailable", shop=g.shop, status=refusal.status)
        return pages.page(shop, activity, parcels_of(shop), accounts)

    @blueprint.errorhandler(InvalidIdToken)
    def without_token(refusal: InvalidIdToken) -> AnyResponse:
        """To a page that fetches a token; no further where it has just done that in vain, or where nobody
        says for which shop."""
        tally().code, tally().cause = refusal.code, refusal.cause
        query = policy.kept_query(request.args.items(multi=True))
        if "shop" not in query:
            return pages.said("outside", shop=None, status=refusal.status)
        now = time.time()
        if policy.bounced_lately(query, now=now):
            # Framed by whoever asked: it says nothing but that it can say nothing.
            return pages.said("refused", shop=query["shop"], status=refusal.status)
        return redirect(policy.way_to_token(query, now=now))

    return blueprint


def open_blueprint(pages: AdminPages) -> Blueprint:
    """What anybody may load: the page that fetches a token, style and script."""
    blueprint = Blueprint("admin_open", __name__)

    @blueprint.get(policy.BOUNCE_PATH, provide_automatic_options=False)
    def bounce() -> AnyResponse:
        query = policy.kept_query(request.args.items(multi=True))
        if "shop" not in query or not policy.leads_here(request.args.getlist(policy.RELOAD)):
            return pages.said("outside", shop=None, status=400)
        return pages.bounce(query["shop"])

    @blueprint.get(f"{ASSETS_PATH}/<name>", provide_automatic_options=False)
    def send_asset(name: str) -> Response:
        if name not in pages.assets:
            abort(404)
        text, kind = pages.assets[name]
        response = Response(text, mimetype=kind)
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    return blueprint


def actions_blueprint(
    *,
    shop_of: Callable[[str], Shop | None],
    check: Callable[[Shop], SetUp],
    try_lookup: Callable[[str], Trial],
    save: Callable[[str, ShopSettings], None],
    accounts: AccountActions,
    address_of: Callable[[str], str],
    client_id: str,
) -> Blueprint:
    """What the page's script asks for. To be registered with the proof of a fetch. `address_of` says where a
    shop is, for links."""
    blueprint = Blueprint("admin_actions", __name__)

    def stored() -> Shop:
        """Nothing is done for a shop that has not installed the app, or has taken it away."""
        shop: Shop | None = _asking(lambda: shop_of(g.shop))
        if shop is None or shop.standing is Standing.UNINSTALLED:
            raise NotSetUp("no_such_shop")
        return shop

    @blueprint.post("/admin/checks", provide_automatic_options=False)
    def run_checks() -> Response:
        shop = stored()
        found = _asking(lambda: check(shop))
        return _answer({"steps": guide.steps(found, address=address_of(g.shop), client_id=client_id)})

    @blueprint.post("/admin/trial", provide_automatic_options=False)
    def run_trial() -> Response:
        return _answer(guide.trial_step(try_lookup(stored().domain)))

    @blueprint.post("/admin/settings", provide_automatic_options=False)
    def change_settings() -> Response:
        settings = read_settings(_sent())
        shop = stored()
        _asking(lambda: save(shop.domain, settings))
        return _answer({"saved": True})

    @blueprint.post("/admin/account", provide_automatic_options=False)
    def change_account() -> Response:
        chosen = read_account(_sent(), offered=accounts.offered)
        shop = stored()
        _asking(lambda: accounts.save(shop.domain, chosen))
        return _answer({"accounts": _asking(lambda: accounts.facts(shop.domain))})

    @blueprint.post("/admin/account/remove", provide_automatic_options=False)
    def remove_account() -> Response:
        source = read_removal(_sent())
        shop = stored()
        _asking(lambda: accounts.remove(shop.domain, source))
        return _answer({"accounts": _asking(lambda: accounts.facts(shop.domain))})

    @blueprint.errorhandler(InvalidIdToken)
    def without_token(refusal: InvalidIdToken) -> Response:
        tally().code, tally().cause = refusal.code, refusal.cause
        response = problem(refusal.status, refusal.code, refusal.title, refusal.detail)
        response.headers[RETRY] = "1"
        return response

    return blueprint


def _sent() -> dict[str, object]:
    if request.mimetype != JSON:
        abort(415)
    return read_body(read_bounded_body(request, most_bytes=MAX_BYTES), JSON)


def _asking(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except UpstreamError as error:
        raise refusal_for(error) from error


def _answer(answer: dict[str, Any]) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), mimetype=JSON)
