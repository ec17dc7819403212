"""What the block in the shop has to know is noted in the shop itself, where Liquid can read it."""

from __future__ import annotations

from tracker.deadline import Deadline
from tracker.errors import UpstreamError
from tracker.ports.shops import AppData, Shops
from tracker.shop import Standing

NOTE_APP_DATA = "note_app_data"
"""The kind of the job. It takes what is stored when it is done, so that the last to ask decides."""

BUDGET_SECONDS = 10.0


def note_app_data(shop: str, *, shops: Shops, app_data: AppData) -> str:
    """Note there the shop's settings, the path of its app proxy, and whether it granted what the list of a
    customer's orders takes. Doing it again changes nothing.

    Gives `noted`, `no_such_shop`, or `refused` where the shop refuses us for good: the block does without,
    and opening the app asks for this again. Raises UpstreamError where another time will do.
    """
    stored = shops.get(shop)
    if stored is None or stored.standing is not Standing.INSTALLED:
        return "no_such_shop"
    try:
        app_data.note(
            shop,
            path_prefix=stored.path_prefix,
            settings=stored.settings,
            lists_orders=stored.lists_orders,
            deadline=Deadline(BUDGET_SECONDS),
        )
    except UpstreamError as error:
        if not error.permanent:
            raise
        return "refused"
    return "noted"
