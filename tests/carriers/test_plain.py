"""What a source writes for a web page is read as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.strategies import json_values
from tracker.carriers.plain import plain

PIECES = (
    *("<", ">", "&", "a", "/", "!", "[", "?", "-", '"', " ", ";", "#", "x3c", "lt", "amp", "\u0000"),
    *("<b>", "</b>", "<br>", "<a href='", "<script>", "</script>", "<!--", "-->", "<![", "&lt;", "&amp;"),
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Out for delivery", "Out for delivery"),
        (
            "Im Zustellfahrzeug. <a href='https://www.dhl.de/x?a=1&b=2' target='_blank'>"
            "<span class='arrow'></span>Live verfolgen</a>",
            "Im Zustellfahrzeug. Live verfolgen",
        ),
        ("Held<br/>at<BR>customs<p>Berlin</p>", "Held at customs Berlin"),
        ("Zu<b>stell</b>ung", "Zustellung"),
        ("M&uuml;ller &amp; S&#246;hne&nbsp;GmbH", "Müller & Söhne GmbH"),
        ("M&amp;uuml;ller", "Müller"),
        ("&lt;b&gt;Left&lt;/b&gt; at door", "Left at door"),
        ("<style>p {color: red}</style>Left<script>alert('<b>')</script> at door", "Left at door"),
        ("Left <!-- by the <b>van</b> --> at door", "Left at door"),
        ("AT&T at 5 < 6, R&D, 3>2", "AT&T at 5 < 6, R&D, 3>2"),
        ("Heavier than <kg", "Heavier than kg"),
        ("<script>nothing else", None),
        ("<p> </p>", None),
        ("Left <![ at door", None),
        ("&" + "amp;" * 20 + "lt;b>", None),
        ("<a " * 150, None),
        ("&lt;a " * 150, None),
        (["<b>"], None),
    ],
)
def test_what_is_read(written: object, read: str | None) -> None:
    assert read == plain(written, 300)


def test_it_is_cut_where_what_is_seen_is_long_enough() -> None:
    assert "x" * 10 == plain("<i>" + "x" * 30 + "</i>", 10)


@given(json_values | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("&<amp;lt;b>")
@example("<<b>script>")
def test_whatever_is_written_no_tag_is_left_and_what_is_plain_stays(written: object) -> None:
    read = plain(written, 30)

    if read is not None:
        assert 0 < len(read) <= 30
        assert not re.search(r"<[A-Za-z/!?]", read)
    assert read == plain(read, 30)
