"""A body is read whole, or refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.test import create_environ

from tracker.web.bounded_body import read_bounded_body

MOST = 16


class NeverRead(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("read")


class Broken(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError("the body is malformed")


def request(stream: io.BytesIO, **environ: Any) -> Request:
    return Request(create_environ(method="POST") | {"wsgi.input": stream} | environ)


@pytest.mark.parametrize("body", [b"", b"order=1001", b"x" * MOST])
def test_it_is_read_whole_and_nothing_behind_it(body: bytes) -> None:
    """What stands behind it on a connection belongs to the next request."""
    stream = io.BytesIO(body + b"POST /")

    assert body == read_bounded_body(request(stream, CONTENT_LENGTH=str(len(body))), most_bytes=MOST)
    assert b"POST /" == stream.read()


def test_what_is_too_long_is_not_read_at_all() -> None:
    with pytest.raises(RequestEntityTooLarge):
        read_bounded_body(request(NeverRead(), CONTENT_LENGTH=str(MOST + 1)), most_bytes=MOST)


@pytest.mark.parametrize("stream", [io.BytesIO(b"order=10"), Broken()])
def test_half_of_it_is_no_body(stream: io.BytesIO) -> None:
    with pytest.raises(ClientDisconnected):
        read_bounded_body(request(stream, CONTENT_LENGTH=str(MOST)), most_bytes=MOST)


CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
"""In chunks: the server joins them, and says where they end."""


class Piecemeal(io.BytesIO):
    """A server that gives what it has."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(3, size or 0))


@pytest.mark.parametrize("stream", [io.BytesIO, Piecemeal])
@pytest.mark.parametrize("body", [b"", b"order=1001", b"x" * MOST])
def test_in_chunks_it_ends_where_the_server_says(body: bytes, stream: type[io.BytesIO]) -> None:
    assert body == read_bounded_body(request(stream(body), **CHUNKED), most_bytes=MOST)


@pytest.mark.parametrize("stream", [io.BytesIO, Piecemeal])
@pytest.mark.parametrize("length", [MOST + 1, MOST * 1000])
def test_in_chunks_its_beginning_is_not_the_whole(length: int, stream: type[io.BytesIO]) -> None:
    with pytest.raises(RequestEntityTooLarge):
        read_bounded_body(request(stream(b"x" * length), **CHUNKED), most_bytes=MOST)


def test_chunks_that_are_none_are_no_body() -> None:
    with pytest.raises(ClientDisconnected):
        read_bounded_body(request(Broken(), **CHUNKED), most_bytes=MOST)


def test_without_a_length_and_an_end_there_is_none() -> None:
    assert b"" == read_bounded_body(request(NeverRead()), most_bytes=MOST)
