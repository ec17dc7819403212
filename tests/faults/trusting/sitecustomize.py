"""Python reads this as it starts, where this folder is on PYTHONPATH: makes the service trust the authority
of the tests, whose certificate is in TRUSTED_BY_TESTS. The service itself has no such setting."""

from __future__ import annotations

import os

import certifi

_AUTHORITY = os.environ["TRUSTED_BY_TESTS"]


def _where() -> str:
    return _AUTHORITY


certifi.where = _where
