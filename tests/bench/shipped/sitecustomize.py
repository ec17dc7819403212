"""Loaded by Python before the program that is measured (https://docs.python.org/3/library/site.html): what
development tools bring with them is not there for it, as it is not in the image."""

from __future__ import annotations

import sys
from typing import Any, cast

NOT_SHIPPED = ("opentelemetry", "rich")
"""redis-py and structlog load these wherever they find them, which takes 7 MB of each worker."""

# None in place of a module means that there is none: https://docs.python.org/3/reference/import.html
cast(dict[str, Any], sys.modules).update(dict.fromkeys(NOT_SHIPPED))
