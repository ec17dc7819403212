"""Requests that nobody who means well would send, as bytes: sound ones with a few things made wrong at
random, signed afterwards where a signature lets them in. MARK is in all that a caller can choose."""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote_from_bytes

from tests.id_tokens import id_token
from tests.web.storefront import ALICE, FORM, SECRET
from tests.webhook_bodies import signature_of
from tracker.demo.signing import proxy_signature

Item = TypeVar("Item")

MARK = "zqleak"
PIECE = 65536
PATIENCE_SECONDS = 20.0

ODD = (
    *(
        "",
        " ",
        "\0",
        "\r\n",
        "%00",
        "%",
        "%zz",
        "../../etc/passwd",
        "<script>",
        "{{ 7*7 }}",
        "' OR 1=1 --",
        "$(id)",
    ),
    *(
        "\u202e",
        "\ud83d\ude00",
        "１００１",
        "٣",
        "İ",
        "ß" * 300,
        "a" * 5000,
        "#" * 100,
        "-1",
        "1e999",
        "NaN",
        "null",
    ),
    *(
        "true",
        "[]",
        "{}",
        "0x10",
        "9" * 400,
        "\ufeff",
        "\u0000",
        "é\u0301",
        "name:*",
        "1001 OR 1=1",
        'x" OR "1',
    ),
)
PATHS = (
    *("/proxy/lookup",) * 6,
    *(
        "/proxy/orders/lookup",
        "/proxy/orders",
        "/proxy",
        "/proxy/",
        "/proxy/assets/x.js",
        "/proxy/../healthz",
    ),
    *(
        "//proxy/lookup",
        "/proxy//lookup",
        "/proxy/lookup/",
        "/PROXY/lookup",
        "/proxy/%6cookup",
        "/proxy/lookup;x",
    ),
    *(
        "/webhooks/shopify",
        "/",
        "/admin",
        "/admin/checks",
        "/admin/trial",
        "/admin/settings",
        "/admin/bounce",
    ),
    *("/admin/assets/x.js", "/healthz", "/readyz", "/metrics", "/.env", "/%00", "*", "http://x/proxy/lookup"),
)
METHODS = (*("POST",) * 8, "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "BREW")
TYPES = (
    *(FORM,) * 4,
    *("application/json",) * 4,
    *("multipart/form-data; boundary=x", "text/plain", "", "application/json; charset=utf-16", "a/b/c", ";"),
    *(f"{FORM}; charset=utf-7", "application/x-www-form-urlencoded\t", "application/JSON"),
)
TOPICS = (
    *("orders/updated", "orders/delete", "fulfillments/update", "refunds/create", "returns/request"),
    *(
        "fulfillment_orders/split",
        "customers/redact",
        "customers/data_request",
        "app/scopes_update",
        "no/such",
    ),
)
HEADERS = (
    *(
        "Accept",
        "Accept-Language",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "Host",
        "Cookie",
        "Content-Encoding",
    ),
    *("Expect", "Range", "Authorization", "X-Request-Id", "X-Shopify-Topic", "X-Shopify-Shop-Domain", "Via"),
    *(
        "X-Shopify-Event-Id",
        "X-Shopify-Triggered-At",
        "X-Shopify-Hmac-Sha256",
        "Upgrade",
        "Connection",
        "Origin",
    ),
)


class Hostile:
    """Makes one request after the other, the same ones for the same `seed`."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - to be the same again

    def request(self) -> bytes:
        """The bytes of one."""
        path = self._one(PATHS)
        make: Callable[[str], bytes] = self._signed
        if path.startswith("/webhooks"):
            make = self._webhook
        elif path.startswith("/admin"):
            make = self._admin
        sent = make(path)
        return self._broken(sent) if self._rarely(0.08) else sent

    def _signed(self, path: str) -> bytes:
        pairs = [
            ("shop", ALICE),
            ("logged_in_customer_id", self._maybe("")),
            ("path_prefix", self._maybe("/apps/track-order")),
            ("timestamp", self._maybe(str(int(time.time())))),
        ]
        while self._rarely(0.3):
            pairs.append((self._text(), self._text()))
        while self._rarely(0.2) and pairs:
            pairs.pop(self._chance.randrange(len(pairs)))
        if self._rarely(0.15) and pairs:
            pairs.append(self._one(pairs))
        query = "&".join(f"{self._quoted(name)}={self._quoted(value)}" for name, value in pairs)
        if not self._rarely(0.1):
            query = f"{query}&signature={proxy_signature(query, SECRET)}"
        if self._rarely(0.1):
            query += "&signature=" + self._quoted(self._text())
        kind = self._one(TYPES)
        body = self._json_body() if "json" in kind.lower() else self._form_body()
        return self._written(self._one(METHODS), f"{path}?{query}", kind, body)

    def _webhook(self, path: str) -> bytes:
        body = self._json_body()
        headers = [
            ("X-Shopify-Topic", self._maybe(self._one(TOPICS))),
            ("X-Shopify-Shop-Domain", self._maybe(ALICE)),
            ("X-Shopify-Event-Id", self._maybe(f"{MARK}-{self._chance.random()}")),
            ("X-Shopify-Hmac-Sha256", signature_of(body)),
        ]
        while self._rarely(0.2):
            headers.append(self._one(headers))
        return self._written("POST", path, "application/json", body, headers)

    def _admin(self, path: str) -> bytes:
        token = id_token() if self._rarely(0.7) else self._text()
        headers = [("Authorization", f"Bearer {token}")]
        kind = self._one(TYPES)
        body = self._json_body() if "json" in kind.lower() else self._form_body()
        query = f"?id_token={self._quoted(token)}&shop={ALICE}&embedded=1" if self._rarely(0.5) else ""
        return self._written(self._one(METHODS), path + query, kind, body, headers)

    def _written(
        self, method: str, target: str, kind: str, body: bytes, headers: list[tuple[str, str]] | None = None
    ) -> bytes:
        lines = [f"{method} {target} HTTP/1.1", "Connection: close"]
        sent = [("Host", "tracker.example"), ("Content-Type", kind), *(headers or [])]
        if self._rarely(0.7):
            sent.append(("Accept", self._one(("application/json", "text/html", "*/*", MARK, "a;q=x"))))
        while self._rarely(0.35):
            sent.append((self._one(HEADERS), self._text()))
        lines += [f"{name}: {_on_one_line(value)}" for name, value in sent]
        if self._rarely(0.1):
            lines.append("Transfer-Encoding: chunked")
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        elif not self._rarely(0.05):
            lines.append(f"Content-Length: {len(body) + (self._one((1, 7)) if self._rarely(0.05) else 0)}")
        return "\r\n".join((*lines, "", "")).encode("utf-8", "surrogatepass") + body

    def _form_body(self) -> bytes:
        pairs = [("order", self._maybe("1001")), ("email", self._maybe("ada@example.com"))]
        while self._rarely(0.3):
            pairs.append((self._one(("order", "email", "locale", self._text())), self._text()))
        return "&".join(f"{self._quoted(name)}={self._quoted(value)}" for name, value in pairs).encode()

    def _json_body(self) -> bytes:
        match self._chance.randrange(12):
            case 0:
                return b"[" * self._one((50, 4000)) + b"]" * self._one((50, 4000))
            case 1:
                return self._text().encode("utf-8", "surrogatepass")
            case 2:
                return self._chance.randbytes(self._one((1, 50, 9000)))
            case 3:
                return f'{{"order":{self._one(ODD[-4:])},"email":"{MARK}\\ud800"}}'.encode()
            case 4:
                return b'{"id":' + b"9" * self._one((20, 4400, 5000)) + b"}"
            case _:
                return json.dumps(self._object()).encode()

    def _object(self) -> dict[str, object]:
        names = (
            "order",
            "email",
            "locale",
            "id",
            "order_id",
            "updated_at",
            "customer",
            "shop_domain",
            "hidden",
        )
        more = (
            "stalled_days",
            "contact_url",
            "lookup_limit",
            "orders_to_redact",
            "admin_graphql_api_id",
            MARK,
        )
        fields = self._chance.sample([*names, *more], self._chance.randrange(1, 9))
        return {name: self._value(name) for name in fields}

    def _value(self, name: str, depth: int = 0) -> object:
        sound: dict[str, object] = {"order": "1001", "email": "ada@example.com", "id": 5_000_000_001}
        match self._chance.randrange(9):
            case 0:
                return self._one((None, True, False, 0, -1, 2**63, 2**64, 1.5, 10**300))
            case 1 if depth < 4:
                return [self._value(name, depth + 1) for _ in range(self._chance.randrange(4))]
            case 2 if depth < 4:
                return {self._text()[:50]: self._value(name, depth + 1)}
            case 3 | 4 | 5:
                return sound.get(name, self._text())
            case _:
                return self._text()

    def _text(self) -> str:
        odd = (
            self._one(ODD)
            if self._rarely(0.7)
            else "".join(
                chr(self._chance.choice((self._chance.randrange(1, 0x300), self._chance.randrange(0x10000))))
                for _ in range(self._chance.randrange(12))
            )
        )
        return f"{MARK}{odd}" if self._rarely(0.5) else f"{odd}{MARK}"

    def _maybe(self, sound: str) -> str:
        return self._text() if self._rarely(0.12) else sound

    def _quoted(self, text: str) -> str:
        raw = text.encode("utf-8", "surrogatepass")
        return quote_from_bytes(raw, safe="" if self._rarely(0.5) else "/:@=&+%")

    def _broken(self, sent: bytes) -> bytes:
        """A few bytes put in, taken out or changed, wherever."""
        broken = bytearray(sent)
        for _ in range(self._chance.randrange(1, 6)):
            at = self._chance.randrange(len(broken) or 1)
            match self._chance.randrange(3):
                case 0:
                    broken[at:at] = self._chance.randbytes(3)
                case 1:
                    del broken[at : at + self._chance.randrange(40)]
                case _:
                    broken[at : at + 1] = self._chance.randbytes(1)
        return bytes(broken)

    def _rarely(self, share: float) -> bool:
        return self._chance.random() < share

    def _one(self, among: Sequence[Item]) -> Item:
        return self._chance.choice(among)


def _on_one_line(value: str) -> str:
    return value.replace("\r", "").replace("\n", "").replace("\0", "")


def say(port: int, sent: bytes) -> bytes:
    """All that is answered to these bytes and nothing more; nothing where the connection was cut."""
    parts = []
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(PIECE):
                parts.append(piece)
    except (ConnectionResetError, BrokenPipeError):
        pass  # a service that has answered may close before all was sent
    return b"".join(parts)
