"""What a look-up's form says is read as the standard library reads it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import InvalidRequest
from tracker.web.body import FORM, MAX_FIELDS, read_body

fields = st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=MAX_FIELDS)
typed = st.text(alphabet="ab=&+%4é2F \t\x00", max_size=40)


@given(fields)
def test_what_a_browser_sends_is_what_was_typed(sent: dict[str, str]) -> None:
    """Whatever signs and letters are in it."""
    try:
        body = urlencode(sent).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which no browser sends
        return
    assert sent == read_body(body, FORM)


@given(typed)
def test_a_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    """Signs that are not escaped, escapes that are cut off, fields without a name or a value."""
    try:
        pairs = parse_qsl(body, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        expected = "not_utf8"
    else:
        expected = "" if len(dict(pairs)) == len(pairs) else "repeated_field"
    if expected:
        with pytest.raises(InvalidRequest) as refused:
            read_body(body.encode(), FORM)
        assert {"body": [expected]} == refused.value.errors
    else:
        assert dict(pairs) == read_body(body.encode(), FORM)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"order=%FF", "not_utf8"),
        (b"order=\xff", "not_utf8"),
        (b"order=1&order=2", "repeated_field"),
        (b"&" * MAX_FIELDS, "too_many_fields"),
    ],
    ids=["escaped", "raw", "twice", "many"],
)
def test_a_form_that_has_no_one_reading_is_refused(body: bytes, word: str) -> None:
    """With a stable word, and nothing of what was sent."""
    with pytest.raises(InvalidRequest) as refused:
        read_body(body, FORM)
    assert {"body": [word]} == refused.value.errors
