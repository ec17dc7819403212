"""Three shops that must not meet, questions that shoppers ask them, and a look at what Redis is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from redis import Redis

from tests.fakes import NOON
from tracker.claim import Claim, by_email
from tracker.order import Status
from tracker.ports.answers import Entry, Question

SECRET = "a secret of the app, long enough"
PATIENT_SECONDS = 5.0
"""The time-out where Redis is healthy: a busy machine is not what those tests are about."""

ALICE = "alice.myshopify.com"
BOB = "bob.myshopify.com"
CHARLIE = "charlie.myshopify.com"
ORDER = "gid://shopify/Order/5001"
ADA, ADAS_ID = "ada@example.com", "6000000001"
ENTRY = Entry(b'{"order":"of ada"}', Status.IN_TRANSIT, ORDER, NOON, 4)


def asked(
    *,
    shop: str = ALICE,
    number: str = "#1001",
    stem: str = "1001",
    email: str = ADA,
    claim: Claim | None = None,
    network: str = "203.0.113.0/24",
) -> Question:
    """Ada's question to Alice's shop, changed. `claim` stands before `email`."""
    return Question(shop, number, stem, claim or by_email(email), network)


QUESTION = asked()

KEPT = ["SET", "INCR", "GET"]
"""What a kept answer costs: the visit's window, the visit, the answer, all in one round trip."""


def round_trips(client: Redis, ask: Callable[[], object]) -> int:
    """How often Redis had something to read meanwhile, by its own count: commands that were sent together
    are read at once."""
    before = _reads(client)
    ask()
    return _reads(client) - before - 1  # the question itself


def _reads(client: Redis) -> int:
    told: int = client.info("stats")["total_reads_processed"]
    return told


@contextmanager
def overheard(client: Redis) -> Iterator[list[tuple[str, str]]]:
    """Every command that Redis runs meanwhile: who sent it (`unix`, or `lua` from inside a script) and its
    name, complete once the block has ended."""
    heard: list[tuple[str, str]] = []
    with client.monitor() as monitor:  # type: ignore[no-untyped-call] # redis-py says nothing of it

        def next_command() -> tuple[str, str]:
            told = monitor.next_command()
            return told["client_type"], told["command"].split(" ", 1)[0].upper()

        def until_echo() -> Iterator[tuple[str, str]]:
            client.echo("so far")
            while (command := next_command())[1] != "ECHO":
                yield command

        list(until_echo())  # the greeting of the client's own second connection
        yield heard
        heard.extend(until_echo())
