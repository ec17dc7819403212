"""Where the time of a request goes, as spans of OpenTelemetry, sent to a collector over OTLP/HTTP.

Loaded only where TRACES_ENDPOINT is set: the libraries are an extra, and cost a worker time and memory. (A
part of them redis-py loads by itself, wherever they are installed.) A span has words of our own, figures and
the shop's name; no address, query, number, e-mail or token, and of an exception nothing at all. Trace ids of
callers are not taken over, and none is sent to Shopify.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from tracker.ports.jobs import Background

NAME = "track-my-order"
EXPORT_SECONDS = 5
"""For each batch. Nobody waits for it but the worker that ends."""

Words = Mapping[str, str | int | float | None]


class Traces:
    """Makes spans and hands them to `processor`; `ratio` is the share of requests that are traced, 0 to 1."""

    def __init__(self, processor: SpanProcessor, *, ratio: float) -> None:
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)), resource=Resource.create({SERVICE_NAME: NAME})
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(NAME)

    @contextmanager
    def span(
        self, name: str, *, kind: SpanKind = SpanKind.INTERNAL, inside: Context | None = None
    ) -> Iterator[Span]:
        """A span of what happens in the block, beneath the one under way, or in `inside`. An exception that
        passes marks it as failed, without a word of its own."""
        # Otherwise message and stack of an exception would be kept, which may repeat what was sent.
        with self._tracer.start_as_current_span(
            name, inside, kind, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException:
                span.set_status(Status(StatusCode.ERROR))
                raise

    def ended(self, name: str, seconds: float, *, failed: bool, words: Words) -> None:
        """A span of a request to another service, which has just ended and took so long."""
        end = time.time_ns()
        span = self._tracer.start_span(
            name, kind=SpanKind.CLIENT, start_time=end - round(seconds * 1_000_000_000)
        )
        note(span, words)
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(end)

    def behind(self, background: Background, name: str) -> Background:
        """`background`, whose work has a span of this name beneath the request that handed it on."""
        return _TracedBackground(background, self, name)

    def close(self) -> None:
        """Send what waits, and make no more."""
        self._provider.shutdown()


class _TracedBackground:
    def __init__(self, background: Background, traces: Traces, name: str) -> None:
        self._background = background
        self._traces = traces
        self._name = name

    def submit(self, work: Callable[[], None]) -> bool:
        """See ports.Background."""
        inside = context.get_current()

        def traced() -> None:
            with self._traces.span(self._name, inside=inside):
                work()

        return self._background.submit(traced)


def note(span: Span, words: Words) -> None:
    """Put these words on a span; what is None says nothing and is left out."""
    span.set_attributes({name: value for name, value in words.items() if value is not None})


def exporting(endpoint: str, *, ratio: float) -> Traces:
    """Traces that a thread sends, in batches, to the collector at `endpoint`. What it does not take is lost,
    with a line in the log."""
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS)
    return Traces(BatchSpanProcessor(exporter), ratio=ratio)
