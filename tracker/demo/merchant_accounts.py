"""What a merchant does so that an app may ask the carriers: copy keys into it, and its address to them."""

from __future__ import annotations

import requests

from tracker.demo.carriers import Carriers
from tracker.demo.dhl import CALLS_A_DAY
from tracker.demo.launch import id_token_of
from tracker.demo.state import Shop

ANSWER_SECONDS = 20.0
AGGREGATOR_A_DAY = 5_000
"""For so many parcels the merchant lets the aggregator be asked in a day: there, asking costs nothing."""


class NotTaken(Exception):
    """The app did not take a key. The text says what it answered."""


def enter_keys(shop: Shop, carriers: Carriers) -> None:
    """Fill in the form of the app's page with the keys of this shop's accounts, and have the aggregator push
    to the address that the page then names. Call without holding any lock. Raises NotTaken."""
    keys = carriers.keys(shop.domain)
    path = _enter(shop, "seventeen_track", keys.aggregator, quota=AGGREGATOR_A_DAY)
    if path is None:
        raise NotTaken("an aggregator without naming where it may push")
    _enter(shop, "dhl", keys.dhl, quota=CALLS_A_DAY)
    with carriers.aggregator.lock:
        keys.account.push_to = f"{shop.app_url}{path}"


def _enter(shop: Shop, source: str, key: str, *, quota: int) -> str | None:
    """The path to which this source is to push, None where it pushes nothing."""
    with shop.lock:
        token = id_token_of(shop)
    form = {
        "source": source,
        "key": key,
        "push_secret": None,
        "daily_quota": quota,
        "ask_about": "every_parcel",
    }
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                f"{shop.app_url}/admin/account",
                json=form,
                headers={"Authorization": f"Bearer {token}"},
                timeout=ANSWER_SECONDS,
            )
            answer.raise_for_status()
            told = {one["source"]: one["path"] for one in answer.json()["accounts"]}
            path: str | None = told[source]
        except requests.RequestException as error:
            raise NotTaken(f"the key of {source} ({type(error).__name__})") from error
        except (KeyError, TypeError) as error:
            raise NotTaken(f"the key of {source} (an answer of another form)") from error
    return path
