"""What a source pushes changes stories of its own shop, once, and is sent again where it cannot be kept."""

from __future__ import annotations

import pytest

from tests.fakes import NOON
from tests.lookup_world import ALICE, BOB, gid
from tests.source_fakes import FakeFollowed
from tests.webhook_fakes import FakeKept
from tracker.errors import CacheUnavailable
from tracker.parcel import TrackingNews
from tracker.ports.sources import Pushed
from tracker.verbs.take_push import take_push

NEWS = TrackingNews(NOON)
MINE, OTHER = Pushed("JD01", NEWS), Pushed("JD02", NEWS)


@pytest.fixture
def followed() -> FakeFollowed:
    """Alice follows one parcel of her order at AfterShip."""
    return FakeFollowed(orders={(ALICE, "aftership", "JD01"): gid(1)})


@pytest.mark.parametrize(
    ("shop", "source", "pushed", "outcome"),
    [
        (ALICE, "aftership", [OTHER, MINE], "changed"),
        (ALICE, "aftership", [OTHER], "unchanged"),
        (ALICE, "aftership", [], "unchanged"),
        (ALICE, "dhl", [MINE], "unchanged"),
        (BOB, "aftership", [MINE], "unchanged"),
    ],
)
def test_only_a_parcel_that_this_shop_follows_there_changes_a_story(
    followed: FakeFollowed, shop: str, source: str, pushed: list[Pushed], outcome: str
) -> None:
    kept = FakeKept()

    assert outcome == take_push(shop, source, pushed, followed=followed, kept=kept)
    assert ([(ALICE, gid(1))] if outcome == "changed" else []) == kept.dropped
    assert ([MINE.news] if outcome == "changed" else []) == kept.news
    assert [(shop, source, piece.number) for piece in pushed] == followed.pushed


def test_what_cannot_be_kept_is_to_be_sent_again(followed: FakeFollowed) -> None:
    followed.away = True
    with pytest.raises(CacheUnavailable):
        take_push(ALICE, "aftership", [MINE], followed=followed, kept=FakeKept())
