"""What is kept, made small. Pure.

An answer is mostly the same names over and over, and a dictionary that has them in it (RFC 1950, "preset
dictionary") spares the rest: an order of three parcels is 4.5 KB as JSON, 0.7 KB compressed, 0.4 with the
dictionary, and opens in less time. The first byte says how something was packed, so that all that a release
knows opens, and what it does not know is told from it.

Whoever changes a dictionary gives what is packed with it another mark. While a new release comes in, old
workers meet what new ones packed: a copy (an answer) that does not open counts as absent and is read again;
what can't be read again is to be packed as the release before did.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

LEVEL = 6
ZLIB = b"\x78"
"""How everything begins that zlib itself gives a header (RFC 1950), for a window of 32 KB."""


class NotPacked(ValueError):
    """Not packed by us, or only a part of it."""


@dataclass(frozen=True, slots=True)
class Packing:
    """A way to pack. `dictionary` has what is common, the most common at its end, where references to it are
    shortest. What is packed begins with `mark`, a byte; zlib's own header and sum of ten bytes are spared but
    for ZLIB, since what is sealed proves itself."""

    mark: bytes
    dictionary: bytes

    def pack(self, value: bytes) -> bytes:
        """`value` in fewer bytes."""
        packing = zlib.compressobj(LEVEL, wbits=self._window, zdict=self.dictionary)
        return self._before + packing.compress(value) + packing.flush()

    def unpack(self, packed: bytes) -> bytes:
        """What was packed in this way. Raises NotPacked."""
        if not packed.startswith(self.mark):
            raise NotPacked
        unpacking = zlib.decompressobj(self._window, zdict=self.dictionary)
        try:
            value = unpacking.decompress(packed[len(self._before) :])
        except zlib.error:
            raise NotPacked from None
        if not unpacking.eof or unpacking.unused_data:
            raise NotPacked
        return value

    @property
    def _window(self) -> int:
        return zlib.MAX_WBITS if self.mark == ZLIB else -zlib.MAX_WBITS

    @property
    def _before(self) -> bytes:
        return b"" if self.mark == ZLIB else self.mark


def _text(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


FIRST = Packing(ZLIB, _text("packing_dictionary.json"))
"""The first one, of every kind of thing: a made-up answer of then."""
ANSWERS = Packing(b"\x04", _text("packing_answers.txt"))
"""Answers: words of stories, what large carriers call their pages, and made-up answers as they are written
now. Nothing in it is of the orders that it is measured with."""


def unpack(packed: bytes) -> bytes:
    """What was packed in any of the ways in which an answer may have been. Raises NotPacked."""
    return (FIRST if packed.startswith(ZLIB) else ANSWERS).unpack(packed)
