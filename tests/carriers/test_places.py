"""One spelling of a place, and whose clock hangs there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tracker.carriers.places import Place, read_country, read_place, zone_of

NOON = datetime(2026, 11, 25, 12)  # noqa: DTZ001 - what a clock on the wall shows


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("LOS ANGELES", "Los Angeles"),
        ("CA", "CA"),
        ("CHICAGO, IL", "Chicago, IL"),
        ("NSW", "NSW"),
        ("Saint-Denis", "Saint-Denis"),
        ("SAINT-DENIS", "Saint-Denis"),
        ("O'FALLON", "O'Fallon"),
        ("ST. JOHN'S", "St. John's"),
        ("ÉVRY", "Évry"),
        ("İZMİR", "İzmi̇r"),
        ("深圳市", "深圳市"),
        ("<b>BERLIN</b>", "Berlin"),
        ("\u202eBERLIN\u0000 MITTE", "Berlin Mitte"),
        ("x" * 300, "x" * 100),
        ("", None),
        (7, None),
        ({"city": "x"}, None),
    ],
)
def test_a_city(written: object, read: str | None) -> None:
    assert read_place(written, None, None) == Place(city=read)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("usa", "US"),
        ("UK", "GB"),
        ("XX", None),
        ("ZZZ", None),
        ("001", None),
        ("Germany", None),
        ("", None),
        (49, None),
    ],
)
def test_a_country_is_a_code_of_two_letters_or_nothing(written: object, read: str | None) -> None:
    assert read_country(written) == read


@pytest.mark.parametrize(
    ("country", "hours"), [("DE", 1), ("CN", 8), ("JP", 9), ("US", None), ("RU", None), ("XX", None)]
)
def test_a_country_has_a_clock_where_all_of_its_clocks_agree(country: str, hours: int | None) -> None:
    zone = zone_of(country, NOON)

    assert (None if zone is None else zone.utcoffset(NOON)) == (
        None if hours is None else timedelta(hours=hours)
    )
