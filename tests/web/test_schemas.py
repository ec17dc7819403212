"""What is written by hand, for its cost, is what the schema says."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tracker.order import Attention, Status, ToldEvent, TrackingEvent
from tracker.web.schemas import Events, EventSchema


@given(st.sampled_from(Status), strategies.events)
def test_an_event_is_written_as_its_schema_writes_it(status: Status, event: TrackingEvent) -> None:
    """Where it is what the parcel stands by."""
    stands = {"attention": event.reading.attention, "occurred_at": event.occurred_at}

    assert EventSchema(many=True).dump([ToldEvent(status, event)]) == written(status, event, stands)


@given(st.sampled_from(Status), strategies.events)
def test_what_was_the_matter_once_is_not_told_of_the_event(status: Status, event: TrackingEvent) -> None:
    """Neither of a parcel that went on, nor where it was the matter again later."""
    went_on = {"attention": Attention.DELAYED, "occurred_at": event.occurred_at}
    again = {"attention": event.reading.attention, "occurred_at": event.occurred_at + timedelta(hours=1)}
    if event.reading.attention is not Attention.DELAYED:
        assert written(status, event, went_on)[0]["attention"] == "none"
    assert written(status, event, again)[0]["attention"] == "none"


def written(status: Status, event: TrackingEvent, stands: dict[str, object]) -> list[dict[str, object]]:
    """The only event of a parcel that stands so, as it is written."""
    parcel = SimpleNamespace(events=[ToldEvent(status, event)], **stands)
    rows: list[dict[str, object]] = Events().serialize("events", parcel)
    return rows
