"""The admin of a shop, as far as an app is concerned: install it, open it, take it away again.

Paths below `/admin`, as at Shopify: `/admin/apps/{handle or client id}/…` opens the app in a frame.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo import merchant
from tracker.demo.extension import Extension
from tracker.demo.launch import id_token_of, launch_url
from tracker.demo.state import Shop
from tracker.demo.theme_blocks import extensions_json
from tracker.demo.webhooks import Webhooks


def admin_pages(shop: Shop, extension: Extension, webhooks: Webhooks) -> Blueprint:
    """The blueprint of one shop's admin."""
    blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")

    @blueprint.get("", strict_slashes=False)
    def home() -> str:
        """The apps there are, which is one, installed or not."""
        with shop.lock:
            return render_template(
                "admin_home.html",
                shop=shop,
                config=shop.config,
                installation=shop.installation,
                was_uninstalled=shop.uninstalled_at is not None,
                told=request.args.get("told"),
            )

    blueprint.add_url_rule("/oauth/install", view_func=partial(_ask, shop), endpoint="ask")
    blueprint.add_url_rule(
        "/oauth/install", view_func=partial(_install, shop), methods=["POST"], endpoint="install"
    )

    @blueprint.post("/apps/<handle>/uninstall")
    def uninstall(handle: str) -> AnyResponse:
        """Take the app away and tell it. 404 where it is not installed."""
        _own(shop, handle)
        with shop.lock:
            if shop.installation is None:
                abort(404)
            merchant.uninstall(shop, webhooks)
        return redirect(url_for("admin.home"), code=303)

    @blueprint.get("/apps/<handle>", defaults={"path": ""}, strict_slashes=False)
    @blueprint.get("/apps/<handle>/<path:path>")
    def open_app(handle: str, path: str) -> AnyResponse | str:
        """The app in its frame; the question whether to install it where it is not."""
        _own(shop, handle)
        with shop.lock:
            if shop.installation is None:
                return redirect(url_for("admin.ask", client_id=shop.api_key))
            if shop.app_url is None:
                abort(404)
            admin = request.host_url.rstrip("/") + url_for("admin.home")
            url = launch_url(shop, admin, path=f"/{path}" if path else "")
            return render_template(
                "admin_app.html", shop=shop, config=shop.config, url=url, origin=shop.app_url
            )

    blueprint.register_blueprint(_for_the_frame(shop, extension, webhooks))
    return blueprint


def _ask(shop: Shop) -> AnyResponse | str:
    """What the app would be allowed, before it is. 404 for another client id."""
    if request.args.get("client_id") != shop.api_key:
        abort(404)
    with shop.lock:
        if shop.installation is not None:
            return redirect(url_for("admin.open_app", handle=shop.config.handle))
        return render_template("admin_install.html", shop=shop, config=shop.config)


def _install(shop: Shop) -> AnyResponse:
    """Install with the optional scopes that are ticked, and open the app. 409 where that can't be."""
    if request.args.get("client_id") != shop.api_key:
        abort(404)
    with shop.lock:
        try:
            merchant.install(shop, request.form.getlist("optional"))
        except merchant.NotPossible as error:
            return Response(str(error), 409, mimetype="text/plain")
    return redirect(url_for("admin.open_app", handle=shop.config.handle), code=303)


def _for_the_frame(shop: Shop, extension: Extension, webhooks: Webhooks) -> Blueprint:
    """What the page around the frame asks for on behalf of the app's App Bridge, as JSON."""
    blueprint = Blueprint("frame", __name__, url_prefix="/apps/<handle>/frame")

    @blueprint.url_value_preprocessor
    def own(_: str | None, values: dict[str, Any] | None) -> None:
        """Another app gets nothing."""
        _own(shop, (values or {}).pop("handle"))

    @blueprint.before_request
    def installed() -> Response | None:
        """Another site's page, and an app that was taken away meanwhile, get nothing."""
        sender = request.headers.get("Origin")
        if sender is not None and urlsplit(sender).netloc != request.host:
            abort(403)
        with shop.lock:
            if shop.installation is None:
                return _conflict("the app is not installed")
        return None

    @blueprint.post("/id-token")
    def id_token() -> Response:
        """A fresh ID token."""
        with shop.lock:
            return jsonify({"idToken": id_token_of(shop)})

    @blueprint.get("/extensions")
    def extensions() -> Response:
        """The app's blocks, and where in the theme they are."""
        with shop.lock:
            return jsonify(extensions_json(shop, extension))

    @blueprint.get("/scopes")
    def scopes() -> Response:
        """Which scopes there are, and which are granted."""
        with shop.lock:
            return jsonify(_scopes(shop))

    @blueprint.post("/scopes/<act>")
    def change(act: str) -> Response:
        """Grant or revoke optional scopes. 409 for one that is not."""
        acts = {"grant": merchant.grant, "revoke": merchant.revoke}
        body = request.get_json(silent=True)
        if act not in acts or not isinstance(body, list) or not all(isinstance(one, str) for one in body):
            abort(422)
        with shop.lock:
            try:
                acts[act](shop, webhooks, body)
            except merchant.NotPossible as error:
                return _conflict(str(error))
            return jsonify(_scopes(shop))

    return blueprint


def _scopes(shop: Shop) -> dict[str, Any]:
    granted = shop.installation.scopes if shop.installation is not None else []
    return {
        "granted": list(granted),
        "required": list(shop.config.scopes),
        "optional": list(shop.config.optional_scopes),
    }


def _own(shop: Shop, handle: str) -> None:
    """404 for another app: handle and client id both name this one."""
    if handle not in {shop.config.handle, shop.api_key}:
        abort(404)


def _conflict(words: str) -> Response:
    response = jsonify({"error": words})
    response.status_code = 409
    return response
