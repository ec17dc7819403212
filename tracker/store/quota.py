"""How much accounts at sources may still be asked, in Redis. Fills `ports.Quota`.

Three things in one script: an account that is held off, the day's quota, and the time between two requests.
By the limits library each would be a round trip of its own, and where two of its fixed windows meet, twice as
many requests pass in a second as may. They lie among the shop's keys, under the present secret only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from tracker.follow_schedule import until_tomorrow
from tracker.ports.following import NoRoom
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.script import Script
from tracker.store.sealing import Sealer

SECONDS_APART: Mapping[str, float] = {
    "seventeen_track": 1 / 3,  # 3 requests a second: https://api.17track.net/en/doc?version=v2.4
    "aftership": 1 / 5,  # 5 or 6 by endpoint: https://www.aftership.com/docs/tracking/quickstart/rate-limit
    # A new app has one request in 5 seconds: https://developer.dhl.com/api-reference/shipment-tracking
    "dhl": 5.5,  # a little more, since not all are equally long on their way
}
"""From one request of an account to the next, by source."""
OTHERS_APART = 1 / 5
"""At a source that names no limit."""

AWAY_SECONDS = 10.0
"""After which to try again where nothing can be known."""

SPEND = Script.load("spend")
HOLD_OFF = Script.load("hold_off")
ROOM, NOT_ENOUGH_LEFT = 0, 2
"""What the script says in place of why not."""
IN_A_ROW, CHANGED, REGISTERING = ":n", ":c", ":r"
"""End the keys of how often an account was held off in a row, that it was changed a moment ago, and that
nothing is to be registered with it."""
CHANGED_SECONDS = 90
"""So long after its merchant changed an account no trouble holds it off for longer: every worker knows what
it is now within a minute (`known_accounts.SECONDS`)."""


class RedisQuota:
    """ports.Quota on Redis. `daily_quota_of` gives for how many parcels a shop's account at a source may be
    asked in a day; it never raises."""

    def __init__(
        self,
        guard: GuardedRedis,
        sealer: Sealer,
        *,
        daily_quota_of: Callable[[str, str], int],
        seconds_apart: Mapping[str, float] = SECONDS_APART,
    ) -> None:
        self._guard = guard
        self._keys = Keys(sealer)
        self._daily_quota_of = daily_quota_of
        self._seconds_apart = seconds_apart

    def spend(self, shop: str, source: str, parcels: int, *, now: datetime) -> NoRoom | None:
        """See ports.Quota."""
        day = now.astimezone(UTC).date()
        keys = [
            self._keys.held(shop, source),
            self._keys.spacing(shop, source),
            self._keys.spent(shop, source, day),
        ]
        # Rounded up: three intervals make a whole second, or the fourth request comes too soon.
        apart = math.ceil(1000 * self._seconds_apart.get(source, OTHERS_APART))
        left_of_day = max(1, round(until_tomorrow(now).total_seconds() * 1000))
        quota = self._daily_quota_of(shop, source)
        try:
            why, milliseconds, left = self._guard.run_script(
                SPEND, keys, [parcels, quota, apart, left_of_day]
            )
        except RedisUnavailable:
            return NoRoom(AWAY_SECONDS)
        return None if why == ROOM else NoRoom(milliseconds / 1000, why == NOT_ENOUGH_LEFT, left)

    def hold_off(
        self, shop: str, source: str, *, seconds: float, most: float, registering: bool = False
    ) -> float:
        """See ports.Quota."""
        account = self._keys.held(shop, source)
        held = account + REGISTERING if registering else account
        try:
            pause = self._guard.run_script(
                HOLD_OFF,
                [held, held + IN_A_ROW, account + CHANGED],
                [round(seconds * 1000), round(most * 1000)],
            )
        except RedisUnavailable:
            return seconds
        return int(pause) / 1000

    def registering_held(self, shop: str, source: str) -> float:
        """See ports.Quota."""
        held = self._keys.held(shop, source) + REGISTERING
        try:
            left = self._guard.run(lambda client: client.pttl(held))
        except RedisUnavailable:
            return AWAY_SECONDS
        return max(0, int(left)) / 1000

    def resume(self, shop: str, source: str) -> None:
        """See ports.Quota."""
        account = self._keys.held(shop, source)
        held = [account, account + REGISTERING]

        def lift(client: Any) -> None:
            client.set(account + CHANGED, b"1", ex=CHANGED_SECONDS)
            client.delete(*held, *(each + IN_A_ROW for each in held))

        with suppress(RedisUnavailable):
            self._guard.run(lift)
