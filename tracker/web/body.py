"""The body of a look-up, as a form or as JSON, read strictly: each field once, UTF-8 only. Pure."""

from __future__ import annotations

import json
from urllib.parse import unquote

from tracker.errors import InvalidRequest

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_BYTES = 8192
MAX_FIELDS = 20


def read_body(body: bytes, content_type: str) -> dict[str, object]:
    """The fields of `body`, by name; `content_type` is FORM or JSON.

    Raises InvalidRequest with `errors.body` naming what is wrong: not_utf8, malformed, not_an_object,
    repeated_field or too_many_fields. The body itself is never repeated.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _wrong("not_utf8") from None
    return _read_json(text) if content_type == JSON else _read_form(text)


def _read_form(text: str) -> dict[str, object]:
    """As https://url.spec.whatwg.org/#urlencoded-parsing reads it, but for bytes that are no UTF-8. The
    library's own function looks at each part six times, which takes as long as decrypting the answer."""
    if text.count("&") >= MAX_FIELDS:
        raise _wrong("too_many_fields")
    fields = [field.replace("+", " ").partition("=") for field in text.split("&") if field]
    if "%" not in text:
        return _once([(name, value) for name, _, value in fields])
    try:
        return _once(
            [(unquote(name, errors="strict"), unquote(value, errors="strict")) for name, _, value in fields]
        )
    except UnicodeDecodeError:
        raise _wrong("not_utf8") from None


def _read_json(text: str) -> dict[str, object]:
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError, ValueError):
        raise _wrong("malformed") from None
    if not isinstance(value, dict):
        raise _wrong("not_an_object")
    return value


def _once(pairs: list[tuple[str, object]] | list[tuple[str, str]]) -> dict[str, object]:
    fields: dict[str, object] = dict(pairs)
    if len(fields) != len(pairs):
        raise _wrong("repeated_field")
    return fields


def _wrong(word: str) -> InvalidRequest:
    return InvalidRequest({"body": [word]}, f"body_{word}")
