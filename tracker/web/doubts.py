"""What is odd about what was typed, though it may be right: a twin of `doubts` in track-order-more.js, for
whoever has no JavaScript and found nothing. Pure.

The script asks before anything is sent. Here the sentence stands on a page that anybody's form can open, so
of what was typed it repeats at most a domain whose name is one slip of the finger away from a mailbox's, with
six characters of an ending.
"""

from __future__ import annotations

import re
import unicodedata

MAILBOXES = ("gmail", "hotmail", "yahoo", "outlook", "icloud", "laposte")
ENDINGS = ("com", "co.jp", "co.uk")

_SPACING = re.compile(r"[\s().-]")
_TRACKING = re.compile(
    r"1Z\w{16}|JJD\d{10,20}|TBA\d{12}|Z\d{10}|\d{20,22}|[1-9]\d{11}|[A-Z]{2}\d{9}[A-Z]{2}",
    re.ASCII | re.IGNORECASE,
)
"""UPS, DHL, Amazon, Packeta, USPS, FedEx, Yamato, post (UPU S10)."""
_PHONE = re.compile(r"[+0]\d{8,15}|1?(?:[2-9]\d\d){2}\d{4}", re.ASCII)
"""With country or trunk code, or American."""
_DOMAIN = re.compile(r"([^.]+)\.([a-z0-9.]{2,6})")
_MAILBOX_OF_ITS_OWN = re.compile("[ey]?mail")

Doubt = tuple[str, dict[str, str]]
"""A word below `field.<name>`, and the values for its text."""


def doubts(order: str, email: str) -> dict[str, Doubt]:
    """What is odd about the number and the address, by field; empty for nothing."""
    odd: dict[str, Doubt] = {}
    number = _SPACING.sub("", unicodedata.normalize("NFKC", order))
    if _TRACKING.fullmatch(number):
        odd["order"] = ("tracking", {})
    elif _PHONE.fullmatch(number):
        odd["order"] = ("phone", {})
    if slip := _slip(email.strip().lower().rpartition("@")[2]):
        odd["email"] = ("typo", dict(zip(("domain", "likely"), slip, strict=True)))
    return odd


def _slip(domain: str) -> tuple[str, str] | None:
    """A domain as it was typed and as it may be meant; None where nothing is odd."""
    name, ending = parts.groups() if (parts := _DOMAIN.fullmatch(domain)) else ("", "")
    meant = None if _MAILBOX_OF_ITS_OWN.fullmatch(name) else _nearest(name, MAILBOXES)
    if meant is not None:
        likely = f"{meant}.{_nearest(ending, ENDINGS) or ending}"
        return None if likely == domain else (domain, likely)
    return (".con", ".com") if domain.endswith(".con") else None


def _nearest(text: str, known: tuple[str, ...]) -> str | None:
    return next((each for each in known if _is_near(text, each)), None)


def _is_near(one: str, other: str) -> bool:
    """Whether at most one slip of the finger lies between: a letter more, less, wrong, or two swapped."""
    a, b = one[1:], other[1:]
    if one and one[0] == other[:1]:
        return _is_near(a, b)
    return a == b or a == other or one == b or one == b[:1] + other[:1] + b[1:]  # noqa: PLR1714 - four cases
