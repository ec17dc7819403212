"""Whether a port can be had, told before anything stands on it."""

from __future__ import annotations

import errno
import os
import socket

from tracker.errors import TrackerError


class CannotListen(TrackerError):
    """A port cannot be had. The words are for the operator."""


def look_for(port: int, name: str) -> None:
    """Raises CannotListen where `port`, of the setting `name`, cannot be had on all addresses."""
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
