"""Structured logs: one JSON object a line on standard output, and nothing private in any of them.

Library loggers are let through from WARNING on. An exception is logged as its type and the places it passed,
never with its message or local values: those may carry what a shopper sent.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, NoReturn

import structlog

from tracker.log_writer import LogWriter


def places(error: BaseException) -> list[str]:
    """Where an exception passed, innermost last: `file:line:function` of each frame. No values."""
    return [
        f"{PurePath(frame.filename).name}:{frame.lineno}:{frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]


def exception_fields(error: BaseException) -> dict[str, object]:
    """What may be logged of an exception: its type, its places, and the type of what caused it."""
    fields: dict[str, object] = {"exception": type(error).__qualname__, "places": places(error)}
    if error.__cause__ is not None:
        fields["because"] = type(error.__cause__).__qualname__
    return fields


Fields = dict[str, Any]

# json.dumps makes a new encoder for each line that is not plain ASCII.
_encode = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def _fields(_logger: object, level: str, event: MutableMapping[str, Any]) -> tuple[tuple[Fields], Fields]:
    """What the line will say, as structlog hands it to a logger's method. An exception among the values is
    told by its type; the renderer would write its message. What is None says nothing and is left out."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exception()
    line = {
        key: type(value).__qualname__ if isinstance(value, BaseException) else value
        for key, value in event.items()
        if value is not None
    }
    if isinstance(error, BaseException):
        line = exception_fields(error) | line
    line["level"] = level
    line["timestamp"] = time.time()
    return (line,), {}


def _line(told: Fields | str) -> str:
    """One JSON object of fields, whose `timestamp` is in seconds since the epoch. A finished line stays."""
    if isinstance(told, str):
        return told
    return _encode(told | {"timestamp": _zulu(told["timestamp"])})


def _zulu(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


class LibraryFormatter(logging.Formatter):
    """A library's record as the same kind of line. Exceptions lose their message here too, and a message its
    arguments: urllib3 puts addresses and errors into them, Flask a path."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        line: Fields = {
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__qualname__,
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": record.created,
        }
        if record.exc_info and record.exc_info[1]:
            line |= exception_fields(record.exc_info[1])
        return _line(line)


class _LibraryHandler(logging.Handler):
    """Libraries' records through the same writer, so that lines stand in the order they were told."""

    def __init__(self, writer: LogWriter) -> None:
        super().__init__()
        self._writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        self._writer.warning(self.format(record))


def configure(level: str) -> LogWriter:
    """Set up logging for this process; `level` is debug, info, warning or error. Gives what writes the lines,
    for whoever has to see them before it would."""
    writer = LogWriter(sys.stdout, _line)
    structlog.configure(
        processors=[_fields],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: writer,
        cache_logger_on_first_use=True,
    )
    handler = _LibraryHandler(writer)
    handler.setFormatter(LibraryFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    return writer


@contextmanager
def silenced() -> Iterator[None]:
    """No line at all until the end of the block, for a command whose output is a report of its own."""
    before = structlog.get_config()
    structlog.configure(processors=[_drop])
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**before)


def _drop(_logger: object, _name: str, _event: object) -> NoReturn:
    raise structlog.DropEvent
