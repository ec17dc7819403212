"""What a shopper types → what Shopify calls the order. Pure: no I/O, standard library only.

People type `#1001`, ` Order #1001 `, `１００１`, `en 1001 fr` or `注文番号：1001`. One reading becomes the
canonical form, and everything else here (candidates, query, stem) is a function of it alone, so that it can
stand for the typed text in a cache key.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tracker.order_number_words import WORDS

MAX_TYPED = 200
"""Longer input is not looked at: no decorated number comes near it."""

MAX_LENGTH = 32
"""Characters of an order's name after normalisation."""

MAX_CANDIDATES = 6

REMEMBERED = 1024

_TRIM = " #.,;:!?'\"()[]{}<>«»“”„‘’。、-_/"
_SEPARATORS = re.compile(r"[ ._/#-]+")
_PIECES = re.compile(r"[0-9]+|[^0-9]+")
_INVISIBLE_MARKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164")
_LETTERS_AND_DIGITS = frozenset({"Ll", "Lo", "Lt", "Lu", "Nd"})
_MARKS = frozenset({"Mn", "Mc"})
_SHORT_PREFIX = re.compile(r"[a-z]{1,3}(?![a-z])")
_CONFIRMATION = re.compile(r"(?=[0-9]*[a-z])[0-9a-z]{9}")


def _fold(text: str) -> str:
    """Unicode's compatibility caseless form (The Unicode Standard, 3.13, D146)."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())


def _word_pattern() -> re.Pattern[str]:
    words = sorted({_fold(word) for word in WORDS}, key=lambda word: (-len(word), word))
    # A word ends where no letter follows ("orderly1" is no "order"), save in scripts that are written without
    # spaces: those from Thai on.
    spaced = "|".join(re.escape(word) for word in words if word[0] < "\u0e00")
    unspaced = "|".join(re.escape(word) for word in words if word[0] >= "\u0e00")
    return re.compile(rf"(?:(?:{spaced})(?![^\W\d_])|(?:{unspaced}))[ .,:;#°*'\"()\[\]_/-]*")


_WORD = _word_pattern()


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """A typed number, understood.

    `canonical` identifies what was typed (cache key); `candidates` are the normalised names it may mean, as
    typed first; `query` is a search string for `orders(query:)` that asks for all of them at once, to be sent
    as a GraphQL variable; `stem` is coarser than `canonical`: all ways to write one number share it, so that
    guesses are counted by it.
    """

    canonical: str
    candidates: tuple[str, ...]
    confirmation: str | None
    query: str
    stem: str

    def matches(self, name: str, confirmation_number: str | None) -> bool:
        """Whether an order of this name is meant. Shopify's name search is fuzzy (`#1-A` finds `#12-A`), so
        a hit counts only if its whole name equals a candidate after the same normalisation."""
        found = False
        cleaned = _clean(name)
        if cleaned:
            told = cleaned.encode()
            for candidate in self.candidates:
                found |= hmac.compare_digest(told, candidate.encode())
        if self.confirmation is not None and confirmation_number is not None:
            told = (_clean(confirmation_number) or "").encode()
            found |= hmac.compare_digest(told, self.confirmation.encode())
        return found


@lru_cache(maxsize=REMEMBERED)
def read(typed: str) -> OrderNumber | None:
    """Understand what was typed into the order number field; never raises. What was read lately is
    remembered, since whoever looks once looks again.

    Returns None for text that can't be an order's name: too long, empty, or with characters that have a
    meaning in Shopify's search syntax (https://shopify.dev/docs/api/usage/search-syntax). Letters and digits
    of every script are let through, since shops choose their own prefixes; of the rest only ` ._/#-`.
    """
    text = _clean(typed)
    if text is None:
        return None
    for reading in _readings(text):
        if _is_safe(reading):
            return _understood(reading)
    return None


def _understood(canonical: str) -> OrderNumber:
    readings = [reading for reading in _readings(canonical) if _is_safe(reading)]
    # All readings before any variant, so that what is most likely survives the cut. Only the plainest reading
    # and those that begin with something as short as a shop's prefix are worth other separators.
    forms = dict.fromkeys(readings)
    for reading in reversed(readings):
        if reading == readings[-1] or _SHORT_PREFIX.match(reading):
            forms.update(dict.fromkeys(_variants(reading)))
    candidates = tuple(forms)[:MAX_CANDIDATES]
    confirmation = next((reading for reading in readings if _CONFIRMATION.fullmatch(reading)), None)
    # Search ignores case; names are most often in upper case.
    terms = [f'name:"{sign}{_upper(candidate)}"' for candidate in candidates for sign in ("", "#")]
    if confirmation is not None:
        terms.append(f'confirmation_number:"{_upper(confirmation)}"')
    return OrderNumber(
        canonical=canonical,
        candidates=candidates,
        confirmation=confirmation,
        query=" OR ".join(terms),
        stem=_SEPARATORS.sub("", readings[-1]),
    )


def _clean(text: str) -> str | None:
    """The normalised form of a typed or a real name, without decoration; None where nothing is left or where
    it holds control characters or half a surrogate pair."""
    if len(text) > MAX_TYPED:
        return None
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in "\t\n\v\f\r"):
            return None
        if category != "Cf" and not _is_invisible_mark(character):
            kept.append(character)
    folded = "".join(_plain(character) for character in _fold("".join(kept)))
    # An input method for Japanese gives this letter where the hyphen key was meant.
    folded = re.sub("(?<=[0-9a-z])ー", "-", folded)
    return " ".join(folded.split()).strip(_TRIM) or None


def _is_invisible_mark(character: str) -> bool:
    """Variation selectors, joiners and fillers: drawn as nothing, yet letters or marks to Unicode."""
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return selector or character in _INVISIBLE_MARKS


def _plain(character: str) -> str:
    """ASCII for every script's decimal digits and for every dash."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "−":
        return "-"
    return "" if _is_invisible_mark(character) or category == "Cf" else character


def _readings(text: str) -> Iterator[str]:
    """The text itself, then without its first word for "order" or "number", and so on. A shop's own prefix
    may look like such a word (`NO-1001` in Norway), so no reading replaces another."""
    yield text
    while word := _WORD.match(text):
        text = text[word.end() :].strip(_TRIM)
        if not any(character.isdigit() for character in text) and not _CONFIRMATION.fullmatch(text):
            return
        yield text


def _is_safe(text: str) -> bool:
    if len(text) > MAX_LENGTH or unicodedata.category(text[0]) not in _LETTERS_AND_DIGITS:
        return False
    return all(
        character in " ._/#-ー々" or unicodedata.category(character) in _LETTERS_AND_DIGITS | _MARKS
        for character in text
    )


def _variants(text: str) -> Iterator[str]:
    """The same pieces joined by a hyphen, by nothing, by a space. Digits are never joined to digits: `1-12`
    is not `112`."""
    pieces = [piece for part in _SEPARATORS.split(text) for piece in _PIECES.findall(part)]
    for joint in ("-", "", " "):
        joined = pieces[0]
        for piece in pieces[1:]:
            digits_meet = joined[-1].isdigit() and piece[0].isdigit()
            joined += ("-" if digits_meet else joint) + piece
        if len(joined) <= MAX_LENGTH:
            yield joined


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else text
