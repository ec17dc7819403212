"""The HTTP face of the pretend DHL. https://developer.dhl.com/api-reference/shipment-tracking"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from tracker.demo.carrier_faults import answer_of
from tracker.demo.dhl import Dhl
from tracker.demo.dhl_words import problem


def dhl_api(dhl: Dhl) -> Blueprint:
    """The blueprint of its one call."""
    blueprint = Blueprint("dhl", __name__, url_prefix="/track")

    @blueprint.get("/shipments")
    def track() -> Response:
        """All that is known of `trackingNumber`, at the one `service` that is named. A fault comes first,
        then the key, then its rate."""
        with dhl.lock:
            fault, released = dhl.fault, dhl.released
        if fault is not None:
            return answer_of(fault, released)
        with dhl.lock:
            key = dhl.keys.get(request.headers.get("DHL-API-Key", ""))
            if key is None:
                return _refusal(401, "Unauthorized", "Unauthorized for given resource.")
            if not dhl.may_ask(key):
                key.calls["throttled"] += 1
                return _refusal(
                    429,
                    "Too many requests",
                    "Too many requests within defined time period, please try again.",
                )
            key.calls["shipments"] += 1
            number = request.args.get("trackingNumber")
            if not number:
                return _refusal(400, "Bad request", "Missing mandatory parameter: trackingNumber.")
            told = dhl.track(number, request.args.get("service"))
            language = dhl.language(number)
        if told is None or language is None:
            return _refusal(404, "No result found", "No shipment with given tracking number found.")
        answer = jsonify(told)
        answer.headers["Content-Language"] = language
        return answer

    return blueprint


def _refusal(status: int, title: str, detail: str) -> Response:
    answer = jsonify(problem(status, title, detail))
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer
