"""Marketplaces and their connectors in one: what they show, how they answer, and what lands when.

The kinds, as the real ones take stock:

    Immediate  a write shows at once
    Accepting  202: it shows some time later, in the order of the requests, and nobody can be asked about it
    Checked    202: it shows some time later, or is refused then; it can be asked about
    Feeding    a file of any SKUs, one a minute; a run later it reports which lines it took, or fails as a whole
    Grouping   several SKUs are one listing, which takes one write at a time
    Slow       two calls at once and one every ten seconds, and nothing else for whoever has more
    Paced      two calls at once and one a second, or a file of many SKUs
    Tokened    calls need a token that ends, and a new one costs a refresh token that is good once
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from stockbridge.connectors import Capabilities, Connector, Feed, Listing, Mode, Rate, Session, StockUpdate
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Applied, Busy, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown
from tests.simulation.faults import Fault
from tests.simulation.network import Network
from tests.simulation.schedule import Invocation, Killed, invocation

ACCOUNT = "loja"
LATE_EFFECT_S = 120
SAID = Evidence("PUT", "no")  # in its own words: it was reached
RATE_SLACK_MS = 10_000  # the clocks of two functions are 4 s apart, and a call is under way for some time


@dataclass(frozen=True, slots=True)
class Manners:
    """The probabilities of one request's answers; what is left is a plain yes."""

    throttles: float = 0.0
    refuses: float = 0.0
    reviews: float = 0.0  # refuses for now, worth repeating
    busy: float = 0.0  # somebody else is writing the listing
    fails: float = 0.0  # 5xx, applied or not
    times_out: float = 0.0  # applied, not applied, or applied late
    races: float = 0.0  # somebody else's log-in is a moment faster; of marketplaces behind a real protocol
    late_ms: int = LATE_EFFECT_S * 1000 - 6_000  # as late as that; the clocks of two functions are 4 s apart


class Marketplace:
    """`connectors.Connector`, immediate; the answers are also told to `answered`, and what it must not see to
    `broken`."""

    capabilities = Capabilities(late_effect_s=LATE_EFFECT_S)

    def __init__(
        self,
        network: Network,
        random: Random,
        happened: Counter[str],
        manners: Manners,
        *,
        poison: Collection[str],
        pushed: Callable[[Key, int, int, Invocation], None],
        answered: Callable[[Key, int, str], None],
        broken: Callable[[str], None],
    ) -> None:
        self.manners = manners
        self.shown: dict[Key, int] = {}
        self.too_late: dict[Key, int] = {}  # landed after the time that the connector promises
        self.down_until = 0
        self.locked_out_until = 0
        self._network = network
        self._scheduler = network.scheduler
        self._random = random
        self._happened = happened
        self._poison = poison
        self._pushed = pushed
        self._answered = answered
        self._broken = broken

    def stop_failing(self) -> None:
        self.manners = Manners()
        self.down_until = self.locked_out_until = 0

    listing_fields = ()
    listings: Mapping[str, Listing] = {}  # where a SKU is called by other names
    most: Mapping[str, int] = {}  # by SKU, the highest quantity that is taken
    by_sight = False  # what became of an accepted write is only seen by what it shows
    asks = False  # it is sent no quantities, and asks VTEX by itself
    values: Mapping[str, str] = {}  # of the channel's secret
    _refusals = 0
    _quiet_from = _quiet_until = 0  # it asked for time
    strict = False  # nothing else fails, so whoever was asked for time gives it

    @property
    def connector(self) -> Connector:
        return self

    def now_shows(self, sku: str, quantity: int) -> None:
        """It sold, or somebody edited it."""
        key = next(key for key in self.shown if key.sku == sku)
        self.shown[key] = quantity

    def refuse_next(self, number: int) -> None:
        self._refusals = number

    def welcomes(self, values: Mapping[str, str]) -> bool:
        """Whether these values of the secret are of use, or can be renewed."""
        return True

    def log_in(self) -> Mapping[str, str]:
        """A person does it, whatever happened to what was there."""
        return self.values

    def revoke(self) -> None:
        """Where there are tokens, they are not valid any more."""

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[Any]:
        return ()

    def group_of(self, configuration: Mapping[str, Any], listing: Listing) -> str:
        return listing.sku[:-1]  # the last digit of a SKU says nothing, the others its product

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        if self.strict and self._quiet_from < self._scheduler.now < self._quiet_until - 1_000:
            self._broken("sent though the marketplace asked for time")
        for update in updates:
            self._pushed(_key(update), update.version, update.quantity, invocation())
        outcomes = self._exchange(updates, session)
        for update, outcome in zip(updates, outcomes, strict=True):
            self._answered(_key(update), update.version, type(outcome).__name__)
            if self._scheduler.trace is not None:
                note = f"{update.affiliate}/{update.sku} := {update.quantity}"
                self._scheduler.note("market.push", note, outcome)
        return outcomes

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        fault = self._network.faults.next("market.read")
        if fault is Fault.CRASH_BEFORE:
            self._die("before it asked")
        self._network.travel()
        if fault is not None or self._scheduler.now < self.down_until:
            return [Unknown("timeout", "no answer")] * len(listings)
        refused = self._unwelcome(session)
        if refused is None and self._random.random() < self.manners.throttles:
            self._happened["429 to a read"] += 1
            refused = Throttled(20.0, "429")
        if refused is not None:
            return [refused] * len(listings)
        return [self._told(Key(ACCOUNT, session.configuration["secret"], one.sku)) for one in listings]

    def _told(self, key: Key) -> int | Outcome:
        return self.shown[key] if key in self.shown else Refused("not_found", "404")

    def _exchange(self, updates: Sequence[StockUpdate], session: Session) -> Sequence[Outcome]:
        deadline_ms = int(session.left_s * 1000)
        fault = self._network.faults.next("market.push")
        if fault is Fault.CRASH_BEFORE:
            self._die("before the request left")
        try:
            self._network.travel()
        except Killed:
            if self._random.random() < 0.5:
                self._land_late(updates)
            raise
        if any(update.sku in self._poison for update in updates):
            self._happened["poison"] += 1
            self._die("poison")
        if fault is not None:
            return self._faulty(fault, updates, deadline_ms)
        refused = self._unwelcome(session)
        if refused is not None:
            return [refused] * len(updates)
        return self._answer(updates, deadline_ms)

    def _faulty(self, fault: Fault, updates: Sequence[StockUpdate], deadline_ms: int) -> Sequence[Outcome]:
        if fault is Fault.CRASH_AFTER:
            if self._random.random() < 0.5:
                self._land(updates)
            else:
                self._land_late(updates)
            self._die("after the request left")
        if fault is Fault.APPLIED_BUT_ERROR:
            self._land(updates)
        self._scheduler.pause(deadline_ms)
        return [Unknown("timeout", "no answer")] * len(updates)

    def _unwelcome(self, session: Session) -> Outcome | None:
        """Why the whole call is not even looked at."""
        if self._scheduler.now < self.locked_out_until:
            self._happened["credentials refused"] += 1
            return Unauthorized("401")
        return None

    def _answer(self, updates: Sequence[StockUpdate], deadline_ms: int) -> Sequence[Outcome]:
        manners = self.manners
        if self._scheduler.now < self.down_until:
            self._happened["marketplace down"] += 1
            return self._unanswered(updates, deadline_ms, applied=0.1, late=0.1)
        luck = self._random.random()
        if luck < manners.throttles:
            self._happened["429"] += 1
            wait = None if luck < manners.throttles / 3 else float(1 + int(luck / manners.throttles * 90))
            self._quiet_until = max(self._quiet_until, self._scheduler.now + int(wait or 10) * 1_000)
            self._quiet_from = self._scheduler.now + RATE_SLACK_MS
            return [Throttled(wait, "429")] * len(updates)
        luck -= manners.throttles
        if luck < manners.busy:
            self._happened["409"] += 1
            return [Busy("409", SAID)] * len(updates)
        luck -= manners.busy
        if luck < manners.fails:
            self._happened["5xx"] += 1
            if luck < manners.fails / 2:
                self._happened["5xx applied"] += 1
                self._land(updates)
            return [Unknown("marketplace_down", "503")] * len(updates)
        luck -= manners.fails
        if luck < manners.times_out:
            return self._unanswered(updates, deadline_ms, applied=0.3, late=0.4)
        return self._take(updates)

    def _unanswered(
        self, updates: Sequence[StockUpdate], deadline_ms: int, *, applied: float, late: float
    ) -> Sequence[Outcome]:
        luck = self._random.random()
        if luck < applied:
            self._happened["time-out applied"] += 1
            self._land(updates)
        self._scheduler.pause(deadline_ms)
        if applied <= luck < applied + late:
            self._land_late(updates)
        elif luck >= applied:
            self._happened["time-out not applied"] += 1
        return [Unknown("timeout", "no answer")] * len(updates)

    def _die(self, why: str) -> None:
        self._scheduler.kill(invocation(), why)

    # ------------------------------------------------------------------ effects

    def _take(self, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        return [self._refused() or self._show(update) for update in updates]

    def _refused(self) -> Outcome | None:
        if self._refusals:
            self._refusals -= 1
            return Refused("validation", "422", SAID)
        manners, luck = self.manners, self._random.random()
        if luck < manners.refuses:
            self._happened["4xx"] += 1
            return Refused("validation", "422", SAID)
        if luck < manners.refuses + manners.reviews:
            self._happened["4xx for now"] += 1
            return Refused("under_review", "in review", SAID)
        return None

    def _show(self, update: StockUpdate) -> Outcome:
        self.shown[_key(update)] = update.quantity
        if self._scheduler.trace is not None:
            self._scheduler.note("SHOWS", f"{update.affiliate}/{update.sku} = {update.quantity}")
        return Applied()

    def _land(self, updates: Sequence[StockUpdate]) -> None:
        """A request of which nobody hears takes effect."""
        for update in updates:
            self._show(update)

    def _land_late(self, updates: Sequence[StockUpdate]) -> None:
        wait = int(self._random.random() * self.manners.late_ms)
        self._happened["applied late"] += 1
        if wait > LATE_EFFECT_S * 1000:
            self._happened["applied later than promised"] += 1
        self._scheduler.after(wait, lambda: self._arrive(updates, too_late=wait > LATE_EFFECT_S * 1000))

    def _arrive(self, updates: Sequence[StockUpdate], *, too_late: bool) -> None:
        self._land(updates)
        if too_late:
            self.too_late |= {_key(update): update.quantity for update in updates}


class Accepting(Marketplace):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._next_at: dict[Key, int] = {}

    def _take(self, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        return [self._refused() or self._accept(update) for update in updates]

    def _accept(self, update: StockUpdate) -> Outcome:
        self._happened["202"] += 1
        at = max(self._next_at.get(_key(update), 0), self._scheduler.now + int(self._random.random() * 60_000))
        self._next_at[_key(update)] = at
        self._scheduler.at(at, lambda: self._show(update))
        return Accepted(f"request {at}")


class Asked(Marketplace):
    """What was accepted can be asked about: `_news` holds what became of it, by reference and SKU."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._news: dict[tuple[str, str], Outcome] = {}
        self._requests = 0

    def check(self, session: Session, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        fault = self._network.faults.next("market.check")
        self._network.travel()
        if fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
            self._die("while asking")
        if fault is not None or self._scheduler.now < self.down_until:
            self._scheduler.pause(int(session.left_s * 1000))
            return [Unknown("timeout", "no answer")] * len(updates)
        refused = self._unwelcome(session)
        if refused is not None:
            return [refused] * len(updates)
        if self._random.random() < self.manners.throttles:
            self._happened["429 to a question"] += 1
            return [Throttled(5.0, "429")] * len(updates)
        outcomes = [self._news.get((ref, update.sku), Accepted(ref, 15)) for update in updates]
        for update, outcome in zip(updates, outcomes, strict=True):
            kind = "not yet" if isinstance(outcome, Accepted) else type(outcome).__name__
            self._happened[f"asked: {kind}"] += 1
            if not isinstance(outcome, Accepted):
                self._answered(_key(update), update.version, kind)
            if self._scheduler.trace is not None:
                self._scheduler.note("market.check", f"{update.affiliate}/{update.sku}", ref, outcome)
        return outcomes

    def _request(self, name: str) -> str:
        self._requests += 1
        return f"{name} {self._requests}"

    def _happen(self, ref: str, updates: Sequence[StockUpdate]) -> None:
        """What was accepted is done, each as it may be."""
        for update in updates:
            self._news[ref, update.sku] = self._refused() or self._show(update)

    def _happen_some_time(self, ref: str, updates: Sequence[StockUpdate], within_ms: int) -> None:
        self._scheduler.after(int(self._random.random() * within_ms), lambda: self._happen(ref, updates))


class Checked(Asked):
    def _take(self, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        self._happened["202"] += 1
        ref = self._request("write")
        self._happen_some_time(ref, updates, 110_000)
        return [Accepted(ref, 5)] * len(updates)


class Feeding(Asked):
    capabilities = Capabilities(Mode.FEED, max_batch=5, rate=Rate(1 / 60), late_effect_s=LATE_EFFECT_S)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._last_at = 0

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        now = self._scheduler.now
        if now - self._last_at < 60_000 - RATE_SLACK_MS:
            self._broken("two files within a minute")
        self._last_at = now
        if len(updates) > 1:
            self._happened["file of several SKUs"] += 1
        return super().push(session, updates)

    def _take(self, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        ref = self._request("file")
        fails = self._random.random() < self.manners.fails

        def run() -> None:
            if fails:
                self._happened["file failed"] += 1
                self._news |= {(ref, update.sku): Refused("import_failed", "FAILED", SAID) for update in updates}
            else:
                self._happen(ref, updates)

        self._happened["file taken"] += 1
        self._scheduler.after(5_000 + int(self._random.random() * 90_000), run)
        return [Accepted(ref, 15)] * len(updates)


class Grouping(Marketplace):
    capabilities = Capabilities(Mode.GROUP, max_batch=50, late_effect_s=LATE_EFFECT_S)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._writers: dict[str, Invocation] = {}

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        if len({update.sku[:-1] for update in updates}) > 1:
            self._broken("SKUs of two listings in one call")
        if len(updates) > 1:
            self._happened["several SKUs of a listing"] += 1
        return super().push(session, updates)

    def _take(self, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        """Reading the listing and writing it take a while, and another write in between is refused."""
        listing = updates[0].sku[:-1]
        writer = self._writers.get(listing)
        if writer is not None and not writer.dead:
            self._broken(f"two writes of the listing {listing} at once")
        if writer is not None:
            return [Busy("409", SAID)] * len(updates)
        writer = self._writers[listing] = invocation()
        try:
            self._scheduler.pause(200 + int(self._random.random() * 1_200))
        except Killed:  # the marketplace goes on for a while
            writer.dead = True
            self._scheduler.after(1_500, lambda: self._writers.pop(listing, None))
            raise
        del self._writers[listing]
        return super()._take(updates)


class Slow(Marketplace):
    capabilities = Capabilities(rate=Rate(1 / 10, burst=2), late_effect_s=LATE_EFFECT_S)


class Paced(Checked):
    capabilities = Capabilities(
        rate=Rate(1.0, burst=2), feed=Feed(at_least=3, max_batch=50, rate=Rate(1 / 60)), late_effect_s=LATE_EFFECT_S
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._calls: deque[int] = deque(maxlen=20)

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        now = self._scheduler.now
        self._calls.append(now)
        if len(self._calls) == 20 and now - self._calls[0] < (20 - 2) * 1_000 - RATE_SLACK_MS:
            self._broken("more calls than the rate allows")
        return super().push(session, updates)

    def submit(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        self._happened["file instead of calls"] += 1
        return super().push(session, updates)


class Tokened(Marketplace):
    """The secret's values are {"access", "refresh"}. Somebody may revoke the access token at any time."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._logins = 0
        self.values = self._pair()
        self._ends_at = self._scheduler.now + 20 * 60_000
        self._used: dict[str, Invocation] = {}

    def revoke(self) -> None:
        self._happened["token revoked"] += 1
        self._ends_at = 0

    def welcomes(self, values: Mapping[str, str]) -> bool:
        return values == self.values

    def log_in(self) -> Mapping[str, str]:
        self.values = self._pair()
        self._ends_at = self._scheduler.now + 20 * 60_000
        return self.values

    def _pair(self) -> Mapping[str, str]:
        self._logins += 1
        return {"access": f"access {self._logins}", "refresh": f"refresh {self._logins}"}

    def _unwelcome(self, session: Session) -> Outcome | None:
        if session.credentials.get("access") != self.values["access"] or self._scheduler.now >= self._ends_at:
            self._happened["token ended"] += 1
            return Unauthorized("401")
        return super()._unwelcome(session)

    def renew(self, session: Session) -> Mapping[str, str] | Outcome:
        fault = self._network.faults.next("market.renew")
        self._network.travel()
        if fault is Fault.CRASH_BEFORE:
            self._die("before logging in")
        if fault is Fault.ERROR_BEFORE or self._scheduler.now < self.down_until:
            return Unknown("timeout", "no answer")
        refresh = session.credentials.get("refresh", "")
        if refresh != self.values["refresh"]:
            user = self._used.get(refresh)
            if user is not None and not (user.dead or user.careless):
                self._broken("a refresh token was used twice")
            self._happened["refresh token used up"] += 1
            return Unauthorized("invalid_grant", revoked=True)
        self._used[refresh] = invocation()
        values = self.log_in()
        self._happened["logged in"] += 1
        if fault is Fault.CRASH_AFTER:
            self._die("after logging in")
        if fault is not None:
            invocation().dead = True  # what it got never arrived
            self._die("the new tokens were lost on their way")
        return values


KINDS: Mapping[str, type[Marketplace]] = {
    "immediate": Marketplace,
    "accepting": Accepting,
    "checked": Checked,
    "feeding": Feeding,
    "grouping": Grouping,
    "slow": Slow,
    "paced": Paced,
    "tokened": Tokened,
}


def _key(update: StockUpdate) -> Key:
    return Key(update.account, update.affiliate, update.sku)
