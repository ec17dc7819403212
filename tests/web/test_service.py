"""What Flask need not find out on every request is what it would have found."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.typing import ResponseReturnValue

from tracker.web.service import Service, WholeResponse

BODY = '{"order": "ordre nº 1"}'.encode()


def _app(made: type[Flask]) -> Flask:
    app = made("app", static_folder=None)

    @app.get("/parcel")
    def parcel() -> ResponseReturnValue:
        return "one"

    @app.get("/parcels/<number>")
    def parcels(number: str) -> ResponseReturnValue:
        return number

    @app.post("/parcel", provide_automatic_options=False)
    def take() -> ResponseReturnValue:
        return "taken"

    return app


@pytest.mark.parametrize("path", ["/parcel", "//parcel", "/parcel/", "/Parcel", "/parcels/7", "/", "/x"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT"])
def test_a_path_leads_where_flask_would_lead_it(method: str, path: str) -> None:
    """By status, body and the methods that are allowed there."""
    expected, told = (_app(made).test_client().open(path, method=method) for made in (Flask, Service))

    assert (expected.status, expected.data) == (told.status, told.data)
    assert expected.allow == told.allow


def test_a_whole_response_says_what_any_response_says() -> None:
    """The same status, the same headers, the same bytes."""
    responses = []
    for response in (Response(BODY, mimetype="application/json"), WholeResponse(BODY, "application/json")):
        response.headers["X-Request-Id"] = "1"
        body, status, headers = response.get_wsgi_response({"REQUEST_METHOD": "POST"})
        responses.append((b"".join(body), status, sorted(headers)))

    assert responses[0] == responses[1]
