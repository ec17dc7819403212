"""What goes in and out of a look-up, read and written by marshmallow."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from tracker.advice import order_advice, parcel_advice
from tracker.carrier_news import heard_at
from tracker.errors import InvalidRequest
from tracker.order import Attention, ShipmentStory, Story, ToldEvent
from tracker.order_number import OrderNumber
from tracker.order_number import read as read_order_number
from tracker.ports.orders import FoundOrder

MAX_ORDER = 200
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets
MAX_LOCALE = 35  # RFC 5646, 4.4.1
_MAILABLE = r"[^\s@\x00-\x1f\x7f\ud800-\udfff]+"
EMAIL = re.compile(rf"{_MAILABLE}@{_MAILABLE}\.{_MAILABLE}")
"""Anything around one @ with a dot behind it, but for what no mail can be sent to; JSON can spell half a
surrogate pair. The script asks for the @ and the dot as well, before anything is sent."""
INVISIBLE = dict.fromkeys([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
"""Soft hyphen, zero-width characters and marks of direction, for str.translate."""
WORDS: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "required",
    "null": "required",
    "invalid": "invalid",
    "invalid_utf8": "invalid",
}


class _Number(fields.String):
    """A typed order number, read."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            raise ValidationError("required")
        if len(text) > MAX_ORDER:
            raise ValidationError("too_long")
        if (number := read_order_number(text)) is None:
            raise ValidationError("invalid")
        return number


class _Email(fields.String):
    """A typed e-mail address, without the invisible characters that pasting brings along."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs).translate(INVISIBLE).strip()
        if not text:
            raise ValidationError("required")
        if len(text) > MAX_EMAIL:
            raise ValidationError("too_long")
        if not EMAIL.fullmatch(text):
            raise ValidationError("invalid")
        return text


class ChoiceForm(Schema):
    """The field `order`; others are passed over: themes add theirs, `read_locale` reads one."""

    class Meta:
        unknown = EXCLUDE

    order = _Number(required=True, error_messages=WORDS)


class LookupForm(ChoiceForm):
    """The fields `order` and `email`."""

    email = _Email(required=True, error_messages=WORDS)


_CHOICE, _FORM = ChoiceForm(), LookupForm()


def read_locale(sent: dict[str, object]) -> str | None:
    """The BCP 47 tag in the field `locale`; None for what can't be one, which is no reason to refuse."""
    locale = sent.get("locale")
    return locale if isinstance(locale, str) and len(locale) <= MAX_LOCALE else None


def read_form(sent: dict[str, object]) -> tuple[OrderNumber, str]:
    """Number and e-mail of a look-up. Raises InvalidRequest with the fields at fault and stable words
    (required, invalid, too_long); what was typed is not in it."""
    fields_sent = _load(_FORM, sent)
    return fields_sent["order"], fields_sent["email"]


def read_choice(sent: dict[str, object]) -> OrderNumber:
    """The number of an order that was chosen, whatever else was sent. Raises InvalidRequest as above."""
    number: OrderNumber = _load(_CHOICE, sent)["order"]
    return number


def _load(schema: Schema, sent: dict[str, object]) -> dict[str, Any]:
    try:
        read: dict[str, Any] = schema.load(sent)
    except ValidationError as error:
        messages = error.messages if isinstance(error.messages, dict) else {"body": error.messages}
        raise InvalidRequest(messages, "fields") from None
    return read


class Time(fields.Field[datetime]):
    """UTC as ISO 8601 with Z, to the second."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else iso(value)


def iso(moment: datetime) -> str:
    """`2026-11-01T10:00:00Z` of an aware datetime."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class ItemSchema(Schema):
    title = fields.String()
    variant = fields.String(allow_none=True)
    quantity = fields.Integer()
    ordered = fields.Integer()
    image_url = fields.String(allow_none=True)


class UnshippedSchema(Schema):
    title = fields.String(attribute="item.title")
    variant = fields.String(attribute="item.variant")
    quantity = fields.Integer(attribute="item.quantity")
    ordered = fields.Integer(attribute="item.ordered")
    image_url = fields.String(attribute="item.image_url")
    status = fields.String()
    method = fields.String()
    scheduled_at = Time()


class TrackingSchema(Schema):
    """The last two say where the carrier can be asked, null where that is not known."""

    carrier = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    carrier_phone = fields.String(allow_none=True)
    carrier_help_url = fields.String(allow_none=True)


class EventSchema(Schema):
    """`attention` is none of what was the matter once: only the parcel's own is told, where it began."""

    status = fields.String()
    attention = fields.String(attribute="event.reading.attention")
    occurred_at = Time(attribute="event.occurred_at")
    message = fields.String(attribute="event.message")
    language = fields.String(attribute="event.language")
    city = fields.String(attribute="event.city")
    province = fields.String(attribute="event.province")
    country = fields.String(attribute="event.country")
    source = fields.String(attribute="event.source")


class Events(fields.List[Any]):
    """Events as EventSchema writes them. Its nine fields, each looked up by its name, took three times as
    long as all the rest of an answer whose parcels have sixty events each."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.Nested(EventSchema), **options)

    def _serialize(
        self, value: Any, attr: str | None, obj: Any, **kwargs: Any
    ) -> list[dict[str, str | None]]:
        return [_written(told, obj) for told in value]


def _written(told: ToldEvent, parcel: ShipmentStory) -> dict[str, str | None]:
    event = told.event
    attention = event.reading.attention
    holds = attention is parcel.attention and event.occurred_at >= parcel.occurred_at
    return {
        "status": told.status.value,
        "attention": attention.value if holds else Attention.NONE.value,
        "occurred_at": iso(event.occurred_at),
        "message": event.message,
        "language": event.language,
        "city": event.city,
        "province": event.province,
        "country": event.country,
        "source": event.source.value,
    }


class PickupSchema(Schema):
    name = fields.String(allow_none=True)
    city = fields.String(allow_none=True)


class WindowSchema(Schema):
    start = Time(data_key="from")
    end = Time(data_key="to")
    source = fields.String()


class ShipmentSchema(Schema):
    name = fields.String(attribute="shipment.name")
    status = fields.String()
    detail = fields.String(allow_none=True)
    attention = fields.String()
    reason = fields.String(allow_none=True)
    step = fields.Integer(allow_none=True)
    terminal = fields.Boolean()
    source = fields.String()
    occurred_at = Time()
    method = fields.String(attribute="shipment.method")
    scheduled_at = Time(attribute="shipment.scheduled_at")
    pickup = fields.Nested(PickupSchema, attribute="shipment.pickup")
    shipped_at = Time()
    delivered_at = Time()
    delivery_window = fields.Nested(WindowSchema)
    tracking = fields.List(fields.Nested(TrackingSchema), attribute="shipment.tracking")
    items = fields.List(fields.Nested(ItemSchema), attribute="shipment.items")
    events = Events()


class RefundSchema(Schema):
    status = fields.String()
    at = Time()


class OrderSchema(Schema):
    """A whole story's head: `status`, `attention` and `step` are null where nothing is to be delivered."""

    name = fields.String(attribute="order.name")
    placed_at = Time(attribute="order.placed_at")
    status = fields.String(allow_none=True)
    attention = fields.String(allow_none=True)
    step = fields.Integer(allow_none=True)
    payment = fields.String(attribute="order.payment")
    fulfillment = fields.String(attribute="order.fulfillment")
    returned = fields.String(attribute="order.returned", data_key="return")
    cancelled_at = Time(attribute="order.cancelled_at")
    cancel_reason = fields.String(attribute="order.cancel_reason")
    refund = fields.Nested(RefundSchema, attribute="order.refund")
    items = fields.Function(
        lambda story: {
            "total": story.order.total_quantity,
            "delivered": story.delivered_quantity,
            "on_hold": story.on_hold_quantity,
        }
    )
    partly = fields.Boolean()
    payment_due = fields.String(allow_none=True)
    hold = fields.String(allow_none=True)
    delivery_window = fields.Nested(WindowSchema)
    estimated_delivery_at = Time()
    status_page_url = fields.String(attribute="order.status_page_url")


class ChoiceSchema(Schema):
    """One order of a list: its name, which a choice sends back, and when it was placed."""

    name = fields.String()
    placed_at = Time()


_ORDER, _SHIPMENT, _UNSHIPPED, _ITEM = OrderSchema(), ShipmentSchema(), UnshippedSchema(), ItemSchema()
_LISTED = ChoiceSchema(many=True)


def write_answer(story: Story, checked_at: datetime, refresh_after: int | None) -> bytes:
    """The 200 of a look-up as UTF-8 JSON. Times are UTC, ISO 8601 with Z; events are newest first.
    `refresh_after` is in seconds, None where nothing more is to come.

    `stale` is false: a story says of itself that it is stale only where it is given again unchecked.
    """
    checked = iso(checked_at)
    heard = [heard_at(parcel) for parcel in story.shipments]
    news = [None if at is None else iso(at) for at in heard]
    shipments = _SHIPMENT.dump(story.shipments, many=True)
    for parcel, shipment, at in zip(story.shipments, shipments, news, strict=True):
        advice = parcel_advice(parcel, story.order.returned, now=checked_at)
        shipment |= {"advice": advice, "news_at": at, "checked_at": checked}
    answer = {
        "order": _ORDER.dump(story) | {"advice": order_advice(story, now=checked_at)},
        "shipments": shipments,
        "unshipped": _UNSHIPPED.dump(story.unshipped, many=True),
        "contents": _ITEM.dump(story.contents, many=True),
        "truncated": story.order.truncated,
        "news_at": max((at for at in news if at is not None), default=None),
        "checked_at": checked,
        "refresh_after": refresh_after,
        "stale": False,
    }
    return _json(answer)


def write_list(orders: Sequence[FoundOrder]) -> bytes:
    """The 200 of a list of orders as UTF-8 JSON, in the order given."""
    return _json({"orders": _LISTED.dump(orders)})


def _json(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
