"""How jobs end, as log lines and counts. No payload is in either."""

from __future__ import annotations

import structlog

from tracker.clock import utc_now
from tracker.errors import UpstreamError
from tracker.job_runner import JobObserver
from tracker.logs import exception_fields
from tracker.metrics import Metrics
from tracker.ports.jobs import Job, Waiting

log = structlog.get_logger()


class LoggedJobs(JobObserver):
    """Tells the log and `metrics`."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def done(self, job: Job, duty: str | None, seconds: float) -> None:
        """See JobObserver."""
        self._metrics.job_done(job.kind, seconds)
        if duty is not None:
            self._metrics.duty_done(duty)
        log.info(
            "job",
            kind=job.kind,
            shop=job.shop or None,
            outcome="done",
            tries=job.tries,
            milliseconds=round(seconds * 1000),
        )

    def failed(self, job: Job, error: Exception) -> None:
        """See JobObserver."""
        cause = error.code if isinstance(error, UpstreamError) else "unforeseen"
        self._metrics.job_failed(job.kind, cause)
        told = {} if isinstance(error, UpstreamError) else exception_fields(error)
        log.warning(
            "job",
            kind=job.kind,
            shop=job.shop or None,
            outcome="failed",
            cause=cause,
            tries=job.tries,
            **told,
        )

    def passed_on(self, job: Job) -> None:
        """See JobObserver."""
        self._metrics.job_failed(job.kind, "passed_on")
        log.warning("job", kind=job.kind, shop=job.shop or None, outcome="passed_on", tries=job.tries)

    def lost(self, job: Job) -> None:
        """See JobObserver."""
        self._metrics.job_failed(job.kind, "lost")
        log.error("job", kind=job.kind, shop=job.shop or None, outcome="lost", tries=job.tries)

    def stumbled(self, error: Exception) -> None:
        """See JobObserver."""
        log.error("jobs", **exception_fields(error))

    def waiting(self, waiting: Waiting) -> None:
        """See JobObserver."""
        since = waiting.overdue_since
        overdue = 0.0 if since is None else (utc_now() - since).total_seconds()
        self._metrics.jobs_waiting(waiting.jobs, max(0.0, overdue))
