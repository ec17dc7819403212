"""gunicorn's own log lines as the service's: JSON on standard output, without the arguments of a message.
Loaded by gunicorn, by the name of this module."""

from __future__ import annotations

import logging
import sys

from gunicorn import glogging  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.config import Config  # type: ignore[import-untyped]  # the same

from tracker.logs import LibraryFormatter


class Logger(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn says of itself, from the level that `gunicorn_config` sets."""

    def setup(self, cfg: Config) -> None:
        """Set up as gunicorn does, at the start and on a reload, then change stream and form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LibraryFormatter())
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(sys.stdout)
