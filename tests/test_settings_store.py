"""Settings of the store of shops, and what a setting's value shows of itself."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from tests.environments import SECRET, problems, settings
from tracker.settings import (
    ENVIRONMENT_NAMES,
    Settings,
)


class TestStore:
    @pytest.mark.parametrize(
        ("environ", "url"),
        [
            ({}, "sqlite:///tracker.sqlite3"),
            ({"DATABASE_URL": "sqlite:///other.sqlite3"}, "sqlite:///other.sqlite3"),
            ({"SHOPIFY_SHOP": "alice.myshopify.com"}, None),
            (
                {"SHOPIFY_SHOP": "alice.myshopify.com", "DATABASE_URL": "sqlite:///other.sqlite3"},
                "sqlite:///other.sqlite3",
            ),
        ],
    )
    def test_there_is_one_unless_one_own_shop_is_all(self, environ: dict[str, str], url: str | None) -> None:
        assert settings(**environ).store_url == url

    @pytest.mark.parametrize(
        ("url", "word"),
        [
            ("tracker.sqlite3", "SQLite or Postgres"),
            ("postgresql://db:port/x", "looks like"),
            ("postgresql://u:hush@db:65536/x", "looks like"),
            ("postgresql://u:hush@db/x#hush", "looks like"),
            ("mysql://root:hush@db/tracker", "SQLite or Postgres"),
            ("postgresql+psycopg2://u:hush@db/tracker", "SQLite or Postgres"),
            ("sqlite://", "path of a file"),
            ("sqlite:///:memory:", "path of a file"),
            ("sqlite:///file:x?mode=memory", "path of a file"),
            ("sqlite:///x.sqlite3?timeout=9", "path of a file"),
            ("sqlite://host/x", "path of a file"),
            ("postgresql://u:hush@db", "looks like"),
            ("postgresql://u:hush@db/", "looks like"),
            ("postgresql://u:hush@db/x?connect_timeout=9&options=-c", "connect_timeout, options"),
        ],
    )
    def test_what_it_cannot_be_kept_in_is_told_without_the_password(self, url: str, word: str) -> None:
        (told,) = problems(DATABASE_URL=url)["DATABASE_URL"]

        assert word in told
        assert "hush" not in told

    def test_postgres_needs_its_driver(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tracker.addresses.find_spec", lambda name: None)

        assert "tracker[postgres]" in str(problems(DATABASE_URL="postgresql://db/tracker"))


class TestValue:
    def test_no_secret_is_in_repr(self) -> None:
        told = repr(
            settings(
                SHOPIFY_API_SECRET_OLD="older-older-older",
                SHOPIFY_ADMIN_TOKEN="shpat_token",
                SHOPIFY_SHOP="alice.myshopify.com",
                DATABASE_URL="postgresql://user:db-password@db.example.com/tracker",
            )
        )

        assert "alice.myshopify.com" in told
        for secret in (SECRET, "older", "shpat", "redis-password", "db-password"):
            assert secret not in told

    @pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
    def test_nothing_can_be_changed_later(self, name: str) -> None:
        with pytest.raises(FrozenInstanceError):
            setattr(settings(), name, None)

    def test_every_setting_has_a_name_in_the_environment(self) -> None:
        assert sorted(ENVIRONMENT_NAMES) == [
            "AFTERSHIP_ORIGIN",
            "DATABASE_URL",
            "DHL_ORIGIN",
            "EASYPOST_ORIGIN",
            "FOLLOW_METRICS_PORT",
            "FOLLOW_PACE",
            "FOLLOW_THREADS",
            "GUESS_LIMITS",
            "HARD_AGES",
            "KARRIO_ORIGIN",
            "LOG_LEVEL",
            "LOOKUP_LIMIT",
            "METRICS_PORT",
            "PORT",
            "PROXY_ERROR_STATUS",
            "PROXY_PARAMETERS",
            "RATE_LIMITS_ENABLED",
            "REDIS_URL",
            "SEVENTEEN_TRACK_ORIGIN",
            "SHOPIFY_ADMIN_ORIGIN",
            "SHOPIFY_ADMIN_TOKEN",
            "SHOPIFY_API_KEY",
            "SHOPIFY_API_SECRET",
            "SHOPIFY_API_SECRET_OLD",
            "SHOPIFY_API_VERSION",
            "SHOPIFY_APP_URL",
            "SHOPIFY_CDN_ORIGIN",
            "SHOPIFY_SHOP",
            "SOFT_AGES",
            "TRACES_ENDPOINT",
            "TRACES_RATIO",
            "TRACKING_ASK_ABOUT",
            "TRACKING_DAILY_QUOTA",
            "TRACKING_KEY",
            "TRACKING_PUSH_SECRET",
            "TRACKING_SOURCE",
            "TRUSTED_PROXIES",
            "WEB_THREADS",
            "WEB_WORKERS",
        ]
        assert len(ENVIRONMENT_NAMES) == len(fields(Settings))
