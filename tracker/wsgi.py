"""The application as a WSGI server loads it: settings from the environment, logs to standard output."""

from __future__ import annotations

import os

from tracker import logs
from tracker.app import create_app
from tracker.offered_sources import offered_sources
from tracker.settings import read_settings

settings = read_settings(os.environ)
logs.configure(settings.log_level)
app = create_app(settings, offered=offered_sources(settings))
