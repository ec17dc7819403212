"""What a form may say of a page's look: closed choices, and no text of anybody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker import theme_files
from tracker.shop import HIDEABLE
from tracker.web.look import DENSITIES, RADIUS, WIDTH, Look, LookForm, read_look

COLORS = st.none() | st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)
PAGES = st.none() | st.sampled_from(["/pages/contact", "/en-gb/pages/%E3%81%8A", "/policies/shipping-policy"])
LOOKS = st.builds(
    Look,
    accent=COLORS,
    text=COLORS,
    background=COLORS,
    radius=st.none() | st.integers(*RADIUS),
    width=st.none() | st.integers(*WIDTH),
    density=st.none() | st.sampled_from(DENSITIES),
    shown=st.sets(st.sampled_from(sorted(HIDEABLE))).map(frozenset),
    contact=PAGES,
    faq=PAGES,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
SENT = st.dictionaries(st.sampled_from([*LookForm().fields, "heading", "style"]), ANYTHING)


@given(look=LOOKS)
def test_what_is_carried_is_read_again(look: Look) -> None:
    assert look == read_look(look.carried())


@given(sent=SENT)
@settings(max_examples=50)
@example({"accent": "#ff0000;position:fixed", "text": "#ff0000\n", "background": "url(//evil.example)"})
@example({"radius": "9" * 5000, "width": float("nan"), "density": ["compact"], "show": {"items": 1}})
def test_whatever_is_sent_there_is_a_look_with_nothing_in_it_that_could_be_a_text(sent: Any) -> None:
    look = read_look(sent)

    assert look == read_look(look.carried())
    for value in look.properties().values():
        assert re.fullmatch(r"#[0-9A-Fa-f]{6}|[0-9]{1,4}px", value)
    assert {look.density, *look.shown} <= {*DENSITIES, *HIDEABLE, None}


def test_one_field_that_cannot_be_takes_no_other_along() -> None:
    sent = {"accent": "red", "text": "#112233", "width": "90000", "radius": "3", "show": "items <b> events"}

    look = read_look(sent)

    assert look == Look(text="#112233", radius=3, shown=frozenset({"items", "events"}))


def test_a_form_that_says_nothing_of_it_hides_nothing() -> None:
    """And one that shows nothing hides all."""
    assert read_look({}).shown == HIDEABLE
    assert read_look({"show": ""}).shown == frozenset()


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/pages/contact",
        "https://evil.example/pages/contact",
        "/\\evil.example",
        "/pages/contact?next=//evil.example",
        "/pages/../cart/clear",
        "/pages/%2e%2e%2fcart%2fclear",
        "/pages/",
        "/cart/clear",
        "/account/logout",
        "/discount/CODE?redirect=/",
        "/pages/contact\n",
        "/pages/{{ shop.email }}",
        "javascript:alert(1)",
        "pages/contact",
    ],
)
def test_helping_pages_are_pages_of_the_shop(path: str) -> None:
    """Nothing that leads away, and nothing that does something."""
    look = read_look({"contact": path, "faq": path})

    assert (look.contact, look.faq) == (None, None)


def test_bounds_and_choices_are_those_of_the_blocks_settings() -> None:
    source = theme_files.read("blocks/track-order.liquid")
    schema = json.loads(source.split("{% schema %}")[1].split("{% endschema %}")[0])
    named = {setting["id"]: setting for setting in schema["settings"] if "id" in setting}
    choices = {option["value"] for option in named["density"]["options"]}

    assert (named["radius"]["min"], named["radius"]["max"]) == RADIUS
    assert (named["width"]["min"], named["width"]["max"]) == WIDTH
    assert choices == set(DENSITIES)
