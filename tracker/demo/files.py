"""Answering with a file."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Response


def file_answer(path: Path) -> Response:
    """A whole file, asked for anew each time, so that an edit shows on reload."""
    kind, _ = mimetypes.guess_type(path.name)
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(path.read_bytes(), headers=headers, mimetype=kind or "application/octet-stream")
