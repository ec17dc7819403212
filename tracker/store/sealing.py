"""Nothing readable at rest: values are encrypted, names are keyed hashes. Pure but for the random nonce.

AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D), the key derived by HKDF-SHA256 (RFC 5869) with
purpose, version and shop as info; the place where a value stands (its Redis key) is the associated data, so
that a value moved elsewhere does not open. The first byte is the version of this format.
"""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE_BYTES = 12
NAME_BYTES = 16
SHOPS_IN_MEMORY = 4096


class Sealer:
    """Seals, opens and names under keys derived from the app's secret; each purpose and shop has its own."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._cipher = lru_cache(maxsize=SHOPS_IN_MEMORY)(self._new_cipher)
        self._hash_key = lru_cache(maxsize=16)(self._new_hash_key)
        self.shop_tag = lru_cache(maxsize=SHOPS_IN_MEMORY)(self._new_shop_tag)

    def __repr__(self) -> str:
        return "Sealer(...)"

    def seal(self, value: bytes, *, purpose: str, shop: str, place: str) -> bytes:
        """`value` encrypted so that it opens only for the same purpose, shop and place."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher(purpose, shop).encrypt(nonce, value, place.encode())

    def open(self, sealed: bytes, *, purpose: str, shop: str, place: str) -> bytes | None:
        """The value, or None where it is not ours: another secret, version, place or plain rubbish."""
        if sealed[:1] != VERSION:
            return None
        nonce, encrypted = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher(purpose, shop).decrypt(nonce, encrypted, place.encode())
        except (InvalidTag, ValueError):
            return None

    def name(self, purpose: str, *parts: str) -> str:
        """A keyed hash of `parts`, 128 bits as 22 letters, digits, - and _: the same parts give the same
        name, nothing else can be read from it. No part may hold a NUL, which separates them."""
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, key=self._hash_key(purpose), digest_size=NAME_BYTES).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def _new_shop_tag(self, shop: str) -> str:
        """The beginning of every key of a shop. In braces it is a hash tag: one script may read several of
        them in a Redis Cluster."""
        return "{" + self.name("shop", shop) + "}"

    def _new_cipher(self, purpose: str, shop: str) -> AESGCM:
        return AESGCM(self._derive(f"tracker/{purpose}/1/{shop}", 32))

    def _new_hash_key(self, purpose: str) -> bytes:
        return self._derive(f"tracker/name/{purpose}/1", 32)

    def _derive(self, info: str, length: int) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info.encode()).derive(self._secret)
