"""`POST /admin/oauth/access_token`: token exchange, refresh, and client credentials.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/token-exchange,
…/access-tokens/offline-access-tokens and …/access-tokens/client-credentials-grant
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tracker.demo.control import REFUSALS
from tracker.demo.faults import answer_of, fail, reset
from tracker.demo.id_token import is_id_token
from tracker.demo.state import Shop
from tracker.demo.tokens import ACCESS_LIFE, DAY_LIFE, REFRESH_LIFE, Pair

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105  # a name of a grant
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105  # a name of a kind
OFFLINE_TOKEN = "urn:shopify:params:oauth:token-type:offline-access-token"  # noqa: S105  # the same
REFRESH = "refresh_token"
CLIENT_CREDENTIALS = "client_credentials"


def oauth(shop: Shop) -> Blueprint:
    """The blueprint of one shop's token endpoint."""
    blueprint = Blueprint("oauth", __name__)

    @blueprint.post("/admin/oauth/access_token")
    def access_token() -> Response:
        """A token for what is asked of the right client, as JSON or form; OAuth's own error words otherwise.

        400 for everything that is refused, but 401 for a refresh token that is good no more.
        """
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
        return _with_own_fault(shop, sent)

    return blueprint


def _with_own_fault(shop: Shop, sent: Mapping[str, Any]) -> Response:
    with shop.lock:
        delay = shop.control.token_delay_ms
        fault = shop.control.due_token_fault(sent.get("grant_type"))
        released = shop.released
    if delay > 0:
        time.sleep(delay / 1000)
    if fault in REFUSALS:
        return _refuse(fault, "Refused by a switch", status=REFUSALS[fault][0])
    if fault is not None and fault != "lost":
        return answer_of(fault, released)
    with shop.lock:
        answer = _answer(shop, sent)
    return reset() if fault == "lost" else answer


def _answer(shop: Shop, sent: Mapping[str, Any]) -> Response:
    if not _same(sent.get("client_id"), [shop.api_key]) or not _same(
        sent.get("client_secret"), shop.app_secrets
    ):
        return _refuse("invalid_client", "Client authentication failed")
    grants = {
        CLIENT_CREDENTIALS: _client_credentials,
        TOKEN_EXCHANGE: _exchange,
        REFRESH: _refresh,
    }
    grant = grants.get(str(sent.get("grant_type")))
    if grant is None:
        return _refuse("unsupported_grant_type", "This grant type is not supported")
    if shop.control.frozen:
        response = jsonify({"errors": "Unavailable Shop"})
        response.status_code = 402
        return response
    return grant(shop, sent)


def _client_credentials(shop: Shop, _: Mapping[str, Any]) -> Response:
    if shop.installation is None:
        return _not_installed()
    _count(shop, "client_credentials")
    return jsonify(
        {
            "access_token": shop.tokens.mint(),
            "scope": _scope(shop),
            "expires_in": int(DAY_LIFE.total_seconds()),
        }
    )


def _exchange(shop: Shop, sent: Mapping[str, Any]) -> Response:
    missing = _missing(sent)
    if missing is not None:
        return _refuse("invalid_request", f"{missing} is missing or not supported")
    good = is_id_token(
        sent["subject_token"],
        secrets=shop.app_secrets,
        client_id=shop.api_key,
        shop=shop.domain,
        now=int(shop.clock().timestamp()),
    )
    if not good:
        return _refuse("invalid_subject_token", "The subject token is expired or not one of this shop")
    if shop.installation is None:
        return _not_installed()
    _count(shop, "exchange")
    if str(sent.get("expiring", "0")) == "0":
        return jsonify({"access_token": shop.tokens.mint_unending(), "scope": _scope(shop)})
    return _pair(shop, shop.tokens.exchange())


def _missing(sent: Mapping[str, Any]) -> str | None:
    """The name of the first parameter of a token exchange that is not what it can be."""
    wanted: dict[str, Callable[[object], bool]] = {
        "subject_token": lambda value: isinstance(value, str) and value != "",
        "subject_token_type": lambda value: value == ID_TOKEN,
        "requested_token_type": lambda value: value == OFFLINE_TOKEN,
        "expiring": lambda value: value is None or str(value) in {"0", "1"},
    }
    return next((name for name, right in wanted.items() if not right(sent.get(name))), None)


def _refresh(shop: Shop, sent: Mapping[str, Any]) -> Response:
    token = sent.get("refresh_token")
    if not isinstance(token, str) or not token:
        return _refuse("invalid_request", "refresh_token is missing")
    pair = shop.tokens.refresh(token) if shop.installation is not None else None
    if pair is None:
        _count(shop, "refresh_refused")
        return _refuse("invalid_request", "This request requires an active refresh_token", status=401)
    _count(shop, "refresh")
    return _pair(shop, pair)


def _pair(shop: Shop, pair: Pair) -> Response:
    return jsonify(
        {
            "access_token": pair.access_token,
            "scope": _scope(shop),
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "refresh_token": pair.refresh_token,
            "refresh_token_expires_in": int(REFRESH_LIFE.total_seconds()),
        }
    )


def _scope(shop: Shop) -> str:
    return ",".join(shop.control.scopes)


def _count(shop: Shop, what: str) -> None:
    shop.calls[f"token:{what}"] += 1


def _same(sent: object, wanted: list[str]) -> bool:
    return isinstance(sent, str) and any(hmac.compare_digest(sent.encode(), one.encode()) for one in wanted)


def _not_installed() -> Response:
    return _refuse("app_not_installed", "The application is not installed on this shop.")


def _refuse(error: str, description: str, *, status: int = 400) -> Response:
    response = jsonify({"error": error, "error_description": description})
    response.status_code = status
    return response
