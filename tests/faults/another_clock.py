"""The service as `tracker.wsgi` makes it, but by a clock that is off by the seconds in the file
CLOCK_IS_OFF_BY, which may change at any moment. gunicorn loads it by name."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker import logs
from tracker.app import create_app
from tracker.settings import read_settings

_OFF_BY = Path(os.environ["CLOCK_IS_OFF_BY"])


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=int(_OFF_BY.read_text()))


_settings = read_settings(os.environ)
logs.configure(_settings.log_level)
app = create_app(_settings, clock=_now)
