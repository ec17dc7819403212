"""The account of the operator's own shop, and where sources are, as they are read from the environment."""

from __future__ import annotations

import pytest

from tests.environments import settings
from tracker.parcel import SOURCE_NAMES, AskAbout
from tracker.settings import InvalidSettings

OWN = {"SHOPIFY_SHOP": "alice.myshopify.com"}


def problems(**environ: str) -> set[str]:
    with pytest.raises(InvalidSettings) as caught:
        settings(**environ)
    return set(caught.value.problems)


def test_an_account_of_the_own_shop_is_read_and_kept_out_of_sight() -> None:
    told = settings(
        **OWN,
        TRACKING_SOURCE="aftership",
        TRACKING_KEY="the-account-key",
        TRACKING_PUSH_SECRET="the-push-secret",
        TRACKING_DAILY_QUOTA="300",
        TRACKING_ASK_ABOUT="silent_parcels",
    )

    assert AskAbout.SILENT_PARCELS is told.tracking_ask_about
    assert ("aftership", "the-account-key", "the-push-secret", 300) == (
        told.tracking_source,
        told.tracking_key,
        told.tracking_push_secret,
        told.tracking_daily_quota,
    )
    assert "the-account-key" not in repr(told)
    assert "the-push-secret" not in repr(told)


def test_half_an_account_is_none() -> None:
    alone = problems(TRACKING_KEY="k", TRACKING_PUSH_SECRET="s")
    assert {"TRACKING_KEY", "TRACKING_PUSH_SECRET"} == alone
    assert {"TRACKING_KEY", "TRACKING_SOURCE"} == problems(TRACKING_SOURCE="dhl")
    assert {"KARRIO_ORIGIN"} == problems(**OWN, TRACKING_SOURCE="karrio", TRACKING_KEY="k")
    assert {"TRACKING_SOURCE"} == problems(**OWN, TRACKING_SOURCE="pigeon", TRACKING_KEY="k")
    assert {"TRACKING_ASK_ABOUT"} == problems(TRACKING_ASK_ABOUT="pigeons")


def test_karrio_is_there_only_where_the_operator_has_one() -> None:
    assert "karrio" not in settings().source_origins
    assert (
        "https://karrio.example" == settings(KARRIO_ORIGIN="https://karrio.example").source_origins["karrio"]
    )
    assert set(SOURCE_NAMES) == set(settings(KARRIO_ORIGIN="https://karrio.example").source_origins)


def test_a_source_that_the_operator_does_not_want_is_nowhere() -> None:
    told = settings(AFTERSHIP_ORIGIN="none", EASYPOST_ORIGIN="none", KARRIO_ORIGIN="none")

    assert {"seventeen_track", "dhl"} == set(told.source_origins)
    assert {"TRACKING_SOURCE"} == problems(
        **OWN, TRACKING_SOURCE="aftership", TRACKING_KEY="k", AFTERSHIP_ORIGIN="none"
    )


def test_keys_travel_over_tls_and_every_shop_asks_the_same_host() -> None:
    for origin in ("http://karrio.example", "https://{shop}.example", "karrio.example"):
        assert {"KARRIO_ORIGIN"} == problems(KARRIO_ORIGIN=origin)
    assert "http://127.0.0.1:9" == settings(DHL_ORIGIN="http://127.0.0.1:9").dhl_origin
