"""The shop's pages: goods, the block with every order there is to try, and everywhere the tracking button."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tracker.demo.app import create_demo
from tracker.demo.catalogue import PRODUCTS
from tracker.demo.customers import CUSTOMERS
from tracker.demo.state import Shop


class Buttons(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "button" and "data-demo-order" in dict(attrs):
            self.found.append(dict(attrs))


def page(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/pages/track-order{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.get_data(as_text=True)


def test_the_shops_door_shows_what_there_is_to_buy(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)
    for slug, product in PRODUCTS.items():
        assert text.count(f'href="/products/{slug}"') >= product.on_shelf
        assert (product.title in text) == product.on_shelf
    assert "$149.00" in text


def test_each_product_has_a_page(client: FlaskClient) -> None:
    for slug, product in PRODUCTS.items():
        assert f"<h1>{product.title}</h1>" in client.get(f"/products/{slug}").get_data(as_text=True)
    assert client.get("/products/none").status_code == 404


@pytest.mark.parametrize("path", ["/", "/products/tent", "/pages/track-order"])
def test_the_tracking_button_is_on_every_page_until_it_is_taken_off(path: str) -> None:
    """The real one, with its own style sheet and the theme's link to bind it to."""
    shop = create_demo().test_client()
    text = shop.get(path).get_data(as_text=True)
    assert text.count("<track-order-button") == 1
    assert "track-order-button.css" in text
    assert text.index("</footer>") < text.index("<track-order-button") < text.index("</body>")

    shop.post("/demo/tracking-button", data={"place": "link", "page": "home"})
    assert "data-link=" in shop.get(path).get_data(as_text=True)

    shop.post("/demo/tracking-button", data={"place": "off", "page": "home"})
    assert "<track-order-button" not in shop.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    ("page", "locale", "way"),
    [("home", "", "/"), ("home", "fr", "/?locale=fr"), ("track_order", "", "/pages/track-order")],
)
def test_who_places_the_button_comes_back_to_their_page(
    client: FlaskClient, shop: Shop, page: str, locale: str, way: str
) -> None:
    sent = {"place": "start", "page": page, "locale": locale}
    answer = client.post("/demo/tracking-button", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, way)
    assert shop.control.tracking_button == "start"


@pytest.mark.parametrize(
    "sent",
    [{"place": "middle", "page": "home"}, {"page": "home"}, {"place": "end"}, {"place": "end", "page": "x"}],
)
def test_a_place_or_a_page_that_there_is_not_is_refused(
    client: FlaskClient, shop: Shop, sent: dict[str, str]
) -> None:
    before = shop.control.tracking_button
    assert client.post("/demo/tracking-button", data=sent).status_code == 422
    assert shop.control.tracking_button == before


def test_every_order_is_listed_with_what_to_type(client: FlaskClient, shop: Shop) -> None:
    text = page(client)
    listed = [(one["data-demo-order"], one["data-demo-email"]) for one in Buttons(text).found]
    assert [(order.name, order.email or "") for order in shop.orders] == listed
    assert "no e-mail" in text


def test_the_page_speaks_the_language_asked_for_or_english(client: FlaskClient) -> None:
    assert '<html lang="fr" dir="ltr">' in page(client, "?locale=fr")
    assert "Bonjour" in page(client, "?locale=fr")
    for odd in ("xx", "../x", "%22%3E", ""):
        assert '<html lang="en" dir="ltr">' in page(client, f"?locale={odd}")


def test_the_next_page_speaks_the_language_of_the_last(client: FlaskClient) -> None:
    page(client, "?locale=fr")
    assert '<html lang="fr"' in client.get("/").get_data(as_text=True)
    assert '<html lang="en"' in client.get("/?locale=en").get_data(as_text=True)
    assert '<html lang="en"' in page(client)


def test_the_page_says_who_is_signed_in_and_offers_the_others(client: FlaskClient) -> None:
    assert pressed(page(client)) == {"": True} | {str(one.id): False for one in CUSTOMERS}

    client.post("/demo/control", json={"logged_in_customer_id": str(CUSTOMERS[1].id)})

    assert pressed(page(client)) == {"": False} | {str(one.id): one is CUSTOMERS[1] for one in CUSTOMERS}


def pressed(text: str) -> dict[str, bool]:
    """The switches of the accounts, by the number that each of them sends."""
    found = re.findall(r'name="customer"\s+value="(\d*)"[^>]*aria-pressed="(true|false)"', text)
    return {number: state == "true" for number, state in found}


def test_a_missing_block_is_said_so(tmp_path: Path) -> None:
    assert "is not in the theme app extension" in page(create_demo(extension=tmp_path).test_client())


def test_the_page_asks_nothing_of_other_hosts(client: FlaskClient) -> None:
    """The demo works without a network."""
    for path in ("/", "/products/tent", "/pages/track-order"):
        text = client.get(path).get_data(as_text=True)
        addresses = re.findall(r"""(?:src|href|action)=["']([^"']*)""", text)
        assert len(addresses) > 5
        assert all(one.startswith(("/", "#", "?", "data:")) for one in addresses)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/cdn/demo/theme.css", "text/css"),
        ("/cdn/demo/demo.js", "text/javascript"),
        ("/cdn/extensions/track-order/assets/block.css", "text/css"),
        *((f"/cdn/products/{slug}.svg", "image/svg+xml") for slug in PRODUCTS),
    ],
)
def test_files_are_served(client: FlaskClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/cdn/demo/other.css",
        "/cdn/demo/..%2Fapp.py",
        "/cdn/products/none.svg",
        "/cdn/extensions/track-order/assets/none.js",
        "/cdn/extensions/track-order/assets/..%2Flocales%2Ffr.json",
    ],
)
def test_other_files_are_not(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
