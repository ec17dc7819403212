"""What a merchant types becomes what Liquid is given, by the type of each setting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.theme.harness import schema
from tracker.demo.setting_types import PREFIX, BadSetting, read_settings

KINDS: list[dict[str, Any]] = [
    {"type": "header", "content": "Look"},
    {"type": "text", "id": "heading"},
    {"type": "richtext", "id": "help"},
    {"type": "checkbox", "id": "shown"},
    {"type": "color", "id": "accent"},
    {"type": "range", "id": "radius", "min": 0, "max": 24, "step": 1, "unit": "px"},
    {"type": "select", "id": "corners", "options": [{"value": "round"}, {"value": "square"}]},
]


def read(**typed: str) -> dict[str, object]:
    return read_settings(KINDS, {f"{PREFIX}{name}": value for name, value in typed.items()})


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("heading", "  Where? ", "Where?"),
        ("help", "", ""),
        ("help", "Call <us>", "<p>Call &lt;us&gt;</p>"),
        ("help", "<p>Call <b>us</b></p>", "<p>Call <b>us</b></p>"),
        ("shown", "on", True),
        ("accent", "", ""),
        ("accent", "#1F5c4d", "#1F5c4d"),
        ("accent", "#fff", "#fff"),
        ("radius", "8", 8),
        ("radius", "0.5", 0.5),
        ("corners", "square", "square"),
    ],
)
def test_what_is_typed_is_read_by_its_type(name: str, typed: str, value: object) -> None:
    assert {"shown": False, name: value} == read(**{name: typed})


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("accent", "green"),
        ("accent", "#12345"),
        ("radius", "25"),
        ("radius", "-1"),
        ("radius", "nan"),
        ("radius", "wide"),
        ("corners", "odd"),
    ],
)
def test_a_value_that_a_setting_can_not_have_is_refused_by_its_name(name: str, typed: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read(**{name: typed})


@pytest.mark.parametrize("block", ["track-order", "track-order-button"])
def test_every_default_of_the_real_blocks_is_read_as_itself(block: str) -> None:
    """As the editor sends it while nothing was changed."""
    settings = [one for one in schema(block)["settings"] if "id" in one]
    defaults = {one["id"]: one.get("default", "") for one in settings}
    typed = {f"{PREFIX}{name}": str(value) for name, value in defaults.items() if value is not False}
    assert json.dumps(defaults) == json.dumps(read_settings(settings, typed))
