"""What the simulated marketplaces that speak a real protocol have in common: manners, faults, and what the oracle is
told.

A connector's own classification is what is tried here, so the oracle does not hear it: that a quantity was refused it
is told by the marketplace that did it, and "unknown" and "busy" count only where some request had no answer or one that
says so.

What was accepted takes effect in any order: no document promises one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, ClassVar, NoReturn

from stockbridge.connectors import Connector, Listing, Mode, Response, Session, StockUpdate
from stockbridge.errors import NoAnswer, NotSent, TimedOut
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Outcome
from tests.simulation.faults import Fault
from tests.simulation.marketplaces import LATE_EFFECT_S, RATE_SLACK_MS, Manners
from tests.simulation.network import Network
from tests.simulation.real.watched import Act, Look
from tests.simulation.real.wire import Asked, Line
from tests.simulation.schedule import Invocation, Killed, invocation

SEEDED = 77  # what every listing shows before anything is written: no balance of VTEX's, and under no maximum


class RealMarketplace(ABC):
    """`secrets` is what the channels' secrets hold, by affiliate; `products` are the SKUs of each product; `truth` is
    what VTEX holds of a SKU."""

    configuration: ClassVar[Mapping[str, Any]] = {}
    asks = False  # it is sent no quantities, and asks VTEX by itself
    by_sight = False  # what became of an accepted write is only seen by what it shows
    late_ms = LATE_EFFECT_S * 1000 - 6_000  # how late an unanswered request takes effect: what the connector promises

    def __init__(
        self,
        network: Network,
        random: Random,
        happened: Counter[str],
        manners: Manners,
        *,
        key: Key,
        products: Sequence[Sequence[str]],
        secrets: dict[str, Mapping[str, str]],
        truth: Callable[[str], int],
        pushed: Callable[[Key, int, int, Invocation], None],
        answered: Callable[[Key, int, str], None],
        broken: Callable[[str], None],
    ) -> None:
        self.manners = manners
        self.too_late: dict[Key, int] = {}  # nothing lands later than promised
        self.down_until = self.locked_out_until = 0
        self.strict = False  # nothing else fails, so whoever was asked for time gives it
        self.listings: Mapping[str, Listing] = {}
        self.most: Mapping[str, int] = {}  # by SKU, the highest quantity that its category takes
        self.connector: Connector
        self._skus = [sku for product in products for sku in product]
        self._network = network
        self._scheduler = network.scheduler
        self._random = random.random
        self._happened = happened
        self._key = key
        self._secrets = secrets
        self._truth = truth
        self._pushed = pushed
        self._answered = answered
        self._broken = broken
        self._versions: dict[str, int] = {}  # by SKU, last pushed
        self._writers: dict[str, Invocation] = {}  # by what takes one write at a time
        self._quiet_from = self._quiet_until = 0  # it asked for time

    # ------------------------------------------------------------------ what each marketplace says by itself

    @abstractmethod
    def answer(self, asked: Asked, line: Line | None) -> Response:
        """Do what is asked, and say what came of it. Without a line nobody hears it."""

    @abstractmethod
    def error(self, asked: Asked, status: int, *, wait_s: int | None = None) -> Response | None:
        """One of the answers that any request may get: 429, with a wish or without, and 503; and to a write 409 or 423,
        somebody else is writing. None where the marketplace never says so."""

    def written_as_one(self, sku: str) -> str:
        """The name of what takes one write at a time."""
        return sku

    @abstractmethod
    def quantity(self, sku: str) -> int | None:
        """What it shows."""

    @abstractmethod
    def now_shows(self, sku: str, quantity: int) -> None:
        """It sold, or somebody edited it."""

    @property
    @abstractmethod
    def values(self) -> Mapping[str, str]:
        """The channel's secret as a person stores it."""

    @abstractmethod
    def welcomes(self, values: Mapping[str, str]) -> bool:
        """Whether the secret's values are of use, or can be renewed."""

    @abstractmethod
    def log_in(self) -> Mapping[str, str]:
        """A person does it, whatever happened to what was there: the secret's new values."""

    @abstractmethod
    def revoke(self) -> None:
        """Tokens or keys are not valid any more."""

    # ------------------------------------------------------------------ for the world

    @property
    def shown(self) -> Mapping[Key, int]:
        found = {replace(self._key, sku=sku): self.quantity(sku) for sku in self._skus}
        return {key: quantity for key, quantity in found.items() if quantity is not None}

    def stop_failing(self) -> None:
        self.manners = Manners()
        self.down_until = self.locked_out_until = 0

    # ------------------------------------------------------------------ the connector's calls

    def reached(self, session: Session, *skus: str) -> Session:
        return replace(session, http=Line(self, skus))

    def watch_push(self, act: Act, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        if self.strict and self._quiet_from < self._scheduler.now < self._quiet_until - 1_000:
            self._broken("sent though the marketplace asked for time")
        for update in updates:
            self._versions[update.sku] = update.version
            self._pushed(self._key_of(update.sku), update.version, update.quantity, invocation())
        line = Line(self, tuple(update.sku for update in updates))
        writes = {self.written_as_one(update.sku) for update in updates}
        self._begin(writes, updates)
        try:
            outcomes = act(replace(session, http=line), updates)
        finally:
            for write in writes:
                self._writers.pop(write, None)
        for update, outcome in zip(updates, outcomes, strict=True):
            kind = type(outcome).__name__
            self._note("push", f"{update.sku} := {update.quantity}", outcome)
            if kind in ("Unknown", "Busy") and not line.doubtful:
                kind = "unfounded"
            if kind != "Refused":
                self._answered(self._key_of(update.sku), update.version, kind)
        return outcomes

    def watch_check(self, act: Act, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        outcomes = act(self.reached(session), updates)
        for update, outcome in zip(updates, outcomes, strict=True):
            kind = "not yet" if isinstance(outcome, Accepted) else type(outcome).__name__
            self._note("check", f"{update.sku} := {update.quantity}", outcome)
            self._happened[f"asked: {kind}"] += 1
            if kind == "Applied":
                self._answered(self._key_of(update.sku), update.version, kind)
        return outcomes

    def watch_read(self, look: Look, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        told = look(self.reached(session), listings)
        for listing, one in zip(listings, told, strict=True):
            self._note("read", listing.sku, one)
            self._happened["read: told" if isinstance(one, int) else f"read: {type(one).__name__}"] += 1
        return told

    def _begin(self, writes: Collection[str], updates: Sequence[StockUpdate]) -> None:
        if self.connector.capabilities.mode is Mode.GROUP:
            if len(writes) > 1:
                self._broken("SKUs of two listings in one call")
            if len(updates) > 1:
                self._happened["several SKUs of a listing"] += 1
        for write in writes:
            if write in self._writers and not self._writers[write].dead:
                self._broken(f"two calls for {write} at once")
            self._writers[write] = invocation()

    # ------------------------------------------------------------------ requests

    def request(self, asked: Asked, line: Line, deadline_s: float) -> Response:
        """Raises what the transport raises, and Killed."""
        ends_at = self._scheduler.now + int(deadline_s * 1000)
        fault = self._network.faults.next(f"http.{asked.method}")
        if fault is Fault.CRASH_BEFORE:
            self._die("before the request left")
        self._travel(asked, ends_at, line)
        if fault is Fault.CRASH_AFTER:
            self._unheard(asked, applied=0.5, late=0.5)
            self._die("after the request left")
        if fault is Fault.ERROR_BEFORE:
            line.doubtful = True
            raise NotSent("no connection")
        if fault is not None:
            self._land(asked)
            self._lose(ends_at, line)
        if self._scheduler.now < self.down_until:
            self._happened["marketplace down"] += 1
            self._unheard(asked, applied=0.1, late=0.1)
            self._lose(ends_at, line)
        response = self._mannered(asked, ends_at, line)
        self._note("http", asked, response.status, response.body[:300].decode("utf-8", "replace"))
        return response

    def _mannered(self, asked: Asked, ends_at: int, line: Line) -> Response:
        manners, luck = self.manners, self._random()
        if luck < manners.throttles:
            return self._throttled(asked, luck / manners.throttles, line) or self.answer(asked, line)
        luck -= manners.throttles
        if luck < manners.busy:
            busy = self.error(asked, 409)
            if busy is None:
                return self.answer(asked, line)
            line.doubtful = True
            self._happened["somebody else writes"] += 1
            return busy
        luck -= manners.busy
        if luck < manners.fails:
            line.doubtful = True
            self._happened["5xx"] += 1
            if luck < manners.fails / 2:
                self._happened["5xx applied"] += 1
                self._land(asked)
            failed = self.error(asked, 503)
            assert failed is not None  # every server can say so
            return failed
        luck -= manners.fails
        if luck < manners.times_out:
            self._unheard(asked, applied=0.3, late=0.4)
            self._lose(ends_at, line)
        return self.answer(asked, line)

    def _throttled(self, asked: Asked, luck: float, line: Line) -> Response | None:
        wait_s = None if luck < 0.3 else 1 + int(luck * 60)
        throttled = self.error(asked, 429, wait_s=wait_s)
        if throttled is None:
            return None
        self._happened["429" if line.skus else "429 to a question"] += 1
        if line.skus:
            told = throttled.headers.get("retry-after")
            self._quiet_until = max(self._quiet_until, self._scheduler.now + int(told or 10) * 1_000)
            self._quiet_from = self._scheduler.now + RATE_SLACK_MS
        return throttled

    def _travel(self, asked: Asked, ends_at: int, line: Line) -> None:
        wait, left = self._network.delay(), ends_at - self._scheduler.now
        try:
            self._scheduler.pause(min(wait, left))
        except Killed:
            self._unheard(asked, applied=0.0, late=0.5)
            raise
        if wait > left:
            self._unheard(asked, applied=0.5, late=0.0)
            self._lose(ends_at, line)

    def _unheard(self, asked: Asked, *, applied: float, late: float) -> None:
        """A request of which nobody hears takes effect, or does later, or does not."""
        luck = self._random()
        if luck < applied:
            self._happened["time-out applied"] += 1
            self._land(asked)
        elif luck < applied + late and asked.method != "GET":
            self._happened["applied late"] += 1
            self._scheduler.after(int(self._random() * self.late_ms), lambda: self._land(asked))
        else:
            self._happened["time-out not applied"] += 1

    def _land(self, asked: Asked) -> None:
        response = self.answer(asked, None)
        self._note("http unheard", asked, response.status)

    def _lose(self, ends_at: int, line: Line) -> NoReturn:
        """No answer comes: the connection breaks, or the time passes. Raises NoAnswer."""
        line.doubtful = True
        if self._random() < 0.3:
            raise NoAnswer("the connection broke")
        self._scheduler.pause(ends_at - self._scheduler.now)
        raise TimedOut("no answer in time")

    # ------------------------------------------------------------------ for the marketplaces

    def _refuses(self) -> str | None:
        """Whether it takes this quantity of this SKU: "now" is a refusal that passes, "ever" one that may not."""
        luck = self._random()
        if luck < self.manners.refuses:
            return "ever"
        return "now" if luck < self.manners.refuses + self.manners.reviews else None

    def _refused(self, *skus: str) -> None:
        """What these SKUs' last push asked for is definitely not taken."""
        self._happened["refused"] += len(skus)
        for sku in skus:
            self._note("REFUSED", sku)
            self._answered(self._key_of(sku), self._versions.get(sku, 0), "Refused")

    def _within(self, wait_ms: int) -> int:
        """When what is accepted now takes effect."""
        return self._scheduler.now + int(self._random() * wait_ms)

    def _store(self, values: Mapping[str, str]) -> None:
        """Somebody else than the product writes the secret."""
        self._secrets[self._key.affiliate] = values

    def _person_comes(self) -> None:
        """Somebody notices that the credentials are of no use, some minutes later."""

        def come() -> None:
            if not self.welcomes(self._secrets[self._key.affiliate]):
                self._happened["a person logged in"] += 1
                self._store(self.log_in())

        self._scheduler.after(int(self._random() * 600_000), come)

    def _key_of(self, sku: str) -> Key:
        return replace(self._key, sku=sku)

    def _die(self, why: str) -> NoReturn:
        self._scheduler.kill(invocation(), why)
        raise AssertionError  # kill raises

    def _note(self, what: str, *details: object) -> None:
        if self._scheduler.trace is not None:
            self._scheduler.note(f"{self._key.affiliate} {what}", *details)


class Consent:
    """Refresh tokens that are good once: who used which."""

    def __init__(self, broken: Callable[[str], None]) -> None:
        self._users: dict[str, Invocation | None] = {}  # None: nobody of ours, or nobody who heard the answer
        self._broken = broken

    def used(self, token: str, line: Line | None) -> None:
        self._users[token] = None if line is None else invocation()

    def refused(self, token: str, line: Line | None) -> None:
        """Not valid any more: whoever used it before should have stored what came of it."""
        user = self._users.get(token)
        if line is not None and user is not None and not (user.dead or user.careless):
            self._broken("a refresh token was used twice")
