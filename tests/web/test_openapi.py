"""docs/openapi.json is what the service does: made from its schemas, of all routes, true of the answers."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
from flask import Flask

from tests import openapi
from tests.web.conftest import MakeApp, Told
from tests.web.storefront import Storefront

DOCUMENT = openapi.document()


def validator(name: str) -> Any:
    """Of one schema of the document, references and all."""
    return jsonschema_rs.validator_for({**DOCUMENT, "$ref": f"#/components/schemas/{name}"})


def test_the_file_is_as_it_would_be_written_now() -> None:
    """`python -m tests.openapi` was run after the last change of a schema."""
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.written()


def test_it_describes_every_route(make_app: MakeApp, sqlite_url: str) -> None:
    app = make_app(database_url=sqlite_url)
    routes = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routes == {(path, method) for path, ways in DOCUMENT["paths"].items() for method in ways}


def test_every_story_is_as_it_says(every_order: dict[str, Told]) -> None:
    answer = validator("Answer")

    assert {} == {
        name: error.message for name, told in every_order.items() for error in answer.iter_errors(told.answer)
    }


def test_a_refusal_is_as_it_says(app: Flask) -> None:
    refusal = Storefront(app).look_up({"order": "", "email": "nobody"})

    validator("Problem").validate(refusal.get_json())
    assert str(refusal.status_code) in DOCUMENT["paths"]["/proxy/lookup"]["post"]["responses"]
