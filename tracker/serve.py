"""`tracker serve`: check the settings, then become gunicorn."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import NoReturn

from tracker.listening import look_for
from tracker.metrics import FOLDER_PREFIX
from tracker.settings import Settings


def serve(settings: Settings) -> NoReturn:
    """Replace this process by gunicorn, so that signals and exit codes are gunicorn's own.

    Metrics of several workers meet in files of a private directory, which prometheus_client wants to know
    of before it is imported: hence through the environment, and a new process.

    Raises CannotListen where PORT or METRICS_PORT cannot be had, before anything is started or made.
    """
    look_for(settings.port, "PORT")
    if settings.metrics_port is not None:
        look_for(settings.metrics_port, "METRICS_PORT")
    environ = dict(os.environ)
    if settings.metrics_port is not None:
        environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=FOLDER_PREFIX)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:tracker.gunicorn_config",
        "tracker.wsgi:app",
    ]
    os.execve(sys.executable, command, environ)  # noqa: S606 - our own interpreter, no shell
