"""What a request of the merchant's page has to bring. Beside `gate.py` since the library that reads ID tokens
is loaded with this page alone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, request

from tracker.errors import InvalidIdToken
from tracker.ports.clock import Clock
from tracker.shopify.id_token import verify_id_token
from tracker.web.gate import Proof


def document(client_id: str, secrets: Sequence[str], clock: Clock) -> Proof:
    """The proof of a page in the Shopify admin: an ID token in the query, once, as App Bridge puts it there.

    Puts the verified shop into `g.shop` and the token into `g.id_token`. Raises InvalidIdToken.
    """

    def prove_document() -> None:
        tokens = request.args.getlist("id_token")
        if len(tokens) > 1:
            raise InvalidIdToken("repeated_token")
        _prove_staff(tokens[0] if tokens else "", client_id, secrets, clock)

    return prove_document


def fetch(client_id: str, secrets: Sequence[str], clock: Clock) -> Proof:
    """The proof of what a page in the Shopify admin asks for: an ID token as a bearer's. A token in the query
    does not count: a link could carry it, and no other site's form or link can set this header.

    Puts the verified shop into `g.shop` and the token into `g.id_token`. Raises InvalidIdToken.
    """

    def prove_fetch() -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        _prove_staff(token if scheme.casefold() == "bearer" else "", client_id, secrets, clock)

    return prove_fetch


def _prove_staff(token: str, client_id: str, secrets: Sequence[str], clock: Clock) -> None:
    if not token:
        raise InvalidIdToken("missing_token")
    proven = verify_id_token(token, client_id=client_id, secrets=secrets, now=clock())
    g.shop = proven.shop
    g.id_token = proven.value
