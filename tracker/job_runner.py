"""Who does the jobs: one thread in each worker, and nobody but the caller where there is no store."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from tracker.delay import Delay
from tracker.errors import StoreUnavailable, UpstreamError
from tracker.ports.jobs import Job, JobQueue, Waiting

LEASE_SECONDS = 60.0
"""So long after a worker died another one does its job over. A job that takes longer may be done by two at
once, which every job has to bear anyhow."""

POLL_SECONDS = 2.0
"""So often a worker looks for jobs that others handed on."""

LONGEST_PAUSE = 3600.0
"""Between two tries. A job is never given up: most of them are duties."""

MOST_BLIND_TRIES = 200
"""So often a job is passed on that its worker knows nothing of, which takes about a week. While a new version
or a new secret comes in, what one worker cannot do another one can; what nobody can for so long is lost."""

MOST_DELAYED_TRIES = 8
"""So often a job that may wait is tried where there is no queue, which takes some four minutes."""

COUNT_SECONDS = 30.0
"""So often a worker tells how many jobs there are."""

STOP_SECONDS = 5.0

Handle = Callable[[Job], str | None]
"""Does a job. What it gives is the topic of the duty that is done by it, None for one that is no duty."""


class JobObserver:
    """Told how jobs end. Children override what they want to know."""

    def done(self, job: Job, duty: str | None, seconds: float) -> None:
        """It is done, and with it this duty."""

    def failed(self, job: Job, error: Exception) -> None:
        """It will be tried again."""

    def passed_on(self, job: Job) -> None:
        """This worker does not know its kind, or has no secret that opens it: another one is to try."""

    def lost(self, job: Job) -> None:
        """Nobody was able to do it for so long that nobody ever will."""

    def stumbled(self, error: Exception) -> None:
        """No job could be looked for, for a reason that nobody foresaw."""

    def waiting(self, waiting: Waiting) -> None:
        """So it stands with the jobs of all workers."""


class JobRunner:
    """Does the jobs of `queue`, each by the handle of its kind, one after the other. Fills `ports.Jobs`: what
    is handed on here is begun at once, if the thread is running."""

    def __init__(
        self,
        queue: JobQueue,
        handles: Mapping[str, Handle],
        *,
        observer: JobObserver,
        lease_seconds: float = LEASE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._queue = queue
        self._handles = handles
        self._observer = observer
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._holder = _new_holder()
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._count_at = 0.0

    def hand_on(
        self, kind: str, shop: str, payload: bytes = b"", *, after: float = 0.0, once: bool = False
    ) -> None:
        """See ports.Jobs."""
        self._queue.hand_on(kind, shop, payload, after=after, once=once)
        self._news.set()

    def start(self) -> None:
        """Begin, in a thread of its own."""
        # The process that made this may have been forked since, more than once.
        self._holder = _new_holder()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin no further job, and wait a little for the one under way. What is not done by then is done by
        another worker, once the lease has ended."""
        self._stopped.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def do_one(self) -> bool:
        """Do the job that is due first. False where none is. Raises StoreUnavailable."""
        job = self._queue.lease(holder=self._holder, seconds=self._lease_seconds)
        if job is None:
            return False
        started = time.monotonic()
        handle = self._handles.get(job.kind)
        if handle is None or job.payload is None:
            self._pass_on(job)
            return True
        try:
            duty = handle(job)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the job stays to be done
            self._observer.failed(job, error)
            self._queue.put_off(job, holder=self._holder, seconds=pause(job, error))
            return True
        if self._queue.finish(job, holder=self._holder, duty=duty):
            self._observer.done(job, duty, time.monotonic() - started)
        return True

    def _pass_on(self, job: Job) -> None:
        if job.tries < MOST_BLIND_TRIES:
            self._observer.passed_on(job)
            self._queue.put_off(job, holder=self._holder, seconds=pause(job))
        else:
            self._observer.lost(job)
            self._queue.finish(job, holder=self._holder)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._news.clear()
            try:
                self._count()
                while not self._stopped.is_set() and self.do_one():
                    self._count()
            except StoreUnavailable:
                pass  # it has counted that itself, and is asked again at the next turn
            except Exception as error:  # noqa: BLE001 - or this worker would do no job ever after
                self._observer.stumbled(error)
            self._news.wait(self._poll_seconds)

    def _count(self) -> None:
        now = time.monotonic()
        if now >= self._count_at:
            self._count_at = now + COUNT_SECONDS
            self._observer.waiting(self._queue.waiting())


def _new_holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class AtOnce:
    """ports.Jobs without a queue: what is handed on is done before `hand_on` returns, and what fails is
    raised, so that whoever sent it sends it again.

    What may wait is done a little later by a thread of this process, and tried again some times. A process
    that is killed takes it along: so only what comes to light again by other ways may wait.
    """

    def __init__(self, handles: Mapping[str, Handle], *, observer: JobObserver) -> None:
        self._handles = handles
        self._observer = observer
        self._delay = Delay(on_error=observer.stumbled)

    def start(self) -> None:
        """Nothing has to be begun."""

    def stop(self) -> None:
        """What waits is done now."""
        self._delay.close(STOP_SECONDS)

    def hand_on(
        self, kind: str, shop: str, payload: bytes = b"", *, after: float = 0.0, once: bool = False
    ) -> None:
        """See ports.Jobs. Raises what the job raises, where it may not wait."""
        job = Job(0, kind, shop, payload)
        if not after or not self._later(
            job, after, (kind, shop, payload) if once or not payload else object()
        ):
            self._do(job)

    def _later(self, job: Job, seconds: float, key: object) -> bool:
        return self._delay.put(key, seconds, lambda: self._try(job, key))

    def _try(self, job: Job, key: object) -> None:
        try:
            self._do(job)
        except UpstreamError as error:
            self._observer.failed(job, error)
            again = replace(job, tries=job.tries + 1)
            if job.tries == MOST_DELAYED_TRIES or not self._later(again, pause(job, error), key):
                self._observer.lost(job)

    def _do(self, job: Job) -> None:
        started = time.monotonic()
        duty = self._handles[job.kind](job)
        self._observer.done(job, duty, time.monotonic() - started)


def pause(job: Job, error: Exception | None = None) -> float:
    """Seconds until the next try: as long as the other side wants, else twice as long as the last time."""
    named = error.retry_after if isinstance(error, UpstreamError) else None
    return min(LONGEST_PAUSE, max(named or 0.0, 2.0 ** min(job.tries, 12)))
