"""What the tests of sources share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tracker.carriers.http import SourceHttp


@pytest.fixture
def http() -> Iterator[SourceHttp]:
    client = SourceHttp()
    yield client
    client.close()
