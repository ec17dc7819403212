"""The app's blocks in a shop's published theme: adding them, and what App Bridge tells the app of them.

https://shopify.dev/docs/apps/build/online-store/theme-app-extensions/configuration and
https://shopify.dev/docs/api/app-home/apis/authentication-and-data/app-api
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.demo.extension import Block, Extension
from tracker.demo.placements import THEME_ID, Placement
from tracker.demo.state import Shop

TEMPLATES = (
    *("404", "article", "blog", "cart", "collection", "gift_card", "index"),
    *("list-collections", "page", "password", "product", "search"),
)
"""The kinds of template a theme has; one more dot names a variant of its own, as in `page.contact`."""

_TARGET = re.compile(r"newAppsSection|mainSection|sectionGroup:(?:header|footer|aside)|sectionId:[\w-]+")


class BadLink(ValueError):
    """A deep link that adds nothing. The text says why."""


@dataclass(frozen=True)
class Wanted:
    """What a deep link would have the merchant add."""

    handle: str
    template: str
    embed: bool


def read_link(shop: Shop, extension: Extension, query: Mapping[str, str]) -> Wanted | None:
    """What a link to the theme editor adds; None for one that only opens it. Raises BadLink."""
    template = query.get("template") or "index"
    if template.partition(".")[0] not in TEMPLATES:
        raise BadLink(f"there is no template {template}")
    embed = "activateAppId" in query
    named = query.get("activateAppId" if embed else "addAppBlockId")
    if named is None:
        return None
    key, _, handle = named.partition("/")
    if key != shop.api_key or not handle:
        raise BadLink("the block is named {client id}/{file name}")
    if embed and query.get("context") != "apps":
        raise BadLink("an app embed is switched on in context=apps")
    if not embed and not _TARGET.fullmatch(query.get("target", "")):
        raise BadLink("target says where the block goes")
    check_block(extension, handle, template, embed=embed)
    return Wanted(handle, template, embed)


def check_block(extension: Extension, handle: str, template: str, *, embed: bool) -> Block:
    """The block, where it can be in this template. Raises BadLink."""
    block = extension.block(handle)
    if block is None:
        raise BadLink(f"the app has no block {handle}")
    if (block.schema.get("target", "section") != "section") != embed:
        raise BadLink("a block for a section and an app embed are added in different ways")
    kind = template.partition(".")[0]
    allowed = block.schema.get("enabled_on", {}).get("templates")
    forbidden = block.schema.get("disabled_on", {}).get("templates", [])
    if (allowed is not None and not {kind, template, "*"} & set(allowed)) or {kind, "*"} & set(forbidden):
        raise BadLink(f"the block can't be in the template {template}")
    return block


def add_block(shop: Shop, extension: Extension, handle: str, template: str) -> Placement:
    """Put a block into the theme and save, once. Raises BadLink. Hold the shop's lock."""
    block = extension.block(handle)
    if shop.installation is None:
        raise BadLink("the app is not installed")
    target = block.schema.get("target", "section") if block is not None else "section"
    check_block(extension, handle, template, embed=target != "section")
    placement = Placement(handle, target, template)
    if placement not in shop.placements:
        shop.placements.append(placement)
    return placement


def remove_block(shop: Shop, handle: str, template: str) -> None:
    """Take a block out of a template with its settings and save, if it is there. Hold the shop's lock."""
    for gone in [one for one in shop.placements if (one.handle, one.template) == (handle, template)]:
        shop.placements.remove(gone)
        shop.saved_settings.pop(gone, None)


def extensions_json(shop: Shop, extension: Extension) -> list[dict[str, Any]]:
    """What `shopify.app.extensions()` resolves to. Hold the shop's lock."""
    activations = []
    for handle, block in extension.blocks().items():
        placed = [one for one in shop.placements if one.handle == handle]
        activations.append(
            {
                "handle": handle,
                "name": extension.words_for_merchants(str(block.schema.get("name", handle))),
                "target": block.schema.get("target", "section"),
                "status": "active" if placed else "available",
                "activations": [
                    {
                        "target": f"template--{one.template}/main/{one.handle.replace('-', '_')}_demo",
                        "themeId": f"gid://shopify/OnlineStoreTheme/{THEME_ID}",
                    }
                    for one in placed
                ],
            }
        )
    return [{"handle": extension.handle(), "type": "theme_app_extension", "activations": activations}]
