"""A shop that answers recorded JSON after a while: a process of its own that costs next to nothing.

`python -m tests.bench.upstream PORT MILLISECONDS`. The first digit of the number that is searched for says
what the shop knows: an order of EMAIL, none, or one without an e-mail.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from pathlib import Path
from typing import Any

KNOWN, UNKNOWN, WITHOUT_EMAIL = "1", "2", "3"
EMAIL = "alice@example.com"
_RECORDED = Path(__file__).parents[1] / "recorded" / "shopify"
_NUMBER = re.compile(rf"[{KNOWN}{UNKNOWN}{WITHOUT_EMAIL}]\d{{8}}")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


def _recorded(name: str) -> Any:
    return json.loads((_RECORDED / f"{name}.json").read_text(encoding="utf-8"))


_FIND, _NOTHING, _READ = _recorded("find"), _recorded("find_nothing"), _recorded("order_split")


def answer(payload: Any) -> bytes:
    """The Admin API's answer to a find or a read, as JSON."""
    variables = payload["variables"]
    if "id" in variables:
        number = variables["id"].rpartition("/")[2]
        order = _READ["data"]["order"] | {"id": variables["id"], "name": f"#{number}"}
        return json.dumps(_READ | {"data": {"order": order}}).encode()
    found = _NUMBER.search(variables["query"])
    if found is None:
        raise ValueError("a search for no number of the bench")
    number = found[0]
    if number.startswith(UNKNOWN):
        return json.dumps(_NOTHING).encode()
    first, *others = _FIND["data"]["orders"]["nodes"]
    email = None if number.startswith(WITHOUT_EMAIL) else EMAIL
    theirs = first | {"id": f"gid://shopify/Order/{number}", "name": f"#{number}", "email": email}
    data = _FIND["data"] | {"orders": {"nodes": [theirs, *others]}}
    return json.dumps(_FIND | {"data": data}).encode()


class _Shop(asyncio.Protocol):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or length is None or len(body) < int(length[1]):
            return
        self._received = b""
        written = answer(json.loads(body))
        head_out = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Shopify-API-Version: 2026-10\r\n"
            f"Content-Length: {len(written)}\r\n\r\n"
        )
        asyncio.get_running_loop().call_later(self._seconds, self._write, head_out.encode() + written)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


async def _serve(port: int, seconds: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: _Shop(seconds), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
