"""`tracker follow`: the process that follows parcels, as many of them on as many hosts as there is to do."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable, Sequence

from prometheus_client import start_http_server

from tracker import logs
from tracker.clock import utc_now
from tracker.deadline import Deadline
from tracker.delivered_orders import DeliveredOrders
from tracker.edges import Edges
from tracker.follow_log import LoggedFollowing
from tracker.follower import Follower
from tracker.listening import look_for
from tracker.metrics import Metrics
from tracker.offered_sources import offered_sources
from tracker.ports.clock import Clock
from tracker.ports.following import DueParcel
from tracker.ports.sources import SourcesOf
from tracker.prometheus import PrometheusMetrics
from tracker.settings import Settings
from tracker.unknown_words import tell_unknown_word
from tracker.verbs.follow_parcels import follow_parcels


def follow(settings: Settings, *, once: bool) -> None:
    """Follow parcels until SIGTERM or SIGINT, or with `once` until none is due. What is under way then comes
    to its end first: fifteen seconds at most.

    Raises CannotListen where FOLLOW_METRICS_PORT cannot be had, and with `once` CacheUnavailable.
    """
    if settings.follow_metrics_port is not None:
        look_for(settings.follow_metrics_port, "FOLLOW_METRICS_PORT")
    logs.configure(settings.log_level)
    metrics = Metrics() if settings.follow_metrics_port is None else PrometheusMetrics()
    offered = offered_sources(settings, on_unknown_word=functools.partial(tell_unknown_word, metrics))
    edges = Edges(settings, metrics, offered=offered)
    follower = make_follower(settings, edges, sources_of=edges.sources_of)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: follower.stop())
    if settings.follow_metrics_port is not None:
        start_http_server(settings.follow_metrics_port)
    try:
        follower.run_once() if once else follower.run()
    finally:
        edges.close()


def make_follower(
    settings: Settings, edges: Edges, *, sources_of: SourcesOf, clock: Clock = utc_now
) -> Follower:
    """A follower that asks the sources which each shop has."""
    observer = LoggedFollowing(edges.metrics)
    deal = functools.partial(
        follow_parcels,
        followed=edges.followed,
        quota=edges.quota,
        troubles=edges.troubles,
        kept=DeliveredOrders(edges.kept, edges.jobs),
        observer=observer,
        clock=clock,
        pace=settings.follow_pace,
    )

    def follow_account(due: Sequence[DueParcel], deadline: Deadline, goes_on: Callable[[], bool]) -> None:
        named = (source for source in sources_of(due[0].shop) if source.name == due[0].source)
        deal(due, source=next(named, None), deadline=deadline, goes_on=goes_on)

    return Follower(
        edges.followed,
        follow_account,
        quota=edges.quota,
        observer=observer,
        clock=clock,
        threads=settings.follow_threads,
    )
