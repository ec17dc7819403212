"""Which sources there are, and how one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from tracker.carriers.aftership import push as aftership_push
from tracker.carriers.aftership import reading as aftership
from tracker.carriers.aftership.client import AfterShip
from tracker.carriers.dhl import reading as dhl
from tracker.carriers.dhl.client import Dhl
from tracker.carriers.easypost import push as easypost_push
from tracker.carriers.easypost import reading as easypost
from tracker.carriers.easypost.client import EasyPost
from tracker.carriers.http import SourceHttp
from tracker.carriers.karrio import push as karrio_push
from tracker.carriers.karrio import reading as karrio
from tracker.carriers.karrio.client import Karrio
from tracker.carriers.seventeen_track import push as seventeen_track_push
from tracker.carriers.seventeen_track import reading as seventeen_track
from tracker.carriers.seventeen_track.client import SeventeenTrack
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.clock import utc_now
from tracker.parcel import AskAbout
from tracker.ports.clock import Clock
from tracker.ports.sources import Pushed, ReadPush, SourceAccount, TrackingSource


class _Make(Protocol):
    def __call__(
        self,
        key: str,
        http: SourceHttp,
        *,
        origin: str,
        clock: Clock,
        on_unknown_word: OnUnknownWord,
        ask_about: AskAbout,
    ) -> TrackingSource: ...


_SOURCES: Mapping[str, _Make] = {
    seventeen_track.NAME: SeventeenTrack,
    aftership.NAME: AfterShip,
    easypost.NAME: EasyPost,
    karrio.NAME: Karrio,
    dhl.NAME: Dhl,
}

_PUSHES: Mapping[str, Callable[..., Sequence[Pushed]]] = {
    seventeen_track.NAME: seventeen_track_push.read_push,
    aftership.NAME: aftership_push.read_push,
    easypost.NAME: easypost_push.read_push,
    karrio.NAME: karrio_push.read_push,
}

NAMES = tuple(_SOURCES)
"""Every source, best known first."""

PUSHING = frozenset(_PUSHES)
"""Those that tell by themselves what is new."""

SIGNED_WITH_KEY = frozenset({seventeen_track.NAME})
"""Those that sign what they push with the account's key; the others do with a secret of its own."""

ORIGINS: Mapping[str, str] = {
    seventeen_track.NAME: "https://api.17track.net",
    aftership.NAME: "https://api.aftership.com",
    easypost.NAME: "https://api.easypost.com",
    dhl.NAME: "https://api-eu.dhl.com",
}
"""Where each is, publicly. Karrio is where an operator runs it."""


def make_source(
    account: SourceAccount,
    http: SourceHttp,
    origins: Mapping[str, str] = ORIGINS,
    *,
    clock: Clock = utc_now,
    on_unknown_word: OnUnknownWord = ignore,
) -> TrackingSource:
    """The source of an account. `origins` are by name, as in ORIGINS, without a slash at the end. Raises
    KeyError for a source that is not among NAMES, or has no origin."""
    make = _SOURCES[account.source]
    origin = origins[account.source]
    return make(
        account.key,
        http,
        origin=origin,
        clock=clock,
        on_unknown_word=on_unknown_word,
        ask_about=account.ask_about,
    )


def read_push(source: str, *, on_unknown_word: OnUnknownWord = ignore) -> ReadPush:
    """Who reads what this source pushes. Raises KeyError for one that is not among PUSHING."""
    return partial(_PUSHES[source], on_unknown_word=on_unknown_word)
