"""One parcel's story: its events and what the shop displays, made one status. Pure, standard library only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.business_days import MONDAY_TO_FRIDAY, Calendar
from tracker.order import (
    STEPS,
    Attention,
    DeliveryWindow,
    Detail,
    Method,
    Reading,
    Shipment,
    ShipmentStory,
    Source,
    Status,
    ToldEvent,
    TrackingEvent,
)
from tracker.timeline_events import gravity, in_order
from tracker.timeline_reason import told_reason
from tracker.timeline_stalled import patience, stands_still
from tracker.timeline_window import choose_window, on_the_round, promises

_OVER = frozenset({Status.DELIVERED, Status.CANCELLED})
"""What a parcel leaves only to go back. Returning is not among them: it is over once the parcel is back."""

_OFF_THE_WAY = _OVER | {Status.RETURNING}

_NOT_AWAITED = _OFF_THE_WAY | {Status.READY_FOR_PICKUP}

_BEFORE_SHIPPING = frozenset(
    {Status.PROCESSING, Status.ON_HOLD, Status.LABEL_CREATED, Status.CANCELLED, Status.UNKNOWN}
)

_MOVING = frozenset(
    {Status.LABEL_CREATED, Status.SHIPPED, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.UNKNOWN}
)
"""Where the next news is the carrier's to give."""

_AT_THE_SHOP = frozenset({Method.PICK_UP, Method.RETAIL})
"""What never leaves the shop but in its shopper's hands is not shipped."""

_NOT_CARRIED = frozenset({Method.RETAIL, Method.NONE})
"""Handed over at the counter or nothing to carry: no carrier will ever report it delivered."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a parcel stands by what is known so far. `step` is the last known one; `returned` says that what
    went back has arrived at the shop."""

    status: Status
    attention: Attention
    reason: str | None
    detail: Detail | None
    step: int | None
    source: Source
    occurred_at: datetime
    returned: bool = False


def tell_parcel(
    shipment: Shipment,
    *,
    now: datetime | None = None,
    stalled_days: int | None = None,
    calendar: Callable[[], Calendar] = lambda: MONDAY_TO_FRIDAY,
) -> ShipmentStory:
    """The story of one parcel from its facts; `now` and `stalled_days` as in `timeline.tell`, `calendar` is
    asked for the business days of where it goes. Never raises for aware times."""
    if now is not None:
        shipment = replace(
            shipment,
            in_transit_at=_not_after(now, shipment.in_transit_at),
            delivered_at=_not_after(now, shipment.delivered_at),
        )
    told, by_events = _follow(in_order(shipment.events, now=now))
    standing = _handed_over(shipment, _stand(shipment, told, by_events))
    if now is not None and stalled_days is not None:
        news = last_news(told, standing.occurred_at, shipment)
        days = patience(stalled_days, reported=bool(told))
        if stalls(standing.status, standing.attention, news, now=now, days=days, calendar=calendar):
            standing = replace(standing, attention=Attention.STALLED, reason=None)
    status = standing.status
    return ShipmentStory(
        shipment=_without_dead_numbers(shipment, status),
        status=status,
        attention=standing.attention,
        reason=told_reason(status, standing.attention, standing.reason),
        detail=standing.detail,
        step=standing.step,
        terminal=status in _OVER or standing.returned,
        source=standing.source,
        occurred_at=standing.occurred_at,
        events=tuple(reversed(told)),
        shipped_at=_shipped_at(shipment, status, told),
        delivered_at=_delivered_at(shipment, standing, told),
        delivery_window=_expected(shipment, standing, told, now),
    )


def _without_dead_numbers(shipment: Shipment, status: Status) -> Shipment:
    """Nobody can follow what was called off. What waits for another label than the one it had has no number
    yet: whoever asks a carrier for the old one is told that there is no such parcel."""
    if status is Status.CANCELLED:
        return replace(shipment, tracking=tuple(replace(one, url=None) for one in shipment.tracking))
    voided = shipment.displayed is not None and shipment.displayed.voids_label
    return replace(shipment, tracking=()) if voided and status is Status.PROCESSING else shipment


def _expected(
    shipment: Shipment, standing: _Standing, told: Sequence[ToldEvent], now: datetime | None
) -> DeliveryWindow | None:
    if standing.status in _NOT_AWAITED or not promises(standing.attention):
        return None
    windows = shipment.other_windows
    if shipment.delivery_window is not None:
        windows = (shipment.delivery_window, *windows)
    # Of a parcel that is late the van's day says nothing any more.
    if standing.status is Status.OUT_FOR_DELIVERY and standing.attention is Attention.NONE:
        went = [one.event for one in told if one.event.reading.status is Status.OUT_FOR_DELIVERY]
        if went:
            out = DeliveryWindow(start=None, end=went[-1].occurred_at, source=went[-1].source)
            return on_the_round(windows, out=out, now=now)
    return choose_window(windows, now=now)


def _follow(events: Iterable[TrackingEvent]) -> tuple[list[ToldEvent], _Standing | None]:
    """Each event (oldest first) with its status, and where the parcel stands after the last of them."""
    told: list[ToldEvent] = []
    standing: _Standing | None = None
    over = False
    for event in events:
        reading = event.reading
        status = reading.status or (_assumed(reading) if standing is None else standing.status)
        returned = reading.returned or (standing is not None and _brings_back(standing, event))
        if returned:
            status = Status.RETURNING
        told.append(ToldEvent(status=status, event=event))
        if standing is not None and not returned and not _may_follow(standing, reading.status, over=over):
            continue
        over = over or status in _OVER
        last_step = None if standing is None else standing.step
        standing = _Standing(
            status=status,
            attention=reading.attention,
            reason=reading.reason,
            detail=None if returned else reading.detail,
            step=last_step if status is Status.UNKNOWN else STEPS[status],
            source=event.source,
            occurred_at=event.occurred_at,
            returned=returned,
        )
    return told, standing


def _brings_back(held: _Standing, event: TrackingEvent) -> bool:
    """Whether a delivery is that of a parcel that goes back: to the shop, not to its shopper."""
    delivered = event.reading.status is Status.DELIVERED
    return delivered and held.status is Status.RETURNING and event.occurred_at > held.occurred_at


def _may_follow(held: _Standing, told: Status | None, *, over: bool) -> bool:
    """Whether an event changes where a parcel stands. What is over is left only to go back, and the scans on
    its way back (`over` and returning) are not those of a new delivery. A word that nobody knows says nothing
    against what is known."""
    if held.returned:
        return False
    if held.status in _OVER:
        return told is Status.RETURNING
    if told is Status.UNKNOWN:
        return held.status is Status.UNKNOWN
    return not over or told is None or told in _OFF_THE_WAY


def _assumed(reading: Reading) -> Status:
    """What holds where a word keeps a status and there was none: only what moves can be delayed."""
    return Status.IN_TRANSIT if reading.attention is Attention.DELAYED else Status.SHIPPED


def _stand(shipment: Shipment, told: Sequence[ToldEvent], by_events: _Standing | None) -> _Standing:
    """Where a parcel stands by its events and by what the shop displays, which has no time of its own: the
    event wins if it is final or further on, else what is displayed."""
    if shipment.cancelled:
        return _as_displayed(shipment, Reading(Status.CANCELLED), told)
    displayed = shipment.displayed
    if by_events is None:
        if displayed is None or displayed.status is Status.SHIPPED:
            # The least that can be said of a parcel; the shop's own dates may say more.
            displayed = replace(displayed or Reading(None), status=_by_dates(shipment))
        return _as_displayed(shipment, displayed, told)
    if by_events.status is Status.UNKNOWN and by_events.step is None:
        by_events = replace(by_events, step=_known_step(shipment))
    if displayed is None:
        return by_events
    if displayed.status in (None, by_events.status):
        # A word without a status speaks of the one that holds; where the way is over it has nothing to add.
        mute = displayed.status is None and by_events.status in _OVER
        return by_events if mute else _with_graver(by_events, displayed)
    if _event_wins(shipment, displayed, by_events):
        return by_events
    return _as_displayed(shipment, displayed, told)


def _event_wins(shipment: Shipment, displayed: Reading, by_events: _Standing) -> bool:
    shown = displayed.status
    if shown is None or shown is Status.UNKNOWN or by_events.status in _OVER or by_events.returned:
        return True
    if displayed.voids_label and by_events.status is Status.LABEL_CREATED:
        return False
    if by_events.status is Status.RETURNING:
        # Off the progress bar, so steps don't compare; only a later delivery outlives it.
        return (
            shown is not Status.DELIVERED
            or shipment.delivered_at is None
            or shipment.delivered_at < by_events.occurred_at
        )
    step = STEPS[shown]
    return step is not None and by_events.step is not None and by_events.step > step


def _with_graver(standing: _Standing, displayed: Reading) -> _Standing:
    if gravity(displayed.attention) > gravity(standing.attention):
        standing = replace(standing, attention=displayed.attention, reason=displayed.reason)
    return replace(standing, detail=standing.detail or displayed.detail)


def _as_displayed(shipment: Shipment, displayed: Reading, told: Sequence[ToldEvent]) -> _Standing:
    status = displayed.status
    if status is None:
        dated = _by_dates(shipment)
        status = _assumed(displayed) if dated is Status.SHIPPED else dated
    return _Standing(
        status=status,
        attention=displayed.attention,
        reason=displayed.reason,
        detail=displayed.detail,
        step=_known_step(shipment) if status is Status.UNKNOWN else STEPS[status],
        source=Source.SHOPIFY,
        occurred_at=_dated(shipment, status, told),
    )


def _dated(shipment: Shipment, status: Status, told: Sequence[ToldEvent]) -> datetime:
    """When a displayed status came to be: as an event or the shop dates it, else the newest that is known."""
    by_shop = {Status.DELIVERED: shipment.delivered_at, Status.IN_TRANSIT: shipment.in_transit_at}.get(status)
    moments = [one.event.occurred_at for one in told if one.event.reading.status is status]
    if by_shop is not None:
        moments.append(by_shop)
    newest = told[-1].event.occurred_at if told else shipment.created_at
    return max(moments, default=newest)


def _by_dates(shipment: Shipment) -> Status:
    """What the shop's dates say where neither it nor an event names a status."""
    if shipment.delivered_at is not None:
        return Status.DELIVERED
    return Status.SHIPPED if shipment.in_transit_at is None else Status.IN_TRANSIT


def _known_step(shipment: Shipment) -> int | None:
    """The last known step of a parcel of which no word was understood: it exists, so it was shipped."""
    return STEPS[_by_dates(shipment)]


def _handed_over(shipment: Shipment, standing: _Standing) -> _Standing:
    """What is not carried is delivered once the shop calls it shipped; nobody would ever report more."""
    carried = shipment.method not in _NOT_CARRIED or bool(shipment.tracking)
    if carried or standing.status is not Status.SHIPPED:
        return standing
    detail = Detail.COLLECTED if shipment.method is Method.RETAIL else None
    return replace(standing, status=Status.DELIVERED, step=STEPS[Status.DELIVERED], detail=detail)


def last_news(told: Iterable[ToldEvent], occurred_at: datetime, shipment: Shipment) -> datetime | None:
    """When anything was heard of a parcel last: of its events (in any order) or, later than those, that it
    came to its status at `occurred_at`. Without any event that alone counts, and None is given where there is
    no number by which anybody could report: then silence is no news."""
    newest = max((one.event.occurred_at for one in told), default=None)
    if newest is None:
        return occurred_at if any(one.number is not None for one in shipment.tracking) else None
    return max(newest, occurred_at)


def stalls(
    status: Status,
    attention: Attention,
    news: datetime | None,
    *,
    now: datetime,
    days: int,
    calendar: Callable[[], Calendar],
) -> bool:
    """Whether a parcel on its way stands still: nothing was heard of it for `days` business days (see
    `timeline_stalled.patience`). What waits to be collected waits for the shopper, and what is worse than
    standing still stays what it is."""
    moves = status in _MOVING and gravity(attention) < gravity(Attention.STALLED)
    return moves and news is not None and stands_still(news, now=now, days=days, calendar=calendar)


def _shipped_at(shipment: Shipment, status: Status, told: Sequence[ToldEvent]) -> datetime | None:
    if shipment.method in _AT_THE_SHOP or (status in _BEFORE_SHIPPING and status is not Status.UNKNOWN):
        return None
    moments = [one.event.occurred_at for one in told if one.status not in _BEFORE_SHIPPING]
    if shipment.in_transit_at is not None:
        moments.append(shipment.in_transit_at)
    if moments:
        return min(moments)
    return None if status is Status.UNKNOWN else shipment.created_at


def _delivered_at(shipment: Shipment, standing: _Standing, told: Sequence[ToldEvent]) -> datetime | None:
    if standing.status is not Status.DELIVERED:
        return None
    reported = {one.event.occurred_at for one in told if one.status is Status.DELIVERED}
    return standing.occurred_at if standing.occurred_at in reported else shipment.delivered_at


def _not_after(now: datetime, moment: datetime | None) -> datetime | None:
    return None if moment is None else min(now, moment)
