"""All that a merchant does to go live, at once, for who would rather start with a shop that is."""

from __future__ import annotations

import requests

from tracker.demo import merchant
from tracker.demo.carriers import Carriers
from tracker.demo.extension import Extension
from tracker.demo.launch import launch_url
from tracker.demo.merchant_accounts import NotTaken, enter_keys
from tracker.demo.state import Shop
from tracker.demo.theme_blocks import BadLink, add_block

ANSWER_SECONDS = 20.0
_TEMPLATES = ("page", "index", "product")
"""Where a block goes: the first of these in which it can be."""


class NotLive(Exception):
    """The app gave no page when it was opened, or took no key. The text says what came instead."""


def go_live(shop: Shop, extension: Extension, admin: str, carriers: Carriers) -> None:
    """Install the app with all its scopes, put each of its blocks into the theme, open it once, which is when
    an app gets its tokens, and give it the keys of the shop's accounts at `carriers`. `admin` is where the
    shop's admin is. Call without holding the lock.

    Raises merchant.NotPossible where it is installed already, NotLive where the app does not answer.
    """
    with shop.lock:
        merchant.install(shop, shop.config.optional_scopes)
        for handle in extension.blocks():
            _place(shop, extension, handle)
        url = launch_url(shop, admin)
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(url, timeout=ANSWER_SECONDS, allow_redirects=False)
        except requests.RequestException as error:
            raise NotLive(f"no answer ({type(error).__name__})") from error
    if answer.status_code != requests.codes.ok:
        raise NotLive(f"status {answer.status_code}")
    try:
        enter_keys(shop, carriers)
    except NotTaken as error:
        raise NotLive(f"it did not take {error}") from error


def _place(shop: Shop, extension: Extension, handle: str) -> None:
    for template in _TEMPLATES:
        try:
            add_block(shop, extension, handle, template)
        except BadLink:
            continue
        return
