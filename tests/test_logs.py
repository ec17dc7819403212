"""Log lines: one JSON object each, and nothing of what anybody sent in any of them."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from tracker.logs import configure, exception_fields, places, silenced

SECRET = "ada@example.com"
Lines = Callable[[], list[dict[str, Any]]]


def fail(secret: str) -> None:
    local = f"a local with {secret}"
    raise ValueError(f"a message with {local}")


def caught(secret: str = SECRET) -> Exception:
    try:
        try:
            fail(secret)
        except ValueError as error:
            raise RuntimeError(f"because of {secret}") from error
    except RuntimeError as error:
        return error
    raise AssertionError


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What was logged so far, as read back from standard output."""
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    output = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", output)
        writer = configure("info")

    def written() -> list[dict[str, Any]]:
        writer.flush()
        return [json.loads(line) for line in output.getvalue().splitlines()]

    yield written
    structlog.reset_defaults()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def is_just_now(timestamp: str) -> bool:
    """An aware time of these minutes, in UTC by its own word."""
    moment = datetime.fromisoformat(timestamp)
    return timestamp.endswith("Z") and abs((datetime.now(UTC) - moment).total_seconds()) < 600


class TestException:
    def test_type_places_and_the_type_of_the_cause_are_told(self) -> None:
        told = exception_fields(caught())

        assert told["exception"] == "RuntimeError"
        assert told["because"] == "ValueError"
        assert told["places"] == places(caught())

    def test_places_are_file_line_and_function_innermost_last(self) -> None:
        error = caught().__cause__
        assert error is not None

        outer, inner = places(error)

        assert outer.startswith("test_logs.py:")
        assert outer.endswith(":caught")
        assert inner.endswith(":fail")

    def test_no_message_and_no_local_is_told(self) -> None:
        assert SECRET not in str(exception_fields(caught()))

    def test_an_exception_without_cause_and_never_raised_is_told_too(self) -> None:
        assert exception_fields(ValueError(SECRET)) == {"exception": "ValueError", "places": []}


class TestOwnLines:
    def test_a_line_is_one_json_object_with_level_and_time(self, lines: Lines) -> None:
        structlog.get_logger().info("look-up", outcome="story", milliseconds=12)

        (line,) = lines()
        assert is_just_now(line.pop("timestamp"))
        assert line == {"event": "look-up", "level": "info", "outcome": "story", "milliseconds": 12}

    def test_a_line_break_in_a_value_makes_no_second_line(self, lines: Lines) -> None:
        structlog.get_logger().info("look-up", word="one\ntwo")

        assert [line["word"] for line in lines()] == ["one\ntwo"]

    def test_what_is_none_is_left_out(self, lines: Lines) -> None:
        structlog.get_logger().info("look-up", cause=None, cache="kept")

        assert "cause" not in lines()[0]

    def test_what_is_below_the_level_is_not_written(self, lines: Lines) -> None:
        structlog.get_logger().debug("quiet")
        structlog.get_logger().warning("loud")

        assert [line["event"] for line in lines()] == ["loud"]

    def test_an_exception_among_the_values_is_told_by_its_type(self, lines: Lines) -> None:
        structlog.get_logger().error("failed", error=caught())

        assert lines()[0]["error"] == "RuntimeError"

    def test_an_exception_under_way_is_told_by_type_and_places(self, lines: Lines) -> None:
        try:
            fail(SECRET)
        except ValueError:
            structlog.get_logger().exception("failed")
        structlog.get_logger().error("failed", exc_info=caught())

        first, second = lines()
        assert (first["exception"], second["exception"]) == ("ValueError", "RuntimeError")
        assert first["places"][-1].endswith(":fail")
        assert SECRET not in json.dumps([first, second])

    def test_an_exception_that_is_asked_for_where_there_is_none_is_nothing(self, lines: Lines) -> None:
        structlog.get_logger().error("failed", exc_info=True)

        assert set(lines()[0]) == {"event", "level", "timestamp"}


class TestLinesOfLibraries:
    def test_a_warning_is_the_same_kind_of_line(self, lines: Lines) -> None:
        logging.getLogger("library").warning("a part is old")

        (line,) = lines()
        assert is_just_now(line.pop("timestamp"))
        assert line == {"event": "a part is old", "level": "warning", "logger": "library"}

    def test_what_is_less_than_a_warning_is_not_written(self, lines: Lines) -> None:
        logging.getLogger("library").info("chatter")

        assert lines() == []

    def test_the_arguments_of_a_message_are_not_told(self, lines: Lines) -> None:
        logging.getLogger("library").warning("Failed to parse %s: %s", f"/?email={SECRET}", caught())

        assert lines()[0]["event"] == "Failed to parse %s: %s"

    def test_an_exception_for_a_message_is_told_by_its_type(self, lines: Lines) -> None:
        logging.getLogger("library").error(caught())

        assert lines()[0]["event"] == "RuntimeError"

    def test_an_exception_is_told_by_type_and_places(self, lines: Lines) -> None:
        try:
            fail(SECRET)
        except ValueError:
            logging.getLogger("library").exception("failed")

        (line,) = lines()
        assert line["exception"] == "ValueError"
        assert line["places"][-1].endswith(":fail")
        assert SECRET not in json.dumps(line)


def test_a_report_is_not_interrupted_by_lines(lines: Lines) -> None:
    with silenced():
        structlog.get_logger().error("failed")
        logging.getLogger("library").error("failed")
    structlog.get_logger().info("look-up")
    logging.getLogger("library").warning("a part is old")

    assert [line["event"] for line in lines()] == ["look-up", "a part is old"]
