"""The application as a WSGI server loads it: settings from the environment, logs to standard output."""

from __future__ import annotations

import functools
import os

from tracker import logs
from tracker.app import create_app, metrics_of
from tracker.offered_sources import offered_sources
from tracker.settings import read_settings
from tracker.unknown_words import tell_unknown_word

settings = read_settings(os.environ)
logs.configure(settings.log_level)
_tell = functools.partial(tell_unknown_word, metrics_of(settings))
app = create_app(settings, offered=offered_sources(settings, on_unknown_word=_tell))
