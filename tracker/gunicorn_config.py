"""gunicorn as it should run in production. Loaded by gunicorn itself, by the name of this module.

https://gunicorn.org/reference/settings/ says what each name means.
"""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, multiprocess, start_http_server

from tracker.metrics import FOLDER_PREFIX
from tracker.processors import own_processor
from tracker.settings import read_settings

settings = read_settings(os.environ)

bind = f"0.0.0.0:{settings.port}"
workers = settings.web_workers
# Threads, since a look-up may wait for the shop for seconds: a sync worker (or one of two threads) that does
# makes everybody else wait too. From 16 on, a slow shop no longer shows in kept answers; more than that gains
# nothing. Measured by `make bench`, see docs/performance.md.
worker_class = "tracker.gunicorn_worker.Worker"
threads = settings.web_threads
# The service is made once and forked, so that workers share what never changes: code and tables are most of
# what each holds. Nothing is connected and no thread runs before a worker's first request.
preload_app = True
# A worker that does nothing for so long is dead; a slow shop is bounded by the look-up's own time budget.
timeout = 30
graceful_timeout = 15
# Longer than the idle time of common load balancers (60 s), so that it is they who close.
keepalive = 75
backlog = 1024
# What memory a library may leak is given back; the jitter keeps workers from leaving together.
max_requests = 100_000
max_requests_jitter = 10_000
limit_request_line = 4094
limit_request_fields = 60
# Heartbeats belong in memory: a read-only file system has no other place, and a slow disk blocks them.
MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes unnamed files there
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None
# Several on one host would share the control socket's default path.
control_socket_disable = True
# One line a request is written by the application, without query strings; gunicorn's would have them.
accesslog = None
errorlog = "-"
logger_class = "tracker.gunicorn_logger.Logger"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Serve metrics of all workers on a port of their own, from the process that outlives them."""
    # What is here when workers fork is never looked at by their garbage collectors, whose marks would make
    # each of them a copy of it.
    gc.collect()
    gc.freeze()
    if settings.metrics_port is None:
        return
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has none
    try:
        start_http_server(settings.metrics_port, registry=registry)
    except OSError:  # taken since `tracker serve` looked
        server.log.exception("METRICS_PORT is taken")
        server.halt(exit_status=1)


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker that is about to be made a processor of its own, if there is one for each."""
    taken = [other.processor for other in server.WORKERS.values()]
    worker.processor = own_processor(_processors(), workers=server.cfg.workers, taken=taken)


def post_fork(_server: Any, worker: Any) -> None:
    """Have the worker keep to it, with all the threads that it will have."""
    if worker.processor is not None:
        os.sched_setaffinity(0, {worker.processor})


def _processors() -> set[int]:
    # Not every system says which ones a process may use.
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def on_reload(server: Any) -> None:
    """Let the workers that are there know which others take their place, before they are told to end."""
    first = server.worker_age + 1
    for worker in server.WORKERS.values():
        worker.replace(range(first, first + server.cfg.workers))


def post_worker_init(worker: Any) -> None:
    """Do jobs beside the requests: each worker takes its share."""
    if (edges := _edges(worker)) is not None:
        edges.metrics.worker_started()
        edges.jobs.start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let the job under way come to its end, if that is near, and write what was noted."""
    if (edges := _edges(worker)) is not None:
        edges.jobs.stop()
        edges.activity.close()


def _edges(worker: Any) -> Any:
    """The edges of the service in this worker; None where it could not start, or serves something else."""
    return getattr(worker.app.callable, "extensions", {}).get("tracker_edges")


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a worker that has ended."""
    if settings.metrics_port is not None:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library has none


def on_exit(_server: Any) -> None:
    """Take the counts away with the service, where their directory was made for this run alone."""
    folder = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""))
    if folder.name.startswith(FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
