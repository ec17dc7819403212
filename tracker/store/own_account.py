"""The account of the operator's own shop, which the settings name. Fills `ports.SourceAccounts` and
`ports.KnownAccounts` where there is no store, and in front of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tracker.ports.sources import KeptAccount, KnownAccounts, SourceAccount, SourceAccounts

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class OwnAccount:
    """The own shop has this account alone. What is asked of any other shop is asked of `stored` and `known`,
    or is not known."""

    def __init__(
        self,
        shop: str,
        account: SourceAccount | None,
        *,
        stored: SourceAccounts | None = None,
        known: KnownAccounts | None = None,
    ) -> None:
        self._shop = shop
        self._kept: tuple[KeptAccount, ...] = () if account is None else (KeptAccount(account, _LONG_AGO),)
        self._stored = stored
        self._known = known

    def of(self, shop: str) -> Sequence[KeptAccount]:
        """See ports.SourceAccounts."""
        if shop == self._shop:
            return self._kept
        return () if self._stored is None else self._stored.of(shop)

    def save(self, shop: str, account: SourceAccount, *, at: datetime) -> bool:
        """See ports.SourceAccounts. The own shop's is the operator's to set."""
        if shop == self._shop or self._stored is None:
            return False
        return self._stored.save(shop, account, at=at)

    def remove(self, shop: str, source: str) -> bool:
        """See ports.SourceAccounts."""
        if shop == self._shop or self._stored is None:
            return False
        return self._stored.remove(shop, source)

    def known(self, shop: str) -> Sequence[SourceAccount]:
        """See ports.KnownAccounts."""
        if shop == self._shop:
            return tuple(kept.account for kept in self._kept)
        return () if self._known is None else self._known.known(shop)

    def forget(self) -> None:
        """See ports.KnownAccounts."""
        if self._known is not None:
            self._known.forget()
