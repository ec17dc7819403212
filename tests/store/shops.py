"""Three shops that must not meet, questions that shoppers ask them, and a look at what Redis is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from redis import Redis

from tests.fakes import NOON
from tracker.order import Status
from tracker.ports import Entry, Question

SECRET = "a secret of the app, long enough"
PATIENT_SECONDS = 5.0
"""The time-out where Redis is healthy: a busy machine is not what those tests are about."""

ALICE = "alice.myshopify.com"
BOB = "bob.myshopify.com"
CHARLIE = "charlie.myshopify.com"
ORDER = "gid://shopify/Order/5001"
QUESTION = Question(
    shop=ALICE, number="#1001", stem="1001", email="ada@example.com", network="203.0.113.0/24"
)
ENTRY = Entry(b'{"order":"of ada"}', Status.IN_TRANSIT, ORDER, NOON)


def asked(**changes: str) -> Question:
    """Ada's question to Alice's shop, changed."""
    return replace(QUESTION, **changes)


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
