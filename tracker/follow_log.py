"""How following goes, as log lines and counts. No parcel, order or person is in either."""

from __future__ import annotations

import structlog

from tracker.clock import utc_now
from tracker.logs import exception_fields
from tracker.metrics import Metrics
from tracker.ports.following import Asked, Following, FollowObserver

log = structlog.get_logger()


class LoggedFollowing(FollowObserver):
    """Tells the log and `metrics`."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def asked(self, asked: Asked) -> None:
        """See FollowObserver."""
        if asked.parcels:
            self._metrics.source_asked(asked.source, asked.outcome, asked.parcels, asked.seconds)
            self._metrics.stories_changed(asked.source, asked.changed)
        else:
            self._metrics.account_put_off(asked.source, asked.outcome)
        say = log.info if asked.outcome == "ok" else log.warning
        say(
            "follow",
            shop=asked.shop,
            source=asked.source,
            parcels=asked.parcels,
            changed=asked.changed,
            outcome=asked.outcome,
            seconds=round(asked.seconds, 3),
        )

    def troubled(self, shop: str, source: str, code: str) -> None:
        """See FollowObserver."""
        self._metrics.account_troubled(source, code)
        log.warning("account in trouble", shop=shop, source=source, code=code)

    def stumbled(self, error: Exception, shop: str | None = None, source: str | None = None) -> None:
        """See FollowObserver."""
        self._metrics.following_failed()
        log.error("follow", shop=shop, source=source, outcome="unforeseen", **exception_fields(error))

    def counted(self, following: Following) -> None:
        """See FollowObserver."""
        since = following.overdue_since
        overdue = 0.0 if since is None else (utc_now() - since).total_seconds()
        self._metrics.parcels_followed(following.planned, max(0.0, overdue))
