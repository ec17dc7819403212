"""An app's file is read as a deploy reads it, and refused where a deploy would refuse it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.demo.app_config import AppProxy, BadAppConfig, TopicSubscription, read_app_config

FILE = Path(__file__).parent / "app.toml"
ROOT = Path(__file__).parents[2]


def test_scopes_addresses_and_topics_are_read() -> None:
    """Relative addresses are behind the application_url, and each topic of a list is a subscription."""
    config = read_app_config(FILE)
    assert ("Track my order", "track-my-order", "client-of-the-app") == (
        config.name,
        config.handle,
        config.client_id,
    )
    assert ("read_orders", "read_fulfillments", "write_app_proxy") == config.scopes
    assert "read_returns" in config.optional_scopes
    assert AppProxy("https://app.example/proxy", "/apps/track-order") == config.proxy
    hooks = "https://app.example/webhooks/shopify"
    assert TopicSubscription("app/uninstalled", hooks) in config.subscriptions
    assert TopicSubscription("orders/updated", hooks, ("id", "updated_at"), "short") in config.subscriptions
    assert dict.fromkeys(("customers/data_request", "customers/redact", "shop/redact"), hooks) == dict(
        config.compliance
    )


def test_the_file_of_this_very_app_would_be_deployed() -> None:
    assert "write_app_proxy" in read_app_config(ROOT / "shopify.app.toml").scopes


def test_a_path_of_the_application_url_comes_before_relative_addresses(tmp_path: Path) -> None:
    """As the CLI does it: nothing of the application_url is left out but a slash at its end."""
    path = tmp_path / "app.toml"
    path.write_text(FILE.read_text().replace('"https://app.example"', '"https://app.example/home/"'))
    config = read_app_config(path)
    assert config.proxy is not None
    assert "https://app.example/home/proxy" == config.proxy.url


def test_an_address_of_the_app_is_reached_where_the_app_runs() -> None:
    config = read_app_config(FILE)
    assert "http://127.0.0.1:9/a?b=1" == config.reached_at("https://app.example/a?b=1", "http://127.0.0.1:9")
    assert "https://other.example/a" == config.reached_at("https://other.example/a", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "Track my order"', "", "name is missing"),
        ('"https://app.example"\n', '"http://app.example"\n', "application_url: an https address"),
        ("embedded = true", "embedded = false", "embedded"),
        ("[access_scopes]", "[access_scopes]\nuse_legacy_install_flow = true", "use_legacy_install_flow"),
        ("read_orders,", "read orders,", "'read orders' is no scope"),
        ('["read_returns"', '["everything"', "'everything' is no scope"),
        ('["read_returns"', '[5, "read_returns"', "a list of texts"),
        ("2026-10", "2026-11", "is no version"),
        ('prefix = "apps"', 'prefix = "pages"', "app_proxy.prefix"),
        ('subpath = "track-order"', 'subpath = "admin"', "'admin' can't be one"),
        ('subpath = "track-order"', f'subpath = "{"x" * 31}"', "can't be one"),
        (',write_app_proxy"', '"', "needs the scope write_app_proxy"),
        ('"orders/updated"', '"orders/vanished"', "unknown topic"),
        ('"orders/updated"', '"returns/approve"', "returns/approve needs one of read_returns"),
        ('"orders/updated"', '"app/uninstalled"', "goes to https://app.example/webhooks/shopify twice"),
        ('topics = ["orders/updated"]', "", "topics or compliance_topics"),
        ('"shop/redact"]', '"shop/forget"]', "no compliance topic"),
        ('"shop/redact"]', '"customers/redact"]', "is there twice"),
        ('name = "short"', 'filter = "id:1"', "filter and payload_query"),
        ("[webhooks]\n", "[webhook]\n", "api_version is missing"),
        ("client_id = ", "client_id ", "not TOML"),
    ],
)
def test_what_would_not_be_deployed_is_refused_by_its_name(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path, text = tmp_path / "app.toml", FILE.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadAppConfig, match=words):
        read_app_config(path)
