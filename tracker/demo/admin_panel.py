"""The pretend part of a pretend admin: duties of privacy law to send, and faults to switch on."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo import merchant
from tracker.demo.bodies_of_apps import shop_redact_body
from tracker.demo.carrier_faults import CARRIER_FAULTS
from tracker.demo.carriers import Carriers
from tracker.demo.carriers_panel import carriers_told
from tracker.demo.control import FAULTS, TOKEN_FAULTS, BadControl
from tracker.demo.customers import CUSTOMERS
from tracker.demo.examples import duty_body
from tracker.demo.extension import Extension
from tracker.demo.go_live import NotLive, go_live
from tracker.demo.state import Shop
from tracker.demo.switches import counts
from tracker.demo.topics import COMPLIANCE
from tracker.demo.webhooks import Webhooks

TAKEN_SECONDS = 3.0


def admin_panel(shop: Shop, extension: Extension, webhooks: Webhooks, carriers: Carriers) -> Blueprint:
    """The blueprint of what the admin of a real shop has not."""
    blueprint = Blueprint("admin_panel", __name__, url_prefix="/admin/demo", template_folder="templates")

    @blueprint.get("")
    def show() -> str:
        """The page, with what was asked and told so far."""
        with shop.lock:
            return render_template(
                "admin_panel.html",
                shop=shop,
                counts=counts(shop),
                control=shop.control,
                customers=CUSTOMERS,
                faults=FAULTS,
                token_faults=TOKEN_FAULTS,
                carriers=carriers_told(shop, carriers),
                carrier_faults=CARRIER_FAULTS,
                told=request.args.get("told"),
            )

    @blueprint.post("/go-live")
    def do_it_all() -> AnyResponse:
        """Install, add the blocks, open the app, give it the carriers' keys; 409 where it is installed, 502
        where it does not answer."""
        try:
            go_live(shop, extension, request.host_url.rstrip("/") + url_for("admin.home"), carriers)
        except merchant.NotPossible as error:
            return Response(str(error), 409, mimetype="text/plain")
        except NotLive as error:
            return Response(f"the app does not open: {error}", 502, mimetype="text/plain")
        return redirect(url_for("admin.home"), code=303)

    @blueprint.post("/duties")
    def send_duty() -> AnyResponse:
        """Send one of the three duties, and wait a moment for the app to take it; 409 for `shop/redact` while
        the app is installed."""
        topic = request.form.get("topic")
        if topic not in COMPLIANCE:
            abort(422)
        with shop.lock:
            if topic == "shop/redact":
                if shop.installation is not None:
                    return Response("Shopify sends this 48 hours after an uninstall", 409)
                sent = webhooks.tell(topic, shop_redact_body(shop))
            else:
                chosen = next((one for one in CUSTOMERS if str(one.id) == request.form.get("customer")), None)
                if chosen is None:
                    abort(422)
                sent = webhooks.tell(topic, duty_body(shop, topic, chosen))
        told = "yes" if sent and all(one.wait(TAKEN_SECONDS) for one in sent) else "no"
        page = "admin.home" if topic == "shop/redact" else "admin_panel.show"
        return redirect(url_for(page, told=told), code=303)

    @blueprint.post("/switches")
    def switch() -> AnyResponse:
        """Set the switches of the form; 422 for a value that one can't take."""
        form = request.form
        with shop.lock:
            try:
                shop.control.change(
                    {
                        "fail": form.get("fail") or None,
                        "token_fault": form.get("token_fault") or None,
                        "protected_email": "protected_email" in form,
                        "webhook_duplicates": 1 if "webhook_duplicates" in form else 0,
                        "webhook_reorder": "webhook_reorder" in form,
                        "webhook_wrong_hmac": "webhook_wrong_hmac" in form,
                    }
                )
            except BadControl as error:
                return Response(str(error), 422, mimetype="text/plain")
        return redirect(url_for("admin_panel.show"), code=303)

    return blueprint
