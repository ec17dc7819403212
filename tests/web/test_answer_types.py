"""The types that the block's scripts are checked with (theme_extension/answer.d.ts) are the answer's."""

from __future__ import annotations

import json
import re
import subprocess
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields

from tests.theme.answers import split, told_as
from tests.web.conftest import Told
from tracker.order import Attention, Detail, Hold, Method, Source, Status
from tracker.web import schemas

ROOT = Path(__file__).parents[2]
FILE = ROOT / "theme_extension" / "answer.d.ts"
DECLARED = FILE.read_text("utf-8")

INTERFACES: dict[str, type[Schema]] = {
    "Order": schemas.OrderSchema,
    "Refund": schemas.RefundSchema,
    "Shipment": schemas.ShipmentSchema,
    "Pickup": schemas.PickupSchema,
    "DeliveryWindow": schemas.WindowSchema,
    "Tracking": schemas.TrackingSchema,
    "Item": schemas.ItemSchema,
    "Unshipped": schemas.UnshippedSchema,
    "TrackingEvent": schemas.EventSchema,
    "Choice": schemas.ChoiceSchema,
}
WORDS: dict[str, type[StrEnum]] = {
    "Status": Status,
    "Attention": Attention,
    "Method": Method,
    "Source": Source,
    "Detail": Detail,
    "Hold": Hold,
}
SIMPLE: dict[type[fields.Field[Any]], str] = {
    fields.String: "string",
    fields.Integer: "number",
    fields.Boolean: "boolean",
    schemas.Time: "Time",
    fields.Function: "Quantities",  # three numbers that no schema of their own writes
}


def members(interface: str) -> dict[str, str]:
    """The type of each member of an interface by its name, null left out; inherited ones included."""
    found = re.search(rf"^interface {interface}(?: extends (\w+))? {{\n(.*?)^}}", DECLARED, re.M | re.S)
    assert found, interface
    inherited = members(found[1]) if found[1] else {}
    own = dict(re.findall(r"^  (\w+): ([\w\[\]]+)(?: \| null)?;$", found[2], re.M))
    return inherited | {name: "string" if kind in WORDS else kind for name, kind in own.items()}


def kind_of(field: fields.Field[Any]) -> str:
    """The declared type that a field of marshmallow answers to."""
    if isinstance(field, fields.List):
        return f"{kind_of(field.inner)}[]"
    if isinstance(field, fields.Nested):
        return next(name for name, schema in INTERFACES.items() if schema is type(field.schema))
    return SIMPLE[type(field)]


@pytest.mark.parametrize("interface", INTERFACES)
def test_an_interface_has_the_fields_of_its_schema(interface: str) -> None:
    schema = INTERFACES[interface]()
    written = {field.data_key or name: kind_of(field) for name, field in schema.fields.items()}
    if interface == "Shipment":
        written |= {"checked_at": "Time", "news_at": "Time"}  # each beside the whole answer's
    if interface in ("Order", "Shipment"):
        written["advice"] = "string"
    assert written == members(interface)


@pytest.mark.parametrize("name", WORDS)
def test_the_words_of_a_type_are_all_there_are(name: str) -> None:
    declared = re.search(rf"^type {name} =(.*?);", DECLARED, re.M | re.S)
    assert declared
    assert list(WORDS[name]) == re.findall(r"'(\w+)'", declared[1])


def test_every_answer_is_of_the_type(every_order: dict[str, Told], tmp_path: Path) -> None:
    """Those of the pretend shop, and those that the block's own tests tell. Where null may stand is seen here
    alone."""
    answers = [told.answer for told in every_order.values()]
    answers += [told_as(status) for status in [*Status, None]] + [split()]
    lines = [f"const _{number}: Answer = {json.dumps(answer)};" for number, answer in enumerate(answers)]
    # Each of these has to be refused, or nothing was checked above.
    changes: list[dict[str, Any]] = [{"unheard_of": 1}, {"stale": None}, {"order": {}}]
    lines += [
        f"// @ts-expect-error\nconst wrong_{number}: Answer = {json.dumps(answers[0] | change)};"
        for number, change in enumerate(changes)
    ]
    file = tmp_path / "answers.ts"
    file.write_text("\n".join(lines), "utf-8")
    compiler = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    run = subprocess.run(
        ["node", compiler, "--strict", "--noEmit", "--target", "es2022", FILE, file],  # noqa: S607 - whichever node the developer uses
        capture_output=True,
        check=False,
        cwd=tmp_path,  # away from the types of other packages
        text=True,
        timeout=60,
    )
    assert ("", 0) == (run.stdout + run.stderr, run.returncode)
