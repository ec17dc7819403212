"""What all clients of sources share: the account's key, where its source is, and how an answer is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracker.carriers.http import SourceHttp, refused
from tracker.carriers.told import decode
from tracker.carriers.words import OnUnknownWord, ignore
from tracker.deadline import Deadline
from tracker.http_exchange import Reply
from tracker.parcel import AskAbout, Parcel, TrackingNews
from tracker.ports.clock import Clock
from tracker.tracking_number import plain_number


class SourceClient(ABC):
    """One account. `origin` has no slash at its end; `clock` tells when an answer came; `on_unknown_word` is
    told of every word that the source's table lacks. The key stands in no repr."""

    def __init__(
        self,
        key: str,
        http: SourceHttp,
        *,
        origin: str,
        clock: Clock,
        on_unknown_word: OnUnknownWord = ignore,
        ask_about: AskAbout = AskAbout.EVERY_PARCEL,
    ) -> None:
        self.ask_about = ask_about
        self._key = key
        self._http = http
        self._origin = origin
        self._clock = clock
        self._on_unknown_word = on_unknown_word

    def covers(self, parcel: Parcel) -> bool:
        """Every parcel whose number is one: of others no source is told."""
        return plain_number(parcel.number) is not None

    @abstractmethod
    def _headers(self) -> Mapping[str, str]:
        """How a request proves whose account it is for."""

    def _reply(
        self,
        method: str,
        path: str,
        *,
        deadline: Deadline,
        payload: object = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """An answer of whatever status."""
        return self._http.ask(
            method,
            self._origin + path,
            headers=self._headers(),
            payload=payload,
            query=query,
            deadline=deadline,
        )


def answer_of(reply: Reply) -> dict[str, Any]:
    """The JSON object of an answer. Raises children of SourceError, also for a status that is no success."""
    error = refused(reply)
    if error is not None:
        raise error
    return decode(reply.body)


def told_of(
    parcels: Sequence[Parcel], news_of: Callable[[Parcel], TrackingNews | None]
) -> Mapping[Parcel, TrackingNews]:
    """The news of those that there are some of."""
    return {parcel: news for parcel in parcels if (news := news_of(parcel)) is not None}
