"""Where aggregators tell by themselves what is new of parcels. They send anew what is not answered by 2xx."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, g

from tracker.errors import RETRY_SECONDS, TryAgain, UpstreamError
from tracker.ports.sources import Pushed
from tracker.web.tally import tally

Take = Callable[[str, str, Sequence[Pushed]], str]

PUSH_PATH = "/webhooks/tracking/<source>/<shop>"
UNREADABLE = "unreadable"


def push_blueprint(take: Take, *, taken: Callable[[str, str], None]) -> Blueprint:
    """Every push, whatever its source. To be registered with the proof of a push; `taken` is told topic and
    outcome."""
    blueprint = Blueprint("pushes", __name__)

    @blueprint.post(PUSH_PATH, provide_automatic_options=False)
    def take_in(source: str, shop: str) -> Response:
        topic = tally().topic = f"tracking/{source}"
        pushed: Sequence[Pushed] | None = g.pushed
        try:
            # What cannot be read stays so however often it is sent.
            outcome = UNREADABLE if pushed is None else take(shop, source, pushed)
        except UpstreamError as error:
            raise TryAgain(error.code, retry_after=RETRY_SECONDS) from error
        tally().outcome = outcome
        taken(topic, outcome)
        return Response(status=200)

    return blueprint
