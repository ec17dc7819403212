"""What a merchant set in the blocks of the app: saved for everybody, or tried in the theme editor alone.

Hold the shop's lock for all of these.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.demo.liquid import BUTTON
from tracker.demo.placements import Placement
from tracker.demo.state import Shop


def try_settings(shop: Shop, placement: Placement, values: Mapping[str, object]) -> None:
    """Show these in the theme editor's preview, and to nobody else."""
    shop.tried_settings[placement] = dict(values)


def forget_tried(shop: Shop) -> None:
    """What was tried and not saved is over, as when the editor is left."""
    shop.tried_settings.clear()


def save_settings(shop: Shop, placement: Placement, values: Mapping[str, object]) -> None:
    """Show these to everybody. Where the tracking button is, is a switch of the demo's as well."""
    shop.saved_settings[placement] = dict(values)
    shop.tried_settings.pop(placement, None)
    if placement.handle == BUTTON and "placement" in values:
        shop.control.change({"tracking_button": values["placement"]})


def saved_settings(shop: Shop, placement: Placement) -> dict[str, object]:
    """What was saved of a block; what is not in it is as its schema has it."""
    values = dict(shop.saved_settings.get(placement, {}))
    if placement.handle == BUTTON:
        values["placement"] = shop.control.tracking_button
    return values


def shown_settings(shop: Shop, *, in_editor: bool) -> dict[str, Mapping[str, object]]:
    """By the names of the blocks that the storefront has a place for, with what is tried `in_editor`."""
    shown: dict[str, Mapping[str, object]] = {}
    for placement in shop.placements:
        if placement.is_shown:
            tried = shop.tried_settings.get(placement) if in_editor else None
            shown.setdefault(placement.handle, tried or saved_settings(shop, placement))
    return shown
