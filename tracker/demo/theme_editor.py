"""The theme editor of a shop's admin, as far as the app's blocks are concerned: adding them, trying and
saving their settings beside a preview, and taking them out again.

The deep links that it understands are those of
https://shopify.dev/docs/apps/build/online-store/theme-app-extensions/configuration#simplified-installation-flow-with-deep-linking
and the preview is told what happens by the events of
https://shopify.dev/docs/storefronts/themes/best-practices/editor/integrate-sections-and-blocks
(`static/theme-editor.js` and, within the preview, `static/editor-preview.js`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo.block_settings import forget_tried, save_settings, saved_settings, try_settings
from tracker.demo.extension import Block, Extension
from tracker.demo.liquid import block_id
from tracker.demo.placements import Placement
from tracker.demo.setting_types import BadSetting, read_settings
from tracker.demo.state import Shop
from tracker.demo.theme_blocks import TEMPLATES, BadLink, add_block, read_link, remove_block

PAGES = {"/pages/track-order": "Tracking page", "/": "Home", "/products/tent": "A product"}
"""What the preview can show, by paths of the storefront."""


@dataclass(frozen=True)
class EditedBlock:
    """A block in the theme as the editor shows it: its fields in words, and their values."""

    placement: Placement
    id: str
    name: str
    fields: list[dict[str, Any]]
    values: dict[str, object]


def theme_editor(shop: Shop, extension: Extension) -> Blueprint:
    """The blueprint of one shop's theme editor."""
    blueprint = Blueprint(
        "editor", __name__, url_prefix="/admin/themes/<theme>/editor", template_folder="templates"
    )

    @blueprint.get("")
    def show(theme: str) -> str:
        """What a deep link would add, and the blocks that are in the theme with their settings as saved."""
        with shop.lock:
            forget_tried(shop)
            wanted, fault = None, request.args.get("fault")
            try:
                wanted = read_link(shop, extension, request.args)
            except BadLink as error:
                fault = str(error)
            return render_template(
                "admin_editor.html",
                shop=shop,
                theme=theme,
                wanted=wanted,
                fault=fault,
                names={
                    handle: _name(extension, handle, block) for handle, block in extension.blocks().items()
                },
                templates=TEMPLATES,
                saved="saved" in request.args,
                opened=request.args.get("block"),
                installed=shop.installation is not None,
                edited=[_edited(shop, extension, one) for one in shop.placements],
                pages=PAGES,
                storefront=shop.storefront_origin or request.script_root,
            )

    @blueprint.post("")
    def save(theme: str) -> AnyResponse:
        """Add a block to a template, or take it out again, and save the theme."""
        handle, template = request.form.get("handle", ""), request.form.get("template", "index")
        with shop.lock:
            if request.form.get("act") == "remove":
                remove_block(shop, handle, template)
            else:
                try:
                    add_block(shop, extension, handle, template)
                except BadLink as error:
                    return Response(str(error), 422, mimetype="text/plain")
        return redirect(url_for("editor.show", theme=theme, template=template, saved=1), code=303)

    @blueprint.post("/settings")
    def change_settings(theme: str) -> AnyResponse:
        """Save a block's settings, or only try them: then the preview has them until the editor is opened
        again. 404 for a block that is not in the theme, 422 with a sentence for a value that can't be."""
        handle, template = request.form.get("handle"), request.form.get("template")
        with shop.lock:
            found = [one for one in shop.placements if (one.handle, one.template) == (handle, template)]
            block = extension.block(handle) if handle and found else None
            if block is None:
                abort(404)
            try:
                values = read_settings(block.schema.get("settings", []), request.form)
            except BadSetting as error:
                return Response(str(error), 422, mimetype="text/plain")
            if request.form.get("act") == "try":
                try_settings(shop, found[0], values)
                return Response(status=204)
            save_settings(shop, found[0], values)
        opened = block_id(found[0].handle)
        return redirect(
            url_for("editor.show", theme=theme, template=template, saved=1, block=opened), code=303
        )

    return blueprint


def _name(extension: Extension, handle: str, block: Block) -> str:
    return extension.words_for_merchants(str(block.schema.get("name", handle)))


def _edited(shop: Shop, extension: Extension, placement: Placement) -> EditedBlock:
    """A block that the extension no longer has is there to be removed, and has no settings."""
    block = extension.block(placement.handle) or Block("", {})
    return EditedBlock(
        placement,
        block_id(placement.handle),
        _name(extension, placement.handle, block),
        _in_words(extension, block.schema.get("settings", [])),
        {**block.settings, **saved_settings(shop, placement)},
    )


def _in_words(extension: Extension, part: Any) -> Any:
    """A part of a schema, with words in place of their keys."""
    if isinstance(part, str):
        return extension.words_for_merchants(part)
    if isinstance(part, list):
        return [_in_words(extension, one) for one in part]
    if isinstance(part, dict):
        return {name: _in_words(extension, one) for name, one in part.items()}
    return part
