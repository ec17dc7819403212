"""The Liquid pages: the form, a story and a refusal, with the block's own words, style and script."""

from __future__ import annotations

import hashlib
import json
import re

from flask import g, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tracker import theme_files
from tracker.errors import InvalidRequest, Refusal
from tracker.ports import ListsOrders, SettingsOf
from tracker.shop import HIDEABLE, ShopSettings
from tracker.web import liquid
from tracker.web.story import ADVISED, SHOWN_EVENTS, SHOWN_ITEMS, StoryView
from tracker.web.words import Words, choose

SCRIPTS = ("track-order", "track-order-story", "track-order-more")
DEFAULT_PATH = "/apps/track-order"
IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,80}")
FALLBACK = "upstream_unavailable"
REFUSALS = (
    "order_not_found",
    "invalid_request",
    "rate_limited",
    "not_set_up",
    "upstream_unavailable",
    "offline",
    "timed_out",
    "password",
)
"""What the block's script may have to tell: our own refusals, and what can befall one on its way."""


class Pages:
    """Renders pages for the request under way, in its language and under its path in the shop.

    `assets` holds the scripts by the name under which they are served, which changes with their text.
    """

    def __init__(
        self,
        settings_of: SettingsOf = lambda _shop: ShopSettings(),
        lists_orders: ListsOrders = lambda _shop: True,
    ) -> None:
        self._settings_of = settings_of
        self._lists_orders = lists_orders
        self._environment = Environment(
            loader=PackageLoader("tracker.web"),
            # Braces belong to Liquid here, so Jinja has brackets.
            variable_start_string="[[",
            variable_end_string="]]",
            block_start_string="[%",
            block_end_string="%]",
            comment_start_string="[#",
            comment_end_string="#]",
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=True,
            finalize=liquid.as_text,
            undefined=StrictUndefined,
        )
        texts = {name: theme_files.read(f"assets/{name}.js") for name in SCRIPTS}
        self._names = {name: f"{name}.{_digest(text)}.js" for name, text in texts.items()}
        self.assets = {self._names[name]: text for name, text in texts.items()}

    def form(self) -> str:
        """The page with the empty form.

        The theme's button asks for it with `?dialog=` and its id, and gets it as a dialog without the theme
        around it, in the language of `locale`.
        """
        identity = request.args.get("dialog", "")
        words = choose(request.args.get("locale"), [tag for tag, _ in request.accept_languages])
        return self._render(words, dialog=identity if IDENTITY.fullmatch(identity) else None)

    def story(self, answer: bytes) -> str:
        """The page with the story of an answer (the JSON of a 200)."""
        words = self._words()
        return self._render(words, view=StoryView(json.loads(answer), words))

    def refusal(self, refusal: Refusal) -> str:
        """The page with a kind sentence, a next step, and the fields at fault marked. Nothing that was typed
        comes back in it."""
        words = self._words()
        code = refusal.code if f"refusal.{refusal.code}.title" in words else FALLBACK
        errors = refusal.errors if isinstance(refusal, InvalidRequest) else {}
        return self._render(words, refusal=code, errors={field: said[0] for field, said in errors.items()})

    def _words(self) -> Words:
        return choose(g.get("locale"), [tag for tag, _ in request.accept_languages])

    def _render(
        self,
        words: Words | None = None,
        *,
        view: StoryView | None = None,
        refusal: str | None = None,
        errors: dict[str, str] | None = None,
        dialog: str | None = None,
    ) -> str:
        # A page that reveals nothing is given without a shop, so it goes by no shop's settings.
        chosen = self._settings_of(g.shop) if "shop" in g else ShopSettings()
        return self._environment.get_template("track.liquid").render(
            shown=sorted(HIDEABLE - chosen.hidden),
            contact=chosen.contact_url,
            lists_orders="shop" not in g or self._lists_orders(g.shop),
            words=words or self._words(),
            path=g.get("path_prefix", DEFAULT_PATH),
            css=Markup(theme_files.read("assets/track-order.css")),  # noqa: S704 - our own file
            form_script=self._names["track-order"],
            story_script=self._names["track-order-story"],
            more_script=self._names["track-order-more"],
            view=view,
            refusal=refusal,
            errors=errors or {},
            dialog=dialog is not None,
            id=dialog or "page",
            liquid=liquid,
            refusals=REFUSALS,
            advised=ADVISED,
            shown_events=SHOWN_EVENTS,
            shown_items=SHOWN_ITEMS,
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
