"""Which verb acts on what Shopify tells, and which job does what takes longer. It joins verbs to ports, and
knows no edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.change_scopes import SYNCHRONISE, change_scopes
from tracker.disclose_person import disclose_person
from tracker.drop_order import drop_order
from tracker.duty import CUSTOMER_REDACT, DATA_REQUEST, NO_SHOP, SHOP_REDACT, Duty, read_duty
from tracker.erase_shop import erase_shop
from tracker.job_runner import Handle
from tracker.ports import (
    Clock,
    Disclosure,
    Installations,
    Job,
    Jobs,
    KeptOrders,
    KnownShops,
    Purge,
    ServedShops,
)
from tracker.redact_customer import redact_customer
from tracker.synchronise_shop import synchronise_shop
from tracker.take_webhook import Act
from tracker.uninstall_shop import PURGE, uninstall_shop
from tracker.webhook import (
    CustomerRedacted,
    DataRequested,
    Envelope,
    OrderChanged,
    Person,
    ScopesChanged,
    ShopRedacted,
    Uninstalled,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What acting on webhooks needs from outside.

    `on_data_request` is told, for a shop, how many answers are kept of the person who asks: whoever runs the
    service gives them to the merchant. `noting` is the kind of the job that tells the block what the scopes
    allow, None where nothing is noted in shops.
    """

    shops: ServedShops
    known: KnownShops
    kept: KeptOrders
    purges: Sequence[Purge]
    disclosures: Sequence[Disclosure]
    installations: Installations
    clock: Clock
    on_data_request: Callable[[str, int], None]
    noting: str | None


def webhook_acts(desk: Desk, jobs: Jobs) -> dict[type, Act]:
    """By kind of event. An event without a time counts as of now."""

    def at(envelope: Envelope) -> datetime:
        return envelope.triggered_at or desk.clock()

    def on_order(envelope: Envelope, event: OrderChanged) -> str:
        return drop_order(envelope.shop, event, kept=desk.kept)

    def on_uninstall(envelope: Envelope, _: Uninstalled) -> str:
        return uninstall_shop(
            envelope.shop, triggered_at=at(envelope), shops=desk.shops, known=desk.known, jobs=jobs
        )

    def on_scopes(envelope: Envelope, event: ScopesChanged) -> str:
        return change_scopes(
            envelope.shop,
            event.scopes,
            shop_id=event.shop_id,
            triggered_at=at(envelope),
            shops=desk.shops,
            known=desk.known,
            jobs=jobs,
            noting=desk.noting,
        )

    def on_person(topic: str, envelope: Envelope, person: Person) -> str:
        jobs.hand_on(topic, envelope.shop, Duty(envelope.shop, at(envelope), person).written())
        return "handed_on"

    def on_shop(envelope: Envelope, _: ShopRedacted) -> str:
        jobs.hand_on(SHOP_REDACT, NO_SHOP, Duty(envelope.shop, at(envelope)).written())
        return "handed_on"

    return {
        OrderChanged: on_order,
        Uninstalled: on_uninstall,
        ScopesChanged: on_scopes,
        DataRequested: lambda envelope, event: on_person(DATA_REQUEST, envelope, event.person),
        CustomerRedacted: lambda envelope, event: on_person(CUSTOMER_REDACT, envelope, event.person),
        ShopRedacted: on_shop,
    }


def job_handles(desk: Desk) -> dict[str, Handle]:
    """By kind of job."""

    def purge(job: Job) -> None:
        for some in desk.purges:
            some.shop(job.shop)

    def synchronise(job: Job) -> None:
        synchronise_shop(
            job.shop,
            installations=desk.installations,
            shops=desk.shops,
            known=desk.known,
            clock=desk.clock,
        )

    def disclose(job: Job) -> str:
        shop, person = _about_a_person(job)
        desk.on_data_request(shop, len(disclose_person(shop, person, disclosures=desk.disclosures)))
        return DATA_REQUEST

    def redact(job: Job) -> str:
        redact_customer(*_about_a_person(job), purges=desk.purges)
        return CUSTOMER_REDACT

    def erase(job: Job) -> str:
        duty = read_duty(job.payload or b"")
        erase_shop(
            duty.shop,
            triggered_at=duty.triggered_at,
            shops=desk.shops,
            known=desk.known,
            purges=desk.purges,
            installations=desk.installations,
        )
        return SHOP_REDACT

    return {
        PURGE: purge,
        SYNCHRONISE: synchronise,
        DATA_REQUEST: disclose,
        CUSTOMER_REDACT: redact,
        SHOP_REDACT: erase,
    }


def _about_a_person(job: Job) -> tuple[str, Person]:
    duty = read_duty(job.payload or b"")
    return duty.shop, duty.person or Person(None, None)
