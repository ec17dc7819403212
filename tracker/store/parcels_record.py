"""How notes of an order's parcels lie in Redis, packed, before they are sealed. Pure.

A shop has all of them in one hash. Redis keeps one of up to 128 fields without pointers, in half the room, as
long as no value is longer than 64 bytes. So each note is a byte of words, a country, a name and four bytes of
a moment: sealed, those of three parcels by one carrier are not longer than that, and neither is that of one
with the order it is of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tracker.order import Attention, Status
from tracker.parcel_note import NotedOrder, ParcelNote
from tracker.store.packing import NotPacked, Packing

_STATUSES = (
    Status.PROCESSING,
    Status.ON_HOLD,
    Status.LABEL_CREATED,
    Status.SHIPPED,
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.READY_FOR_PICKUP,
    Status.ATTEMPTED,
    Status.DELIVERED,
    Status.RETURNING,
    Status.CANCELLED,
    Status.UNKNOWN,
)
"""What is written is a word's place here: a new one goes to the end, in both."""
_ATTENTIONS = (
    Attention.NONE,
    Attention.DELAYED,
    Attention.STALLED,
    Attention.ACTION_NEEDED,
    Attention.PROBLEM,
)
_END = b"\0"
_MOMENT_BYTES = 4
_ORDER, _PLAIN_ORDER = b"\xf0", b"\xf1"
"""Begin the order, after the notes; the second one whose name is `#` and a number, as most are. No note
begins so, since there are not so many statuses."""
_ID_BYTES = 6
_PLAIN_NAME = re.compile(r"#[1-9][0-9]{0,17}", re.ASCII)
_END_OF_IDS = 256**_ID_BYTES
_COMMON = (
    "IT\0Poste Italiane\0ES\0Correos\0JP\0Yamato (EN)\0IN\0Delhivery\0NL\0PostNL\0FR\0La Poste\0"
    "FR\0Colissimo\0AU\0Australia Post\0CA\0Canada Post\0GB\0DPD UK\0GB\0Evri\0GB\0Royal Mail\0"
    "DE\0Deutsche Post\0DE\0Hermes\0DE\0GLS\0DE\0DPD\0DE\0DHL\0"
    "US\0DHL eCommerce\0US\0DHL Express\0US\0FedEx\0US\0UPS\0US\0USPS\0"
)
"""Countries and carriers of many parcels."""
NOTES = Packing(b"\x03", _COMMON.encode())


def pack_notes(notes: Sequence[ParcelNote]) -> bytes:
    """`notes`, all of one order, in few bytes. Moments are kept to the second, and up to the year 2106."""
    orders = {note.order for note in notes if note.order is not None and note.order.id < _END_OF_IDS}
    return NOTES.pack(b"".join([*map(_written, notes), *map(_written_order, orders)]))


def unpack_notes(packed: bytes) -> list[ParcelNote]:
    """What `pack_notes` packed. Raises NotPacked where it was not that, or a release that has other words."""
    plain = NOTES.unpack(packed)
    try:
        return _read(plain)
    except (ValueError, IndexError):
        raise NotPacked from None


def _written(note: ParcelNote) -> bytes:
    words = (_STATUSES.index(note.status) << 4) + (_ATTENTIONS.index(note.attention) << 1) + note.reported
    moment = 0 if note.news is None else round(note.news.timestamp())
    return b"".join(
        (
            bytes((words,)),
            *(_text(text) + _END for text in (note.destination, note.carrier)),
            moment.to_bytes(_MOMENT_BYTES, "big"),
        )
    )


def _written_order(order: NotedOrder) -> bytes:
    number = order.id.to_bytes(_ID_BYTES, "big")
    if _PLAIN_NAME.fullmatch(order.name):
        plain = int(order.name[1:])
        return _PLAIN_ORDER + number + plain.to_bytes((plain.bit_length() + 7) // 8, "big")
    return _ORDER + number + order.name.encode("utf-8", "surrogatepass")


def _read_order(plain: bytes) -> NotedOrder:
    mark, number, name = plain[:1], plain[1:][:_ID_BYTES], plain[1 + _ID_BYTES :]
    if len(number) < _ID_BYTES:
        raise ValueError("half a number")
    told = (
        f"#{int.from_bytes(name, 'big')}" if mark == _PLAIN_ORDER else name.decode("utf-8", "surrogatepass")
    )
    return NotedOrder(int.from_bytes(number, "big"), told)


def _text(text: str | None) -> bytes:
    return (text or "").replace("\0", "").encode("utf-8", "surrogatepass")


def _read(plain: bytes) -> list[ParcelNote]:
    notes: list[ParcelNote] = []
    at = 0
    while at < len(plain):
        if plain[at : at + 1] in (_ORDER, _PLAIN_ORDER):
            order = _read_order(plain[at:])
            return [replace(note, order=order) for note in notes]
        words, begun = plain[at], at + 1
        country_end = plain.index(_END, begun)
        carrier_end = plain.index(_END, country_end + 1)
        at = carrier_end + 1 + _MOMENT_BYTES
        moment = plain[carrier_end + 1 : at]
        if len(moment) < _MOMENT_BYTES:
            raise ValueError("half a moment")
        seconds = int.from_bytes(moment, "big")
        notes.append(
            ParcelNote(
                carrier=plain[country_end + 1 : carrier_end].decode("utf-8", "surrogatepass") or None,
                status=_STATUSES[words >> 4],
                attention=_ATTENTIONS[words >> 1 & 7],
                news=datetime.fromtimestamp(seconds, UTC) if seconds else None,
                destination=plain[begun:country_end].decode("utf-8", "surrogatepass") or None,
                reported=bool(words & 1),
            )
        )
    return notes
