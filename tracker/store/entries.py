"""How a kept answer lies in Redis: a line of what is known of it, then the answer, packed and sealed. Pure
but for the seal's random nonce."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from tracker.order import Status
from tracker.ports.answers import Entry
from tracker.store.packing import ANSWERS, unpack
from tracker.store.sealing import Sealer

PURPOSE = "answer"
NOTHING = "-"
STATUSES: Mapping[str, Status | None] = {NOTHING: None} | {status.value: status for status in Status}


def seal_entry(sealer: Sealer, shop: str, key: str, entry: Entry) -> bytes:
    """`entry` of this shop as it lies under `key`, and under no other."""
    known = (
        repr(entry.checked_at.timestamp()),
        entry.status or NOTHING,
        entry.order_id or NOTHING,
        NOTHING if entry.stalled_days is None else str(entry.stalled_days),
    )
    plain = " ".join(known).encode() + b"\n" + (entry.answer or b"")
    return sealer.seal(ANSWERS.pack(plain), purpose=PURPOSE, shop=shop, place=key)


def open_entry(sealer: Sealer, shop: str, key: str, sealed: bytes) -> Entry | None:
    """What `seal_entry` sealed there; None where it is not ours, or of a release that kept it otherwise."""
    packed = sealer.open(sealed, purpose=PURPOSE, shop=shop, place=key)
    if packed is None:
        return None
    try:
        return _read(unpack(packed))
    except (ValueError, KeyError, OverflowError):
        return None


def _read(plain: bytes) -> Entry:
    head, _, answer = plain.partition(b"\n")
    checked_at, status, order_id, stalled_days = head.decode().split(" ")
    return Entry(
        answer=answer or None,
        status=STATUSES[status],
        order_id=None if order_id == NOTHING else order_id,
        checked_at=datetime.fromtimestamp(float(checked_at), UTC),
        stalled_days=None if stalled_days == NOTHING else int(stalled_days),
    )
