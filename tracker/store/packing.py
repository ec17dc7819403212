"""Kept answers made small. Pure.

An answer is mostly the same names over and over, and a dictionary that has them in it (RFC 1950, "preset
dictionary") spares the rest: an order of three parcels is 4.5 KB as JSON, 0.7 KB compressed, half of that
with the dictionary, and opens in less time. What was packed with another dictionary does not open: the
format says which one it needs. So the dictionary may change; it costs a cold cache.
"""

from __future__ import annotations

import zlib
from pathlib import Path

LEVEL = 6
DICTIONARY = Path(__file__).with_name("packing_dictionary.json").read_bytes()
"""A made-up answer. What is most common stands at its end, where references to it are shortest."""


class NotPacked(ValueError):
    """Not packed by `pack`, or with another dictionary, or only a part of it."""


def pack(value: bytes) -> bytes:
    """`value` in fewer bytes."""
    packing = zlib.compressobj(LEVEL, zdict=DICTIONARY)
    return packing.compress(value) + packing.flush()


def unpack(packed: bytes) -> bytes:
    """What was packed. Raises NotPacked."""
    unpacking = zlib.decompressobj(zdict=DICTIONARY)
    try:
        value = unpacking.decompress(packed)
    except zlib.error:
        raise NotPacked from None
    if not unpacking.eof or unpacking.unused_data:
        raise NotPacked
    return value
