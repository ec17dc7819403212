"""The sources that an installation offers, by its settings. Loaded by processes that have to do with them."""

from __future__ import annotations

from tracker.carriers.http import SourceHttp
from tracker.carriers.sources import NAMES, PUSHING, make_source, read_push
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.ports.sources import OfferedSources, SourceAccount, TrackingSource
from tracker.settings import Settings
from tracker.unknown_words import once


def offered_sources(settings: Settings, *, on_unknown_word: OnUnknownWord = ignore) -> OfferedSources:
    """All that are somewhere. Connections are made when the first of them is asked. `on_unknown_word` is told
    once of each word that a source's table lacks, whether the source was asked or pushed it."""
    tell = once(on_unknown_word)
    origins = settings.source_origins
    names = tuple(name for name in NAMES if name in origins)
    http = SourceHttp()

    def make(account: SourceAccount) -> TrackingSource | None:
        if account.source not in names:
            return None
        return make_source(account, http, origins, on_unknown_word=tell)

    readers = {name: read_push(name, on_unknown_word=tell) for name in names if name in PUSHING}
    return OfferedSources(names, make, readers)
