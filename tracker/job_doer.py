"""Who does the jobs that are handed on: verbs of `webhook_acts.py`, with what the app knows at Shopify noted
behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.job_log import LoggedJobs
from tracker.job_runner import AtOnce, JobRunner
from tracker.metrics import Metrics
from tracker.ports.jobs import Job
from tracker.ports.shops import AppData
from tracker.verbs.change_scopes import SYNCHRONISE
from tracker.verbs.note_app_data import NOTE_APP_DATA, note_app_data
from tracker.webhook_acts import Desk, job_handles

if TYPE_CHECKING:
    from tracker.shop_store import Store


def job_doer(desk: Desk, store: Store | None, *, app_data: AppData, metrics: Metrics) -> JobRunner | AtOnce:
    """Who does what is handed on: whoever has a store does it there, so that it survives a restart."""
    queue = None if store is None else store.jobs
    handles, observer = job_handles(desk, queue), LoggedJobs(metrics)
    if store is None:
        return AtOnce(handles, observer=observer)
    shops = store.shops

    def note(job: Job) -> None:
        note_app_data(job.shop, shops=shops, app_data=app_data)

    synchronise, jobs = handles[SYNCHRONISE], store.jobs

    def lists_orders(shop: str) -> bool:
        stored = shops.get(shop)
        return stored is not None and stored.lists_orders

    def synchronise_and_note(job: Job) -> None:
        before = lists_orders(job.shop)
        synchronise(job)
        if lists_orders(job.shop) != before:
            jobs.hand_on(NOTE_APP_DATA, job.shop)

    handles |= {NOTE_APP_DATA: note, SYNCHRONISE: synchronise_and_note}
    return JobRunner(jobs, handles, observer=observer)
