"""Every row of the table of carriers has what a stranger needs to trust or correct it."""

from __future__ import annotations

import re
import string
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.carriers.shopify_companies import COMPANIES
from tracker.carriers.numbers import OF_COUNTRY
from tracker.carriers.table import FILE, carrier_table, read_table, spelling
from tracker.tracking_link import read_address

MUST = {"key", "name", "shopify", "country", "sources", "checked"}
REASONS = {"only_spelling", "unknown_country", "none"}
MAY = {"also", "phone", "help", "link", "form", "languages", "in_language", "hosts"} | REASONS
UNKNOWN = "unknown"
PARENTS = {"colissimo": "la_poste", "dhl_express": "dhl"}
"""Whose help page a carrier without one of its own sends its customers to."""
CALLING_CODES = {
    "AU": "61", "BE": "32", "CA": "1", "CH": "41", "CN": "86", "CZ": "420", "DE": "49", "ES": "34",
    "FI": "358", "FR": "33", "GB": "44", "GR": "30", "IE": "353", "IL": "972", "IN": "91", "IT": "39",
    "JP": "81", "LT": "370", "MY": "60", "NO": "47", "NZ": "64", "PL": "48", "PT": "351", "SE": "46",
    "SG": "65", "TR": "90", "US": "1", "ZA": "27",
}  # fmt: skip


@cache
def rows() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = tomllib.loads((files("tracker.carriers") / FILE).read_text("utf-8"))[
        "carrier"
    ]
    return loaded


def every(field: str) -> list[str]:
    return [value for row in rows() for value in row.get(field, ())]


def test_every_company_that_shopify_lists_has_one_row_and_only_those_do() -> None:
    assert sorted(COMPANIES) == sorted(every("shopify"))


def test_keys_and_spellings_and_hosts_belong_to_one_carrier_each() -> None:
    spellings = [spelling(name) for name in every("shopify") + every("also")]

    for kind in ([row["key"] for row in rows()], spellings, every("hosts")):
        assert [] == [value for value, times in Counter(kind).items() if times > 1]
    assert "" not in spellings


def test_rows_are_in_the_order_of_their_keys_so_that_one_is_found() -> None:
    assert sorted(row["key"] for row in rows()) == [row["key"] for row in rows()]


def test_every_row_says_who_the_carrier_is() -> None:
    for row in rows():
        assert MUST <= row.keys() <= MUST | MAY, row.get("key")
        assert re.fullmatch(r"[a-z0-9_]+", row["key"])
        assert row["name"] == row["name"].strip() != ""
        assert row["shopify"] or row.get("also"), "how shops write it"
        assert row["country"] == UNKNOWN or re.fullmatch(r"[A-Z]{2}", row["country"]), row["key"]


def test_a_row_without_a_country_or_a_second_spelling_says_why_and_no_other_does() -> None:
    for row in rows():
        assert (row["country"] == UNKNOWN) == ("unknown_country" in row), row["key"]
        assert (len(row["shopify"] + row.get("also", [])) == 1) == ("only_spelling" in row), row["key"]


def test_a_reason_is_told_in_words() -> None:
    for row in rows():
        for reason in REASONS & row.keys():
            assert len(row[reason].split()) > 3, row["key"]


def test_every_row_says_where_a_number_is_shown_or_why_nowhere() -> None:
    for row in rows():
        told = [row[kind] for kind in ("link", "form", "none") if kind in row]
        assert 1 == len(told), row["key"]
        assert told[0].strip()


def test_a_reason_that_names_a_site_names_the_rows_own() -> None:
    for row in rows():
        for host in re.findall(r"\(([a-z0-9.-]+\.[a-z]+)[^)]*\)", row.get("none", "")):
            assert host in row["hosts"], row["key"]


def test_every_row_names_its_sources_and_the_day_they_were_looked_at() -> None:
    for row in rows():
        assert row["sources"], row["key"]
        assert len(set(row["sources"])) == len(row["sources"]), row["key"]
        assert all(re.fullmatch(r"https://\S+|code search: \S.*", source) for source in row["sources"]), row[
            "key"
        ]
        assert isinstance(row["checked"], date)
        assert row["checked"].year >= 2026


def test_addresses_are_secure_and_have_only_the_places_to_fill_that_are_known() -> None:
    for row in rows():
        for kind in ("link", "form", "help"):
            if kind in row:
                filled = row[kind].format(number="1", plain="1", language="en")
                address = read_address(filled)
                assert address is not None, row["key"]
                assert address.secure, row["key"]
        places = {
            place for _, place, _, _ in string.Formatter().parse(row.get("link", "")) if place is not None
        }
        assert ("language" in places) == ("languages" in row), row["key"]
        assert places - {"language"} in ([{"number"}, {"plain"}] if "link" in row else [set()]), row["key"]


def test_a_language_with_a_page_of_its_own_has_a_name_too_and_is_one_that_the_name_can_be_written_with() -> (
    None
):
    told = [(row, language, own) for row in rows() for language, own in row.get("in_language", {}).items()]

    assert told
    for row, language, own in told:
        address = read_address(own["form"])
        assert {"name", "form"} == own.keys(), row["key"]
        assert own["name"] in row["also"], "or it would not be known again"
        assert address is not None, row["key"]
        assert address.secure, row["key"]
        assert carrier_table().of_host(address.host) == carrier_table().by_key[row["key"]]
        assert any(name.endswith(f"({language.upper()})") for name in row["shopify"]), row["key"]


def test_languages_are_codes_and_the_first_is_what_an_unlabelled_name_gets() -> None:
    for row in rows():
        assert all(re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", language) for language in row.get("languages", ()))
        assert row.get("languages") != []


def test_phones_are_written_for_calls_from_any_country() -> None:
    phones = {row["key"]: row["phone"] for row in rows() if "phone" in row}

    assert phones
    for phone in phones.values():
        assert re.fullmatch(r"\+[1-9][0-9]{0,2}( [0-9]+)+", phone), phone
        assert 7 <= sum(map(str.isdigit, phone)) <= 15, (
            "no service number, which its own country alone can dial"
        )


def test_a_phone_is_of_the_carriers_own_country() -> None:
    for row in rows():
        if "phone" in row and row["country"] != UNKNOWN:
            assert row["phone"].startswith(f"+{CALLING_CODES[row['country']]} "), row["key"]


def test_a_help_page_is_on_a_domain_of_the_carrier_and_not_where_a_number_is_shown() -> None:
    """A page that asks for a number answers nobody who has already looked at it."""
    table = carrier_table()
    helped = [row for row in rows() if "help" in row]

    assert helped
    for row in helped:
        owner = table.of_host(urlsplit(row["help"]).hostname or "")
        assert owner is not None, row["key"]
        assert PARENTS.get(row["key"], row["key"]) == owner.key
        shown = (row.get("link") or row.get("form") or "").partition("{")[0].partition("#")[0]
        assert not shown.startswith(row["help"]), row["key"]
        assert not re.search("track|search", row["help"]), row["key"]


def test_hosts_are_plain_domains() -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in every("hosts"))


def test_every_postal_operator_has_a_row_of_its_country() -> None:
    country_of = {row["key"]: row["country"] for row in rows()}

    assert {operator: country for country, operator in OF_COUNTRY.items()} == {
        operator: country_of[operator] for operator in OF_COUNTRY.values()
    }


def test_a_name_with_a_language_in_brackets_is_read_with_it() -> None:
    by_spelling = carrier_table().by_spelling

    assert "ja" == by_spelling[spelling("Japan Post (JA)")].language
    assert "en" == by_spelling[spelling("Deutsche Post (EN)")].language
    assert by_spelling[spelling("DPD (UK)")].language is None, "a country is no language"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FedEx", "fed-ex"),
        ("FedEx", " FED  EX. "),
        ("Österreichische Post", "OSTERREICHISCHE POST"),
        ("Yurtiçi Kargo", "yurtici kargo"),
        ("R+L Carriers", "RL Carriers"),
        ("UPS", "ＵＰＳ®"),
    ],
)
def test_ways_of_writing_one_name_are_one_spelling(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)


def test_a_row_without_a_key_is_refused() -> None:
    with pytest.raises(KeyError):
        read_table('[[carrier]]\nname = "A"\nshopify = ["A"]')


def test_a_broken_file_is_refused() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        read_table("[[carrier]")
