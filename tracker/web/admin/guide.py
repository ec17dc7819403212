"""What was found out about a shop, as the steps of its set-up guide: a state, a sentence, and where to go.
Pure.

Deep links are those of https://shopify.dev/docs/apps/build/online-store/theme-app-extensions/configuration
and https://shopify.dev/docs/apps/build/authentication-authorization/app-installation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.ports.shops import PageFound
from tracker.verbs.check_setup import EmailAccess, SetUp
from tracker.verbs.try_lookup import Trial
from tracker.web.admin.words import say, say_or

STEPS = ("connected", "scopes", "email", "page", "block", "trial")
NEEDED_SCOPES = frozenset({"read_orders", "read_fulfillments"})
EXTRA_SCOPES = (
    "read_customers",
    "read_returns",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)
"""As in `shopify.app.toml`: what a merchant may add, and the page can ask for."""

REFUSED = frozenset({"access_token_rejected", "shop_unavailable"})
DATA_ACCESS = "https://shopify.dev/docs/apps/launch/protected-customer-data"
BLOCK = "track-order"

Step = dict[str, Any]
"""`id`, `state` (done, todo, optional, unknown), `text`, `link` (href and text, or None) and `extras` (scopes
that may be asked for, each with what it is good for)."""


def block_link(address: str, client_id: str) -> str:
    """The theme editor, with the block about to be added to a page. `address` is where the shop is."""
    return (
        f"{address}/admin/themes/current/editor"
        f"?template=page&addAppBlockId={client_id}/{BLOCK}&target=newAppsSection"
    )


def steps(found: SetUp, *, address: str, client_id: str) -> list[Step]:
    """The steps that the server can tell of, in order. `address` is where the shop is."""
    return [
        _connected(found, address, client_id),
        _scopes(found, address, client_id),
        _email(found, address),
        _page(found, address),
    ]


def trial_step(trial: Trial) -> Step:
    """How the look-up went, part by part."""
    took = sum(part.milliseconds for part in trial.parts)
    step = _step("trial", "done" if trial.works else "todo")
    step["text"] = say("steps.trial.done", milliseconds=took) if trial.works else say("steps.trial.failed")
    step["parts"] = [
        {
            "text": say(f"parts.{part.part}"),
            "works": part.failure is None,
            "why": part.failure and say_or(f"failures.{part.failure}", "failures.other"),
            "milliseconds": part.milliseconds,
        }
        for part in trial.parts
    ]
    if trial.works:
        status = say_or(f"statuses.{trial.status or 'none'}", "statuses.unknown")
        step["story"] = say("steps.trial.story", status=status, count=trial.parcels)
    return step


def _connected(found: SetUp, address: str, client_id: str) -> Step:
    if found.failure is None:
        return _step("connected", "done")
    link = _link(f"{address}/admin/apps/{client_id}", "steps.connected.link")
    return _step("connected", "todo" if found.failure in REFUSED else "unknown", link)


def _scopes(found: SetUp, address: str, client_id: str) -> Step:
    if found.failure is not None and not found.scopes:
        return _step("scopes", "unknown")
    if not found.scopes >= NEEDED_SCOPES:
        href = f"{address}/admin/oauth/install?client_id={client_id}"
        return _step("scopes", "todo", _link(href, "steps.scopes.link"))
    if missing := list(_extras(found.scopes)):
        link = _link(f"{address}/admin/settings/apps", "steps.scopes.link_settings")
        return _step("scopes", "optional", link) | {"extras": missing}
    return _step("scopes", "done")


def _extras(granted: frozenset[str]) -> Iterator[Mapping[str, str]]:
    for scope in EXTRA_SCOPES:
        if scope not in granted:
            yield {"scope": scope, "text": say(f"scopes.{scope}")}


def _email(found: SetUp, address: str) -> Step:
    match found.email:
        case EmailAccess.GRANTED:
            return _step("email", "done")
        case EmailAccess.WITHHELD:
            return _step("email", "todo", _link(DATA_ACCESS, "steps.email.link"))
        case EmailAccess.UNTOLD:
            return _step("email", "unknown", _link(f"{address}/admin/orders", "steps.email.link_orders"))
        case _:
            return _step("email", "unknown") | {"text": say("steps.email.unasked")}


def _page(found: SetUp, address: str) -> Step:
    state = {PageFound.OURS: "done", PageFound.UNREACHABLE: "unknown"}.get(found.page, "todo")
    match found.page:
        case PageFound.OURS | PageFound.UNREACHABLE | PageFound.BROKEN:
            link = _link(f"{address}{found.path}", "steps.page.link_ours")
        case PageFound.PASSWORD:
            link = _link(f"{address}/admin/online_store/preferences", "steps.page.link_password")
        case _:
            link = _link(f"{address}/admin/settings/apps", "steps.page.link_settings")
    return _step("page", state, link) | {"text": say(f"steps.page.{found.page}")}


def _step(name: str, state: str, link: Mapping[str, str] | None = None) -> Step:
    # The page and the trial have sentences of their own, which are put in afterwards.
    text = "" if name in {"page", "trial"} else say(f"steps.{name}.{state}")
    return {"id": name, "state": state, "text": text, "link": link, "extras": []}


def _link(href: str, key: str) -> Mapping[str, str]:
    return {"href": href, "text": say(key)}
