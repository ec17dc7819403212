"""What a merchant sends, read by marshmallow: each field once, nothing unknown, every fault by its field."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from tracker.errors import InvalidRequest
from tracker.parcel import MOST_A_DAY, SOURCE_NAMES, AskAbout
from tracker.shop import FEWEST_STALLED_DAYS, HIDEABLE, MOST_STALLED_DAYS, ShopSettings
from tracker.verbs.save_account import ChosenAccount

FEWEST_LOOKUPS, MOST_LOOKUPS = 5, 1000
LONGEST_LINK = 500
LONGEST_SECRET = 300
LIMIT_PERIOD = "10 minutes"

_PATH = r"/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@/?#%]*"
_ADDRESS = r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9\-._~!$&'()*+,;=:@/?#%]*)?"
CONTACT = re.compile(f"{_PATH}|{_ADDRESS}", re.ASCII)
"""What may become the address of a link on the shop: a path there, or https, as the block takes it too."""


SECRET = re.compile(rf"[!-~]{{4,{LONGEST_SECRET}}}", re.ASCII)
"""A key or a secret as a header can carry it."""


class _Whole(fields.Integer):
    """A whole number, and no bool, text or fraction that could be taken for one."""

    def _validated(self, value: object) -> Any:
        if type(value) is not int:
            raise self.make_error("invalid", input=None)
        return super()._validated(value)


def _contact(text: str) -> None:
    if len(text) > LONGEST_LINK or (text and not CONTACT.fullmatch(text)):
        raise ValidationError("invalid")


def _secret(text: str) -> None:
    if not SECRET.fullmatch(text):
        raise ValidationError("invalid")


class _Settings(Schema):
    class Meta:
        unknown = RAISE

    stalled_days = _Whole(required=True, validate=validate.Range(FEWEST_STALLED_DAYS, MOST_STALLED_DAYS))
    contact_url = fields.String(required=True, allow_none=True, validate=_contact)
    lookup_limit = _Whole(
        required=True, allow_none=True, validate=validate.Range(FEWEST_LOOKUPS, MOST_LOOKUPS)
    )
    hidden = fields.List(fields.String(validate=validate.OneOf(HIDEABLE)), required=True)


class _Account(Schema):
    class Meta:
        unknown = RAISE

    source = fields.String(required=True, validate=validate.OneOf(SOURCE_NAMES))
    key = fields.String(required=True, allow_none=True, validate=_secret)
    push_secret = fields.String(required=True, allow_none=True, validate=_secret)
    daily_quota = _Whole(required=True, validate=validate.Range(1, MOST_A_DAY))
    ask_about = fields.Enum(AskAbout, by_value=True, required=True)


class _Removal(Schema):
    class Meta:
        unknown = RAISE

    source = fields.String(required=True, validate=validate.OneOf(SOURCE_NAMES))


_SETTINGS, _ACCOUNT, _REMOVAL = _Settings(), _Account(), _Removal()


def read_settings(sent: dict[str, object]) -> ShopSettings:
    """Settings from the fields that the page sends. Raises InvalidRequest, with `errors` by field:
    `required`, `invalid`, or `unknown` under `body` for a field that nobody knows."""
    if isinstance(link := sent.get("contact_url"), str):
        sent = sent | {"contact_url": link.strip()}
    read = _read(_SETTINGS, sent)
    limit = read["lookup_limit"]
    return ShopSettings(
        stalled_days=read["stalled_days"],
        contact_url=read["contact_url"] or None,
        lookup_limit=None if limit is None else f"{limit}/{LIMIT_PERIOD}",
        hidden=frozenset(read["hidden"]),
    )


def read_account(sent: dict[str, object], *, offered: Collection[str]) -> ChosenAccount:
    """An account from the fields that the page sends; its source has to be among those that are `offered`. A
    key or a secret that is empty is none. Raises InvalidRequest, as `read_settings` does."""
    stripped = {name: value.strip() or None for name, value in sent.items() if isinstance(value, str)}
    read = _read(_ACCOUNT, sent | stripped)
    if read["source"] not in offered:
        raise InvalidRequest({"source": ["invalid"]})
    return ChosenAccount(**read)


def read_removal(sent: dict[str, object]) -> str:
    """The source whose account is to go. Raises InvalidRequest, as `read_settings` does."""
    source: str = _read(_REMOVAL, sent)["source"]
    return source


def _read(schema: Schema, sent: dict[str, object]) -> dict[str, Any]:
    try:
        read: dict[str, Any] = schema.load(sent)
    except ValidationError as error:
        raise InvalidRequest(_words(error, sent, frozenset(schema.fields))) from None
    return read


def _words(error: ValidationError, sent: dict[str, object], known: frozenset[str]) -> dict[str, list[str]]:
    at_fault = set(error.messages) if isinstance(error.messages, dict) else set()
    words = {name: ["invalid" if name in sent else "required"] for name in sorted(at_fault & known)}
    return words | ({"body": ["unknown"]} if at_fault - known else {})
