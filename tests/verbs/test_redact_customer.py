"""A person is forgotten, and can be told what is kept of them before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.webhook_fakes import FakePurge
from tracker.duty import Duty, read_duty
from tracker.verbs.disclose_person import disclose_person
from tracker.verbs.redact_customer import redact_customer
from tracker.webhook import Person

ALICE = "alice.myshopify.com"
PERSON = Person("grace@example.com", "706405506930370085", ("gid://shopify/Order/820982911946154509",))


def test_everywhere_is_asked_for_that_person() -> None:
    purges = [FakePurge(), FakePurge()]

    assert 4 == redact_customer(ALICE, PERSON, purges=purges)
    assert [[(ALICE, PERSON)]] * 2 == [purge.people for purge in purges]


def test_what_lies_in_several_places_is_shown_once() -> None:
    places = [FakePurge(answers=[b"one", b"two"]), FakePurge(answers=[b"two", b"three"])]

    assert [b"one", b"two", b"three"] == disclose_person(ALICE, PERSON, disclosures=places)


@pytest.mark.parametrize("person", [PERSON, Person(None, "1"), Person("ü@example.com", None), None])
def test_a_duty_is_the_same_after_it_was_handed_on(person: Person | None) -> None:
    duty = Duty(ALICE, datetime(2026, 11, 20, 12, 0, 0, 1, tzinfo=UTC), person)

    assert duty == read_duty(duty.written())


def test_nobody_is_in_the_words_by_which_a_duty_is_shown() -> None:
    shown = repr(Duty(ALICE, datetime(2026, 11, 20, tzinfo=UTC), PERSON))

    assert "grace" not in shown
    assert "7064" not in shown
