"""Every story there is to tell: each order of the demo, the orders of `further`, and every refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle

from tests.pictures.further import EMAIL, FAULTS, further_orders
from tests.pictures.views import LANGUAGES, PAIRWISE, View
from tracker.demo.stories import write_orders

NOBODY = "nobody@example.com"


@dataclass(frozen=True)
class Story:
    """What somebody types, and in a few words what comes of it. `name` is good for a file's name.

    `hindrance` is something that only a browser with script can meet (see `seeing.HINDRANCES`).
    """

    name: str
    about: str
    order: str
    email: str
    hindrance: str | None = None

    def __str__(self) -> str:
        return self.name


def _orders() -> Iterator[Story]:
    """Of two orders with one name and one e-mail address the newer is shown, so there is one story."""
    now = datetime.now(UTC)
    told = [(order.name, order.email, order.story) for order in write_orders(now)]
    told += [(order.name, EMAIL, about) for order, about in further_orders(now, "").values()]
    names: set[str] = set()
    for number, email, about in told:
        name = number.strip("#").lower()
        if name in names and email == EMAIL:
            continue
        names.add(name)
        yield Story(
            name if email in (EMAIL, None) else f"{name}-{email.partition('@')[0]}",
            about,
            number,
            email or EMAIL,
        )


def _refusals() -> Iterator[Story]:
    words = ("too many tries", "not set up", "the shop does not answer")
    for number, about in zip(FAULTS, words, strict=True):
        yield Story(f"refused-{number.strip('#')}", f"Refused: {about}", number, EMAIL)
    yield Story("not-found", "Refused: another e-mail than the order's", "1001", NOBODY)
    yield Story("no-number", "Refused: no order number", " ", EMAIL)
    yield Story("odd-number", "Refused: no number at all", "###", EMAIL)
    yield Story("long-number", "Refused: a number that is too long", "9" * 300, EMAIL)
    yield Story("odd-email", "Refused: an e-mail address that is none", "1001", "ada@example")
    yield Story("long-email", "Refused: an e-mail address that is too long", "1001", f"{'a' * 300}@b.example")
    yield Story("no-email", "Asked back: no e-mail address", "1001", "", "nothing to send")
    yield Story("tracking-number", "Asked back: a tracking number", "1Z999AA10123456784", EMAIL, "doubt")
    yield Story("phone-number", "Asked back: a phone number", "+49 30 1234567", EMAIL, "doubt")
    yield Story("typo", "Asked back: a mistyped domain", "1001", "ada@gmial.com", "doubt")
    yield Story("offline", "Refused: no connection", "1001", EMAIL, "offline")
    yield Story("timed-out", "Refused: the answer takes too long", "1001", EMAIL, "silence")
    yield Story("password", "Refused: the shop asks for its password", "1001", EMAIL, "password")
    yield Story("uninstalled", "Refused: the app is gone, the shop's 404", "1001", EMAIL, "uninstalled")


STORIES = (*_orders(), *_refusals())


def assigned() -> dict[View, list[tuple[Story, str]]]:
    """Each story once: seen in one view and one language, and each view with about as many as any other."""
    shared: dict[View, list[tuple[Story, str]]] = {view: [] for view in PAIRWISE}
    languages = {direction: cycle(known) for direction, known in LANGUAGES.items()}
    for story in STORIES:
        fit = [view for view in PAIRWISE if view.script == "on" or story.hindrance is None]
        view = min(fit, key=lambda view: len(shared[view]))
        shared[view].append((story, next(languages[view.direction])))
    return shared
