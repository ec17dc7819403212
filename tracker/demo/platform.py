"""A pretend Shopify with several shops and one app that any of their merchants may install.

    platform = create_platform(app_toml=Path("shopify.app.toml"), app_url="http://127.0.0.1:8000")
    with platform.serve():
        platform.install("alice.myshopify.com", optional_scopes=["read_returns"])
        requests.get(platform.launch_url("alice.myshopify.com"))   # what the admin's frame would load

Everything of every shop is under one origin, `platform.origin`: `{origin}/shops/{shop}/admin/…` is its admin,
Admin API and token endpoint, so SHOPIFY_ADMIN_ORIGIN of the app is `platform.admin_origin` (with `{shop}` in
it), and `{origin}/shops/{shop}/apps/track-order` its app proxy. SHOPIFY_CDN_ORIGIN is `platform.origin`. For
browsers each shop's storefront has an origin of its own, `platform.storefront(shop)`. The carriers' APIs are
at `platform.carriers.origin`, which is the app's SEVENTEEN_TRACK_ORIGIN and DHL_ORIGIN.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tracker.demo import merchant, theme_blocks
from tracker.demo.app import API_SECRET, EXTENSION
from tracker.demo.app_config import PREFIXES, AppConfig, read_app_config
from tracker.demo.bodies_of_apps import shop_redact_body
from tracker.demo.carriers import Carriers
from tracker.demo.cdn import cdn
from tracker.demo.courier import Courier, Delivery
from tracker.demo.customers import Customer, customer_of
from tracker.demo.dhl import SPACING
from tracker.demo.examples import duty_body, example_body
from tracker.demo.extension import Extension
from tracker.demo.happenings import happen, move_parcel
from tracker.demo.id_token import LIFE_SECONDS
from tracker.demo.launch import id_token_of, launch_url
from tracker.demo.server import free_or, served
from tracker.demo.shop_list import shop_list
from tracker.demo.staffed_shop import staffed_shop
from tracker.demo.state import Shop, utc_now
from tracker.demo.switches import counts
from tracker.demo.webhooks import Body, Webhooks

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True)
class ShopPlan:
    """A shop to be: its permanent domain and what it is called."""

    domain: str
    name: str


SHOPS = (
    ShopPlan("alice.myshopify.com", "Alice's Outfitters"),
    ShopPlan("bob.myshopify.com", "Bob's Trail Shop"),
    ShopPlan("charlie.myshopify.com", "Charlie's Camp Store"),
)


def create_platform(
    *,
    app_toml: Path,
    app_url: str | None = None,
    api_key: str | None = None,
    api_secret: str = API_SECRET,
    shops: Sequence[ShopPlan | str] = SHOPS,
    extension: Path = EXTENSION,
    retry_factor: float = 1.0,
    dhl_spacing: float = SPACING,
    delay_factor: float = 1.0,
    clock: Callable[[], datetime] = utc_now,
    monotonic: Callable[[], float] = time.monotonic,
) -> Platform:
    """A pretend Shopify, its state in memory and fresh with every call; nobody has installed the app yet.

    `app_toml` is the app's file: scopes, webhooks, compliance topics, proxy and application_url come from it,
    with the app's real origin in place of the one in the file. `app_url` is that origin (no path), which may
    also be set later. `api_key` is the client id, the file's unless given. `shops` are plans, or bare domains
    that are called by their first part. `retry_factor` compresses the spacing of webhook retries, which is
    four hours at 1. `dhl_spacing` is how many seconds the pretend DHL wants between two requests,
    `delay_factor` compresses the time after which the pretend aggregator knows of something. `clock` gives
    aware UTC, `monotonic` seconds.

    Raises BadAppConfig for a file that Shopify would not deploy.
    """
    config = read_app_config(app_toml)
    plans = [one if isinstance(one, ShopPlan) else _plan(one) for one in shops]
    if not plans:
        raise ValueError("a platform has at least one shop")
    courier = Courier(factor=retry_factor)
    states = [
        Shop(
            api_key=api_key or config.client_id,
            api_secret=api_secret,
            domain=plan.domain,
            name=plan.name,
            number=number,
            config=config,
            app_url=app_url.rstrip("/") if app_url is not None else None,
            installed=False,
            webhooks=True,
            clock=clock,
            monotonic=monotonic,
        )
        for number, plan in enumerate(plans)
    ]
    carriers = Carriers(
        [plan.domain for plan in plans],
        courier,
        clock=clock,
        monotonic=monotonic,
        dhl_spacing=dhl_spacing,
        delay_factor=delay_factor,
    )
    return Platform(config, states, courier, Extension(extension), carriers)


def _plan(domain: str) -> ShopPlan:
    return ShopPlan(domain, domain.partition(".")[0].replace("-", " ").title())


class Platform:
    """The handle of a pretend Shopify. Every method that names a `shop` takes its myshopify.com domain and
    raises KeyError for one that is not here. `carriers` are the pretend carriers beside it. Make it by
    `create_platform`."""

    def __init__(
        self,
        config: AppConfig,
        shops: Sequence[Shop],
        courier: Courier,
        extension: Extension,
        carriers: Carriers,
    ) -> None:
        self.config = config
        self.carriers = carriers
        self._shops = {shop.domain: shop for shop in shops}
        self._courier = courier
        self._webhooks = {shop.domain: Webhooks(shop, courier) for shop in shops}
        self._extension = extension
        self._apps = {
            shop.domain: staffed_shop(shop, extension, self._webhooks[shop.domain], carriers)
            for shop in shops
        }
        self._origin: str | None = None

    # -- where things are ---------------------------------------------------------------------------------

    @property
    def domains(self) -> list[str]:
        """The shops there are, by their domains."""
        return list(self._shops)

    def shop(self, shop: str) -> Shop:
        """The state of a shop. Hold its `lock` while you read or change it."""
        return self._shops[shop]

    @property
    def app_url(self) -> str | None:
        """The origin where the app runs, the same for all shops."""
        return next(iter(self._shops.values())).app_url

    @app_url.setter
    def app_url(self, url: str | None) -> None:
        for shop in self._shops.values():
            with shop.lock:
                shop.app_url = url.rstrip("/") if url is not None else None

    @property
    def origin(self) -> str:
        """Where it is served. Raises RuntimeError while it is not."""
        if self._origin is None:
            raise RuntimeError("the platform is not being served")
        return self._origin

    @property
    def admin_origin(self) -> str:
        """The app's SHOPIFY_ADMIN_ORIGIN, with `{shop}` in it."""
        return f"{self.origin}/shops/{{shop}}"

    def admin(self, shop: str) -> str:
        """The address of a shop's admin."""
        return f"{self.origin}/shops/{self._shops[shop].domain}/admin"

    def storefront(self, shop: str) -> str:
        """The origin where shoppers reach a shop. Raises RuntimeError while nothing is served."""
        origin = self._shops[shop].storefront_origin
        if origin is None:
            raise RuntimeError("the platform is not being served")
        return origin

    # -- serving it ---------------------------------------------------------------------------------------

    def wsgi(self) -> WSGIApplication:
        """All shops under `/shops/{shop}`, the first one at the root too, and the CDN's `/shopifycloud`."""
        first, *_ = self._apps.values()
        mounts: dict[str, WSGIApplication] = {f"/shops/{name}": app for name, app in self._apps.items()}
        mounts |= {"/shops": shop_list(list(self._shops.values())), "/shopifycloud": cdn()}
        return DispatcherMiddleware(first, mounts)

    @contextmanager
    def serve(self, *, host: str = "127.0.0.1", port: int = 0, carriers_port: int = 0) -> Iterator[Platform]:
        """Serve everything from threads until the block ends: all of it at `port` (0: a free one), and each
        further storefront on the port after that, or a free one; the carriers' APIs at `carriers_port`.
        Webhooks and pushes that wait then are forgotten."""
        with ExitStack() as stack:
            stack.callback(self.close)
            stack.callback(self._unserve)
            self._origin = stack.enter_context(served(self.wsgi(), host, port))
            stack.enter_context(self.carriers.serve(host, carriers_port))
            for number, (domain, app) in enumerate(self._apps.items()):
                own = free_or(host, port + number) if port else 0
                origin = self._origin if number == 0 else stack.enter_context(served(app, host, own))
                self._shops[domain].storefront_origin = origin
                self._shops[domain].admin_address = self.admin(domain)
            yield self

    def close(self) -> None:
        """End the threads that take webhooks along, as the end of `serve` does. Nothing is sent any more."""
        self._courier.close()

    def _unserve(self) -> None:
        self._origin = None
        for shop in self._shops.values():
            with shop.lock:
                shop.storefront_origin = shop.admin_address = None
                shop.released.set()

    # -- what merchants do --------------------------------------------------------------------------------

    def install(self, shop: str, optional_scopes: Collection[str] = ()) -> None:
        """Install the app with its scopes and the optional ones named. The app's server is not told.

        Raises merchant.NotPossible where it is installed already or a scope is not optional.
        """
        state = self._shops[shop]
        with state.lock:
            merchant.install(state, optional_scopes)

    def uninstall(self, shop: str) -> list[Delivery]:
        """Uninstall the app: its tokens end, and it is sent app/uninstalled. Raises merchant.NotPossible."""
        state = self._shops[shop]
        with state.lock:
            return merchant.uninstall(state, self._webhooks[shop])

    def grant(self, shop: str, scopes: Collection[str]) -> list[Delivery]:
        """Grant optional scopes, which sends app/scopes_update. Raises merchant.NotPossible."""
        state = self._shops[shop]
        with state.lock:
            return merchant.grant(state, self._webhooks[shop], scopes)

    def revoke(self, shop: str, scopes: Collection[str]) -> list[Delivery]:
        """Take optional scopes back, which sends app/scopes_update. Raises merchant.NotPossible."""
        state = self._shops[shop]
        with state.lock:
            return merchant.revoke(state, self._webhooks[shop], scopes)

    def add_block(self, shop: str, handle: str = "track-order", template: str = "page") -> None:
        """Put a block or embed of the app into the published theme, as the merchant does in the editor.

        Raises theme_blocks.BadLink where it can't be there.
        """
        state = self._shops[shop]
        with state.lock:
            theme_blocks.add_block(state, self._extension, handle, template)

    def remove_block(self, shop: str, handle: str = "track-order", template: str = "page") -> None:
        """Take a block or embed out of the theme again."""
        state = self._shops[shop]
        with state.lock:
            theme_blocks.remove_block(state, handle, template)

    def customize_proxy_path(self, shop: str, path: str) -> None:
        """Move the app's proxy to another path of the storefront, such as `/tools/where`, as a merchant can.

        Raises ValueError for a path that no proxy can have.
        """
        if not re.fullmatch(rf"/(?:{'|'.join(PREFIXES)})/[A-Za-z0-9_-]{{1,30}}", path):
            raise ValueError(f"no path of a proxy: {path}")
        state = self._shops[shop]
        with state.lock:
            state.proxy_path = path

    def id_token(self, shop: str, *, life: int = LIFE_SECONDS, **claims: object) -> str:
        """A fresh ID token of a shop's admin, good for `life` seconds. `claims` replace claims of the same
        name, or leave them out where they are None."""
        return id_token_of(self._shops[shop], life=life, **claims)

    def launch_url(self, shop: str, path: str = "") -> str:
        """What the admin's frame loads when the merchant opens the app: the application_url and `path` behind
        it, with `shop`, `host`, `id_token`, `hmac` and so on. Raises ValueError without an app_url."""
        return launch_url(self._shops[shop], self.admin(shop), path=path)

    def end_access_tokens(self, shop: str) -> None:
        """Let the hour of a shop's access tokens be over now: the Admin API refuses them, and a refresh is
        due."""
        state = self._shops[shop]
        with state.lock:
            state.tokens.end_access()

    def rotate_secret(self, secret: str) -> None:
        """Give the app another client secret. Shopify signs with it from now on; the old one is still taken
        from the app until `revoke_old_secret`."""
        for shop in self._shops.values():
            with shop.lock:
                shop.app_secrets = [secret, shop.api_secret]

    def revoke_old_secret(self) -> None:
        """Take nothing any more that the app does with the secret before the last rotation."""
        for shop in self._shops.values():
            with shop.lock:
                shop.app_secrets = [shop.api_secret]

    # -- what happens, and what the app is told -----------------------------------------------------------

    def move_parcel(self, shop: str, order: str, status: str, parcel: int = 0) -> list[Delivery]:
        """Move a parcel of the order of this name to one of `parcels.MOVES`, as its carrier would.

        The app is sent fulfillment_events/create and fulfillments/update. KeyError for an unknown order or
        status.
        """
        state = self._shops[shop]
        with state.lock:
            found = state.find_order(order)
            return move_parcel(state, self._webhooks[shop], found, found.parcels[parcel], status)

    def happen(self, shop: str, order: str, word: str) -> list[Delivery]:
        """Let one of `happenings.HAPPENINGS` happen to the order of this name: it is shipped, held, edited,
        cancelled, refunded, sent back, or its e-mail changes.

        The app is sent the topic of that and orders/updated. KeyError for an unknown order or word,
        happenings.NotNow where it can't happen to the order as it stands.
        """
        state = self._shops[shop]
        with state.lock:
            return happen(state, self._webhooks[shop], state.find_order(order), word)

    def deliver_webhook(
        self,
        shop: str,
        topic: str,
        *,
        body: Body | None = None,
        order: str | None = None,
        event_id: str | None = None,
        triggered_at: datetime | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[Delivery]:
        """Send a webhook of this topic to whoever is subscribed to it, though nothing happened.

        The body is built from the records of `order` (or of the first order that has what the topic is about)
        unless given; bytes go as they are. `event_id` and `triggered_at` (aware) are new unless given, and
        `headers` replace those of the same name. What is returned is under way: `delivery.wait(seconds)`.
        Empty where nobody is subscribed or the topic's scope is lacking. KeyError for an unknown topic.
        """
        state = self._shops[shop]
        with state.lock:
            sent = body if body is not None else example_body(state, topic, order)
            return self._webhooks[shop].tell(
                topic, sent, event_id=event_id, triggered_at=triggered_at, headers=headers
            )

    def request_data(self, shop: str, email: str) -> list[Delivery]:
        """customers/data_request for somebody and all their orders."""
        return self._duty(shop, "customers/data_request", email)

    def redact_customer(self, shop: str, email: str) -> list[Delivery]:
        """customers/redact for somebody and all their orders."""
        return self._duty(shop, "customers/redact", email)

    def redact_shop(self, shop: str) -> list[Delivery]:
        """shop/redact, which Shopify sends 48 hours after an uninstall."""
        state = self._shops[shop]
        with state.lock:
            return self._webhooks[shop].tell("shop/redact", shop_redact_body(state))

    def _duty(self, shop: str, topic: str, email: str) -> list[Delivery]:
        state = self._shops[shop]
        with state.lock:
            customer = customer_of(email) or Customer(state.next_id(), email, "Guest")
            return self._webhooks[shop].tell(topic, duty_body(state, topic, customer))

    def wait_for_webhooks(self, seconds: float = 10.0) -> bool:
        """Wait until the app has taken all webhooks, or they were given up; whether that was in time."""
        return self._courier.wait_until_idle(seconds)

    # -- how it behaves -----------------------------------------------------------------------------------

    def switch(self, shop: str, **switches: object) -> None:
        """Set switches of `control.Control`: faults of the Admin API (`fail`) and of the token endpoint
        (`token_fault`), webhooks that are sent twice, reordered or wrongly signed. Raises BadControl."""
        state = self._shops[shop]
        with state.lock:
            state.control.change(switches)

    def reset(self, shop: str) -> None:
        """All switches back, and nothing counted."""
        state = self._shops[shop]
        with state.lock:
            state.reset_control()
            state.calls.clear()

    def calls(self, shop: str) -> dict[str, Any]:
        """What was asked of a shop so far: `admin` requests and their `operations` by name, `token` requests
        and `grants` by kind, `proxy` requests, query `points`, webhooks taken, failed and given up."""
        state = self._shops[shop]
        with state.lock:
            return counts(state)
