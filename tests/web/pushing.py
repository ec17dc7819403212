"""A source that pushes what is new of parcels, as those of `tests/source_fakes.py` do."""

from __future__ import annotations

import io
import json
from typing import Any

from werkzeug.test import TestResponse

from tests.source_fakes import SIGNATURE, sign_push
from tests.web.shops import World
from tests.web.storefront import ALICE, BOB

SECRETS = {ALICE: "the secret of Alice", BOB: "the secret of Bob"}
NUMBER = "JD0146001234"


def push(
    shops: World,
    shop: str = ALICE,
    source: str = "aftership",
    *,
    body: bytes | None = None,
    secret: str | None = None,
    in_chunks: bool = False,
) -> TestResponse:
    """That these parcels were delivered just now, at the address of a shop's account."""
    body = json.dumps([NUMBER]).encode() if body is None else body
    signature = sign_push(body, SECRETS.get(shop, "") if secret is None else secret)
    chunked: dict[str, Any] = {"input_stream": io.BytesIO(body)} if in_chunks else {"data": body}
    return shops.app.test_client(use_cookies=False).post(
        f"/webhooks/tracking/{source}/{shop}",
        **chunked,
        environ_overrides={"wsgi.input_terminated": True} if in_chunks else {},
        content_type="application/json",
        headers={SIGNATURE: signature},
    )
