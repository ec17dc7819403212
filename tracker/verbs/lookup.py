"""The look-up: a number and a claim in, the finished answer out.

Ask the cache; else find the order, check whose it is, read it, tell its story, keep it. One time budget for
all of it. A right answer from the cache always passes; a guess is counted before the shop is asked and given
back when it was right. Of all who ask one thing at once, over all workers, one asks the shop and the others
wait for what it learns, a little longer if need be. Every kind of miss (unknown number, another e-mail or
customer, an order without one) takes the same way: the same work, the same refusal.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial

from tracker.claim import Claim
from tracker.deadline import Deadline
from tracker.errors import (
    BudgetReserved,
    CacheUnavailable,
    OrderNotFound,
    RateLimited,
    UpstreamError,
    UpstreamTimeout,
    UpstreamUnavailable,
    refusal_for,
)
from tracker.look_again import look_again
from tracker.order import Status, Story
from tracker.order_number import OrderNumber
from tracker.ports.answers import Answers, Awaited, Entry, Question, Spent, Visit, WriteAnswer
from tracker.ports.clock import Clock
from tracker.ports.jobs import Background
from tracker.ports.orders import Budget, FoundOrder, Orders, Urgency
from tracker.ports.parcels import TellStory
from tracker.ports.shops import SettingsOf
from tracker.shop_sources import ShopSources

BUDGET_SECONDS = 3.0
MORE_SECONDS = 1.0
"""So much longer has whoever waits for somebody else's answer. Where that one dies, their lease ends when
most of the time is over, and the next to lead has to find and read as well."""
NEXT_SECONDS = 1.8
"""So long at most may the next one ask the shop: less than a lease lasts, so that nobody joins them."""
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.1
WORTHWHILE_SECONDS = 0.3
"""With less left than that nobody begins to ask the shop: it would only be counted as too slow."""
AWAITED_SECONDS = 1
"""After which to come back for what somebody else is still being told."""
MISS_SECONDS = 60
BEHIND_SECONDS = 60
"""So long a story is kept that may be behind what was told before: the source that is being asked may answer
that it knows nothing, which drops no story."""
UNDELIVERED = Status.PROCESSING
"""Whose ages hold for an order of which nothing is delivered, which has no status of its own."""
CLOCK_TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Ages:
    """How long a story may be given, in seconds by status: `soft` before it is refreshed (behind the answer
    up to twice that, before it from then on), `hard` before it is forgotten."""

    soft: Mapping[Status, int]
    hard: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """The finished JSON, and for log and count where it came from: kept, refreshing, stale, read, or awaited
    where somebody else read it meanwhile."""

    body: bytes
    cache: str


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who asks for which order: the shop is the verified one, `network` where the request came from, `visit`
    what is to be counted at the door for it (None for nothing)."""

    shop: str
    number: OrderNumber
    claim: Claim
    network: str
    visit: Visit | None = None

    def __repr__(self) -> str:
        return f"Shopper({self.shop})"


def lookup(
    shopper: Shopper,
    *,
    orders: Orders,
    answers: Answers,
    budget: Budget,
    background: Background,
    tell_story: TellStory,
    sources: ShopSources,
    write: WriteAnswer,
    ages: Ages,
    seconds_a_look: Callable[[str], float],
    settings_of: SettingsOf,
    clock: Clock,
    sleep: Callable[[float], None] = time.sleep,
) -> Answer:
    """The answer for what a shopper asks, within BUDGET_SECONDS, or MORE_SECONDS later where somebody else is
    waited for. `seconds_a_look` is how many a visitor of a shop has for each look-up.

    Raises OrderNotFound for every kind of miss (its cause, for the merchant's counts alone, tells an unknown
    number from another e-mail or customer), RateLimited where too much was asked or guessed, NotSetUp where
    the merchant has to act, UpstreamUnavailable where the shop cannot be asked and nothing is known.
    """
    number = shopper.number
    question = Question(shopper.shop, number.canonical, number.stem, shopper.claim, shopper.network)
    deadline, patience = Deadline(BUDGET_SECONDS), Deadline(BUDGET_SECONDS + MORE_SECONDS)

    def read(deadline: Deadline, *, urgency: Urgency) -> bytes:
        if seconds := budget.wait(question, urgency):
            raise BudgetReserved(retry_after=seconds)
        return _read(
            question,
            shopper.number,
            deadline=deadline,
            guessed=urgency is Urgency.QUESTION,
            orders=orders,
            answers=answers,
            tell_story=tell_story,
            background=background,
            sources=sources,
            write=write,
            ages=ages,
            seconds_a_look=seconds_a_look,
            settings_of=settings_of,
            clock=clock,
        )

    visit, waited = shopper.visit, False
    stalled_days = settings_of(question.shop).stalled_days
    for pause in _pauses():
        known = answers.ask(question, visit=visit)
        visit = None  # however often it has to be asked, it was one visit
        match known:
            case Spent():
                raise RateLimited(known.cause, retry_after=known.retry_after)
            case None:
                return Answer(_first_read(question, partial(read, deadline), answers=answers), "read")
            case Awaited.NOTHING:
                break
            case Entry(answer=None):
                raise OrderNotFound("kept")
            case Entry(answer=bytes(told)):
                match judge(known, now=clock(), ages=ages, stalled_days=stalled_days):
                    case Freshness.FRESH:
                        return Answer(told, "awaited" if waited else "kept")
                    case Freshness.SOFT:
                        background.submit(partial(_refresh, question, read, answers=answers))
                        return Answer(told, "refreshing")
                # Where nobody can take the lease, to wait for who has it would be in vain.
                awaited = answers.lead(question, otherwise=True)
                if awaited is None:
                    return _read_again(question, partial(read, deadline), told, answers=answers)
                if awaited is Awaited.NOTHING:
                    break
        if pause + WORTHWHILE_SECONDS > patience.remaining():
            break
        sleep(pause)
        waited, deadline = True, Deadline(min(NEXT_SECONDS, patience.remaining()))
    if isinstance(known, Entry) and known.answer is not None:
        return Answer(marked_stale(known.answer), "stale")
    raise UpstreamUnavailable("awaited", retry_after=AWAITED_SECONDS)


def _pauses() -> Iterator[float]:
    """Between two looks at whether somebody else's answer has come: short at first, since most come within a
    fifth of a second, and then so that Redis does not notice."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(LONGEST_PAUSE, 2 * pause)


class Freshness(Enum):
    """What may be done with a kept answer: give it, give it and refresh behind it, or refresh it first."""

    FRESH = auto()
    SOFT = auto()
    OLD = auto()


def judge(entry: Entry, *, now: datetime, ages: Ages, stalled_days: int) -> Freshness:
    """How fresh a kept answer is. One from the future (a clock that jumped) counts as old, and so does one
    that was told before the merchant chose other `stalled_days`. Pure."""
    age = now - entry.checked_at
    soft = timedelta(seconds=ages.soft[entry.status or UNDELIVERED])
    if age < -CLOCK_TOLERANCE or age > 2 * soft or entry.stalled_days != stalled_days:
        return Freshness.OLD
    return Freshness.SOFT if age > soft else Freshness.FRESH


def marked_stale(answer: bytes) -> bytes:
    """The same answer, saying of itself that it could not be checked just now. Pure."""
    return json.dumps(
        json.loads(answer) | {"stale": True}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _first_read(question: Question, read: Callable[..., bytes], *, answers: Answers) -> bytes:
    try:
        return read(urgency=Urgency.QUESTION)
    except UpstreamError as error:
        answers.give_back(question, guessed=True, in_vain=isinstance(error, UpstreamTimeout))
        raise refusal_for(error) from error


def _read_again(question: Question, read: Callable[..., bytes], known: bytes, *, answers: Answers) -> Answer:
    try:
        return Answer(read(urgency=Urgency.WAITING), "read")
    except UpstreamError as error:
        answers.give_back(question, guessed=False, in_vain=isinstance(error, UpstreamTimeout))
        return Answer(marked_stale(known), "stale")


def _refresh(question: Question, read: Callable[..., bytes], *, answers: Answers) -> None:
    # What fails leaves the lease as it is: until it ends, nobody tries again behind an answer.
    # What cannot be kept would be asked for behind every answer.
    if answers.lead(question, otherwise=False) is None:
        with suppress(UpstreamError, OrderNotFound):  # what is known stands, or a miss has replaced it
            read(Deadline(BUDGET_SECONDS), urgency=Urgency.BEHIND)


def _read(
    question: Question,
    number: OrderNumber,
    *,
    deadline: Deadline,
    guessed: bool,
    orders: Orders,
    answers: Answers,
    tell_story: TellStory,
    background: Background,
    sources: ShopSources,
    write: WriteAnswer,
    ages: Ages,
    seconds_a_look: Callable[[str], float],
    settings_of: SettingsOf,
    clock: Clock,
) -> bytes:
    # Before anything is asked: what the find tells of the e-mail may be news by the time of the read.
    generation = answers.generation(question.shop)
    found = orders.find(question.shop, number, question.claim, deadline=deadline)
    theirs, missed = _theirs(found.orders, number, question.claim)
    if theirs is None:
        answers.keep_miss(question, generation=generation, checked_at=clock(), seconds=MISS_SECONDS)
        raise OrderNotFound(missed)
    checked_at = clock()
    order = orders.read(question.shop, theirs.id, scopes=found.scopes, deadline=deadline)
    if order is None:
        answers.keep_miss(question, generation=generation, checked_at=checked_at, seconds=MISS_SECONDS)
        raise OrderNotFound("gone")
    stalled_days = settings_of(question.shop).stalled_days
    # Before it is told: what the sources said last is part of the story, and is never waited for.
    joined = sources.joined(question.shop, order)
    if not joined.complete and not guessed:
        # What was told before is nearer to the truth.
        raise CacheUnavailable
    story = tell_story(
        question.shop,
        joined.order,
        now=checked_at,
        stalled_days=stalled_days,
        generation=generation if joined.complete else None,
    )
    behind = sources.behind(question.shop, story, joined, at=checked_at)
    first, then = look_again(
        story.status,
        soft=ages.soft,
        seconds_a_look=seconds_a_look(question.shop),
        awaited=joined.complete and sources.awaited(question.shop, story, at=checked_at),
    )
    if not joined.complete:
        answers.give_back(question, guessed=guessed)
        return _written(story, checked_at, then, behind=behind, write=write)
    answer = _written(story, checked_at, then, behind=behind, write=write)
    answers.keep(
        question,
        Entry(answer, story.status, order.id, checked_at, stalled_days),
        generation=generation,
        seconds=BEHIND_SECONDS if behind else ages.hard[story.status or UNDELIVERED],
        guessed=guessed,
        parts=order.parts,
    )
    if sources.wanted(question.shop):
        # A shop's webhooks say so as well. What was lost with Redis since then comes back this way.
        background.submit(partial(_follow, question.shop, story, sources=sources, at=checked_at))
    return answer if first == then else _written(story, checked_at, first, behind=behind, write=write)


def _written(
    story: Story, checked_at: datetime, refresh_after: int | None, *, behind: bool, write: WriteAnswer
) -> bytes:
    answer = write(story, checked_at, refresh_after)
    return marked_stale(answer) if behind else answer


def _follow(shop: str, story: Story, *, sources: ShopSources, at: datetime) -> None:
    with suppress(CacheUnavailable):  # the next look-up hands them on
        sources.follow(shop, story, at=at)


def _theirs(found: Sequence[FoundOrder], number: OrderNumber, claim: Claim) -> tuple[FoundOrder | None, str]:
    """The newest order with exactly this number that is theirs, and what to call it if there is none. Every
    hit is compared with both, so that the time taken does not tell which of the two was wrong."""
    newest: FoundOrder | None = None
    numbered = False
    for order in found:
        same_number = number.matches(order.name, order.confirmation_number)
        same_person = claim.matches(order.email, order.customer_id)
        numbered |= same_number
        if same_number and same_person and (newest is None or order.placed_at > newest.placed_at):
            newest = order
    return newest, f"another_{claim.kind}" if numbered else "unknown_number"
