"""The one shop of the operator's own, whose standing is that of the settings. Fills `ports.ServedShops` and
`ports.KnownShops` where there is no store, and in front of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tracker.ports.shops import ServedShops
from tracker.shop import Shop, Standing

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class OwnShop:
    """This shop is always installed: its tokens come by the settings, and nothing of them is stored. What is
    asked of any other one is asked of `others`, or is not known."""

    def __init__(self, domain: str, others: ServedShops | None = None) -> None:
        self._shop = Shop(domain, None, Standing.INSTALLED, frozenset(), _LONG_AGO, None, 0)
        self._others = others

    def get(self, domain: str) -> Shop | None:
        """See ports.ServedShops."""
        if domain == self._shop.domain:
            return self._shop
        return None if self._others is None else self._others.get(domain)

    def forget(self, domain: str) -> None:
        """See ports.KnownShops."""

    def uninstall(self, domain: str, *, triggered_at: datetime) -> bool:
        """See ports.ServedShops. Of the own shop there is no token here to be deleted."""
        if domain == self._shop.domain:
            return True
        return self._others is not None and self._others.uninstall(domain, triggered_at=triggered_at)

    def change_scopes(self, domain: str, scopes: frozenset[str], *, at: datetime) -> bool:
        """See ports.ServedShops. Those of the own shop are asked for with each look-up."""
        if domain == self._shop.domain:
            return True
        return self._others is not None and self._others.change_scopes(domain, scopes, at=at)

    def remember_id(self, domain: str, shop_id: int) -> bool:
        """See ports.ServedShops. That of the own shop is remembered as long as the process lives."""
        if domain == self._shop.domain:
            self._shop = replace(self._shop, shop_id=shop_id)
            return True
        return self._others is not None and self._others.remember_id(domain, shop_id)

    def erase(self, domain: str) -> bool:
        """See ports.ServedShops."""
        return self._others is not None and self._others.erase(domain)
