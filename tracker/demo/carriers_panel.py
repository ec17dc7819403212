"""The carriers' part of the demo switches: let them misbehave, push, and go on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo.carrier_faults import CARRIER_FAULTS
from tracker.demo.carriers import Carriers
from tracker.demo.followed_orders import FOLLOWED
from tracker.demo.state import Shop


def carriers_panel(shop: Shop, carriers: Carriers) -> Blueprint:
    """The blueprint of what the card of the carriers asks for. Faults are every shop's, an account is one's
    own."""
    blueprint = Blueprint("carriers_panel", __name__, url_prefix="/admin/demo/carriers")
    aggregator, dhl = carriers.aggregator, carriers.dhl
    keys = carriers.keys(shop.domain)

    def back() -> AnyResponse:
        return redirect(url_for("admin_panel.show", _anchor="carriers"), code=303)

    @blueprint.post("/switches")
    def switch() -> AnyResponse:
        """Set the switches of the form; 422 for a fault there is not."""
        form = request.form
        broken = [form.get(name) or None for name in ("aggregator", "dhl")]
        if any(one not in (None, *CARRIER_FAULTS) for one in broken):
            abort(422)
        carriers.break_down(aggregator=broken[0], dhl=broken[1])
        with aggregator.lock:
            keys.account.spent = "aggregator_spent" in form
            aggregator.pushes_twice = "pushes_twice" in form
            aggregator.pushes_late = "pushes_late" in form
        with dhl.lock:
            keys.key.spent = "dhl_spent" in form
        return back()

    @blueprint.post("/push-to")
    def push_to() -> AnyResponse:
        """Where the aggregator's pushes go, as its own settings page has it; an empty address for nowhere."""
        address = request.form.get("address", "").strip()
        if address and not address.startswith(("http://", "https://")):
            return Response("an address begins with http:// or https://", 422, mimetype="text/plain")
        with aggregator.lock:
            keys.account.push_to = address or None
        return back()

    @blueprint.post("/push")
    def push() -> AnyResponse:
        """Push all that is known of this shop's parcels, news or not."""
        with aggregator.lock:
            aggregator.push_again(keys.account)
        return back()

    @blueprint.post("/go-on")
    def go_on() -> AnyResponse:
        """Let the next thing happen now to every parcel that anybody asked for."""
        carriers.journeys.hasten()
        return back()

    return blueprint


def carriers_told(shop: Shop, carriers: Carriers) -> dict[str, Any]:
    """What the card shows."""
    keys = carriers.keys(shop.domain)
    with carriers.aggregator.lock, carriers.dhl.lock:
        return {
            "origin": carriers.origin,
            "orders": list(FOLLOWED),
            "aggregator": carriers.aggregator.fault,
            "aggregator_key": keys.aggregator,
            "aggregator_left": keys.account.left,
            "aggregator_calls": dict(sorted(keys.account.calls.items())),
            "push_to": keys.account.push_to or "",
            "aggregator_spent": keys.account.spent,
            "pushes_twice": carriers.aggregator.pushes_twice,
            "pushes_late": carriers.aggregator.pushes_late,
            "dhl": carriers.dhl.fault,
            "dhl_key": keys.dhl,
            "dhl_left": carriers.dhl.left(keys.key),
            "dhl_calls": dict(sorted(keys.key.calls.items())),
            "dhl_spent": keys.key.spent,
        }
