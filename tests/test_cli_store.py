"""The operator's commands on the store of shops: what they say, what they do, and their exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import LargeBinary, select, text

import tracker.cli
from tests.shopify.offline import gives
from tests.shopify.upstream import Upstream, reply
from tests.store.shops import ENTRY, PATIENT_SECONDS, asked
from tests.web.storefront import ALICE, BOB, CHARLIE, SECRET
from tracker.breaker import Breaker
from tracker.claim import by_customer, by_email
from tracker.cli import main
from tracker.ports.sources import SourceAccount
from tracker.settings import Settings
from tracker.shop import Standing, TokenPair
from tracker.store.activity import BufferedActivity, SqlActivityLog
from tracker.store.cache import RedisAnswers
from tracker.store.database import Database
from tracker.store.jobs import SqlJobs
from tracker.store.redis import GuardedRedis
from tracker.store.sealing import Sealer
from tracker.store.shops import SqlShops
from tracker.store.source_accounts import SqlSourceAccounts
from tracker.store.tables import METADATA

NEW_SECRET = "the secret that came after it"
COMMANDS = (
    ["db", "upgrade"],
    ["secrets", "rotate"],
    ["tokens", "refresh"],
    ["forget", "--yes", "--shop", ALICE],
)


def run(url: str | None, *arguments: str, given: str | None = None, **environ: str) -> Result:
    told = {"SHOPIFY_API_KEY": "k", "SHOPIFY_API_SECRET": SECRET, "REDIS_URL": "redis://127.0.0.1:1"}
    told |= {} if url is None else {"DATABASE_URL": url}
    return CliRunner().invoke(main, arguments, env=told | environ, input=given)


@pytest.fixture
def shops(store_url: str) -> Iterator[SqlShops]:
    database = Database(store_url)
    yield SqlShops(database, [Sealer(SECRET)])
    database.close()


def install(shops: SqlShops, domain: str, *, days: float = 5) -> None:
    now = datetime.now(UTC)
    pair = TokenPair("access", now + timedelta(hours=1), "refresh 1", now + timedelta(days=days))
    shops.install(domain, tokens=pair, scopes=frozenset(), at=now)


def standing(shops: SqlShops, domain: str) -> Standing | None:
    found = shops.get(domain)
    return None if found is None else found.standing


def sealed_values(database: Database) -> dict[str, set[bytes]]:
    """What is in each column of bytes: nothing else in the database is sealed."""
    columns = [
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    ]
    with database.reading() as connection:
        return {
            str(column): set(connection.execute(select(column).where(column.is_not(None))).scalars())
            for column in columns
        }


class TestUpgrade:
    def test_a_new_file_is_made_and_then_is_up_to_date(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'new.sqlite3'}"

        assert run(url, "db", "upgrade").stdout == "The tables are up to date now.\n"
        assert run(url, "db", "upgrade").stdout == "The tables were up to date already.\n"

    def test_the_default_is_a_file_beside_the_service(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)

        assert run(None, "db", "upgrade").exit_code == 0
        assert Path("tracker.sqlite3").exists()

    @pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
    def test_tables_of_a_newer_version_are_refused_by_every_command(
        self, command: list[str], store_url: str
    ) -> None:
        """In one sentence, with nothing changed."""
        database = Database(store_url)
        change = text("UPDATE alembic_version SET version_num = :to")
        with database.writing() as connection:
            before = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            connection.execute(change, {"to": "of tomorrow"})
        try:
            result = run(store_url, *command)
        finally:
            with database.writing() as connection:
                connection.execute(change, {"to": before})
            database.close()

        assert (result.exit_code, result.stdout) == (1, "")
        assert "newer version of this service" in result.stderr
        assert result.stderr.count("\n") == 1

    @pytest.mark.parametrize("command", COMMANDS[1:], ids=" ".join)
    def test_without_tables_each_other_command_says_what_to_run(
        self, command: list[str], tmp_path: Path
    ) -> None:
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        (tmp_path / "empty.sqlite3").touch()

        result = run(url, *command)

        assert (result.exit_code, result.stdout) == (1, "")
        assert "tracker db upgrade" in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_that_gives_no_answer_ends_each_with_a_word_of_advice(
    command: list[str], redis_url: str
) -> None:
    result = run("postgresql://ada:geheim@127.0.0.1:1/tracker", *command, REDIS_URL=redis_url)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("✗ The database gives no answer (no_connection). ")
    assert "geheim" not in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_one_own_shop_alone_has_no_store(command: list[str]) -> None:
    result = run(None, *command, SHOPIFY_SHOP=ALICE)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "set DATABASE_URL" in result.stderr


class TestServe:
    """What the service says of its tables before it starts."""

    @pytest.fixture(autouse=True)
    def served(self, monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
        served: list[Settings] = []
        monkeypatch.setattr(tracker.cli, "run_serve", served.append)
        return served

    @pytest.mark.parametrize(
        ("change", "starts", "word"),
        [
            ("SELECT 1", True, ""),
            ("DROP TABLE alembic_version", True, "run `tracker db upgrade`"),
            ("UPDATE alembic_version SET version_num = 'of tomorrow'", False, "newer version"),
        ],
    )
    def test_only_tables_of_a_newer_version_keep_it_from_starting(
        self, change: str, *, starts: bool, word: str, sqlite_url: str, served: list[Settings]
    ) -> None:
        """One that waits for its tables is not ready meanwhile."""
        database = Database(sqlite_url)
        with database.writing() as connection:
            connection.execute(text(change))
        database.close()

        result = run(sqlite_url, "serve")

        assert (result.exit_code, len(served)) == (0, 1) if starts else (1, 0)
        assert word in result.stderr
        assert result.stderr.count("\n") == (1 if word else 0)

    def test_a_database_that_is_away_may_come_back(self, served: list[Settings], tmp_path: Path) -> None:
        assert run(f"sqlite:///{tmp_path / 'nowhere'}", "serve").exit_code == 0
        assert len(served) == 1

    def test_one_own_shop_alone_has_no_tables(self, served: list[Settings]) -> None:
        assert run(None, "serve", SHOPIFY_SHOP=ALICE).output == ""
        assert len(served) == 1


class TestRotate:
    def test_tokens_are_sealed_anew_once(self, shops: SqlShops, store_url: str) -> None:
        install(shops, ALICE)
        install(shops, BOB)
        secrets = {"SHOPIFY_API_SECRET": NEW_SECRET, "SHOPIFY_API_SECRET_OLD": SECRET}

        first, second = (run(store_url, "secrets", "rotate", **secrets) for _ in range(2))

        assert (first.exit_code, first.stdout) == (0, "4 values in 2 records are sealed anew.\n")
        assert (second.exit_code, second.stdout) == (0, "0 values in 2 records are sealed anew.\n")

    def test_afterwards_everything_opens_without_the_old_secret(
        self, shops: SqlShops, store_url: str
    ) -> None:
        """Each column of each table that holds something sealed, with something in it."""
        install(shops, ALICE)
        database = Database(store_url)
        SqlJobs(database, [Sealer(SECRET)]).hand_on("customers/redact", BOB, b"of ada")
        account = SourceAccount("aftership", "the key", "the push secret")
        SqlSourceAccounts(database, [Sealer(SECRET)]).save(ALICE, account, at=datetime.now(UTC))
        before, told = sealed_values(database), shops.get(ALICE)
        assert [] == [column for column, values in before.items() if not values]

        rotated = run(
            store_url, "secrets", "rotate", SHOPIFY_API_SECRET=NEW_SECRET, SHOPIFY_API_SECRET_OLD=SECRET
        )
        checked = run(store_url, "check", SHOPIFY_API_SECRET=NEW_SECRET, SHOPIFY_API_SECRET_OLD=SECRET)

        assert "5 values in 3 records are sealed anew.\n" == rotated.stdout
        assert "nothing is under the old one any more" in checked.stdout
        after, new = sealed_values(database), [Sealer(NEW_SECRET)]
        assert [] == [column for column, values in before.items() if values & after[column]]
        assert told == SqlShops(database, new).get(ALICE)
        assert [account] == [kept.account for kept in SqlSourceAccounts(database, new).of(ALICE)]
        job = SqlJobs(database, new).lease(holder="somebody", seconds=60)
        assert job is not None
        assert b"of ada" == job.payload
        database.close()

    def test_what_opens_with_no_secret_is_told(self, shops: SqlShops, store_url: str) -> None:
        install(shops, ALICE)

        result = run(store_url, "secrets", "rotate", SHOPIFY_API_SECRET=NEW_SECRET)

        assert result.exit_code == 1
        assert "2 open with neither secret" in result.stdout


class TestRefresh:
    def test_idle_shops_are_renewed_and_busy_ones_left(self, shops: SqlShops, store_url: str) -> None:
        install(shops, ALICE, days=59)
        install(shops, BOB, days=61)
        with Upstream(gives(2)) as server:
            result = run(store_url, "tokens", "refresh", SHOPIFY_ADMIN_ORIGIN=server.origin)

        assert (result.exit_code, result.output) == (
            0,
            "1 renewed, 0 need reopening by their merchants, 0 failed.\n",
        )
        assert len(server.requests) == 1
        assert (alice := shops.get(ALICE)) is not None
        assert alice.tokens is not None
        assert alice.tokens.refresh == "refresh_2"

    def test_counts_of_look_ups_that_are_too_old_go_with_it(self, shops: SqlShops, store_url: str) -> None:
        """Of shops where nobody looks anything up any more as well."""
        install(shops, ALICE, days=61)
        database = Database(store_url)
        activity = BufferedActivity(database, clock=lambda: datetime.now(UTC) - timedelta(days=99))
        activity.lookup_ended(ALICE, "story", "none")
        activity.close()
        assert SqlActivityLog(database).of(ALICE, since=date.min).lookups

        assert run(store_url, "tokens", "refresh").exit_code == 0

        assert [] == SqlActivityLog(database).of(ALICE, since=date.min).lookups
        database.close()

    def test_what_fails_is_told_with_an_exit_code_for_cron(self, shops: SqlShops, store_url: str) -> None:
        for domain in (ALICE, BOB, CHARLIE):
            install(shops, domain)
        with Upstream(reply(status=400), gives(2), reply(status=402), reply(status=400)) as server:
            first = run(store_url, "tokens", "refresh", SHOPIFY_ADMIN_ORIGIN=server.origin)
            shops.erase(CHARLIE)
            second = run(store_url, "tokens", "refresh", SHOPIFY_ADMIN_ORIGIN=server.origin)

        assert first.exit_code == 1
        assert first.stderr == f"{ALICE}: access_token_rejected\n{CHARLIE}: shop_unavailable\n"
        assert first.stdout == "1 renewed, 1 need reopening by their merchants, 1 failed.\n"
        assert standing(shops, ALICE) is Standing.NEEDS_REOPENING
        assert second.stdout.startswith("0 renewed, ")


class TestForget:
    def test_the_shop_is_gone_and_no_other(self, shops: SqlShops, store_url: str, redis_url: str) -> None:
        install(shops, ALICE)
        install(shops, BOB)

        command = ("forget", "--yes", "--shop", ALICE)
        first, second = (run(store_url, *command, REDIS_URL=redis_url) for _ in range(2))

        assert (first.exit_code, first.stdout) == (0, f"Nothing of {ALICE} is left.\n")
        assert (second.exit_code, second.stdout) == (0, f"Nothing of {ALICE} was here.\n")
        assert (standing(shops, ALICE), standing(shops, BOB)) == (None, Standing.INSTALLED)

    def test_it_is_asked_whether_that_is_meant(self, shops: SqlShops, store_url: str, redis_url: str) -> None:
        install(shops, ALICE)

        command = ("forget", "--shop", ALICE)
        assert run(store_url, *command, given="n\n", REDIS_URL=redis_url).exit_code == 1
        assert standing(shops, ALICE) is Standing.INSTALLED
        assert run(store_url, *command, given="y\n", REDIS_URL=redis_url).exit_code == 0
        assert standing(shops, ALICE) is None

    def test_without_redis_nothing_is_forgotten_and_it_is_said_why(
        self, shops: SqlShops, store_url: str
    ) -> None:
        install(shops, ALICE)

        result = run(store_url, "forget", "--yes", "--shop", ALICE)

        assert (result.exit_code, standing(shops, ALICE)) == (1, Standing.INSTALLED)
        assert result.stderr.startswith("✗ Redis does not answer")

    @pytest.mark.parametrize(
        "name", ["alice", "https://alice.myshopify.com", "alice.myshopify.com.evil.example"]
    )
    def test_what_is_no_shops_name_is_refused(self, name: str, store_url: str) -> None:
        result = run(store_url, "forget", "--yes", "--shop", name)

        assert result.exit_code == 2
        assert "permanent name" in result.stderr


class TestDisclose:
    """What is kept of one person is printed, and who that is comes by no argument."""

    @pytest.fixture
    def answers(self, redis_url: str) -> RedisAnswers:
        guard = GuardedRedis(redis_url, Breaker(), timeout_seconds=PATIENT_SECONDS)
        return RedisAnswers(guard, Sealer(SECRET), guess_limits={})

    @pytest.mark.parametrize(
        "given",
        [
            "ada@example.com\n\n\n",
            "\n6000000001\n\n",
            "\n\ngid://shopify/Order/7, 5001\n",
            "ada@example.com\n6000000001\n5001\n",
        ],
        ids=["by e-mail", "as a customer", "by orders", "by all of it"],
    )
    def test_what_is_kept_is_printed_once(self, answers: RedisAnswers, redis_url: str, given: str) -> None:
        for claim in (by_email("ada@example.com"), by_customer("6000000001")):
            answers.keep(
                asked(claim=claim),
                ENTRY,
                generation=answers.generation(ALICE),
                seconds=60,
                guessed=False,
            )
        answers.keep(asked(shop=BOB), ENTRY, generation=answers.generation(BOB), seconds=60, guessed=False)

        result = run(None, "disclose", "--shop", ALICE, given=given, REDIS_URL=redis_url, SHOPIFY_SHOP=ALICE)

        assert (0, '{"order":"of ada"}\n') == (result.exit_code, result.stdout)
        assert "Answers that are kept: 1." in result.stderr

    def test_of_whom_nothing_is_kept_nothing_is_printed(self, redis_url: str) -> None:
        result = run(
            None, "disclose", "--shop", ALICE, given="x@y.z\n\n\n", REDIS_URL=redis_url, SHOPIFY_SHOP=ALICE
        )

        assert (0, "") == (result.exit_code, result.stdout)

    def test_without_redis_it_is_said_that_nobody_knows(self) -> None:
        result = run(None, "disclose", "--shop", ALICE, given="x@y.z\n\n\n", SHOPIFY_SHOP=ALICE)

        assert 1 == result.exit_code
        assert "✗ Redis does not answer" in result.stderr

    def test_what_is_no_shops_name_is_refused(self) -> None:
        assert 2 == run(None, "disclose", "--shop", "alice", SHOPIFY_SHOP=ALICE).exit_code
