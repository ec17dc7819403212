"""Idle shops' tokens are renewed in time, and one shop's failure is not another's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from tests.fakes import NOON, SettableClock
from tracker.deadline import Deadline
from tracker.errors import AccessTokenRejected, StoreUnavailable, UpstreamError, UpstreamTimeout
from tracker.shop import Shop, Standing
from tracker.verbs import refresh_tokens as module
from tracker.verbs.refresh_tokens import BEFORE, Renewals, refresh_tokens


def shop(name: str, standing: Standing = Standing.INSTALLED) -> Shop:
    return Shop(f"{name}.myshopify.com", None, standing, frozenset(), NOON, None, 1)


@dataclass
class FakeShops:
    """The listing of ports.Shops, over shops that are all idle; fails from the batch on that is `away`."""

    idle_ones: Sequence[Shop]
    away: int = 99
    asked: list[tuple[datetime, str]] = field(default_factory=list)

    def idle(self, *, refresh_expires_before: datetime, limit: int, after: str = "") -> Sequence[Shop]:
        self.asked.append((refresh_expires_before, after))
        if len(self.asked) > self.away:
            raise StoreUnavailable("sqlite_busy")
        return [one for one in self.idle_ones if one.domain > after][:limit]


@dataclass
class FakeTokens:
    """ports.TokenRenewal that raises what it holds for a shop."""

    errors: dict[str, UpstreamError]
    renewed: list[str] = field(default_factory=list)

    def renew(self, shop: Shop, *, deadline: Deadline) -> None:
        assert not deadline.expired()
        self.renewed.append(shop.domain[0])
        if (error := self.errors.get(shop.domain[0])) is not None:
            raise error


def run(shops: FakeShops, tokens: FakeTokens, told: list[str]) -> Renewals:
    return refresh_tokens(
        shops=shops,  # type: ignore[arg-type] # the listing is all that is needed of it
        tokens=tokens,
        clock=SettableClock(),
        failed_for=lambda shop, error: told.append(f"{shop[0]} {error.code}"),
    )


def test_every_idle_shop_is_renewed_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    shops, tokens = FakeShops([shop(name) for name in "abcde"]), FakeTokens({})

    assert run(shops, tokens, []) == Renewals(renewed=5, refused=0, newly=0, failed=0)
    assert "".join(tokens.renewed) == "abcde"
    assert shops.asked == [
        (NOON + BEFORE, after and f"{after}.myshopify.com") for after in ("", "b", "d", "e")
    ]


def test_nothing_idle_is_nothing_to_do() -> None:
    assert run(FakeShops([]), FakeTokens({}), []) == Renewals(0, 0, 0, 0)


def test_what_fails_for_one_shop_is_told_and_the_next_is_tried() -> None:
    """A shop that needed reopening before is no news."""
    told: list[str] = []
    shops = FakeShops([shop("a"), shop("b", Standing.NEEDS_REOPENING), shop("c"), shop("d")])
    errors: dict[str, UpstreamError] = {
        "a": AccessTokenRejected(),
        "b": AccessTokenRejected(),
        "c": UpstreamTimeout(),
    }

    assert run(shops, FakeTokens(errors), told) == Renewals(renewed=1, refused=2, newly=1, failed=1)
    assert told == ["a access_token_rejected", "b access_token_rejected", "c upstream_timeout"]


def test_shops_that_cannot_be_listed_are_an_error() -> None:
    with pytest.raises(StoreUnavailable):
        run(FakeShops([shop("a")], away=1), FakeTokens({}), [])
