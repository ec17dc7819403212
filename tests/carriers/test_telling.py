"""A shopper is told whose parcel it is, as the carrier writes it, with an address that is safe to follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.carriers.shopify_companies import COMPANIES
from tracker.carriers.table import carrier_table
from tracker.carriers.telling import carrier_of, tell_tracking
from tracker.order import Tracking
from tracker.tracking_link import read_address

UPS_NUMBER = "1Z999AA10123456784"
UPS_LINK = "https://www.ups.com/track?tracknum=" + UPS_NUMBER
JAPAN_POST = "https://trackings.post.japanpost.jp/services/srv/search/direct?locale="
DHL_PAKET = (
    "https://www.dhl.de/{}/privatkunden/pakete-empfangen/verfolgen.html?piececode=00340434161094042557"
)


def shown(company: str | None, number: str | None, url: str | None) -> tuple[str | None, ...]:
    """Carrier, number and link that `tell_tracking` tells."""
    told = tell_tracking(company, number, url)
    return told.carrier, told.number, told.url


@pytest.mark.parametrize(
    ("carrier", "link", "company", "number"),
    [
        ("UPS", UPS_LINK, "UPS", "1Z 999 AA1 01 2345 6784"),
        (
            "USPS",
            "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400100000000000000000",
            "usps",
            "9400100000000000000000",
        ),
        (
            "PostNord",
            "https://tracking.postnord.com/se/?id=00573132901588003506",
            "PostNord SE",
            "00573132901588003506",
        ),
        (
            "Österreichische Post",
            "https://www.post.at/sv/sendungsdetails?snr=1035304005500970252807",
            "ÖSTERREICHISCHE  POST",
            "1035304005500970252807",
        ),
        (
            "ヤマト運輸",
            "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=123456789012",
            "Yamato (JA)",
            "1234-5678-9012",
        ),
        (
            "Yamato Transport",
            "https://track.kuronekoyamato.co.jp/english/tracking",
            "Yamato (EN)",
            "123456789012",
        ),
        (
            "Sagawa Express",
            "https://k2k.sagawa-exp.co.jp/p/sagawa/web/okurijosearcheng.jsp",
            "Sagawa (EN)",
            "123456789012",
        ),
        (
            "佐川急便",
            "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=123456789012",
            "Sagawa (JA)",
            "123456789012",
        ),
        ("Japan Post", JAPAN_POST + "en&reqCodeNo1=EJ123456789JP", "Japan Post (EN)", "EJ123456789JP"),
        ("Japan Post", JAPAN_POST + "ja&reqCodeNo1=EJ123456789JP", "Japan Post (JA)", "EJ123456789JP"),
        ("Deutsche Post", DHL_PAKET.format("de"), "Deutsche Post (DE)", "00340434161094042557"),
        ("Deutsche Post", DHL_PAKET.format("en"), "Deutsche Post (EN)", "00340434161094042557"),
        (
            "DHL eCommerce",
            "https://webtrack.dhlglobalmail.com/?trackingnumber=GM605115988000100106",
            "DHL eCommerce",
            "GM605115988000100106",
        ),
        (
            "La Poste",
            "https://www.laposte.fr/outils/suivre-vos-envois?code=CW541676386FR",
            "La Poste Colissimo",
            "CW541676386FR",
        ),
        (
            "Mondial Relay",
            "https://www.mondialrelay.com/suivi-de-colis/?numeroExpedition=12345678",
            "mondial-relay",
            "12345678",
        ),
        (
            "Swiss Post",
            "https://service.post.ch/ekp-web/ui/entry/search/990012345612345678",
            "Swiss Post",
            "99.00.123456.12345678",
        ),
        ("DX", "https://www.dxdelivery.com/consumer/my-tracking/", "DX", "12345678"),
        ("Yurtiçi Kargo", None, "YURTICI KARGO", "<b>1234</b>"),
        ("Bonds Couriers", None, "Bonds", "12345678"),
    ],
)
def test_a_known_carrier_has_its_proper_name_and_its_own_page(
    carrier: str, link: str | None, company: str, number: str
) -> None:
    assert (carrier, number, link) == shown(company, number, None)


def test_the_companys_name_goes_before_the_host_and_the_host_before_the_number() -> None:
    royal_mail = "https://www.royalmail.com/track-your-item#/tracking-results/1"

    assert ("FedEx", UPS_NUMBER, royal_mail) == shown("fed-ex", UPS_NUMBER, royal_mail)
    assert ("Royal Mail", UPS_NUMBER, royal_mail) == shown("Van Bob", UPS_NUMBER, royal_mail)
    assert ("UPS", UPS_NUMBER, UPS_LINK) == shown("Van Bob", UPS_NUMBER, None)
    assert ("UPS", UPS_NUMBER, UPS_LINK) == shown(None, UPS_NUMBER, "")


@pytest.mark.parametrize(
    ("phone", "help_url", "company"),
    [
        ("+1 800 742 5877", "https://www.ups.com/us/en/support/contact-us.page", "ups"),
        ("+1 800 432 6335", None, "Old Dominion"),
        (None, "https://www.postnl.nl/klantenservice/", "PostNL"),
        (None, None, "Van Bob"),
        (None, None, None),
    ],
)
def test_a_carrier_is_told_with_where_it_can_be_asked_as_far_as_that_is_known(
    phone: str | None, help_url: str | None, company: str | None
) -> None:
    told = tell_tracking(company, "986578788855", "https://shop.example/track/986578788855")

    assert (phone, help_url) == (told.carrier_phone, told.carrier_help_url)


def test_who_can_be_asked_is_the_carrier_that_is_named_and_not_the_one_whose_address_was_given() -> None:
    told = tell_tracking("PostNL", UPS_NUMBER, UPS_LINK)

    assert UPS_LINK == told.url
    assert (None, "https://www.postnl.nl/klantenservice/") == (told.carrier_phone, told.carrier_help_url)


@pytest.mark.parametrize("company", ["UPSS", "ups.com", "{number}", "Van Bob", "<b>UPS"])
def test_a_carrier_is_never_guessed(company: str) -> None:
    """A tenth or more of random numbers carry the check digit of some real carrier."""
    assert Tracking(company, "986578788855", None) == tell_tracking(company, "986578788855", None)


@pytest.mark.parametrize("company", [None, "Other", "other", "OTHER ", "Custom", "N/A", "", "—"])
def test_a_word_for_no_carrier_is_not_told(company: str | None) -> None:
    assert Tracking(None, "986578788855", None) == tell_tracking(company, "986578788855", None)
    assert ("UPS", UPS_NUMBER, UPS_LINK) == shown(company, UPS_NUMBER, None)


def test_without_tls_only_a_carriers_own_address_is_followed() -> None:
    for url in ("http://wwwapps.ups.com/WebTracking/track?trackNums=1", "http://UPS.com/1"):
        assert url == tell_tracking("FedEx", "12345", url).url
    for url in ("http://track.example.com/1", "http://ups.com.evil.example/1", "http://notups.com/1"):
        assert "https://www.fedex.com/fedextrack/?trknbr=12345" == tell_tracking("FedEx", "12345", url).url
        assert tell_tracking("Van Bob", "12345", url).url is None


@pytest.mark.parametrize(
    "number",
    [
        None,
        "",
        "   ",
        "123",
        "----",
        "1" * 41,
        "1" * 10_000,
        "12345/..",
        "12345.",
        "..12345",
        "12345?a=b",
        "12345&x",
        "12345#",
        "１２３４５",
        "١٢٣٤٥",
        "1234\x005",
        "1234\u202e5",
        "{0}1234",
        "%31234",
        "<script>1234</script>",
    ],
)
def test_a_number_of_another_form_is_shown_without_a_link(number: str | None) -> None:
    for company in ("UPS", "Yamato (JA)", "DX"):
        assert tell_tracking(company, number, None).url is None
    assert number == tell_tracking("UPS", number, None).number


def test_every_company_that_shopify_lists_has_a_safe_page_or_none() -> None:
    names = {match.carrier.name for match in carrier_table().by_spelling.values()}
    for company in COMPANIES:
        told = tell_tracking(company, "AB-1234", None)
        address = read_address(told.url) if told.url is not None else None

        assert told.carrier in names
        assert (told.url is None) == (address is None), company
        assert address is None or (address.secure and "{" not in str(told.url)), company


_companies = st.none() | st.sampled_from(COMPANIES) | st.text(max_size=30)
_numbers = st.none() | st.from_regex(r"[A-Za-z0-9 -]{1,45}", fullmatch=True) | st.text(max_size=50)
_urls = (
    st.none()
    | st.text(max_size=40)
    | st.sampled_from(["http://ups.com/1", "https://a.example", "http://a.b"])
)


@given(_companies, _numbers, _urls)
def test_an_address_is_always_secure_or_a_carriers_own(
    company: str | None, number: str | None, url: str | None
) -> None:
    told = tell_tracking(company, number, url)

    assert number == told.number
    assert told.carrier is None or told.carrier.strip()
    if told.url is not None:
        address = read_address(told.url)
        assert address is not None
        assert address.secure or carrier_table().of_host(address.host) is not None
        assert told.url in (url, tell_tracking(company, number, None).url)


@pytest.mark.parametrize(
    ("key", "tracking"),
    [
        ("ups", Tracking("UPS", "1")),
        ("yamato", Tracking("Yamato Transport", "1")),
        ("ups", Tracking("My own van", "1", UPS_LINK)),
        ("ups", Tracking(None, UPS_NUMBER)),
        (None, Tracking("My own van", "12345678")),
        (None, Tracking(None, None, "https://")),
    ],
)
def test_the_carrier_of_what_is_told_is_known_by_its_key(key: str | None, tracking: Tracking) -> None:
    assert key == carrier_of(tracking)
