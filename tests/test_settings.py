"""What the service is told from outside: read strictly, and every mistake told at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

from tests.environments import NEEDED, SECRET, problems, settings
from tracker.order import Status
from tracker.settings import (
    ENVIRONMENT_NAMES,
    InvalidSettings,
    ProxyErrorStatus,
    read_settings,
)


class TestDefaults:
    def test_three_settings_are_enough(self) -> None:
        told = settings()

        assert told.api_key == "the-key"
        assert told.api_secret == SECRET
        assert told.redis_url == NEEDED["REDIS_URL"]

    def test_without_them_each_is_named(self) -> None:
        with pytest.raises(InvalidSettings) as caught:
            read_settings({})

        assert set(caught.value.problems) == set(NEEDED)
        for (words,) in caught.value.problems.values():
            assert words.startswith("It is required: set it to the ")

    def test_the_rest_is_safe(self) -> None:
        told = settings()

        assert told.rate_limits_enabled
        assert told.admin_origin == "https://{shop}"
        assert told.trusted_proxies == 1
        assert told.proxy_parameters == frozenset()
        assert told.proxy_error_status is ProxyErrorStatus.AS_IS
        assert told.metrics_port is None
        assert told.api_version == "2026-10"
        assert told.log_level == "info"

    def test_no_secret_has_a_working_default(self) -> None:
        told = settings()

        assert (told.api_secret_old, told.admin_token, told.database_url) == (None, None, None)

    def test_the_limits_are_those_of_the_design(self) -> None:
        told = settings()

        assert told.lookup_limit == RateLimitItemPerMinute(30, 10)
        assert told.guess_limits == {
            "email": RateLimitItemPerHour(20),
            "number_network": RateLimitItemPerHour(10),
            "number": RateLimitItemPerHour(200),
            "shop": RateLimitItemPerHour(2000),
        }

    def test_every_status_has_its_ages_and_the_hard_ones_are_longer(self) -> None:
        told = settings()

        assert set(told.soft_ages) == set(told.hard_ages) == set(Status)
        assert all(2 * told.soft_ages[status] <= told.hard_ages[status] for status in Status)
        assert [told.soft_ages[status] for status in (Status.OUT_FOR_DELIVERY, Status.IN_TRANSIT)] == [
            120,
            600,
        ]
        assert [told.soft_ages[status] for status in (Status.LABEL_CREATED, Status.SHIPPED)] == [1800, 1800]
        assert told.soft_ages[Status.DELIVERED] == 86_400
        assert [told.hard_ages[status] for status in (Status.IN_TRANSIT, Status.DELIVERED)] == [
            21_600,
            604_800,
        ]


class TestReading:
    @pytest.mark.parametrize(
        ("name", "text", "field", "value"),
        [
            ("SHOPIFY_API_SECRET_OLD", "older-older-older", "api_secret_old", "older-older-older"),
            ("SHOPIFY_APP_URL", "https://track.example.com", "app_url", "https://track.example.com"),
            ("SHOPIFY_API_VERSION", "2027-01", "api_version", "2027-01"),
            ("SHOPIFY_API_VERSION", "unstable", "api_version", "unstable"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://127.0.0.1:8080", "admin_origin", "http://127.0.0.1:8080"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://localhost", "admin_origin", "http://localhost"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://[::1]:8080", "admin_origin", "http://[::1]:8080"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://127.0.0.1:8080/shops/{shop}", "admin_origin", None),
            ("SHOPIFY_ADMIN_ORIGIN", "https://{shop}", "admin_origin", "https://{shop}"),
            ("SHOPIFY_SHOP", "alice-2.myshopify.com", "shop", "alice-2.myshopify.com"),
            ("REDIS_URL", "rediss://user:pass@redis.example.com:6380/1", "redis_url", None),
            ("REDIS_URL", "unix:///run/redis.sock", "redis_url", None),
            ("REDIS_URL", "unix://user:pass@/run/redis.sock?db=1", "redis_url", None),
            ("REDIS_URL", "redis://[::1]:6379", "redis_url", None),
            ("REDIS_URL", "redis://:pass@redis", "redis_url", None),
            ("REDIS_URL", "redis+cluster://a:1,b:2", "redis_url", None),
            ("REDIS_URL", "redis+sentinel://a:1,b:2/shops", "redis_url", None),
            ("DATABASE_URL", "sqlite:///tracker.sqlite3", "database_url", None),
            ("DATABASE_URL", "sqlite:////var/lib/tracker.sqlite3", "database_url", None),
            ("DATABASE_URL", "postgresql+psycopg://db.example.com/tracker", "database_url", None),
            ("DATABASE_URL", "postgresql+psycopg:///tracker?host=/run/postgresql", "database_url", None),
            (
                "DATABASE_URL",
                "postgres://u:p%40ss@db:6432/tracker?sslmode=verify-full",
                "database_url",
                "postgresql+psycopg://u:p%40ss@db:6432/tracker?sslmode=verify-full",
            ),
            ("TRUSTED_PROXIES", "0", "trusted_proxies", 0),
            ("TRUSTED_PROXIES", "2", "trusted_proxies", 2),
            ("RATE_LIMITS_ENABLED", "false", "rate_limits_enabled", False),
            ("RATE_LIMITS_ENABLED", "1", "rate_limits_enabled", True),
            ("LOOKUP_LIMIT", "5 per minute", "lookup_limit", RateLimitItemPerMinute(5)),
            ("PROXY_PARAMETERS", "new_one, other", "proxy_parameters", frozenset({"new_one", "other"})),
            ("PROXY_ERROR_STATUS", "always_200", "proxy_error_status", ProxyErrorStatus.ALWAYS_200),
            ("PORT", "0", "port", 0),
            ("PORT", "65535", "port", 65_535),
            ("METRICS_PORT", "9100", "metrics_port", 9100),
            ("FOLLOW_METRICS_PORT", "9101", "follow_metrics_port", 9101),
            ("FOLLOW_PACE", "600", "follow_pace", 600.0),
            ("FOLLOW_THREADS", "3", "follow_threads", 3),
            ("WEB_WORKERS", "4", "web_workers", 4),
            ("WEB_THREADS", "16", "web_threads", 16),
            ("LOG_LEVEL", "debug", "log_level", "debug"),
        ],
    )
    def test_a_setting_is_read(self, name: str, text: str, field: str, value: object) -> None:
        assert getattr(settings(**{name: text}), field) == (text if value is None else value)

    def test_a_fixed_token_is_read_with_its_shop(self) -> None:
        told = settings(SHOPIFY_ADMIN_TOKEN="shpat_token", SHOPIFY_SHOP="alice.myshopify.com")

        assert told.admin_token == "shpat_token"

    def test_some_limits_and_ages_may_be_given_and_the_rest_keep_their_defaults(self) -> None:
        told = settings(
            GUESS_LIMITS="email=5/hour, shop=9 per minute",
            SOFT_AGES="in_transit=60",
            HARD_AGES="delivered=999999,",
        )

        assert told.guess_limits["email"] == RateLimitItemPerHour(5)
        assert told.guess_limits["shop"] == RateLimitItemPerMinute(9)
        assert told.guess_limits["number"] == RateLimitItemPerHour(200)
        assert (told.soft_ages[Status.IN_TRANSIT], told.soft_ages[Status.DELIVERED]) == (60, 86_400)
        assert (told.hard_ages[Status.IN_TRANSIT], told.hard_ages[Status.DELIVERED]) == (21_600, 999_999)

    def test_limits_stay_in_the_order_in_which_they_are_checked(self) -> None:
        told = settings(GUESS_LIMITS="shop=9/hour,email=5/hour")

        assert list(told.guess_limits) == ["email", "number_network", "number", "shop"]

    @pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
    @pytest.mark.parametrize("empty", ["", "  "])
    def test_an_empty_variable_counts_as_not_given(self, name: str, empty: str) -> None:
        """As container platforms set them."""
        if name in NEEDED:
            assert name in problems(**{name: empty})
        else:
            assert settings(**{name: empty}) == settings()

    def test_what_stands_around_a_value_is_not_part_of_it(self) -> None:
        """A file that a secret is mounted from ends with a line break."""
        assert settings(SHOPIFY_API_SECRET=f" {SECRET}\n").api_secret == SECRET

    def test_other_variables_of_the_environment_are_passed_over(self) -> None:
        assert settings(PATH="/usr/bin", SHOPIFY_FLAVOUR="plain") == settings()

    def test_a_signature_is_tried_with_the_new_secret_first(self) -> None:
        assert settings().api_secrets == (SECRET,)
        assert settings(SHOPIFY_API_SECRET_OLD="older-older-older").api_secrets == (
            SECRET,
            "older-older-older",
        )


class TestMistakes:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("SHOPIFY_API_SECRET", "short"),
            ("SHOPIFY_API_SECRET_OLD", "short"),
            ("SHOPIFY_APP_URL", "track.example.com"),
            ("SHOPIFY_APP_URL", "http://track.example.com"),
            ("SHOPIFY_API_VERSION", "2026-11"),
            ("SHOPIFY_API_VERSION", "latest"),
            ("SHOPIFY_ADMIN_ORIGIN", "https://{shop}/admin"),
            ("SHOPIFY_ADMIN_ORIGIN", "https://{store}"),
            ("SHOPIFY_ADMIN_ORIGIN", "https://example.com/shops/{shop}"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://127.0.0.1/shops/alice"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://127.0.0.1/shops/{shop}/shops/{shop}"),
            ("SHOPIFY_ADMIN_ORIGIN", "https://user@example.com"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://{shop}"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://127.0.0.1.example.com"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://localhost.example.com"),
            ("SHOPIFY_ADMIN_ORIGIN", "http://localhost:8080.example.com"),
            ("SHOPIFY_ADMIN_ORIGIN", "ftp://example.com"),
            ("SHOPIFY_SHOP", "alice"),
            ("SHOPIFY_SHOP", "alice.example.com"),
            ("SHOPIFY_SHOP", "https://alice.myshopify.com"),
            ("SHOPIFY_SHOP", "Alice.myshopify.com"),
            ("SHOPIFY_SHOP", "a.b.myshopify.com"),
            ("SHOPIFY_ADMIN_TOKEN", "shpat_without_a_shop"),
            ("REDIS_URL", "127.0.0.1:6379"),
            ("REDIS_URL", "memory://"),
            ("REDIS_URL", "redis://127.0.0.1:port"),
            ("REDIS_URL", "redis://127.0.0.1:70000"),
            ("REDIS_URL", "redis+sentinel://127.0.0.1:26379"),
            ("REDIS_URL", "redis+sentinel://127.0.0.1:26379/"),
            ("REDIS_URL", "redis+sentinel://127.0.0.1:x/shops"),
            ("REDIS_URL", "redis+cluster://127.0.0.1"),
            ("REDIS_URL", "redis+cluster://127.0.0.1:70000"),
            ("REDIS_URL", "redis://127.0.0.1/0?socket_timeout=abc"),
            ("REDIS_URL", "redis://"),
            ("REDIS_URL", "unix://"),
            ("TRUSTED_PROXIES", "-1"),
            ("TRUSTED_PROXIES", "11"),
            ("TRUSTED_PROXIES", "one"),
            ("RATE_LIMITS_ENABLED", "maybe"),
            ("LOOKUP_LIMIT", "often"),
            ("LOOKUP_LIMIT", "0/minute"),
            ("LOOKUP_LIMIT", "30/10 minutes; 5/second"),
            ("GUESS_LIMITS", "20/hour"),
            ("GUESS_LIMITS", "email="),
            ("GUESS_LIMITS", "email=20/hour,email=5/hour"),
            ("GUESS_LIMITS", "mail=20/hour"),
            ("GUESS_LIMITS", "email=often"),
            ("GUESS_LIMITS", "email=0/hour"),
            ("GUESS_LIMITS", "email=20/hour;5/minute"),
            ("SOFT_AGES", "teleported=60"),
            ("SOFT_AGES", "in_transit=0"),
            ("SOFT_AGES", "in_transit=1.5"),
            ("SOFT_AGES", "in_transit=٦٠"),
            ("SOFT_AGES", "in_transit=7776001"),
            ("SOFT_AGES", "in_transit"),
            ("HARD_AGES", "in_transit=-60"),
            ("HARD_AGES", "in_transit=599"),
            ("PROXY_PARAMETERS", "order number"),
            ("PROXY_PARAMETERS", "Shop"),
            ("PROXY_ERROR_STATUS", "200"),
            ("PORT", "65536"),
            ("PORT", "http"),
            ("METRICS_PORT", "0"),
            ("FOLLOW_METRICS_PORT", "0"),
            ("FOLLOW_METRICS_PORT", "8000"),
            ("FOLLOW_PACE", "0.5"),
            ("FOLLOW_PACE", "nan"),
            ("FOLLOW_THREADS", "0"),
            ("METRICS_PORT", "8000"),
            ("WEB_WORKERS", "0"),
            ("WEB_THREADS", "1000"),
            ("LOG_LEVEL", "loud"),
        ],
    )
    def test_a_mistake_is_told_by_the_name_of_its_setting(self, name: str, text: str) -> None:
        told = problems(**{name: text})

        assert list(told) == [name]
        assert all(words.strip() for words in told[name])

    def test_counts_are_never_on_the_public_port(self) -> None:
        assert list(problems(PORT="9100", METRICS_PORT="9100")) == ["METRICS_PORT"]
        assert settings(PORT="9100", METRICS_PORT="8000").metrics_port == 8000

    def test_all_mistakes_are_told_together(self) -> None:
        told = problems(
            REDIS_URL="",
            PORT="http",
            LOG_LEVEL="loud",
            SHOPIFY_ADMIN_TOKEN="shpat_without_a_shop",
            HARD_AGES="in_transit=1",
        )

        assert set(told) == {"REDIS_URL", "PORT", "LOG_LEVEL", "SHOPIFY_ADMIN_TOKEN", "HARD_AGES"}

    def test_a_shop_that_is_misspelt_is_not_told_to_be_missing_too(self) -> None:
        assert set(problems(SHOPIFY_ADMIN_TOKEN="shpat_token", SHOPIFY_SHOP="alice")) == {"SHOPIFY_SHOP"}

    def test_ages_that_cannot_be_read_are_not_compared(self) -> None:
        assert set(problems(SOFT_AGES="in_transit=soon", HARD_AGES="delivered=late")) == {
            "SOFT_AGES",
            "HARD_AGES",
        }

    def test_a_soft_age_beyond_the_default_hard_one_is_a_mistake(self) -> None:
        assert set(problems(SOFT_AGES="in_transit=30000")) == {"HARD_AGES"}

    @given(
        name=st.sampled_from(
            [
                "SHOPIFY_API_SECRET",
                "SHOPIFY_API_SECRET_OLD",
                "SHOPIFY_ADMIN_TOKEN",
                "REDIS_URL",
                "DATABASE_URL",
            ]
        ),
        value=st.from_regex(r"[QZX]{8,12}", fullmatch=True),
    )
    def test_no_problem_repeats_what_may_be_secret(self, name: str, value: str) -> None:
        with pytest.raises(InvalidSettings) as caught:
            settings(**{name: value, "LOG_LEVEL": "loud"})

        assert value not in str(caught.value)
        assert value not in repr(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
