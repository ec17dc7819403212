"""An address is safe to click, or it is none."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.order import Tracking
from tracker.tracking_link import MAX_LENGTH, Address, as_told, read_address


@pytest.mark.parametrize(
    "url",
    [
        "https://track.example.com/1Z999",
        "HTTPS://Track.Example.com/1Z999",
        "https://track.example.com",
        "https://track.example.com?n=1&m=2",
        "https://track.example.com:8443/a;b?c=%20d#/e?f=g",
        "https://xn--bcher-kva.example/1",
        "https://www.royalmail.com/track-your-item#/tracking-results/AB1",
    ],
)
def test_a_secure_address_is_told_as_it_is(url: str) -> None:
    assert Tracking("FedEx", "12345", url) == as_told("FedEx", "12345", url)


def test_an_address_leads_to_a_host_with_or_without_tls() -> None:
    assert Address("ups.com", secure=False) == read_address("http://UPS.com/1")
    assert Address("www.ups.com", secure=True) == read_address("HTTPS://www.UPS.com:443/1")


def test_without_tls_no_address_is_followed_by_whoever_knows_no_carrier() -> None:
    assert Tracking("UPS", "1", None) == as_told("UPS", "1", "http://www.ups.com/1")
    assert Tracking(None, None, None) == as_told(None, None, None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://ups.com",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://ups.com/1",
        "//ups.com/1",
        "/track/1",
        "ups.com/1",
        "https:/ups.com/1",
        "https:ups.com",
        "https:///1",
        "https://user@track.example.com/1",
        "https://user:word@track.example.com/1",
        "https://track.example.com\\@evil.example/1",
        " https://track.example.com/1",
        "https://track.example.com/1\n",
        "https://track.example.com/a b",
        "https://track.exam\tple.com/1",
        "https://track.example.com/\x00",
        "https://track.example.com/\u202e1",
        'https://track.example.com/"onmouseover="x',
        "https://track.example.com/<b>",
        "https://track.example.com/%",
        "https://track.example.com/%zz",
        "https://track.example.com/#a#b",
        "https://bücher.example/1",
        "https://tracк.example.com/1",
        "https://track.example.com/\u017f\u212a",
        "https://xn--a.example/1",
        "https://xn--.example/1",
        "https://localhost/1",
        "https://127.0.0.1/1",
        "https://2130706433/1",
        "https://[::1]/1",
        "https://-a.example/1",
        "https://a-.example/1",
        "https://a..example/1",
        "https://.example/1",
        "https://track.example.com./1",
        "https://under_score.example/1",
        "https://" + "a" * 64 + ".example/1",
        "https://" + "a." * 130 + "example/1",
        "https://track.example.com:0/1",
        "https://track.example.com:65536/1",
        "https://track.example.com:/1",
        "https://track.example.com/" + "1" * MAX_LENGTH,
        "http://ups.com@evil.example/1",
    ],
)
def test_what_is_no_well_formed_address_is_never_followed(url: str) -> None:
    assert read_address(url) is None
    assert Tracking("FedEx", "12345", None) == as_told("FedEx", "12345", url)


def test_the_longest_address_is_taken() -> None:
    assert read_address("https://track.example.com/".ljust(MAX_LENGTH, "1")) is not None


_urls = (
    st.text(max_size=80)
    | st.from_regex(r"(?:https?|javascript|data):/{0,3}[\S ]{0,40}", fullmatch=True)
    | st.tuples(
        st.sampled_from(["https://", "http://", "HTTPS://", "https:", ""]),
        st.sampled_from(["ups.com", "www.ups.com", "a.example", "u:p@ups.com", "[::1]"]),
        st.text(max_size=30),
    ).map("".join)
)


@given(_urls)
def test_an_address_that_is_read_is_plain_and_leads_where_it_says(url: str) -> None:
    address = read_address(url)
    if address is None:
        return
    parts = urlsplit(url)

    assert len(url) <= MAX_LENGTH
    assert url.isascii()
    assert not re.search(r"[\s\x00-\x20\x7f\"<>\\^`{|}]", url)
    assert (address.host, address.secure) == (parts.hostname, parts.scheme == "https")
    assert parts.username is None
    assert "." in address.host
