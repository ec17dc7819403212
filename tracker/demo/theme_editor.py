"""The theme editor of a shop's admin, with nothing in it but adding the app's blocks.

The deep links that it understands are those of
https://shopify.dev/docs/apps/build/online-store/theme-app-extensions/configuration#simplified-installation-flow-with-deep-linking
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.demo.extension import Extension
from tracker.demo.state import Shop
from tracker.demo.theme_blocks import TEMPLATES, BadLink, add_block, read_link, remove_block


def theme_editor(shop: Shop, extension: Extension) -> Blueprint:
    """The blueprint of one shop's theme editor."""
    blueprint = Blueprint(
        "editor", __name__, url_prefix="/admin/themes/<theme>/editor", template_folder="templates"
    )

    @blueprint.get("")
    def show(theme: str) -> str:
        """What a deep link would add, to be added by a button, and what is in the theme already."""
        with shop.lock:
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
                    handle: extension.words_for_merchants(str(block.schema.get("name", handle)))
                    for handle, block in extension.blocks().items()
                },
                templates=TEMPLATES,
                saved="saved" in request.args,
                installed=shop.installation is not None,
                placements=list(shop.placements),
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

    return blueprint
