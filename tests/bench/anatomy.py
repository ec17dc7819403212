"""Where the time of a kept answer goes: one process, one thread, its stack looked at now and then.

`python -m tests.bench.anatomy SECONDS LOG`, in the environment of the service. The processor's time alone
counts, so waiting for Redis does not, while talking to it does.
"""

from __future__ import annotations

import io
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from werkzeug.test import create_environ

from tests.bench import shoppers

ELSE = "Flask and Werkzeug, and what joins the parts"
PARTS = {
    "signed_parameters": "signature",
    "read_app_proxy": "signature",
    "client_address": "client's address",
    "network": "client's address",
    "Door.visit": "visit at the door: key and limit",
    "read_body": "form: fields",
    "read_bounded_body": "form: its bytes",
    "read_form": "form: marshmallow and the order number",
    "RedisAnswers.ask": "kept answer: keys and header",
    "GuardedRedis.run_together": "kept answer and visit: Redis",
    "Sealer.open": "kept answer: decryption",
    "Sealer.name": "keyed hashes",
    "wants_json": "Accept",
    "BoundLoggerBase._proxy_to_logger": "log line",
    "PrometheusMetrics.request_answered": "metrics",
    "PrometheusMetrics.lookup_answered": "metrics",
}
"""By the end of a function's qualified name; the innermost function that is named decides."""
EVERY = 0.001
SIGNED_FOR = 30


def part_of(frame: FrameType | None) -> str:
    """The part that this stack belongs to."""
    while frame is not None:
        name = frame.f_code.co_qualname
        for ending in (name, ".".join(name.split(".")[-2:]), frame.f_code.co_name):
            if ending in PARTS:
                return PARTS[ending]
        frame = frame.f_back
    return ELSE


def measure(call: Callable[[], None], seconds: float) -> tuple[float, Counter[str]]:
    """Processor time of one call in microseconds, and how often each part was seen."""
    seen: Counter[str] = Counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        seen[part_of(frame)] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    started, calls = time.process_time(), 0
    while time.process_time() - started < seconds:
        call()
        calls += 1
    signal.setitimer(signal.ITIMER_PROF, 0)
    return (time.process_time() - started) / calls * 1e6, seen


def look_ups() -> Callable[[], None]:
    """A call of the whole application with a warm look-up, signed anew now and then."""
    # The log has to go where the service's would before the application finds standard output.
    from tracker.wsgi import app  # noqa: PLC0415

    signed_at = 0.0
    environ: dict[str, object] = {}
    body = shoppers.form(*shoppers.known(0))

    def call() -> None:
        nonlocal signed_at, environ
        if time.monotonic() - signed_at > SIGNED_FOR:
            signed_at = time.monotonic()
            environ = create_environ(
                "/proxy/lookup",
                query_string=shoppers.signed_query(),
                method="POST",
                content_type=shoppers.FORM,
                headers={"Accept": "application/json", "X-Forwarded-For": "203.0.113.7"},
                data=body,
            )
        answer = app(environ | {"wsgi.input": io.BytesIO(body)}, _check)
        b"".join(answer)
        if close := getattr(answer, "close", None):
            close()

    return call


def _check(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
    if status != "200 OK":
        raise ValueError(status)
    return lambda _: None


def main(seconds: float, log: Path) -> None:
    """Write the time of one call and the parts' shares as JSON to standard output."""
    output = sys.stdout
    with log.open("w", encoding="utf-8") as sys.stdout:
        call = look_ups()
        for _ in range(100):
            call()
        microseconds, seen = measure(call, seconds)
    json.dump({"microseconds": microseconds, "seen": seen}, output)


if __name__ == "__main__":
    main(float(sys.argv[1]), Path(sys.argv[2]))
