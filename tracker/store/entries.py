"""How a kept answer lies in Redis: what is known of it, then the answer, packed and sealed. Pure but for the
seal's random nonce."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tracker.order import Status
from tracker.ports import Entry
from tracker.store.packing import pack, unpack
from tracker.store.sealing import Sealer

PURPOSE = "answer"


def seal_entry(sealer: Sealer, shop: str, key: str, entry: Entry) -> bytes:
    """`entry` of this shop as it lies under `key`, and under no other."""
    known = {
        "checked_at": entry.checked_at.timestamp(),
        "status": entry.status,
        "order_id": entry.order_id,
    }
    plain = json.dumps(known, separators=(",", ":")).encode() + b"\n" + (entry.answer or b"")
    return sealer.seal(pack(plain), purpose=PURPOSE, shop=shop, place=key)


def open_entry(sealer: Sealer, shop: str, key: str, sealed: bytes) -> Entry | None:
    """What `seal_entry` sealed there; None where it is not ours, or of a release that kept it otherwise."""
    packed = sealer.open(sealed, purpose=PURPOSE, shop=shop, place=key)
    if packed is None:
        return None
    try:
        return _read(unpack(packed))
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _read(plain: bytes) -> Entry:
    head, _, answer = plain.partition(b"\n")
    known = json.loads(head)
    return Entry(
        answer=answer or None,
        status=None if known["status"] is None else Status(known["status"]),
        order_id=known["order_id"],
        checked_at=datetime.fromtimestamp(known["checked_at"], UTC),
    )
