"""The shortest way to Redis: what a look-up sends, each thread over a connection of its own.

A client of redis-py borrows a connection for each command, looks whether it still lives and reports to those
who observe it, which takes longer than the command. Here a connection that was closed meanwhile (a restarted
server) shows when it is used, and what may be done twice is sent once more over a new one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any

import redis
from hiredis import pack_command
from redis.connection import AbstractConnection
from redis.exceptions import NoScriptError

from tracker.store.script import Argument, Script

Command = tuple[Argument, ...]


class DirectConnection(threading.local):
    """Runs scripts and commands; `client` is of one server, or of a Cluster, which chooses the node."""

    def __init__(self) -> None:
        self._connection: AbstractConnection | None = None
        self._process = 0

    def run_script(
        self, client: Any, script: Script, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> Any:
        """What `script` gives, as redis-py reads it. It is sent by its digest, and in full only where the
        server does not know it yet. Raises redis-py's errors."""
        words, again = (len(keys), *keys, *arguments), script.repeatable
        try:
            return self._run_one(client, ("EVALSHA", script.digest, *words), repeatable=again)
        except NoScriptError:
            return self._run_one(client, ("EVAL", script.text, *words), repeatable=again)

    def run_together(self, client: Any, commands: Sequence[Command], *, repeatable: bool = True) -> list[Any]:
        """What each of `commands` gives, in one round trip; redis-py's error in the place of one that Redis
        refused, which keeps none of the others from being done. Raises redis-py's errors where no answer
        came. All keys are of one hash tag; only what is `repeatable` may be done twice."""
        if not isinstance(client, redis.Redis):
            pipeline = client.pipeline()
            for command in commands:
                pipeline.execute_command(*command)
            told: list[Any] = pipeline.execute(raise_on_error=False)
            for answer in told:
                if isinstance(answer, Exception) and not isinstance(answer, redis.ResponseError):
                    raise answer
            return told
        if self._process != os.getpid():  # a forked process would read what its parent asked for
            self._connection, self._process = None, os.getpid()
        if self._connection is not None and repeatable:
            try:
                return self._ask(client, commands)
            except redis.ConnectionError:
                pass
        return self._ask(client, commands)

    def _run_one(self, client: Any, command: Command, *, repeatable: bool) -> Any:
        if not isinstance(client, redis.Redis):
            return client.execute_command(*command)
        (answer,) = self.run_together(client, [command], repeatable=repeatable)
        if isinstance(answer, redis.ResponseError):
            raise answer
        return answer

    def _ask(self, client: redis.Redis, commands: Sequence[Command]) -> list[Any]:
        connection: AbstractConnection = self._connection or client.connection_pool.get_connection()
        self._connection = None
        answers = []
        try:
            # redis-py's own way of sending looks at each word before it packs them with the same function.
            # Its stub knows tuples of one word only.
            packed = b"".join([pack_command(command) for command in commands])  # type: ignore[arg-type]
            connection.send_packed_command([packed])  # type: ignore[no-untyped-call]  # redis-py has none
            for _ in commands:
                try:
                    answers.append(connection.read_response())
                except redis.ResponseError as refused:  # an answer like any other
                    answers.append(refused)
        except BaseException:
            connection.disconnect()  # type: ignore[no-untyped-call]  # redis-py has none
            client.connection_pool.release(connection)  # type: ignore[arg-type]  # made by this very pool
            raise
        self._connection = connection
        return answers
