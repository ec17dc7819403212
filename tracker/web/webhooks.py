"""Where Shopify tells what happened. It sends anew what is not answered by 2xx within five seconds, eight
times in four hours: https://shopify.dev/docs/apps/build/webhooks/subscribe/https"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g

from tracker.errors import RETRY_SECONDS, TryAgain, UpstreamError
from tracker.web.tally import tally
from tracker.webhook import Delivered, Envelope

Read = Callable[[Envelope, bytes], Delivered]
Take = Callable[[Envelope, Delivered], str]


def webhook_blueprint(read: Read, take: Take, *, taken: Callable[[str, str], None]) -> Blueprint:
    """Every webhook, whatever its topic. To be registered with the proof of a webhook; `taken` is told topic
    and outcome."""
    blueprint = Blueprint("webhooks", __name__)

    @blueprint.post("/webhooks/shopify", provide_automatic_options=False)
    def take_in() -> Response:
        envelope: Envelope = g.envelope
        tally().topic = envelope.topic
        try:
            outcome = take(envelope, read(envelope, g.body))
        except UpstreamError as error:
            raise TryAgain(error.code, retry_after=RETRY_SECONDS) from error
        tally().outcome = outcome
        taken("other" if outcome == "unknown_topic" else envelope.topic, outcome)
        return Response(status=200)

    return blueprint
