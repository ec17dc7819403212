"""Opening the app from a shop's admin: the address that the frame loads.

https://shopify.dev/docs/apps/build/authentication-authorization/set-embedded-app-authorization
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from tracker.demo.id_token import LIFE_SECONDS, mint_id_token
from tracker.demo.state import Shop


def id_token_of(shop: Shop, *, life: int = LIFE_SECONDS, **claims: object) -> str:
    """A fresh ID token of this shop's admin for the app. `claims` replace or, where None, remove claims."""
    return mint_id_token(
        secret=shop.api_secret,
        client_id=shop.api_key,
        shop=shop.domain,
        session=hashlib.sha256(f"session of {shop.domain}".encode()).hexdigest(),
        now=int(shop.clock().timestamp()),
        life=life,
        **claims,
    )


def launch_url(shop: Shop, admin: str, *, path: str = "", locale: str = "en") -> str:
    """The app's own address with all that Shopify adds, signed, and an ID token.

    `admin` is where the shop's admin is here (no trailing slash), which the `host` parameter names; `path` is
    appended to the application_url. Raises ValueError where the app runs nowhere.
    """
    if shop.app_url is None:
        raise ValueError("the app runs nowhere")
    token = id_token_of(shop)
    sent = {
        "embedded": "1",
        "host": base64.urlsafe_b64encode(admin.partition("://")[2].encode()).rstrip(b"=").decode(),
        "id_token": token,
        "locale": locale,
        "session": hashlib.sha256(token.encode()).hexdigest(),
        "shop": shop.domain,
        "timestamp": str(int(shop.clock().timestamp())),
    }
    sent["hmac"] = launch_hmac(sent, shop.api_secret)
    home = shop.config.reached_at(shop.config.application_url.rstrip("/") + path, shop.app_url)
    return f"{home}{'' if home.removeprefix(shop.app_url) else '/'}?{urlencode(sent)}"


def launch_hmac(sent: Mapping[str, str], secret: str) -> str:
    """Hex HMAC-SHA256 over the sorted parameters, joined like a query."""
    text = "&".join(f"{name}={value}" for name, value in sorted(sent.items()))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
