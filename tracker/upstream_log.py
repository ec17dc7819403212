"""What each request to the Admin API tells of itself: counts, a span, and a line of those that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from tracker.metrics import Metrics
from tracker.shopify.transport import UpstreamCall
from tracker.web.tally import tally

if TYPE_CHECKING:
    from tracker.traces import Traces

log = structlog.get_logger()


def upstream_called(metrics: Metrics, traces: Traces | None, call: UpstreamCall) -> None:
    """Count it, for the request under way too; a span where traces are on, and a line where it went wrong."""
    tally().upstream_calls += 1
    metrics.upstream_called(call.operation, call.outcome, call.seconds)
    _note_cost(metrics, call)
    if traces is not None:
        words = {"tracker.shop": call.shop, "tracker.outcome": call.outcome, **call.throttle}
        if call.status is not None:
            words["http.response.status_code"] = call.status
        traces.ended(f"upstream {call.operation}", call.seconds, failed=call.outcome != "ok", words=words)
    if call.outcome != "ok":
        log.warning(
            "upstream",
            shop=call.shop,
            operation=call.operation,
            outcome=call.outcome,
            status=call.status,
            milliseconds=round(call.seconds * 1000),
            shopify_request_id=call.request_id,
        )


def _note_cost(metrics: Metrics, call: UpstreamCall) -> None:
    if (points := call.throttle.get("actualQueryCost")) is not None:
        metrics.upstream_paid(call.operation, points)
    most, left = call.throttle.get("maximumAvailable"), call.throttle.get("currentlyAvailable")
    if most and left is not None:
        metrics.upstream_room(left / most)
