"""`POST /admin/oauth/access_token` for the client-credentials grant.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tracker.demo.faults import fail
from tracker.demo.state import TOKEN_LIFE, Shop


def oauth(shop: Shop) -> Blueprint:
    """The blueprint of one shop's token endpoint."""
    blueprint = Blueprint("oauth", __name__)

    @blueprint.post("/admin/oauth/access_token")
    def access_token() -> Response:
        """A token for the right client id and secret, as JSON or form; OAuth's own error words otherwise."""
        with shop.lock:
            shop.calls["token"] += 1
            shared = shop.control.fail_token
        failed = fail(shop) if shared else None
        if failed is not None:
            return failed
        sent: Mapping[str, Any] = request.form
        if request.is_json:
            body = request.get_json(silent=True)
            sent = body if isinstance(body, dict) else {}
        if not _same(sent.get("client_id"), shop.api_key) or not _same(
            sent.get("client_secret"), shop.api_secret
        ):
            return _refuse("invalid_client", "Client authentication failed")
        if sent.get("grant_type") != "client_credentials":
            return _refuse("unsupported_grant_type", "This grant type is not supported")
        with shop.lock:
            if shop.control.frozen:
                response = jsonify({"errors": "Unavailable Shop"})
                response.status_code = 402
                return response
            token, scope = shop.mint_token(), ",".join(shop.control.scopes)
        return jsonify({"access_token": token, "scope": scope, "expires_in": int(TOKEN_LIFE.total_seconds())})

    return blueprint


def _same(sent: object, wanted: str) -> bool:
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), wanted.encode())


def _refuse(error: str, description: str) -> Response:
    response = jsonify({"error": error, "error_description": description})
    response.status_code = 400
    return response
