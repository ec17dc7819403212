"""What Flask knows of the request under way, asked for once.

Its `request` and `g` look the request up anew for each attribute, by five calls of functions.
"""

from __future__ import annotations

from flask import Request, g, request
from flask.ctx import _AppCtxGlobals

Noted = _AppCtxGlobals
"""What is noted down for a request, as attributes."""


def request_here() -> Request:
    """The request. Raises RuntimeError outside of one."""
    # Flask documents it, while its types say that the proxy is the request itself.
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def noted_here() -> Noted:
    """What was noted down for it, as attributes. Raises RuntimeError outside of one."""
    found: Noted = g._get_current_object()
    return found
