"""What a verb needs from outside, as Protocols. The edges fill them; `edges.py` joins the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import Protocol

from tracker.claim import Claim
from tracker.deadline import Deadline
from tracker.errors import SourceKeyRejected, SourceQuotaSpent, SourceUnavailable
from tracker.learned_window import Route, Taken
from tracker.order import Order, Status, Story, Tracking
from tracker.order_number import OrderNumber
from tracker.parcel import DEFAULT_DAILY_QUOTA, AskAbout, KeptParcel, Parcel, TrackingNews
from tracker.parcel_note import ParcelNote
from tracker.shop import Shop, ShopSettings, Standing, TokenPair
from tracker.webhook import Envelope, Person


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """One hit of a search: what is needed to decide whose order it is, and nothing else.

    `email` and `customer_id` (digits) are None for an order without one, and where the claim that is to be
    decided is of the other kind. `confirmation_number` is Shopify's own (not unique).
    """

    id: str
    name: str
    email: str | None
    placed_at: datetime
    confirmation_number: str | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of one find query: every hit, fuzzy ones included, and the scopes the shop granted."""

    orders: Sequence[FoundOrder]
    scopes: frozenset[str]


class Orders(Protocol):
    """A shop's orders, as the Admin API gives them. Raises children of `errors.UpstreamError`."""

    def find(self, shop: str, number: OrderNumber, claim: Claim, *, deadline: Deadline) -> Found:
        """One upstream request: candidates for a number, told with what the claim is about. None of them has
        been compared with the claim."""
        ...

    def recent(self, shop: str, customer_id: str, *, deadline: Deadline) -> Sequence[FoundOrder]:
        """One upstream request: what the shop takes for this customer's newest orders, not compared yet;
        none where it did not grant what tells whose an order is."""
        ...

    def read(self, shop: str, order_id: str, *, scopes: frozenset[str], deadline: Deadline) -> Order | None:
        """One upstream request (one more per further page of a long order): the facts, None if gone."""
        ...


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token for the Admin API of one shop, hidden from repr."""

    value: str

    def __repr__(self) -> str:
        return "AccessToken(...)"


class AccessTokens(Protocol):
    """Where Admin API tokens come from."""

    def token(self, shop: str, *, deadline: Deadline) -> AccessToken:
        """A token that works now. Raises AccessTokenRejected where the shop must (re)open the app."""
        ...

    def rejected(self, shop: str, token: AccessToken) -> None:
        """Told that the Admin API refused this token, so that a next one is asked for anew."""
        ...


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token and when it ends (aware, UTC), hidden from repr."""

    value: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "StoredToken(...)"


class TokenShelf(Protocol):
    """Where all workers share the token of a shop, so that one of them fetches it for all. It never raises: a
    shelf that is down holds nothing, and its lock is everybody's, so that each process fetches for itself."""

    def get(self, shop: str) -> StoredToken | None:
        """The token that was put last and has not ended; None where there is none or it can't be read."""
        ...

    def put(self, shop: str, token: str, expires_at: datetime) -> None:
        """Keep a token until it ends."""
        ...

    def lock(self, shop: str) -> AbstractContextManager[bool]:
        """Not waited for: True for one holder at a time, False for the others. It ends by itself after some
        ten seconds, in case its holder died."""
        ...


@dataclass(frozen=True, slots=True)
class Granted:
    """What Shopify gave for an ID token or a refresh token. `scopes` are what the merchant granted."""

    tokens: TokenPair
    scopes: frozenset[str]


class TokenExchange(Protocol):
    """Where a shop's first tokens come from. Raises children of `errors.UpstreamError`."""

    def exchange(self, shop: str, id_token: str, *, deadline: Deadline) -> Granted:
        """A new pair for an ID token that has been verified, and whose shop this is.

        Raises IdTokenRejected where Shopify wants a newer one, UpstreamRejected where it does not know the
        app by its id and secret.
        """
        ...


@dataclass(frozen=True, slots=True)
class Resealed:
    """One batch of a rotation: how many records were looked at, how many were sealed anew, how many open with
    neither secret, and where the next batch begins (None: that was the last)."""

    seen: int
    resealed: int
    unreadable: int
    next: int | None


@dataclass(frozen=True, slots=True)
class ShopCounts:
    """How many shops there are by standing, and how many of the installed ones have a refresh token that
    ends before a time that was asked about."""

    by_standing: Mapping[Standing, int]
    ending: int


class ServedShops(Protocol):
    """The shops as far as Shopify's own news about them goes. Each method may raise errors.StoreUnavailable,
    after which nothing of it has happened. Times are aware, in UTC; `Shops` says more of each."""

    def get(self, domain: str) -> Shop | None:
        """The shop, None where it was never seen or is forgotten."""
        ...

    def uninstall(self, domain: str, *, triggered_at: datetime) -> bool:
        """It removed the app. False where it is not known, or has it again since then."""
        ...

    def change_scopes(self, domain: str, scopes: frozenset[str], *, at: datetime) -> bool:
        """What its merchant granted at `at`. False where something newer is known, or no such shop."""
        ...

    def remember_id(self, domain: str, shop_id: int) -> bool:
        """Shopify's own id of it. False where there is no such shop."""
        ...

    def erase(self, domain: str) -> bool:
        """Nothing of it is left. False where there was nothing."""
        ...


class Shops(ServedShops, Protocol):
    """The store of shops. Each method is one transaction, and each may raise errors.StoreUnavailable, after
    which nothing of it has happened. Times are aware, in UTC."""

    def get(self, domain: str) -> Shop | None:
        """The shop, uninstalled ones too until they are erased; None where it was never seen."""
        ...

    def install(
        self,
        domain: str,
        *,
        tokens: TokenPair,
        scopes: frozenset[str],
        at: datetime,
        shop_id: int | None = None,
    ) -> Shop:
        """After a token exchange that was answered at `at`: the new pair stands, a refresh under way comes
        too late, and an uninstall that was triggered before is ignored. The present installation began now
        only where there was none. Settings outlive an uninstall."""
        ...

    def lease_refresh(self, domain: str, *, version: int, holder: str, seconds: float) -> Shop | None:
        """The shop, for the one who may refresh its tokens during the next `seconds`; None where somebody
        else may, the tokens are no longer of this version, or there is nothing to refresh."""
        ...

    def release(self, domain: str, *, holder: str) -> None:
        """Give a lease back that came to nothing; one that meanwhile went to another holder stays."""
        ...

    def store_refreshed(self, domain: str, tokens: TokenPair, *, version: int, holder: str) -> bool:
        """The new pair stands, and the lease ends. False where the lease went to somebody else, or the shop
        was installed anew or uninstalled meanwhile: then the pair is void, and what is stored is newer."""
        ...

    def needs_reopening(self, domain: str, *, version: int) -> bool:
        """Its tokens were refused for good. False where they are no longer of this version. They are kept:
        where the refusal was about the app's own secret, `tokens refresh` finds out."""
        ...

    def uninstall(self, domain: str, *, triggered_at: datetime) -> bool:
        """Its tokens are deleted at once. True also where it was uninstalled before; False where it is not
        known, or the uninstall was triggered before the last token exchange and is thus about an earlier
        installation."""
        ...

    def change_scopes(self, domain: str, scopes: frozenset[str], *, at: datetime) -> bool:
        """What the merchant granted at `at`. False where something newer is known, or no such shop."""
        ...

    def save_settings(self, domain: str, settings: ShopSettings) -> bool:
        """What its merchant chose. False where there is no such shop."""
        ...

    def remember_id(self, domain: str, shop_id: int) -> bool:
        """Shopify's own id of it. False where there is no such shop."""
        ...

    def remember_path(self, domain: str, path_prefix: str) -> bool:
        """Where its app proxy is. False where there is no such shop."""
        ...

    def erase(self, domain: str) -> bool:
        """Nothing of it is left in any table, its jobs included. False where there was nothing."""
        ...

    def idle(self, *, refresh_expires_before: datetime, limit: int, after: str = "") -> Sequence[Shop]:
        """Shops whose refresh token ends before that time and has not ended yet, those that need reopening
        too, in the order of their names; `after` is the last name of the batch before."""
        ...

    def count(self, *, refresh_expires_before: datetime) -> ShopCounts:
        """How many there are."""
        ...

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        """See Resealable."""
        ...


class Resealable(Protocol):
    """Something that keeps values sealed for longer than a rotation of the secret takes."""

    def reseal(self, *, after: int, limit: int, dry: bool = False) -> Resealed:
        """Seal a batch of what is still under the old secret under the new one; `after` is 0 for the first
        batch, then `next` of the one before. What changes meanwhile is under the new secret anyhow. `dry`
        counts only. Raises errors.StoreUnavailable."""
        ...


class KnownShops(Protocol):
    """Shops as they were a moment ago, in this process, so that a look-up need not ask the store each time.
    Raises errors.StoreUnavailable only for what it does not know yet."""

    def get(self, domain: str) -> Shop | None:
        """The shop as it was at most a minute ago, or, while the store is away, as it was last known."""
        ...

    def forget(self, domain: str) -> None:
        """The next `get` asks the store."""
        ...


class TokenRenewal(Protocol):
    """How a shop's tokens are renewed before they end."""

    def renew(self, shop: Shop, *, deadline: Deadline) -> None:
        """Renew them now, unless somebody else does or did. Raises AccessTokenRejected where only the
        merchant can help, and other UpstreamErrors where another time will do."""
        ...


class KeptOrders(Protocol):
    """What is kept of orders outside of the store of shops. Each method raises errors.CacheUnavailable where
    that cannot be reached now."""

    def drop(self, shop: str, order_id: str, *, news: TrackingNews | None = None) -> int:
        """Drop every answer about this order, and keep none that was read before. How many there were. What
        ShopParcels has of it goes too, but where a source's `news` is the reason: that is noted there."""
        ...

    def know_part(self, shop: str, part: str, order_id: str) -> None:
        """Remember for some days which order this part (a gid) belongs to."""
        ...

    def order_of(self, shop: str, part: str) -> str | None:
        """The order that this part belongs to, None where nobody said so."""
        ...


class Purge(Protocol):
    """What is kept outside of the store of shops, to be deleted. Doing it twice does no harm. Each method
    raises errors.CacheUnavailable where it cannot be known that it is gone."""

    def shop(self, domain: str) -> int:
        """Nothing of this shop is left there. Takes as long as looking at every key there is. How many keys
        there were."""
        ...

    def person(self, shop: str, person: Person) -> int:
        """Nothing of this person and of these orders is left there. How many of its keys there were."""
        ...


class NewestOrders(Protocol):
    """A shop's newest orders, whoever placed them. Raises children of `errors.UpstreamError`."""

    def newest(self, shop: str, *, deadline: Deadline) -> Found:
        """One upstream request: ten at most. Raises AccessDenied where orders or their e-mails are
        withheld."""
        ...


class AppData(Protocol):
    """What is noted in a shop for the block there to read. Raises children of `errors.UpstreamError`."""

    def note(
        self,
        shop: str,
        *,
        path_prefix: str | None,
        settings: ShopSettings,
        lists_orders: bool,
        deadline: Deadline,
    ) -> None:
        """Two upstream requests: the settings, whether customers who are signed in have a list of orders to
        choose from, and where the app proxy is (None leaves that as it was)."""
        ...


class PageFound(StrEnum):
    """What a visitor finds where the page with the form should be."""

    OURS = "ours"
    PASSWORD = "password"  # noqa: S105 - the shop asks every visitor for one
    NOT_FOUND = "not_found"
    ANOTHER = "another"
    BROKEN = "broken"  # an error: the shop got none of our answers
    UNREACHABLE = "unreachable"


class ProxyPage(Protocol):
    """The page with the form, as it stands on a shop."""

    def visit(self, shop: str, path: str, *, deadline: Deadline) -> PageFound:
        """Go there as a visitor would. Never raises."""
        ...


class Disclosure(Protocol):
    """What is kept outside of the store of shops, to be shown to whom it is about."""

    def of(self, shop: str, person: Person) -> Sequence[bytes]:
        """Every finished answer, and every record of parcels under way (JSON), that is kept of this person or
        of these orders; what lies there and is not ours is passed over. Raises errors.CacheUnavailable."""
        ...


class SeenEvents(Protocol):
    """Which events of a shop were dealt with, for as long as Shopify may send a copy of one. Each method
    raises errors.CacheUnavailable where that cannot be known or remembered now."""

    def seen(self, envelope: Envelope) -> bool:
        """Was this event dealt with under this topic? False for an event without an id."""
        ...

    def remember(self, envelope: Envelope) -> None:
        """It was."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Work that was handed on: its kind, the shop it is about, and what it needs to know, hidden from repr.

    `payload` is None where it can no longer be opened. `tries` counts this one too.
    """

    id: int
    kind: str
    shop: str
    payload: bytes | None = field(repr=False)
    tries: int = 1


class Jobs(Protocol):
    """Where work is handed on that takes longer than its request may."""

    def hand_on(
        self, kind: str, shop: str, payload: bytes = b"", *, after: float = 0.0, once: bool = False
    ) -> None:
        """It will be done, whatever happens to this process; more than once, perhaps; not sooner than in so
        many seconds (`after`). Without a payload, or with `once`, once for all who ask the same before it has
        begun. Raises UpstreamError where that cannot be promised."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs there are, and since when the oldest one is overdue (None: none is)."""

    jobs: int
    overdue_since: datetime | None


class JobQueue(Jobs, Protocol):
    """The jobs that all workers share. A lease ends by itself, so that a job outlives who did it. Each method
    raises errors.StoreUnavailable."""

    def lease(self, *, holder: str, seconds: float) -> Job | None:
        """A job that is due and that nobody else does during the next `seconds`; None where there is none."""
        ...

    def finish(self, job: Job, *, holder: str, duty: str | None = None) -> bool:
        """It is done, and forgotten. With `duty`, a topic, it is recorded that this duty was done, and when.
        False where the lease went to somebody else: then they finish it."""
        ...

    def put_off(self, job: Job, *, holder: str, seconds: float) -> bool:
        """It is to be tried again after so long. False where the lease went to somebody else."""
        ...

    def waiting(self) -> Waiting:
        """How it stands."""
        ...


@dataclass(frozen=True, slots=True)
class Installation:
    """The app as a shop has it now: Shopify's own id of the shop, what its merchant granted, and how many
    subscriptions to webhooks had to be made or ended to fit that."""

    shop_id: int
    scopes: frozenset[str]
    changed: int = 0


class Installations(Protocol):
    """What shops say of the app they have. Raises children of `errors.UpstreamError`."""

    def read(self, shop: str, *, deadline: Deadline) -> Installation:
        """One upstream request."""
        ...

    def subscribe(self, shop: str, *, deadline: Deadline) -> Installation:
        """The same, and then the shop's own subscriptions are those that its scopes allow."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for what. `number` is canonical; neither it nor the claim is ever stored readable.

    `stem` is what all ways to write this number share, so that a guesser gains nothing by writing it anew.
    `network` is the neighbourhood the shopper's address belongs to, for counting guesses.
    """

    shop: str
    number: str
    stem: str
    claim: Claim
    network: str

    def __repr__(self) -> str:
        return f"Question({self.shop})"


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept answer. `answer` is the finished JSON and `order_id` its order, or None for a kept miss;
    `status` is the headline's, None where nothing is delivered. `checked_at` is when the shop was asked,
    `stalled_days` what its merchant had chosen then, None for a miss."""

    answer: bytes | None
    status: Status | None
    order_id: str | None
    checked_at: datetime
    stalled_days: int | None = None

    def __repr__(self) -> str:
        return f"Entry({self.status})"


DOOR = "door"
"""The name of the limit of look-ups at the door, beside those of the guess limits."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A look-up that is yet to be counted at the door: under which counter (no word of it is readable), how
    many there may be, and in how many seconds from the first of them."""

    counter: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Spent:
    """A limit that has run out: its name, and in how many seconds there is room again."""

    limit: str
    retry_after: int

    @property
    def cause(self) -> str:
        """The word for log and count: `door`, or `guesses_` and the guess limit's name."""
        return self.limit if self.limit == DOOR else f"guesses_{self.limit}"


@dataclass(frozen=True, slots=True)
class LookupCount:
    """How many look-ups of one day (UTC) ended in one way: `outcome` is `story` or a refusal's code, `cause`
    the refusal's own, `none` where it has none."""

    day: date
    outcome: str
    cause: str
    count: int


@dataclass(frozen=True, slots=True)
class ShopActivity:
    """What went on at a shop, as far as it was noted: times (aware, UTC), None where it never happened; and
    counts, oldest day first."""

    last_lookup_at: datetime | None = None
    last_webhook_at: datetime | None = None
    last_throttled_at: datetime | None = None
    lookups: Sequence[LookupCount] = ()


class ActivityLog(Protocol):
    """What `activity.Activity` noted, for the merchant to read."""

    def of(self, shop: str, *, since: date) -> ShopActivity:
        """What went on at this shop, counts from the day `since` on; nothing for one that is not known. It is
        some seconds behind. Raises StoreUnavailable."""
        ...


class Awaited(Enum):
    """Somebody else is asking the shop this very question: the answer may be kept in a moment. Or they did
    just now, and waited for it in vain: so would whoever asked next."""

    ANSWER = auto()
    NOTHING = auto()


class Answers(Protocol):
    """The cache of answers and the counters of guesses. It never raises: without it the look-up goes on.

    Whoever is to ask the shop holds a lease on the question until the answer is kept or given up. It belongs
    to the thread that took it, and ends by itself some seconds later, in case its holder died.
    """

    def ask(self, question: Question, *, visit: Visit | None = None) -> Entry | Spent | Awaited | None:
        """The kept entry, in one round trip; else Awaited, where somebody else has the lease; else None, with
        a guess taken and the lease; else the limit that is spent. `visit` is counted first, and beyond its
        limit nothing else is given or taken."""
        ...

    def lead(self, question: Question, *, otherwise: bool) -> Awaited | None:
        """Take the lease on a question whose answer is kept, to ask the shop anew. None for the one who has
        it, over all workers. Where the cache takes no note of it (away, full, a replica), None for everybody
        if `otherwise` is true, else Awaited.ANSWER."""
        ...

    def generation(self, shop: str) -> int | None:
        """The present moment as the cache counts it, to be taken before the shop is asked; None where that
        cannot be known now."""
        ...

    def keep(
        self,
        question: Question,
        entry: Entry,
        *,
        generation: int | None,
        seconds: int,
        guessed: bool,
        parts: Sequence[str] = (),
    ) -> None:
        """Keep a right answer for so long, unless the order was dropped since `generation`; give back a guess
        that `ask` took for it (`guessed`), and the lease. `parts` are the gids by which others may speak of
        the order."""
        ...

    def keep_miss(
        self, question: Question, *, generation: int | None, checked_at: datetime, seconds: int
    ) -> None:
        """Keep that there is no such order, unless an order of the shop was dropped since `generation`: that
        may be this one. Give the lease back; the guess stays spent."""
        ...

    def give_back(self, question: Question, *, guessed: bool, in_vain: bool = False) -> None:
        """Give up: give the lease back, and a guess that was never answered (`guessed`). Where the shop was
        too slow (`in_vain`), whoever waits or comes within a second is told Awaited.NOTHING."""
        ...


class Urgency(StrEnum):
    """Who a question to the shop is for: nobody who waits; somebody of whom nothing is known; somebody who
    was right before and waits for news."""

    BEHIND = "behind"
    QUESTION = "question"
    WAITING = "waiting"


class Budget(Protocol):
    """What a shop lets us ask in a given time, so that what is left goes to those who need it most. It never
    raises: where nothing is known of it, it is full."""

    def wait(self, question: Question, urgency: Urgency) -> float:
        """Seconds until there is room for this question, 0 where there is now. Whoever asks a second time
        what they were once told counts as known, whatever `urgency` says of them."""
        ...

    def wait_behind(self, shop: str) -> float:
        """The same for a question that no shopper asked, which comes last."""
        ...


class KeptLists(Protocol):
    """Finished lists of customers' orders, kept for a short time. It never raises: without it the shop is
    asked each time."""

    def get(self, shop: str, customer_id: str) -> bytes | None:
        """The list that was kept for this customer of this shop, None where there is none."""
        ...

    def keep(self, shop: str, customer_id: str, answer: bytes, *, seconds: int) -> None:
        """Keep a list for so long."""
        ...


class Background(Protocol):
    """Work behind the answer, in bounded number."""

    def submit(self, work: Callable[[], None]) -> bool:
        """Run it soon, or say False where there is no room. What the work raises is logged, never lost."""
        ...


class DeliveryTimes(Protocol):
    """How long the delivered parcels of a shop took, counted by route. It never raises: what cannot be kept
    or known now is not, and another parcel will teach the same."""

    def count(self, shop: str, parcel: str, took: Sequence[Taken], *, at: datetime) -> None:
        """Count a parcel that was delivered `at` (aware, UTC), once however often it is told. `parcel` is
        its name among all of the shop's."""
        ...

    def of(self, shop: str, routes: Sequence[Route], *, now: datetime) -> Mapping[Route, Mapping[int, float]]:
        """One round trip: by business days how many parcels took so long, older ones counting for less
        (`delivery_range.fading`). A route that nobody was counted on is not among them."""
        ...


class ShopParcels(Protocol):
    """The parcels of a shop that are under way, as they were when their orders were read last. They go when
    the shop says that their order changed, and by themselves some time after that."""

    def keep(
        self, shop: str, order_id: str, parcels: Sequence[ParcelNote], *, generation: int, at: datetime
    ) -> None:
        """What was read of an order `at` (aware, UTC), in place of what was kept; without any parcel nothing
        is. Not kept where the order was dropped since `generation`. It never raises: what cannot be kept now
        is not known."""
        ...

    def of(self, shop: str) -> Sequence[ParcelNote]:
        """All that is known, of some thousands of orders at most: those that were read last. Raises
        errors.CacheUnavailable."""
        ...


class TellStory(Protocol):
    """How the story of an order of a shop is told."""

    def __call__(
        self, shop: str, order: Order, *, now: datetime, stalled_days: int, generation: int | None
    ) -> Story:
        """Of an order that was read at `now` (aware, UTC); `generation` as in Answers. Never raises."""
        ...


WriteAnswer = Callable[[Story, datetime, int | None], bytes]
"""The finished answer of a story that was read then (aware, UTC), and after how many seconds it is worth
looking again (None: never)."""


class TrackingSource(Protocol):
    """One account at an aggregator or a carrier. Each method may raise children of `errors.SourceError`,
    after which nothing is known of what the other side took. A method makes one request where the other side
    takes many parcels at once, else one for each."""

    name: str
    """A word of ours for it: part of keys, logs and counts."""
    batch: int
    """So many parcels are told of in one request at most."""
    pushes: bool
    """Whether it tells by itself what is new, so that it need be asked rarely."""
    ask_about: AskAbout
    """Which parcels its merchant has it asked about."""

    def covers(self, parcel: Parcel) -> bool:
        """Whether it may know something of such a parcel. Pure, and never raises."""
        ...

    def register(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Sequence[Parcel]:
        """Have these followed from now on; those that are already stay so. Gives the ones that it will never
        follow. No request, and none given, where nothing has to be registered."""
        ...

    def news(self, parcels: Sequence[Parcel], *, deadline: Deadline) -> Mapping[Parcel, TrackingNews]:
        """What it knows of these; one of which it knows nothing yet is not among the answers. What the
        account turns out not to follow any more (it was changed for another) is registered again, where the
        other side tells the difference."""
        ...


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """A merchant's account at a source: the source's name, its key, the secret that its pushes are signed
    with (None where it signs with the key, or does not push), how many parcels may be asked for in a day, and
    which ones."""

    source: str
    key: str = field(repr=False)
    push_secret: str | None = field(default=None, repr=False)
    daily_quota: int = DEFAULT_DAILY_QUOTA
    ask_about: AskAbout = AskAbout.EVERY_PARCEL


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """An account, and since when it is kept (aware, UTC)."""

    account: SourceAccount
    created_at: datetime


class SourceAccounts(Protocol):
    """Merchants' accounts at sources, one at each for a shop. Each method may raise errors.StoreUnavailable,
    after which nothing of it has happened."""

    def of(self, shop: str) -> Sequence[KeptAccount]:
        """Those of a shop, in the order of their sources' names; none of one that took the app away. An
        account whose key opens with neither secret is not among them."""
        ...

    def save(self, shop: str, account: SourceAccount, *, at: datetime) -> bool:
        """This account stands, in place of what was kept of it. False where there is no such shop."""
        ...

    def remove(self, shop: str, source: str) -> bool:
        """Nothing of it is left. False where there was nothing."""
        ...


class KnownAccounts(Protocol):
    """Accounts at sources as they were a moment ago, in this process. It never raises: where nothing can be
    known now, accounts are what they were, or there are none."""

    def known(self, shop: str) -> Sequence[SourceAccount]:
        """Those of a shop as they were at most a minute ago."""
        ...

    def forget(self) -> None:
        """The next question is asked of the store."""
        ...


MakeSource = Callable[[SourceAccount], TrackingSource | None]
"""The source of an account; None for a name that this installation does not offer. It never raises."""

ReadPush = Callable[[bytes, Mapping[str, str], SourceAccount, datetime], Sequence["Pushed"]]
"""What a source told by itself, of a request's body and headers (names in lower case) as of now (aware, UTC).
Raises InvalidSignature where it is not signed with the account's secret, SourceBroken where a signed body
cannot be read."""


@dataclass(frozen=True, slots=True)
class OfferedSources:
    """The sources that this installation offers: their names in the order in which merchants read of them,
    how they are made, and by name how their pushes are read."""

    names: Sequence[str]
    make: MakeSource
    read_push: Mapping[str, ReadPush]


SourcesOf = Callable[[str], Sequence[TrackingSource]]
"""The sources that the merchant of a shop switched on: none by default, and never an error (what cannot be
known now is none, or as it was last known)."""


@dataclass(frozen=True, slots=True)
class DueParcel:
    """A parcel that one source is to be asked for now, by whoever took it. `order_id` is the gid of the
    order it belongs to; `registered` whether the source was told of it; `news` is what that source said last,
    None where it never did; `changed` whether the order's story changed by it since a turn of this parcel
    came to its end; `pushed` whether the source ever told of it by itself; `followed_at` (aware, UTC) since
    when it is followed. `ticket` is the queue's own name of
    this turn."""

    shop: str
    source: str
    parcel: Parcel
    order_id: str = field(repr=False)
    followed_at: datetime
    registered: bool
    news: TrackingNews | None = field(repr=False)
    changed: bool
    pushed: bool
    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Following:
    """How many turns are planned or under way, one for each parcel and source, and since when the oldest of
    them is overdue (None: none is)."""

    planned: int
    overdue_since: datetime | None


class KeptNews(Protocol):
    """What sources said of parcels that are followed beside the shop, for whoever tells stories. Each method
    but `news` raises CacheUnavailable, after which it may be done again."""

    def follow(
        self, shop: str, order_id: str, parcels: Sequence[Parcel], *, sources: Sequence[str], at: datetime
    ) -> int:
        """Follow these at these sources from now on; those that are followed already stay as they are, and so
        do those whose way came to its end. How many are new, each at each source."""
        ...

    def push(self, shop: str, source: str, number: str, news: TrackingNews) -> str | None:
        """Keep what a source told by itself: what was told before changes nothing, in whatever order it
        comes. The gid of the order whose story changes by it; None where none does, or the shop has no such
        parcel followed there."""
        ...

    def news(self, shop: str, numbers: Sequence[str]) -> Mapping[str, KeptParcel] | None:
        """One round trip (two while a rotation of the secret is on): what is kept of these parcels of a shop,
        by number; one that is not followed is not among them. It never raises: None where that cannot be read
        now, which is not to say that nothing is kept."""
        ...

    def emptied(self, shop: str) -> timedelta | None:
        """For how long it has been known that what was followed for a shop was lost since an account of its
        was saved; None where it was not, as far as anybody can know now. Never raises."""
        ...

    def begin(self, shop: str) -> None:
        """An account of this shop was saved: what is not followed by now never was. Never raises."""
        ...


class FollowedParcels(KeptNews, Protocol):
    """The parcels that are followed beside the shop, and the queue of those that are due, which all workers
    on all hosts share. What a worker took and did not finish is given to another one some time after it
    died. Each method raises CacheUnavailable, after which it may be done again."""

    def take(self, *, holder: str, most: int, now: datetime) -> Sequence[DueParcel]:
        """Parcels that are due, for this holder alone: those that a dead one left behind first."""
        ...

    def keep(self, due: DueParcel, news: TrackingNews) -> bool:
        """Keep what the source said beside what it said before. True where the order's story changed, by this
        or by what was kept before: the order is to be dropped, and the turn finished after that. False where
        the parcel was erased meanwhile."""
        ...

    def finish(
        self, due: DueParcel, *, next_at: datetime | None, registered: bool, answered: bool = False
    ) -> None:
        """The turn is over, and what changed is dealt with; the parcel is due again at `next_at` (None:
        never), the source knows of it or does not, and has `answered` for it now, were it that it knows
        nothing. Where the turn went to somebody else, it is theirs to finish."""
        ...

    def put_off(self, due: Sequence[DueParcel], *, until: datetime) -> None:
        """Nothing was done about these: they are due again then, as they are."""
        ...

    def hasten(self, shop: str, source: str, *, at: datetime) -> None:
        """Have the parcels of this account have their turn `at` (not in the past) that wait for trouble with
        it to end: those that are planned for soon after that."""
        ...

    def leave(self, *, holder: str) -> None:
        """This holder takes nothing more."""
        ...

    def following(self, *, now: datetime) -> Following:
        """How it stands."""
        ...


@dataclass(frozen=True, slots=True)
class NoRoom:
    """A request may not be made now: in how many seconds there may be, and whether that is because the day's
    quota does not suffice for it; then `left` is for how many parcels it would."""

    seconds: float
    spent: bool = False
    left: int = 0


class Quota(Protocol):
    """How much may still be asked of a shop's account, over all workers. It never raises: where nothing can
    be known of it, nothing may be asked."""

    def spend(self, shop: str, source: str, parcels: int, *, now: datetime) -> NoRoom | None:
        """Count a request for so many parcels, 0 for one that asks for none. None where it may be made now;
        else nothing was counted."""
        ...

    def hold_off(
        self, shop: str, source: str, *, seconds: float, most: float, registering: bool = False
    ) -> float:
        """Ask nothing of this account for a while, or with `registering` register nothing there: `seconds`,
        twice as long where it was held off a moment ago, and so on up to `most`. For how many seconds it is
        held off now; who comes while it is changes nothing."""
        ...

    def registering_held(self, shop: str, source: str) -> float:
        """For how many seconds nothing is to be registered with this account; 0 where it may be now."""
        ...

    def resume(self, shop: str, source: str) -> None:
        """The merchant changed the account: it may be asked at once."""
        ...


REGISTRATIONS_SPENT = "source_registrations_spent"
"""The merchant's plan takes no more new parcels; those that it has are told of as before."""
DAILY_QUOTA_REACHED = "daily_quota_reached"
"""So many parcels were asked for today as the merchant chose."""
TROUBLES = (
    SourceKeyRejected.code,
    SourceQuotaSpent.code,
    REGISTRATIONS_SPENT,
    DAILY_QUOTA_REACHED,
    SourceUnavailable.code,
)
"""What a merchant is told of, gravest first."""


class Troubles(Protocol):
    """What a merchant has to be told of their accounts at sources. It never raises."""

    def tell(self, shop: str, source: str, code: str) -> bool:
        """There is trouble of this kind (the code of a SourceError, or one of TROUBLES). True once a day over
        all workers; False where it was told before, or that cannot be known."""
        ...

    def failing(self, shop: str, source: str, *, now: datetime) -> timedelta:
        """The source gave no usable answer. For how long that has been so; zero where it cannot be known."""
        ...

    def ended(self, shop: str, source: str, *, registering: bool) -> None:
        """The source registered parcels, or told of them: what was in the way of that is no more."""
        ...

    def of(self, shop: str, source: str) -> Sequence[str]:
        """The codes that were told of in the last day and have not ended, gravest first."""
        ...

    def settled(self, shop: str, source: str) -> None:
        """The merchant changed the account: what was told of it is forgotten."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """How one request to a source ended: for so many parcels, of which so many changed their order's story;
    `outcome` is `ok`, the code of a SourceError, or why nothing was asked (`held_off`, `quota_spent`)."""

    shop: str
    source: str
    parcels: int
    changed: int
    outcome: str
    seconds: float


class FollowObserver:
    """Told how following goes. Children override what they want to know."""

    def asked(self, asked: Asked) -> None:
        """A source was asked, or was not for want of room."""

    def troubled(self, shop: str, source: str, code: str) -> None:
        """The merchant has to act. Told once a day for each kind of trouble of an account."""

    def stumbled(self, error: Exception, shop: str | None = None, source: str | None = None) -> None:
        """Something could not be done, for a reason that nobody foresaw: what is due at this account, where
        one is named."""

    def counted(self, following: Following) -> None:
        """So it stands with the parcels of all workers."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a source told by itself of one number."""

    number: str = field(repr=False)
    news: TrackingNews


TellTracking = Callable[[str | None, str | None, str | None], Tracking]
"""What a shopper is told of a parcel's company, number and address, as the shop tells them: the carrier in
its proper writing, the number as it is, and an address that is safe to follow, or None. It never raises."""

SettingsOf = Callable[[str], ShopSettings]
"""What the merchant of a shop chose; never an error: the product's own defaults where nothing can be known
now."""

ListsOrders = Callable[[str], bool]
"""Whether customers who are signed in to a shop can choose from their orders. Never an error: they can, as
far as nobody knows otherwise now."""


Clock = Callable[[], datetime]
"""Now, aware, in UTC."""

CarrierOf = Callable[[Tracking], str | None]
"""Whose parcel it is, of which a shopper is told this: the carrier's key in the table of carriers, None where
nobody knows for certain. It never raises."""
