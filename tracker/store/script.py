"""Lua scripts, the only thing that is sent to Redis on the way of a kept answer."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from hiredis import pack_command
from redis.connection import AbstractConnection
from redis.exceptions import NoScriptError

Argument = bytes | str | int


@dataclass(frozen=True, slots=True)
class Script:
    """A script, sent by its digest and in full only where the server does not know it yet."""

    name: str
    text: str
    digest: str

    @classmethod
    def load(cls, name: str) -> Script:
        """The script of this name beside this file."""
        text = (Path(__file__).parent / "scripts" / f"{name}.lua").read_text(encoding="utf-8")
        return cls(name, text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


class ScriptRunner(threading.local):
    """Runs scripts, each thread over a connection of its own.

    A client of redis-py borrows a connection for each command, looks whether it still lives and reports to
    those who observe it, which takes longer than the command. Here a connection that was closed meanwhile (a
    restarted server) shows when it is used, and then the script is run once more over a new one. It may so
    run twice, which counts one try too many and breaks nothing.
    """

    def __init__(self) -> None:
        self._connection: AbstractConnection | None = None

    def run(self, client: Any, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        """What the script gives, as redis-py reads it; `client` is of one server or of a Cluster. Raises
        redis-py's errors."""
        words = (len(keys), *keys, *arguments)
        if not isinstance(client, redis.Redis):  # a Cluster chooses a node by the keys
            return _run_by(client.execute_command, script, words)
        if self._connection is not None:
            try:
                return self._run(client, script, words)
            except redis.ConnectionError:
                pass
        return self._run(client, script, words)

    def _run(self, client: Any, script: Script, words: Sequence[Argument]) -> Any:
        connection: AbstractConnection = self._connection or client.connection_pool.get_connection()
        self._connection = None

        def ask(*command: Argument) -> Any:
            # redis-py's own way of sending looks at each word before it packs them with the same function.
            packed = pack_command(command)  # type: ignore[arg-type]  # its stub knows tuples of one word only
            connection.send_packed_command([packed])  # type: ignore[no-untyped-call]  # redis-py has none
            return connection.read_response()

        try:
            answer = _run_by(ask, script, words)
        except redis.ResponseError:  # an answer like any other: nothing is left to be read
            self._connection = connection
            raise
        except BaseException:
            connection.disconnect()  # type: ignore[no-untyped-call]  # redis-py has none
            client.connection_pool.release(connection)
            raise
        self._connection = connection
        return answer


def _run_by(ask: Any, script: Script, words: Sequence[Argument]) -> Any:
    try:
        return ask("EVALSHA", script.digest, *words)
    except NoScriptError:
        return ask("EVAL", script.text, *words)
