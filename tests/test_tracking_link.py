"""A tracking link is safe to click, or there is none."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.carrier_links import HOSTS, TEMPLATES
from tracker.tracking_link import MAX_LENGTH, safe_link


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
        "http://wwwapps.ups.com/WebTracking/track?trackNums=1",
        "http://UPS.com/1",
    ],
)
def test_the_shops_own_address_is_taken_as_it_is(url: str) -> None:
    assert safe_link("FedEx", "12345", url) == url


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
        "http://track.example.com/1",
        "http://ups.com.evil.example/1",
        "http://notups.com/1",
        "http://ups.com@evil.example/1",
    ],
)
def test_an_unsafe_address_is_never_linked_to(url: str) -> None:
    assert safe_link(None, None, url) is None
    assert safe_link("Carrier nobody knows", "12345", url) is None
    assert safe_link("FedEx", "12345", url) == "https://www.fedex.com/fedextrack/?trknbr=12345"


def test_the_longest_address_is_taken() -> None:
    url = "https://track.example.com/".ljust(MAX_LENGTH, "1")
    assert safe_link(None, None, url) == url


JAPAN_POST = "https://trackings.post.japanpost.jp/services/srv/search/direct?locale=en&reqCodeNo1="
DHL_PAKET = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode="


@pytest.mark.parametrize(
    ("link", "company", "number"),
    [
        ("https://www.ups.com/track?tracknum=1Z999AA10123456784", "UPS", "1Z 999 AA1 01 2345 6784"),
        (
            "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400100000000000000000",
            "usps",
            "9400100000000000000000",
        ),
        ("https://tracking.postnord.com/se/?id=00573132901588003506", "PostNord SE", "00573132901588003506"),
        (
            "https://www.post.at/sv/sendungsdetails?snr=1035304005500970252807",
            "ÖSTERREICHISCHE  POST",
            "1035304005500970252807",
        ),
        (
            "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=123456789012",
            "Yamato (JA)",
            "1234-5678-9012",
        ),
        (JAPAN_POST + "EJ123456789JP", "Japan Post (EN)", "EJ123456789JP"),
        (DHL_PAKET + "00340434161094042557", "Deutsche Post (DE)", "00340434161094042557"),
        (
            "https://webtrack.dhlglobalmail.com/?trackingnumber=GM605115988000100106",
            "DHL eCommerce",
            "GM605115988000100106",
        ),
        (
            "https://www.laposte.fr/outils/suivre-vos-envois?code=CW541676386FR",
            "La Poste Colissimo",
            "CW541676386FR",
        ),
    ],
)
def test_a_known_carrier_has_a_page_for_its_number(link: str, company: str, number: str) -> None:
    assert safe_link(company, number, None) == link


@pytest.mark.parametrize("company", [None, "", "Other", "UPSS", "Mondial Relay", "ups.com", "{number}"])
def test_a_carrier_is_never_guessed(company: str | None) -> None:
    """A tenth or more of random numbers carry the check digit of some real carrier."""
    assert safe_link(company, "1Z999AA10123456784", None) is None


@pytest.mark.parametrize(
    "number",
    [
        None,
        "",
        "   ",
        "123",
        "----",
        "1" * 41,
        "12345/..",
        "12345?a=b",
        "12345&x",
        "12345#",
        "１２３４５",
        "1234\x005",
        "{0}1234",
        "%31234",
    ],
)
def test_a_number_of_another_form_is_shown_without_a_link(number: str | None) -> None:
    assert safe_link("UPS", number, None) is None
    assert safe_link("Yamato (JA)", number, None) is None


@pytest.mark.parametrize("company", TEMPLATES)
def test_every_carrier_in_the_table_gives_a_safe_link_of_its_own(company: str) -> None:
    link = safe_link(company, "AB-1234", None)
    assert link is not None
    assert safe_link(None, None, link) == link
    assert safe_link(None, None, link.replace("https://", "http://")) is not None, "its host is listed"
    assert "AB-1234" in link or "AB1234" in link
    assert not re.search(r"[{}]", link)


def test_the_hosts_are_plain_domains() -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in HOSTS)


_companies = st.none() | st.sampled_from(sorted(TEMPLATES)) | st.text(max_size=30)
_numbers = st.none() | st.from_regex(r"[A-Za-z0-9 -]{1,45}", fullmatch=True) | st.text(max_size=50)
_urls = (
    st.none()
    | st.text(max_size=80)
    | st.from_regex(r"(?:https?|javascript|data):/{0,3}[\S ]{0,40}", fullmatch=True)
    | st.tuples(
        st.sampled_from(["https://", "http://", "HTTPS://", "https:", ""]),
        st.sampled_from(
            ["ups.com", "www.ups.com", "a.example", "ups.com.evil.example", "u:p@ups.com", "[::1]"]
        ),
        st.text(max_size=30),
    ).map("".join)
)


@given(_companies, _numbers, _urls)
def test_a_link_is_always_https_or_a_carriers_own(
    company: str | None, number: str | None, url: str | None
) -> None:
    link = safe_link(company, number, url)
    if link is None:
        return
    assert len(link) <= MAX_LENGTH
    assert link.isascii()
    assert not re.search(r"[\s\x00-\x20\x7f\"<>\\^`{|}]", link)
    parts = urlsplit(link)
    host = parts.hostname or ""
    assert parts.username is None
    assert parts.password is None
    assert "." in host
    assert parts.scheme == "https" or any(host == known or host.endswith("." + known) for known in HOSTS)
    assert link in (url, safe_link(company, number, None))
