"""Where look-ups take place. Tests of other verbs have worlds of their own."""

from __future__ import annotations

import pytest

from tests.lookup_world import World, a_warm_world, a_world


@pytest.fixture
def world() -> World:
    """Nobody has looked anything up yet."""
    return a_world()


@pytest.fixture
def warm() -> World:
    """Ada's answer is kept."""
    return a_warm_world()
