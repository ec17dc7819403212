"""Spans say where the time goes, and nothing of anybody; without the setting nothing of it is even loaded."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.fakes import InlineBackground
from tracker.settings import InvalidSettings, read_settings
from tracker.traces import Traces, exporting


@pytest.fixture
def memory() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traces(memory: InMemorySpanExporter) -> Traces:
    return Traces(SimpleSpanProcessor(memory), ratio=1)


def parents(memory: InMemorySpanExporter) -> dict[str, str | None]:
    """Name of each span, and that of the one above it."""
    spans: dict[int, ReadableSpan] = {
        span.context.span_id: span for span in memory.get_finished_spans() if span.context
    }
    return {
        span.name: None if span.parent is None else spans[span.parent.span_id].name for span in spans.values()
    }


def test_spans_lie_within_one_another(traces: Traces, memory: InMemorySpanExporter) -> None:
    with traces.span("request"):
        with traces.span("redis ask"):
            pass
        traces.ended("upstream find", 0.5, failed=False, words={})

    assert parents(memory) == {"request": None, "redis ask": "request", "upstream find": "request"}


def test_a_span_of_what_has_ended_lasted_as_long(traces: Traces, memory: InMemorySpanExporter) -> None:
    traces.ended(
        "upstream find", 0.5, failed=True, words={"tracker.outcome": "upstream_timeout", "none": None}
    )

    (span,) = memory.get_finished_spans()
    assert (span.end_time or 0) - (span.start_time or 0) == 500_000_000
    assert (span.status.is_ok, span.status.description) == (False, None)
    assert span.attributes == {"tracker.outcome": "upstream_timeout"}


def test_work_behind_an_answer_belongs_to_its_request(traces: Traces, memory: InMemorySpanExporter) -> None:
    """Also where it is done when the request has long been answered."""
    later = InlineBackground()
    work: list[str] = []
    with traces.span("request"):
        traces.behind(later, "refresh").submit(lambda: work.append("done"))

    assert work == ["done"]
    assert parents(memory) == {"request": None, "refresh": "request"}


def test_a_failure_is_marked_and_nothing_of_it_is_kept(traces: Traces, memory: InMemorySpanExporter) -> None:
    """Its message may repeat what was sent."""
    with pytest.raises(LookupError), traces.span("request"):
        raise LookupError("ada@example.com")

    (span,) = memory.get_finished_spans()
    assert not span.status.is_ok
    assert span.events == ()
    assert "ada@" not in str(span.to_json())


def test_only_a_share_of_requests_is_traced(memory: InMemorySpanExporter) -> None:
    traces = Traces(SimpleSpanProcessor(memory), ratio=0.25)
    for _ in range(400):
        with traces.span("request"), traces.span("redis ask"):
            pass

    names = [span.name for span in memory.get_finished_spans()]
    assert names.count("request") == names.count("redis ask")
    assert 40 < names.count("request") < 160  # 100 are expected; chance does not lead so far


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """Its address, and what it was sent."""
    sent: list[ExportTraceServiceRequest] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", sent
    server.shutdown()
    thread.join()
    server.server_close()


def test_spans_come_to_the_collector_in_its_own_format() -> None:
    with collector() as (endpoint, sent):
        traces = exporting(endpoint, ratio=1)
        with traces.span("request"):
            pass
        traces.close()

    (resource,) = sent[0].resource_spans
    service = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert service["service.name"] == "track-my-order"
    assert [span.name for span in resource.scope_spans[0].spans] == ["request"]


def test_a_collector_that_is_away_costs_nobody_an_error(unused_endpoint: str) -> None:
    traces = exporting(unused_endpoint, ratio=1)
    with traces.span("request"):
        pass

    traces.close()


@pytest.fixture
def unused_endpoint(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> str:
    """Where nobody listens."""
    caplog.set_level("CRITICAL", logger="opentelemetry")
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return f"http://127.0.0.1:{server.server_port}/v1/traces"


WITHOUT = """
import sys
if sys.argv[1] == "absent":
    sys.modules["opentelemetry"] = None
from tracker.app import create_app
from tracker.settings import InvalidSettings, read_settings
least = {"SHOPIFY_API_KEY": "k", "SHOPIFY_API_SECRET": "s" * 32, "REDIS_URL": "redis://127.0.0.1",
         "SHOPIFY_SHOP": "a.myshopify.com"}
create_app(read_settings(least))
ours = ("tracker.traces", "opentelemetry.sdk.trace", "opentelemetry.exporter", "google.protobuf")
print([name for name in sys.modules if name.startswith(ours)])
try:
    read_settings(least | {"TRACES_ENDPOINT": "http://collector:4318/v1/traces"})
except InvalidSettings as refused:
    print(refused)
"""


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("installed", "[]"),
        ("absent", "[]\nTRACES_ENDPOINT: Traces need OpenTelemetry: install tracker[traces]."),
    ],
)
def test_nothing_of_it_is_loaded_where_it_is_off(extra: str, told: str) -> None:
    """It would cost every worker time at its start, and memory for good. Where it is not even installed, the
    service does without, and the setting says what is missing."""
    command = [sys.executable, "-c", WITHOUT, extra]

    assert told == subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


LEAST = {"SHOPIFY_API_KEY": "k", "SHOPIFY_API_SECRET": "s" * 32, "REDIS_URL": "redis://127.0.0.1"}


def test_where_spans_go_and_how_many_is_a_setting() -> None:
    told = read_settings(
        LEAST | {"TRACES_ENDPOINT": "https://collector:4318/v1/traces", "TRACES_RATIO": "0.5"}
    )

    assert (told.traces_endpoint, told.traces_ratio) == ("https://collector:4318/v1/traces", 0.5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TRACES_ENDPOINT", "elsewhere:4318"),
        ("TRACES_ENDPOINT", "grpc://collector:4317/"),
        ("TRACES_ENDPOINT", "http://user:password@collector:4318/v1/traces"),
        ("TRACES_ENDPOINT", "http://collector:4318/v1/traces?key=secret"),
        ("TRACES_RATIO", "0"),
        ("TRACES_RATIO", "1.1"),
        ("TRACES_RATIO", "nan"),
    ],
)
def test_an_address_that_is_none_is_refused_without_being_repeated(name: str, text: str) -> None:
    """It may have a password in it."""
    with pytest.raises(InvalidSettings) as refused:
        read_settings(LEAST | {name: text})

    assert list(refused.value.problems) == [name]
    assert name == "TRACES_RATIO" or text not in str(refused.value)
