"""The Liquid pages: the form, a story and a refusal, with the block's own words, style and script."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from flask import g, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tracker import theme_files
from tracker.errors import InvalidRequest, OrderNotFound, Refusal
from tracker.order_number import read as read_order_number
from tracker.ports.shops import ListsOrders, SettingsOf
from tracker.shop import ShopSettings
from tracker.web import liquid
from tracker.web.doubts import Doubt, doubts
from tracker.web.look import read_look
from tracker.web.schemas import INVISIBLE
from tracker.web.story import ADVISED, SHOWN_EVENTS, SHOWN_ITEMS, StoryView, time_in
from tracker.web.words import Words, choose

SCRIPTS = ("track-order", "track-order-story", "track-order-more")
DEFAULT_PATH = "/apps/track-order"
LONGEST_NUMBER = 64
"""Of a number in the address of the page, as the script takes it over."""
SHOWN_CHOICES = 4
"""Recent orders that are seen at once, as many as the block has places for."""
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
    """Renders pages for the request under way, in its language and under its path in the shop, with the look
    that the fields in `g.sent` ask for.

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

    def form(self, choices: Sequence[Mapping[str, str]] = ()) -> str:
        """The page with the form; `choices` are the recent orders (`name`, `placed_at`) of who is signed in.

        The theme's button asks for it with `?dialog=` and its id, and gets it as a dialog without the theme
        around it, in the language of `locale`. A number in `?order=` is filled in if it can be one.
        """
        identity, number = request.args.get("dialog", ""), request.args.get("order", "")[:LONGEST_NUMBER]
        return self._render(
            self._words(request.args.get("locale")),
            dialog=identity if IDENTITY.fullmatch(identity) else None,
            number=number if read_order_number(number) is not None else None,
            choices=choices,
        )

    def story(self, answer: bytes, asked: Mapping[str, str] | None = None) -> str:
        """The page with the story of an answer (the JSON of a 200). `asked` are the fields by which it was
        asked for, to ask once more: whoever sees this page has just sent them, and they were right."""
        words = self._words()
        return self._render(words, view=StoryView(json.loads(answer), words), asked=asked)

    def refusal(self, refusal: Refusal) -> str:
        """The page with a kind sentence, a next step, and the fields at fault marked. Nothing that was typed
        comes back in it, but for what `doubts` may say."""
        words = self._words()
        code = refusal.code if f"refusal.{refusal.code}.title" in words else FALLBACK
        odd, errors = _doubts(), {}
        if isinstance(refusal, InvalidRequest):
            errors = {field: said[0] for field, said in refusal.errors.items()}
            if errors.get("order") == "invalid" and "order" in odd:
                errors["order"], _ = odd["order"]
        said = [words.say(f"field.{field}.{word}", **values) for field, (word, values) in odd.items()]
        return self._render(
            words, refusal=code, errors=errors, doubts=said if isinstance(refusal, OrderNotFound) else ()
        )

    def _words(self, asked: str | None = None) -> Words:
        return choose(asked or g.get("locale"), [tag for tag, _ in request.accept_languages])

    def _render(
        self,
        words: Words,
        *,
        view: StoryView | None = None,
        asked: Mapping[str, str] | None = None,
        refusal: str | None = None,
        errors: Mapping[str, str] | None = None,
        doubts: Sequence[Markup] = (),
        dialog: str | None = None,
        number: str | None = None,
        choices: Sequence[Mapping[str, str]] = (),
    ) -> str:
        # A page that reveals nothing is given without a shop, so it goes by no shop's settings.
        chosen = self._settings_of(g.shop) if "shop" in g else ShopSettings()
        look = read_look(g.get("sent", {}))
        return self._environment.get_template("track.liquid").render(
            look=look,
            shown=sorted(look.shown - chosen.hidden),
            contact=look.contact or chosen.contact_url,
            lists_orders="shop" not in g or self._lists_orders(g.shop),
            words=words,
            number=number,
            choices=choices,
            shown_choices=SHOWN_CHOICES,
            time_in=time_in,
            path=g.get("path_prefix", DEFAULT_PATH),
            css=Markup(theme_files.read("assets/track-order.css")),  # noqa: S704 - our own file
            form_script=self._names["track-order"],
            story_script=self._names["track-order-story"],
            more_script=self._names["track-order-more"],
            view=view,
            asked=asked,
            refusal=refusal,
            errors=errors or {},
            doubts=doubts,
            dialog=dialog is not None,
            id=dialog or "page",
            liquid=liquid,
            refusals=REFUSALS,
            advised=ADVISED,
            shown_events=SHOWN_EVENTS,
            shown_items=SHOWN_ITEMS,
        )


def _doubts() -> dict[str, Doubt]:
    """What may be wrong with what was typed, which the script would have asked before."""
    typed = (g.get("sent", {}).get(field, "") for field in ("order", "email"))
    # Nobody slipped by what pasting brings along, and a mark of direction would turn the sentence around.
    return doubts(*(text.translate(INVISIBLE) if isinstance(text, str) else "" for text in typed))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
