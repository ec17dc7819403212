"""The merchant's page, with what its buttons do: `app.py` loads it where there is a store."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask

from tracker.calendars.table import calendar_of
from tracker.claim import Claim
from tracker.edges import Edges
from tracker.order_number import OrderNumber
from tracker.ports.clock import Clock
from tracker.settings import Settings
from tracker.shop import Shop
from tracker.shopify.proxy_page import StorefrontPage
from tracker.verbs.change_scopes import SYNCHRONISE
from tracker.verbs.check_setup import check_setup
from tracker.verbs.lookup import Answer, Shopper
from tracker.verbs.note_app_data import NOTE_APP_DATA
from tracker.verbs.open_shop import open_shop
from tracker.verbs.save_account import remove_account, save_account
from tracker.verbs.save_settings import save_settings
from tracker.verbs.try_lookup import try_lookup
from tracker.web import gate
from tracker.web.admin import proofs
from tracker.web.admin import routes as admin
from tracker.web.admin.accounts import account_facts
from tracker.web.admin.pages import AdminPages
from tracker.web.admin.parcels import ParcelTable, parcel_table

if TYPE_CHECKING:
    from tracker.shop_store import Store

MERCHANT = "merchant"
"""The network of look-ups that a merchant tries, for counting guesses."""


def add_merchant_page(
    app: Flask,
    settings: Settings,
    edges: Edges,
    store: Store,
    *,
    find: Callable[[Shopper], Answer],
    clock: Clock,
) -> None:
    """The merchant's page, with what its buttons do."""
    offered = edges.offered
    pages = AdminPages(
        client_id=settings.api_key,
        cdn=settings.cdn_origin,
        admin_origin=settings.admin_origin,
        clock=clock,
        sources=offered.names,
    )

    def facts(shop: str) -> list[dict[str, Any]]:
        return account_facts(
            shop, edges.accounts.of(shop), troubles_of=edges.troubles.of, pushing=offered.read_push.keys()
        )

    settling = (SYNCHRONISE, NOTE_APP_DATA)
    opened = functools.partial(
        open_shop,
        shops=store.shops,
        known=store.known,
        exchange=edges.grants,
        jobs=edges.jobs,
        settling=settling,
        clock=clock,
    )
    check = functools.partial(
        check_setup,
        installations=edges.installations,
        orders=edges.orders,
        proxy_page=StorefrontPage(edges.http, origin=settings.admin_origin),
        jobs=edges.jobs,
        settling=settling,
    )

    def look_up(shop: str, number: OrderNumber, claim: Claim) -> tuple[bytes, str]:
        answer = find(Shopper(shop, number, claim, MERCHANT))
        return answer.body, answer.cache

    def parcels_of(shop: Shop) -> ParcelTable:
        return parcel_table(
            shop,
            parcels=edges.parcels,
            calendar_of=calendar_of,
            clock=clock,
            address=pages.address_of(shop.domain),
        )

    proof = (settings.api_key, settings.api_secrets, clock)
    page = admin.page_blueprint(
        opened,
        lambda shop, since: store.activity_log.of(shop, since=since),
        parcels_of,
        facts,
        pages=pages,
        clock=clock,
    )
    actions = admin.actions_blueprint(
        shop_of=store.shops.get,
        check=check,
        try_lookup=functools.partial(try_lookup, orders=edges.orders, look_up=look_up),
        save=functools.partial(
            save_settings, shops=store.shops, known=store.known, jobs=edges.jobs, noting=NOTE_APP_DATA
        ),
        accounts=admin.AccountActions(
            offered.names,
            facts,
            save=functools.partial(
                save_account,
                accounts=edges.accounts,
                known=edges.known_accounts,
                settled=edges.saved,
                clock=clock,
            ),
            remove=functools.partial(
                remove_account,
                accounts=edges.accounts,
                known=edges.known_accounts,
                settled=edges.settled,
            ),
        ),
        address_of=pages.address_of,
        client_id=settings.api_key,
    )
    gate.register(app, page, proof=proofs.document(*proof))
    gate.register(app, actions, proof=proofs.fetch(*proof))
    gate.register(app, admin.open_blueprint(pages), proof=gate.open_to_all)
