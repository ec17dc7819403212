"""`tracker serve`: check the settings, then become gunicorn."""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
from typing import NoReturn

from tracker.errors import TrackerError
from tracker.metrics import FOLDER_PREFIX
from tracker.settings import Settings


class CannotListen(TrackerError):
    """A port cannot be had. The words are for the operator."""


def serve(settings: Settings) -> NoReturn:
    """Replace this process by gunicorn, so that signals and exit codes are gunicorn's own.

    Metrics of several workers meet in files of a private directory, which prometheus_client wants to know
    of before it is imported: hence through the environment, and a new process.

    Raises CannotListen where PORT or METRICS_PORT cannot be had, before anything is started or made.
    """
    _look(settings.port, "PORT")
    if settings.metrics_port is not None:
        _look(settings.metrics_port, "METRICS_PORT")
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


def _look(port: int, name: str) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("0.0.0.0", port))  # noqa: S104 - where the service will be
        except OSError as error:
            why = (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else os.strerror(error.errno or 0)
            )
            raise CannotListen(f"{name}: {port} {why}.") from None
