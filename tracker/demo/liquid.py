"""Rendering Liquid as the storefront does: theme templates, app blocks, and pages of an app proxy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from liquid import BlockNode, Environment, Node, Tag
from liquid.exceptions import LiquidError, TemplateNotFoundError
from liquid.loader import BaseLoader, TemplateSource
from liquid.parser import get_parser
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG

from tracker.demo import filters
from tracker.demo.customers import signed_in
from tracker.demo.extension import Block, Extension
from tracker.demo.installation import Metafield
from tracker.demo.liquid_metafields import liquid_metafields
from tracker.demo.state import CURRENCY, NAME, TIME_ZONE

if TYPE_CHECKING:
    from liquid import RenderContext, Token, TokenStream

ASSETS = "/cdn/extensions/track-order/assets/"
"""Where the extension's assets are served."""

BUTTON = "track-order-button"
BUTTON_LINK = 'a[href^="/pages/track-order"]'
"""What a merchant would type to bind the button to the theme's own link to the tracking page."""

SECTION = "template--demo__main"
"""The id of the section that holds the app blocks of a page."""

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Visitor:
    """Who looks at which shop's page: language tag, and the signed-in customer's number or nothing, with how
    many orders they ever placed there.
    `metafields` are the app's own, `placed` its blocks in the theme, `settings` what was set in each of them,
    `tracking_button` where the merchant has put the button among them (a placement of its block, or off).
    `in_editor`: is it the theme editor that shows the page?"""

    shop_domain: str
    locale: str = "en"
    customer_id: str = ""
    shop_name: str = NAME
    metafields: tuple[Metafield, ...] = ()
    placed: tuple[str, ...] = ()
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    tracking_button: str = "off"
    orders_count: int = 0
    in_editor: bool = False


@dataclass(frozen=True)
class Place:
    """Which page of the shop it is: Shopify's name for its template, the path, and the title."""

    template: str
    path: str
    title: str


TRACKING_PAGE = Place("page", "/pages/track-order", "Delivery and tracking")


def block_id(handle: str) -> str:
    """The id that the block of this file name has on every page."""
    return f"AdemoB10ck{handle.replace('-', '_')}"


class _LayoutNode(Node):
    """Remembers which layout a page asked for; prints nothing."""

    def __init__(self, token: Token, layout: str) -> None:
        super().__init__(token)
        self.layout = layout

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print nothing."""
        return 0


class _LayoutTag(Tag):
    name = "layout"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Read `{% layout none %}` or `{% layout 'name' %}`."""
        token = stream.eat(TOKEN_TAG)
        stream.expect(TOKEN_EXPRESSION)
        return _LayoutNode(token, stream.current.value.strip().strip("'\""))


class _StyleNode(Node):
    def __init__(self, token: Token, inside: BlockNode) -> None:
        super().__init__(token)
        self.inside = inside

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """The block within a style element."""
        buffer.write("<style data-shopify>")
        self.inside.render(context, buffer)
        buffer.write("</style>")
        return 1


class _StyleTag(Tag):
    name = "style"
    end = "endstyle"

    def parse(self, stream: TokenStream) -> Node:
        """Read `{% style %} … {% endstyle %}`."""
        token = stream.eat(TOKEN_TAG)
        inside = get_parser(self.env).parse_block(stream, ("endstyle",))
        stream.expect(TOKEN_TAG, value="endstyle")
        return _StyleNode(token, inside)


class _Partials(BaseLoader):
    """The theme's own templates, and before them the snippets of an extension where there is one."""

    def __init__(self, extension: Extension | None = None) -> None:
        self._extension = extension

    def get_source(
        self,
        env: Environment,
        template_name: str,
        *,
        context: RenderContext | None = None,
        **_: object,
    ) -> TemplateSource:
        """The Liquid of a template by its name. Raises TemplateNotFoundError."""
        text = self._extension.snippet(template_name) if self._extension is not None else None
        path = _TEMPLATES / f"{template_name}.liquid"
        if text is None and path.parent == _TEMPLATES and path.is_file():
            text = path.read_text("utf-8")
        if text is None:
            raise TemplateNotFoundError(template_name)
        return TemplateSource(_whole(text), template_name, None)


class Theme:
    """The demo shop's theme over one extension, for one visitor at the origin it was reached at.

    Snippets and words of the extension exist within its blocks only: a page that an app proxy returns is
    rendered as part of the theme, which does not know them.
    """

    def __init__(
        self, extension: Extension, visitor: Visitor, origin: str, *, place: Place = TRACKING_PAGE
    ) -> None:
        self._extension = extension
        self._placed = visitor.placed
        self._metafields = liquid_metafields(visitor.metafields)
        self.visitor = visitor
        objects = _objects(extension, visitor, origin, place)
        self._env = _environment(_Partials(), objects, filters.make_translate([], visitor.locale))
        words = extension.translations(visitor.locale)
        translate = filters.make_translate(words, visitor.locale)
        self._in_block = _environment(_Partials(extension), objects, translate)

    def template(self, name: str, **values: object) -> str:
        """A template of the theme within its layout."""
        return self.within_layout(self.part(name, **values), **values)

    def part(self, name: str, **values: object) -> str:
        """A template of the theme by itself."""
        return self._env.get_template(name).render(**values)

    def within_layout(self, content: str, **values: object) -> str:
        """Finished HTML within the theme's layout, with the app embeds that are switched on at its end."""
        page = self._env.get_template("theme").render(
            content_for_layout=content, content_for_header=self._header(), **values
        )
        # Shopify puts embeds there by itself; no theme has a place for them.
        before, end, after = page.rpartition("</body>")
        return f"{before}{self._embeds()}{end}{after}"

    def page(self, source: str) -> str:
        """A page in Liquid as an app proxy returned it; `{% layout none %}` leaves the layout out.

        Liquid that can't be read becomes Shopify's inline message, never an exception.
        """
        try:
            template = self._env.from_string(_whole(source))
            content = template.render()
        except LiquidError as error:
            return self.within_layout(f"Liquid error: {escape(str(error))}")
        layouts = [node.layout for node in template.nodes if isinstance(node, _LayoutNode)]
        return content if layouts[-1:] == ["none"] else self.within_layout(content)

    def block(self, handle: str, **settings: object) -> str | None:
        """An app block as the merchant set it, within the wrapper that Shopify puts around it; None where
        there is none, or the app has not made it available. `settings` go before the merchant's."""
        block = self._extension.block(handle)
        if block is None:
            return None
        if not self._is_available(block):
            return None
        identity = block_id(handle)
        kind = f"shopify://apps/tracker/blocks/{handle}/demo"
        known = json.dumps({"id": identity, "type": kind})
        inside = self._in_block.from_string(_whole(block.source), name=handle).render(
            block={
                "id": identity,
                "type": kind,
                "settings": {**block.settings, **self.visitor.settings.get(handle, {}), **settings},
                "shopify_attributes": f'data-shopify-editor-block="{escape(known)}"'
                if self.visitor.in_editor
                else "",
            },
            app={"metafields": self._metafields},
            section={"id": SECTION},
        )
        tag = block.schema.get("tag", "div")
        css = " ".join(["shopify-block", "shopify-app-block", *filter(None, [block.schema.get("class")])])
        return f'<{tag} id="shopify-block-{identity}" class="{css}">{inside}</{tag}>'

    def section(self, handle: str) -> str | None:
        """An app block within its section of the theme, which the theme editor takes out and puts back as a
        whole; None where there is no block."""
        block = self.block(handle)
        if block is None:
            return None
        known = escape(json.dumps({"id": SECTION}))
        attribute = f' data-shopify-editor-section="{known}"' if self.visitor.in_editor else ""
        return f'<div id="shopify-section-{SECTION}" class="shopify-section"{attribute}>{block}</div>'

    def _is_available(self, block: Block) -> bool:
        """`available_if` names a boolean metafield of the app's own."""
        condition = block.schema.get("available_if")
        if condition is None:
            return True
        app = {"metafields": self._metafields}
        return self._in_block.from_string(str(condition)).render(app=app).strip() == "true"

    def _embeds(self) -> str:
        """The app embeds that a merchant switched on, as they stand before the end of the body."""
        embeds = (
            self._tracking_button() if handle == BUTTON else self.block(handle)
            for handle, block in self._extension.blocks().items()
            if handle in self._placed and block.schema.get("target") == "body"
        )
        return "".join(embed for embed in embeds if embed is not None)

    def _tracking_button(self) -> str | None:
        """The button as the merchant placed it, None where it is off."""
        placement = self.visitor.tracking_button
        if placement == "off":
            return None
        selector = self.visitor.settings.get(BUTTON, {}).get("selector") or BUTTON_LINK
        return self.block(BUTTON, placement=placement, selector=selector)

    def _header(self) -> str:
        """What blocks in the theme add to the head: each stylesheet and script of their schemas once; and the
        theme editor its own script."""
        parts = (
            ['<script src="/cdn/demo/editor-preview.js" defer></script>'] if self.visitor.in_editor else []
        )
        for handle, block in self._extension.blocks().items():
            if handle not in self._placed:
                continue
            if css := block.schema.get("stylesheet"):
                parts.append(filters.stylesheet_tag(ASSETS + css))
            if script := block.schema.get("javascript"):
                parts.append(f'<script src="{escape(ASSETS + script)}" async></script>')
        return "\n".join(dict.fromkeys(parts))


def _whole(source: str) -> str:
    """A template to the last newline, which python-liquid strips as if it were white space after a `-%}`."""
    return f"{source}{{{{ '' }}}}"


def _environment(
    loader: BaseLoader, objects: Mapping[str, object], translate: Callable[..., str]
) -> Environment:
    env = Environment(loader=loader, globals=objects)
    env.add_tag(_LayoutTag)
    env.add_tag(_StyleTag)
    formatted = filters.make_date(TIME_ZONE)
    env.filters.update(
        {
            "t": translate,
            "translate": translate,
            "asset_url": filters.asset_url(ASSETS),
            "stylesheet_tag": filters.stylesheet_tag,
            "script_tag": filters.script_tag,
            "json": filters.to_json,
            "money": filters.money,
            "handle": filters.handleize,
            "handleize": filters.handleize,
            "pluralize": filters.pluralize,
            "date": formatted,
            "escape": filters.escape,
            "time_tag": filters.time_tag(formatted, ZoneInfo(TIME_ZONE)),
        }
    )
    return env


def _objects(extension: Extension, visitor: Visitor, origin: str, place: Place) -> dict[str, object]:
    """The global Liquid objects of a storefront page."""
    language = {"iso_code": visitor.locale, "endonym_name": visitor.locale, "primary": visitor.locale == "en"}
    available = [{"iso_code": one, "endonym_name": one} for one in extension.locales()]
    account = signed_in(visitor.customer_id)
    customer = account and {
        "id": account.id,
        "email": account.email,
        "first_name": account.first_name,
        "orders_count": visitor.orders_count,
    }
    return {
        "shop": {
            "name": visitor.shop_name,
            "email": "owner@northwind.example",
            "permanent_domain": visitor.shop_domain,
            "domain": origin.split("://", 1)[1],
            "url": origin,
            "secure_url": origin,
            "currency": CURRENCY,
            "money_format": "${{amount}}",
        },
        "request": {
            "locale": language,
            "design_mode": visitor.in_editor,
            "page_type": place.template,
            "path": place.path,
            "host": origin.split("://", 1)[1],
            "origin": origin,
        },
        "routes": {"root_url": "/", "account_login_url": "/account/login", "cart_url": "/cart"},
        "localization": {
            "language": language,
            "available_languages": available,
            "country": {"iso_code": "US", "name": "United States", "currency": {"iso_code": CURRENCY}},
        },
        "customer": customer,
        "cart": {"item_count": 0},
        "settings": {},
        "template": {"name": place.template},
        "page_title": place.title,
        "canonical_url": f"{origin}{place.path}",
    }
