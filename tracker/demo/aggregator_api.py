"""The HTTP face of the pretend 17TRACK, version 2.4: the calls that an app makes to follow parcels.

https://asset.17track.net/api/document/v2.4_en/index.html. Every call is a POST; what is wrong with one number
is told beside what was done for the others, in a 200.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tracker.demo.aggregator import MOST_NUMBERS, QUOTA_SPENT, Account, Aggregator, Rejected
from tracker.demo.carrier_faults import answer_of

WRONG_KEY, INVALID_DATA, TOO_MANY, NOT_PUSHED = -18010002, -18010013, -18010014, -18010204

OneNumber = Callable[[Account, dict[str, Any]], dict[str, Any]]


def aggregator_api(aggregator: Aggregator) -> Blueprint:
    """The blueprint of the API. A fault comes first, then the key, then the rate."""
    blueprint = Blueprint("aggregator", __name__, url_prefix="/track/v2.4")

    @blueprint.before_request
    def let_in() -> Response | None:
        """None where the account's request may go on."""
        with aggregator.lock:
            fault, released = aggregator.fault, aggregator.released
        if fault is not None:
            return answer_of(fault, released)
        with aggregator.lock:
            account = _account()
            if account is None:
                return _refusal(WRONG_KEY, "The security key is invalid.", status=401)
            if not aggregator.may_ask(account):
                account.calls["throttled"] += 1
                return Response("Too Many Requests", 429, mimetype="text/plain")
            account.calls[request.path.rpartition("/")[2]] += 1
        return None

    def _account() -> Account | None:
        return aggregator.accounts.get(request.headers.get("17token", ""))

    def _own_account() -> Account:
        """Whose request it is; `let_in` has seen to it that there is one."""
        return aggregator.accounts[request.headers["17token"]]

    def _each(do: OneNumber) -> Response:
        entries = request.get_json(silent=True)
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            return _refusal(INVALID_DATA, "The submitted data is invalid.")
        if len(entries) > MOST_NUMBERS:
            return _refusal(TOO_MANY, f"The tracking numbers exceed the limit of {MOST_NUMBERS}.")
        accepted, rejected = [], []
        with aggregator.lock:
            account = _own_account()
            for entry in entries:
                try:
                    accepted.append(do(account, entry))
                except Rejected as error:
                    if error.code == QUOTA_SPENT:
                        account.calls["spent"] += 1
                    rejected.append(
                        {"number": entry.get("number"), "error": {"code": error.code, "message": str(error)}}
                    )
        return jsonify({"code": 0, "data": {"accepted": accepted, "rejected": rejected}})

    @blueprint.post("/register")
    def register() -> Response:
        """Follow these numbers from now on."""
        return _each(aggregator.register)

    @blueprint.post("/gettrackinfo")
    def get_track_info() -> Response:
        """What is known of these numbers."""
        return _each(aggregator.track_info)

    @blueprint.post("/gettracklist")
    def get_track_list() -> Response:
        """All numbers of the account, on one page."""
        with aggregator.lock:
            rows = aggregator.listed(_own_account())
        page = {"data_total": len(rows), "page_total": 1, "page_no": 1, "page_size": MOST_NUMBERS}
        return jsonify({"code": 0, "page": page, "data": {"accepted": rows}})

    @blueprint.post("/getquota")
    def get_quota() -> Response:
        """What the account may still register."""
        with aggregator.lock:
            account = _own_account()
            told = {
                "quota_total": account.quota,
                "quota_used": account.quota - account.left,
                "quota_remain": account.left,
                "today_used": account.used,
                "max_track_daily": 0,
                "free_email_quota": 0,
                "free_email_quotaused": 0,
            }
        return jsonify({"code": 0, "data": told})

    return blueprint


def _refusal(code: int, words: str, *, status: int = 200) -> Response:
    answer = jsonify({"code": code, "data": {"errors": [{"code": code, "message": words}]}})
    answer.status_code = status
    return answer
