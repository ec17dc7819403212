"""The merchant's page as HTML, with its style and its script, and the small pages around it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from tracker.parcel import DEFAULT_DAILY_QUOTA, MOST_A_DAY, AskAbout
from tracker.ports.activity import ShopActivity
from tracker.ports.clock import Clock
from tracker.shop import FEWEST_STALLED_DAYS, MOST_STALLED_DAYS, Shop
from tracker.web.admin import chart, guide, words
from tracker.web.admin.parcels import ParcelTable
from tracker.web.admin.policy import content_security_policy
from tracker.web.admin.schemas import (
    FEWEST_LOOKUPS,
    LONGEST_LINK,
    LONGEST_SECRET,
    MOST_LOOKUPS,
)
from tracker.web.admin.view import AdminView

STATIC = Path(__file__).with_name("static")
ASSETS_PATH = "/admin/assets"
TYPES = {".js": "text/javascript", ".css": "text/css"}
FOR_SCRIPT = (
    "checking",
    "not_checked",
    "state",
    "errors",
    "guide.checked",
    "guide.ready",
    "news",
    "settings",
    "steps.block",
    "steps.scopes.ask",
    "steps.trial.trying",
)
"""Keys of the words that the page's script needs."""


class AdminPages:
    """Renders pages for one shop each. `admin_origin` is where shops are, with `{shop}` in it; `sources` are
    where parcels can be followed. `assets` holds style and script, and their types, by the name under which
    they are served, which changes with their text."""

    def __init__(
        self, *, client_id: str, cdn: str, admin_origin: str, clock: Clock, sources: Sequence[str] = ()
    ) -> None:
        self._sources = tuple(sources)
        self._client_id = client_id
        self._cdn = cdn.rstrip("/")
        self._admin_origin = admin_origin.rstrip("/")
        self._clock = clock
        self._environment = Environment(
            loader=PackageLoader("tracker.web.admin"),
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._environment.globals |= {
            "say": words.say,
            "client_id": client_id,
            "cdn": self._cdn,
            "assets_path": ASSETS_PATH,
        }
        self.assets: dict[str, tuple[str, str]] = {}
        for name in ("admin.js", "admin.css"):
            text = (STATIC / name).read_text(encoding="utf-8")
            stem, dot, suffix = name.partition(".")
            served = f"{stem}.{hashlib.sha256(text.encode()).hexdigest()[:12]}{dot}{suffix}"
            self.assets[served] = (text, TYPES[f".{suffix}"])
            self._environment.globals[suffix] = served

    def page(
        self,
        shop: Shop,
        activity: ShopActivity,
        parcels: ParcelTable,
        accounts: Sequence[Mapping[str, Any]] = (),
    ) -> Response:
        """The page itself; `accounts` are those at sources, as its script tells of them. Nothing has been
        asked of the shop for it yet: the script does that."""
        now = self._clock()
        return self._html(
            "page.html",
            shop=shop.domain,
            view=AdminView(shop, activity, now),
            steps=guide.STEPS,
            block_link=guide.block_link(self.address_of(shop.domain), self._client_id),
            chart=chart,
            parcels=parcels,
            script_words=json.dumps(dict(words.below(*FOR_SCRIPT))),
            days=(FEWEST_STALLED_DAYS, MOST_STALLED_DAYS),
            lookups=(FEWEST_LOOKUPS, MOST_LOOKUPS),
            longest_link=LONGEST_LINK,
            sources=[(source, words.say(f"sources.{source}")) for source in self._sources],
            accounts=json.dumps(list(accounts)),
            ask_about=[(choice, words.say(f"news.asks.{choice}")) for choice in AskAbout],
            quota=(DEFAULT_DAILY_QUOTA, 1, MOST_A_DAY),
            longest_secret=LONGEST_SECRET,
        )

    def bounce(self, shop: str) -> Response:
        """Loads App Bridge and nothing else. `shop` is what the query says, which proves nothing, and here
        nothing needs a proof: this page is the same for all."""
        return self._html("bounce.html", shop=shop)

    def said(self, key: str, *, shop: str | None, status: int) -> Response:
        """A page of a title and a sentence."""
        response = self._html("said.html", shop=shop, key=key)
        response.status_code = status
        return response

    def address_of(self, shop: str) -> str:
        """Where this shop is, for links."""
        return self._admin_origin.replace("{shop}", shop)

    def _html(self, template: str, *, shop: str | None, **values: object) -> Response:
        text = self._environment.get_template(template).render(**values)
        response = Response(text, mimetype="text/html")
        origin = None if shop is None else "{0.scheme}://{0.netloc}".format(urlsplit(self.address_of(shop)))
        policy = content_security_policy(cdn=self._cdn, shop=origin)
        response.headers["Content-Security-Policy"] = policy
        return response
