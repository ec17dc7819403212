"""Reading and writing an app's own metafields, with the refusals Shopify has for them.

https://shopify.dev/docs/apps/build/metafields and …/docs/api/admin-graphql/latest/mutations/metafieldsSet
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker.demo.installation import Installation, Metafield

MAXIMUM_INPUTS = 25
RESERVED = "app--1"
"""The namespace that `$app` stands for: nobody but this app may write there."""

_NAMESPACE = re.compile(r"[A-Za-z0-9_-]{3,255}")
_KEY = re.compile(r"[A-Za-z0-9_-]{2,64}")


def owner_id(installation: Installation) -> str:
    """The global id to name as the owner."""
    return f"gid://shopify/AppInstallation/{installation.id}"


def full_namespace(namespace: str | None) -> str:
    """`$app` and nothing at all stand for the app's reserved namespace, `$app:x` for one within it."""
    if namespace is None or namespace == "$app":
        return RESERVED
    return f"{RESERVED}--{namespace[5:]}" if namespace.startswith("$app:") else namespace


def find(installation: Installation, namespace: str | None, key: str) -> Metafield | None:
    """The metafield of this name."""
    wanted = (full_namespace(namespace), key)
    return next((one for one in installation.metafields if (one.namespace, one.key) == wanted), None)


def digest(metafield: Metafield) -> str:
    """What `compareDigest` is compared with."""
    return hashlib.sha256(metafield.value.encode()).hexdigest()


def read_value(metafield: Metafield) -> object:
    """The value as JSON: text where the type has no reading of its own."""
    return _read(metafield.type, metafield.value)


def faults(installation: Installation, inputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Why these inputs can't be set, as `MetafieldsSetUserError`; nothing is set unless this is empty."""
    if len(inputs) > MAXIMUM_INPUTS:
        return [
            _fault(["metafields"], None, "LESS_THAN_OR_EQUAL_TO", "Exceeded the maximum of 25 metafields")
        ]
    found = []
    for index, one in enumerate(inputs):
        for name, code, message in _faults_of(installation, one):
            found.append(_fault(["metafields", str(index), name], index, code, message))
    return found


def write(installation: Installation, one: Mapping[str, Any], *, number: int, now: datetime) -> Metafield:
    """Set one input that has no faults; `number` is the id of a new one."""
    found = find(installation, one.get("namespace"), one["key"])
    if found is None:
        namespace = full_namespace(one.get("namespace"))
        found = Metafield(number, namespace, one["key"], one["type"], one["value"], now, now)
        installation.metafields.append(found)
    found.type = one.get("type") or found.type
    found.value, found.updated_at = one["value"], now
    return found


def _faults_of(installation: Installation, one: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    if one["ownerId"] != owner_id(installation):
        return [("ownerId", "INVALID", "Owner does not exist.")]
    found = find(installation, one.get("namespace"), one["key"])
    kind = one.get("type") or (found.type if found is not None else None)
    faults = []
    if not _NAMESPACE.fullmatch(full_namespace(one.get("namespace"))):
        faults.append(("namespace", "INVALID", "Namespace must be 3 to 255 letters, digits, _ and -"))
    if not _KEY.fullmatch(one["key"]):
        faults.append(("key", "INVALID", "Key must be 2 to 64 letters, digits, _ and -"))
    if kind is None:
        faults.append(("type", "BLANK", "Type can't be blank"))
    elif kind.removeprefix("list.") not in _READERS:
        faults.append(("type", "INVALID_TYPE", f"Type {kind} is not understood here"))
    elif one["value"] == "":
        faults.append(("value", "BLANK", "Value can't be blank"))
    elif not _readable(kind, one["value"]):
        faults.append(("value", "INVALID_VALUE", f"Value is invalid for {kind}"))
    if "compareDigest" in one and one["compareDigest"] != (digest(found) if found is not None else None):
        faults.append(("compareDigest", "STALE_OBJECT", "The resource has been updated since it was loaded"))
    return faults


def _fault(field: list[str], index: int | None, code: str, message: str) -> dict[str, Any]:
    return {"field": field, "elementIndex": index, "code": code, "message": message}


def _readable(kind: str, value: str) -> bool:
    try:
        _read(kind, value)
    except ValueError:
        return False
    return True


def _read(kind: str, value: str) -> object:
    """Raises ValueError for a text that is no value of the type."""
    if kind.startswith("list."):
        items = json.loads(value)
        if not isinstance(items, list):
            raise ValueError("not a list")
        return items
    return _READERS[kind](value)


def _boolean(value: str) -> bool:
    if value not in {"true", "false"}:
        raise ValueError("neither true nor false")
    return value == "true"


def _one_line(value: str) -> str:
    if "\n" in value:
        raise ValueError("more than one line")
    return value


def _https(value: str) -> str:
    if not re.match(r"(?:https?|mailto|sms|tel):", value):
        raise ValueError("no address")
    return value


def _time(value: str) -> str:
    datetime.fromisoformat(value)
    return value


_READERS: dict[str, Callable[[str], object]] = {
    "boolean": _boolean,
    "date_time": _time,
    "json": json.loads,
    "multi_line_text_field": str,
    "number_decimal": float,
    "number_integer": int,
    "single_line_text_field": _one_line,
    "url": _https,
}
