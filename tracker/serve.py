"""`tracker serve`: check the settings, then become gunicorn."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import NoReturn

from tracker.settings import Settings


def serve(settings: Settings) -> NoReturn:
    """Replace this process by gunicorn, so that signals and exit codes are gunicorn's own.

    Metrics of several workers meet in files of a private directory, which prometheus_client wants to know
    of before it is imported: hence through the environment, and a new process.
    """
    environ = dict(os.environ)
    if settings.metrics_port is not None:
        environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="tracker-metrics-")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:tracker.gunicorn_config",
        "tracker.wsgi:app",
    ]
    os.execve(sys.executable, command, environ)  # noqa: S606 - our own interpreter, no shell
