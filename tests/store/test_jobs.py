"""Work that was handed on is done by somebody, whatever happens to whoever took it: the same battery on
SQLite and on Postgres."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from tests.store.shops import ALICE, BOB, SECRET
from tracker.errors import StoreUnavailable
from tracker.ports.jobs import Job, Waiting
from tracker.ports.tokens import Resealed
from tracker.store.database import Database
from tracker.store.jobs import SqlJobs
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.tables import JOBS, METADATA, PRIVACY_REQUESTS

NEW_SECRET = "the secret that came after it"
PAYLOAD = b'["ada@example.com"]'
MINUTE = 60.0
PAST = timedelta(hours=-1)


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    database = Database(store_url, threads=8)
    yield database
    database.close()


@pytest.fixture
def jobs(database: Database) -> SqlJobs:
    return SqlJobs(database, [Sealer(SECRET)])


def lease(jobs: SqlJobs, holder: str = "one", seconds: float = MINUTE) -> Job:
    job = jobs.lease(holder=holder, seconds=seconds)
    assert job is not None
    return job


def end_leases(database: Database) -> None:
    """As if the time had passed."""
    with database.writing() as connection:
        connection.execute(update(JOBS).values(lease_until=datetime.now(UTC) + PAST))


def duties(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(PRIVACY_REQUESTS.c.topic)).scalars())


def test_a_job_is_given_to_one_with_what_it_needs_to_know(jobs: SqlJobs) -> None:
    jobs.hand_on("redact", ALICE, PAYLOAD)
    job = lease(jobs)

    assert ("redact", ALICE, PAYLOAD, 1) == (job.kind, job.shop, job.payload, job.tries)
    assert jobs.lease(holder="two", seconds=MINUTE) is None


def test_without_a_job_there_is_none(jobs: SqlJobs) -> None:
    assert jobs.lease(holder="one", seconds=MINUTE) is None
    assert Waiting(0, None) == jobs.waiting()


def test_jobs_come_in_the_order_in_which_they_were_handed_on(jobs: SqlJobs) -> None:
    for number in range(3):
        jobs.hand_on("redact", ALICE, str(number).encode())

    assert [b"0", b"1", b"2"] == [lease(jobs).payload for _ in range(3)]


def test_the_same_work_waits_once_for_all_who_want_it_once(jobs: SqlJobs) -> None:
    """Until it has begun: what comes then may be news to it."""
    for shop, payload, once in (
        (ALICE, PAYLOAD, True),
        (ALICE, PAYLOAD, True),
        (ALICE, b"other", True),
        (BOB, PAYLOAD, True),
        (ALICE, PAYLOAD, False),
    ):
        jobs.hand_on("follow", shop, payload, once=once)
    assert 4 == jobs.waiting().jobs

    lease(jobs)
    jobs.hand_on("follow", ALICE, PAYLOAD, once=True)
    assert 5 == jobs.waiting().jobs


def test_what_may_wait_is_not_begun_before_its_time(jobs: SqlJobs, database: Database) -> None:
    jobs.hand_on("follow", ALICE, PAYLOAD, after=MINUTE)
    assert jobs.lease(holder="one", seconds=MINUTE) is None

    with database.writing() as connection:
        connection.execute(update(JOBS).values(not_before=JOBS.c.created_at))
    assert PAYLOAD == lease(jobs).payload


def test_who_died_over_a_job_leaves_it_to_the_next(jobs: SqlJobs, database: Database) -> None:
    jobs.hand_on("redact", ALICE, PAYLOAD)
    lease(jobs)
    end_leases(database)

    job = lease(jobs, "two")

    assert (PAYLOAD, 2) == (job.payload, job.tries)


def test_who_is_too_late_does_not_finish_it_for_the_next(jobs: SqlJobs, database: Database) -> None:
    """Nor is its duty recorded twice."""
    jobs.hand_on("customers/redact", ALICE, PAYLOAD)
    late = lease(jobs)
    end_leases(database)
    job = lease(jobs, "two")

    assert not jobs.finish(late, holder="one", duty="customers/redact")
    assert not jobs.put_off(late, holder="one", seconds=0)
    assert jobs.finish(job, holder="two", duty="customers/redact")
    assert not jobs.finish(job, holder="two", duty="customers/redact")
    assert ["customers/redact"] == duties(database)


def test_of_a_duty_nothing_but_topic_and_time_is_left(jobs: SqlJobs, database: Database) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    jobs.hand_on("customers/redact", ALICE, PAYLOAD)
    jobs.finish(lease(jobs), holder="one", duty="customers/redact")

    with database.reading() as connection:
        [record] = connection.execute(select(PRIVACY_REQUESTS)).all()
        left = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }
    assert {"privacy_requests"} == {name for name, count in left.items() if count}
    assert ["id", "topic", "completed_at"] == list(record._fields)
    assert before < record.completed_at < datetime.now(UTC) + timedelta(seconds=1)


def test_a_job_that_is_no_duty_leaves_nothing(jobs: SqlJobs, database: Database) -> None:
    jobs.hand_on("purge", ALICE)

    assert jobs.finish(lease(jobs), holder="one")
    assert [] == duties(database)
    assert Waiting(0, None) == jobs.waiting()


def test_what_was_put_off_waits_its_time(jobs: SqlJobs, database: Database) -> None:
    jobs.hand_on("purge", ALICE)
    assert jobs.put_off(lease(jobs), holder="one", seconds=3600)

    assert jobs.lease(holder="one", seconds=MINUTE) is None
    with database.writing() as connection:
        connection.execute(update(JOBS).values(not_before=datetime.now(UTC) + PAST))
    assert 2 == lease(jobs).tries


def test_what_needs_to_know_nothing_is_done_once_for_all_who_ask(jobs: SqlJobs) -> None:
    """Until it has begun: what changed since then, it may have missed."""
    for shop in (ALICE, ALICE, BOB):
        jobs.hand_on("synchronise", shop)
    jobs.hand_on("purge", ALICE)
    assert 3 == jobs.waiting().jobs

    begun = lease(jobs)
    jobs.hand_on(begun.kind, begun.shop)

    assert 4 == jobs.waiting().jobs


def test_two_customers_are_two_jobs(jobs: SqlJobs) -> None:
    jobs.hand_on("redact", ALICE, PAYLOAD)
    jobs.hand_on("redact", ALICE, PAYLOAD)

    assert 2 == jobs.waiting().jobs


def test_what_waits_for_long_is_overdue(jobs: SqlJobs, database: Database) -> None:
    jobs.hand_on("purge", ALICE)
    jobs.hand_on("purge", BOB)
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    with database.writing() as connection:
        connection.execute(update(JOBS).where(JOBS.c.shop == BOB).values(created_at=long_ago))

    assert Waiting(2, long_ago) == jobs.waiting()


def test_no_payload_can_be_read_in_the_database(jobs: SqlJobs, database: Database) -> None:
    jobs.hand_on("redact", ALICE, PAYLOAD)

    with database.reading() as connection:
        assert b"ada" not in connection.execute(select(JOBS.c.payload)).scalar_one()


@pytest.mark.parametrize("change", [{"shop": BOB}, {"kind": "erase"}])
def test_a_payload_opens_for_its_own_work_and_shop_alone(
    jobs: SqlJobs, database: Database, change: dict[str, str]
) -> None:
    jobs.hand_on("redact", ALICE, PAYLOAD)
    with database.writing() as connection:
        connection.execute(update(JOBS).values(**change))

    assert lease(jobs).payload is None


def test_a_payload_of_before_a_rotation_still_opens(jobs: SqlJobs, database: Database) -> None:
    jobs.hand_on("redact", ALICE, PAYLOAD)
    rotated = SqlJobs(database, [Sealer(NEW_SECRET), Sealer(SECRET)])

    assert PAYLOAD == lease(rotated).payload
    end_leases(database)
    assert lease(SqlJobs(database, [Sealer(NEW_SECRET)])).payload is None


def test_a_rotation_seals_payloads_anew_batch_by_batch(jobs: SqlJobs, database: Database) -> None:
    """Once, and those that open with no secret are counted and left."""
    SqlJobs(database, [Sealer("the secret of somebody else")]).hand_on("redact", BOB, PAYLOAD)
    for _ in range(2):
        jobs.hand_on("redact", ALICE, PAYLOAD)
    rotated = SqlJobs(database, [Sealer(NEW_SECRET), Sealer(SECRET)])
    rotated.hand_on("redact", ALICE, PAYLOAD)

    assert Resealed(4, 2, 1, None) == rotated.reseal(after=0, limit=9, dry=True)
    first = rotated.reseal(after=0, limit=2)
    assert first.next is not None
    assert Resealed(2, 1, 1, first.next) == first
    assert Resealed(2, 1, 0, None) == rotated.reseal(after=first.next, limit=3)
    assert Resealed(4, 0, 1, None) == rotated.reseal(after=0, limit=9)

    afterwards = SqlJobs(database, [Sealer(NEW_SECRET)])
    assert [None, PAYLOAD, PAYLOAD, PAYLOAD] == [lease(afterwards).payload for _ in range(4)]


def test_a_shop_that_is_erased_takes_its_jobs_along_and_no_other(jobs: SqlJobs, database: Database) -> None:
    """But for the job that erases it, which names no shop."""
    for shop in (ALICE, BOB, ""):
        jobs.hand_on("redact", shop, PAYLOAD)

    SqlShops(database, [Sealer(SECRET)]).erase(ALICE)

    assert [BOB, ""] == [lease(jobs).shop for _ in range(2)]


def test_workers_that_ask_together_never_get_the_same_job(jobs: SqlJobs) -> None:
    for number in range(24):
        jobs.hand_on("redact", ALICE, str(number).encode())

    def take_all(holder: str) -> list[bytes | None]:
        taken = []
        while (job := jobs.lease(holder=holder, seconds=MINUTE)) is not None:
            taken.append(job.payload)
        return taken

    with ThreadPoolExecutor(4) as pool:
        together = Counter(payload for taken in pool.map(take_all, "abcd") for payload in taken)

    # Who found a job taken by another in between looks again at its next turn.
    together += Counter(take_all("e"))
    assert {str(number).encode(): 1 for number in range(24)} == together


def test_a_database_that_is_away_is_said(jobs: SqlJobs, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(JOBS))
        connection.exec_driver_sql("ALTER TABLE jobs RENAME TO jobs_away")
    try:
        with pytest.raises(StoreUnavailable):
            jobs.hand_on("purge", ALICE)
        with pytest.raises(StoreUnavailable):
            jobs.lease(holder="one", seconds=MINUTE)
    finally:
        with database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE jobs_away RENAME TO jobs")
