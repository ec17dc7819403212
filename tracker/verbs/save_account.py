"""A merchant says where parcels are followed: an account at a source is kept, or removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.errors import InvalidRequest, NotSetUp
from tracker.parcel import AskAbout
from tracker.ports.clock import Clock
from tracker.ports.sources import KnownAccounts, SourceAccount, SourceAccounts


@dataclass(frozen=True, slots=True)
class ChosenAccount:
    """What a merchant typed. A key or a secret that is None stays as it is kept, since it is never shown."""

    source: str
    key: str | None = field(repr=False)
    push_secret: str | None = field(repr=False)
    daily_quota: int
    ask_about: AskAbout = AskAbout.EVERY_PARCEL


def save_account(
    shop: str,
    chosen: ChosenAccount,
    *,
    accounts: SourceAccounts,
    known: KnownAccounts,
    settled: Callable[[str, str], None],
    clock: Clock,
) -> None:
    """Keep this shop's account at a source. `settled` is told of which shop and source: what went wrong with
    the account before is no more. It holds at once here, within a minute elsewhere.

    Raises InvalidRequest where no key is given and none is kept, NotSetUp where the shop is not known or its
    account is the operator's to set, StoreUnavailable where nothing was stored.
    """
    kept = {one.account.source: one.account for one in accounts.of(shop)}.get(chosen.source)
    key = chosen.key or (kept.key if kept is not None else None)
    if key is None:
        raise InvalidRequest({"key": ["required"]}, "key_required")
    secret = chosen.push_secret or (kept.push_secret if kept is not None else None)
    account = SourceAccount(chosen.source, key, secret, chosen.daily_quota, chosen.ask_about)
    if not accounts.save(shop, account, at=clock()):
        raise NotSetUp("no_such_shop")
    known.forget()
    settled(shop, chosen.source)


def remove_account(
    shop: str,
    source: str,
    *,
    accounts: SourceAccounts,
    known: KnownAccounts,
    settled: Callable[[str, str], None],
) -> None:
    """Nothing of this account is left; what the source told so far stays part of the stories. To remove what
    is not there is no mistake. Raises StoreUnavailable."""
    accounts.remove(shop, source)
    known.forget()
    settled(shop, source)
