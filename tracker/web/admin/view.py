"""What the merchant's page says before anything is checked: settings as they are, and how it goes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.ports.activity import ShopActivity
from tracker.shop import HIDEABLE, Shop
from tracker.web.admin.chart import Chart
from tracker.web.admin.words import ago, day, say

PARTS = ("expected", "items", "pictures", "events", "freshness", "status_page")
"""In the order in which a merchant reads of them in the theme editor too."""

assert set(PARTS) == HIDEABLE  # noqa: S101 - a part that cannot be chosen here would stay hidden for good


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about how it goes: its name, what there is to say, and when it was (ISO 8601), if it was."""

    name: str
    text: str
    at: str | None


@dataclass(frozen=True, slots=True)
class AdminView:
    """The page of one shop at one moment (`now`, aware)."""

    shop: Shop
    activity: ShopActivity
    now: datetime

    @property
    def chart(self) -> Chart:
        """Its look-ups."""
        return Chart(self.activity.lookups, today=self.now.date())

    @property
    def shown(self) -> list[tuple[str, bool]]:
        """Each part of a story, and whether it is shown."""
        return [(part, part not in self.shop.settings.hidden) for part in PARTS]

    @property
    def lookup_limit(self) -> str:
        """How many look-ups a visitor has in ten minutes; empty for the service's own limit."""
        return (self.shop.settings.lookup_limit or "").partition("/")[0]

    @property
    def health(self) -> list[Fact]:
        """How it goes, in plain words."""
        return [
            self._last("lookup", self.activity.last_lookup_at, "health.never"),
            self._last("webhook", self.activity.last_webhook_at, "health.never"),
            self._last("throttled", self.activity.last_throttled_at, "health.never_throttled"),
            self._token(),
        ]

    def _last(self, name: str, at: datetime | None, never: str) -> Fact:
        if at is None:
            return Fact(say(f"health.{name}"), say(never), None)
        return Fact(say(f"health.{name}"), ago(at, now=self.now), at.isoformat())

    def _token(self) -> Fact:
        name, tokens, given = say("health.token"), self.shop.tokens, self.shop.confirmed_at
        if tokens is None or given is None:
            return Fact(name, say("health.token_none"), None)
        since = ago(given, now=self.now)
        if tokens.refresh_expires_at is None:
            return Fact(name, say("health.token_lasting", ago=since), given.isoformat())
        until = day(tokens.refresh_expires_at)
        return Fact(name, say("health.token_renewed", ago=since, until=until), given.isoformat())
