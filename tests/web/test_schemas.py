"""What is written by hand, for its cost, is what the schema says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tracker.order import Status, ToldEvent, TrackingEvent
from tracker.web.schemas import Events, EventSchema


@given(st.sampled_from(Status), strategies.events)
def test_an_event_is_written_as_its_schema_writes_it(status: Status, event: TrackingEvent) -> None:
    told = [ToldEvent(status, event)]

    assert EventSchema(many=True).dump(told) == Events().serialize("events", {"events": told})
