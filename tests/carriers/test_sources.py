"""Every source fills its port, and nothing that comes from one makes its reader fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.carriers.answers import FOLDER, KEY, NOW, now
from tests.shopify.upstream import Upstream
from tests.strategies import json_values
from tracker.carriers.aftership import reading as aftership
from tracker.carriers.dhl import reading as dhl
from tracker.carriers.easypost import reading as easypost
from tracker.carriers.http import SourceHttp
from tracker.carriers.karrio import reading as karrio
from tracker.carriers.seventeen_track import reading as seventeen_track
from tracker.carriers.sources import (
    NAMES,
    ORIGINS,
    PUSHING,
    SIGNED_WITH_KEY,
    make_source,
    read_push,
)
from tracker.deadline import Deadline
from tracker.errors import InvalidSignature
from tracker.parcel import AskAbout, Parcel, TrackingNews
from tracker.ports.sources import SourceAccount, TrackingSource

EVERYWHERE = dict.fromkeys(NAMES, "http://127.0.0.1:9")


def make(name: str, http: SourceHttp) -> TrackingSource:
    return make_source(SourceAccount(name, KEY), http, EVERYWHERE, clock=now)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_is_what_its_account_names(name: str, http: SourceHttp) -> None:
    source = make(name, http)

    assert (name, name in PUSHING) == (source.name, source.pushes)
    assert AskAbout.EVERY_PARCEL is source.ask_about
    spared = SourceAccount(name, KEY, ask_about=AskAbout.SILENT_PARCELS)
    assert AskAbout.SILENT_PARCELS is make_source(spared, http, EVERYWHERE).ask_about
    assert source.batch >= 1
    assert KEY not in repr(source)
    assert source.covers(Parcel("00340434161094022115", "dhl_paket"))


def test_a_source_is_asked_over_tls_and_no_other_is_known(http: SourceHttp) -> None:
    assert {"https"} == {origin.partition(":")[0] for origin in ORIGINS.values()}
    assert ORIGINS.keys() == set(NAMES) - {"karrio"}
    assert SIGNED_WITH_KEY <= PUSHING
    with pytest.raises(KeyError):
        make_source(SourceAccount("teleport", KEY), http)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_asked_for_no_parcel(name: str, http: SourceHttp) -> None:
    with Upstream() as server:
        source = make_source(SourceAccount(name, KEY), http, {name: server.origin}, clock=now)

        assert [] == list(source.register([], deadline=Deadline(3)))
        assert {} == source.news([], deadline=Deadline(3))

    assert [] == server.requests


@pytest.mark.parametrize("name", sorted(PUSHING))
def test_nobody_pushes_without_a_proof(name: str) -> None:
    """Neither to an account that has no secret: then anybody could."""
    for account in (SourceAccount(name, KEY, "secret"), SourceAccount(name, "", None)):
        with pytest.raises(InvalidSignature):
            read_push(name)(b"{}", {}, account, NOW)


def read(name: str, answer: Mapping[str, Any]) -> TrackingNews | None:
    match name:
        case "seventeen_track":
            return seventeen_track.read_news(answer, number="1Z999", checked_at=NOW)
        case "aftership":
            return aftership.read_news(answer, number="1Z999", checked_at=NOW)
        case "dhl":
            return dhl.read_news(answer, number="1Z999", language="en", checked_at=NOW)
        case "easypost":
            return easypost.read_news(answer, checked_at=NOW)
        case "karrio":
            return karrio.read_news(answer, checked_at=NOW)
        case _:
            raise AssertionError(name)


RECORDED: dict[str, Any] = {
    "seventeen_track": ("gettrackinfo", ("data", "accepted", 0)),
    "aftership": ("trackings", ("data", "trackings", 0)),
    "dhl": ("shipment", ()),
    "easypost": ("tracker", ()),
    "karrio": ("tracker", ()),
}


def recorded(name: str) -> Any:
    file, path = RECORDED[name]
    found = json.loads((FOLDER / name / f"{file}.json").read_bytes())
    for step in path:
        found = found[step]
    return found


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in an answer something stands."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, found in inner:
        yield (*path, step)
        yield from places(found, (*path, step))


ODD = json_values | st.sampled_from(["0001-01-01", "9999-12-31T23:59:59-12:00", "\ud800", -1, {"x": {}}])


def disturbed(name: str, changes: Mapping[tuple[Any, ...], Any]) -> Any:
    """A recorded answer with other things in some places of it."""
    answer = recorded(name)
    for path, odd in sorted(changes.items(), key=lambda change: -len(change[0])):
        *way, last = path
        place = answer
        for step in way:
            place = place[step]
        place[last] = odd
    return answer


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_comes_is_read_as_far_as_it_can_be(name: str, data: st.DataObject) -> None:
    changes = data.draw(st.dictionaries(st.sampled_from(list(places(recorded(name)))), ODD, max_size=5))

    news = read(name, disturbed(name, changes))

    if news is not None:
        assert all(event.occurred_at.tzinfo is UTC for event in news.events)
        assert sorted(event.occurred_at for event in news.events) == [
            event.occurred_at for event in news.events
        ]


def test_sources_are_loaded_in_one_place_alone() -> None:
    """By who offers them, once, before workers are forked from it: 0.6 MB that all of them share."""
    at_once = re.compile(
        r"^(?:from|import) tracker\.carriers\.sources\b|^from tracker\.carriers import", re.M
    )
    package = files("tracker")

    assert ["offered_sources.py"] == [
        path.name for path in Path(str(package)).rglob("*.py") if at_once.search(path.read_text("utf-8"))
    ]
