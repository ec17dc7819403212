"""Which verb acts on what Shopify tells, and which job does what takes longer. It joins verbs to ports, and
knows no edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.duty import CUSTOMER_REDACT, DATA_REQUEST, NO_SHOP, SHOP_REDACT, Duty, read_duty
from tracker.job_runner import Handle
from tracker.ports.answers import KeptOrders
from tracker.ports.clock import Clock
from tracker.ports.jobs import Job, Jobs
from tracker.ports.orders import Budget, Orders
from tracker.ports.parcels import TellStory
from tracker.ports.privacy import Disclosure, Purge
from tracker.ports.shops import Installations, KnownShops, ServedShops, SettingsOf
from tracker.shop_sources import ShopSources
from tracker.verbs.change_scopes import SYNCHRONISE, change_scopes
from tracker.verbs.disclose_person import disclose_person
from tracker.verbs.drop_order import drop_order
from tracker.verbs.erase_shop import erase_shop
from tracker.verbs.follow_order import FOLLOW, FOLLOW_LATER, SECONDS, follow_order
from tracker.verbs.redact_customer import redact_customer
from tracker.verbs.synchronise_shop import synchronise_shop
from tracker.verbs.take_webhook import Act
from tracker.verbs.uninstall_shop import PURGE, uninstall_shop
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

PARCEL_TOPICS = frozenset(
    {"fulfillments/create", "fulfillments/update", "orders/fulfilled", "orders/partially_fulfilled"}
)

MOST_TRIES = 15
"""After some four hours in vain it is left to the next webhook or look-up of the order: it is no duty."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What acting on webhooks needs from outside.

    `generation_of` a shop is as in `ports.Answers`. `on_data_request` is told, for a shop, how many answers
    are kept of the person who asks: whoever runs the service gives them to the merchant. `noting` is the kind
    of the job that tells the block what the scopes allow, None where nothing is noted in shops.
    """

    shops: ServedShops
    known: KnownShops
    kept: KeptOrders
    purges: Sequence[Purge]
    disclosures: Sequence[Disclosure]
    installations: Installations
    orders: Orders
    budget: Budget
    sources: ShopSources
    tell_story: TellStory
    settings_of: SettingsOf
    generation_of: Callable[[str], int | None]
    clock: Clock
    on_data_request: Callable[[str, int], None]
    noting: str | None


def webhook_acts(desk: Desk, jobs: Jobs) -> dict[type, Act]:
    """By kind of event. An event without a time counts as of now."""

    def at(envelope: Envelope) -> datetime:
        return envelope.triggered_at or desk.clock()

    def on_order(envelope: Envelope, event: OrderChanged) -> str:
        outcome = drop_order(envelope.shop, event, kept=desk.kept)
        if event.order_id is not None and _about_parcels(envelope) and desk.sources.wanted(envelope.shop):
            jobs.hand_on(FOLLOW, envelope.shop, event.order_id.encode(), after=SECONDS, once=True)
        return outcome

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


def job_handles(desk: Desk, queue: Jobs | None) -> dict[str, Handle]:
    """By kind of job. `queue` is where a job can wait for hours, None where there is no such place."""

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

    def follow(job: Job) -> None:
        def later(seconds: float) -> None:
            if queue is not None:  # else it is left to the next webhook or look-up
                queue.hand_on(FOLLOW_LATER, job.shop, job.payload or b"", after=seconds, once=True)

        if job.tries <= MOST_TRIES:
            follow_order(
                job.shop,
                (job.payload or b"").decode(),
                orders=desk.orders,
                budget=desk.budget,
                scopes_of=_scopes_in(desk.known),
                sources=desk.sources,
                tell_story=desk.tell_story,
                settings_of=desk.settings_of,
                generation_of=desk.generation_of,
                clock=desk.clock,
                later=later,
            )

    return {
        FOLLOW: follow,
        FOLLOW_LATER: follow,
        PURGE: purge,
        SYNCHRONISE: synchronise,
        DATA_REQUEST: disclose,
        CUSTOMER_REDACT: redact,
        SHOP_REDACT: erase,
    }


def _about_parcels(envelope: Envelope) -> bool:
    """Whether a topic means that there may be a parcel, or another one, or another number of it."""
    return envelope.topic in PARCEL_TOPICS


def _scopes_in(known: KnownShops) -> Callable[[str], frozenset[str]]:
    def scopes_of(shop: str) -> frozenset[str]:
        found = known.get(shop)
        return frozenset() if found is None else found.scopes

    return scopes_of


def _about_a_person(job: Job) -> tuple[str, Person]:
    duty = read_duty(job.payload or b"")
    return duty.shop, duty.person or Person(None, None)
