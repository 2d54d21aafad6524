"""The record: one per SKU and affiliate, the row that the operator sees and the state of two reconcilers.

Ingest makes it say what the marketplace *should* show (`wanted`, `version`); export makes the marketplace show
it (`confirmed`, `done_version`). Every step is a function from a record to the next one, saved only if nobody
saved in between (`rev`), so a step that loses the race is simply taken again on what is there.

Times are milliseconds since the epoch, UTC; quantities are units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from stockbridge.notifications import Key, Origin
from stockbridge.rule import Verdict

HINT_GRACE_MS = 30_000  # a message is on its way; the sweep worries only after this
KEPT_ATTEMPTS = 5


class Status(StrEnum):
    """The last outcome, or pending while an accepted change has none yet."""

    SUCCESS = "success"
    ERROR = "error"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Decision:
    """The last change that was accepted: why it counts, and how it came to us."""

    verdict: Verdict
    de: int | None
    por: int
    at: int
    received_at: int | None = None  # of the oldest notification that it answers; None when nobody notified it
    origin: Origin = Origin.NOTIFICATION


@dataclass(frozen=True, slots=True)
class Skipped:
    """The last change that the rule held back."""

    de: int | None
    por: int
    at: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of the timeline; request and response are evidence items of their own."""

    at: int
    outcome: str  # the outcome's kind, in lower case; "nothing_to_send" when no call was needed
    quantity: int
    version: int
    message: str = ""
    http_status: int | None = None
    request: str | None = None  # the reprocess that it answers


@dataclass(frozen=True, slots=True)
class AcceptedWrite:
    """The marketplace took this quantity and had not shown it when we last heard."""

    ref: str
    quantity: int
    version: int
    at: int
    settle_until: int | None = None  # an earlier unanswered write may land on top of it until then


@dataclass(frozen=True, slots=True)
class Removal:
    """A removed row is out of the lists until something newer happens to it."""

    at: int
    version: int
    status: Status


@dataclass(frozen=True, slots=True)
class Record:
    key: Key
    rev: int = 0  # 0: not stored yet

    # seen at VTEX
    balance: int | None = None  # last observed: the "De" of the next change
    unlimited: bool = False
    allowed: int | None = None  # what the policy made of that balance, exported or held back
    active: bool | None = None  # as last notified; None when VTEX never said
    listed: bool | None = None
    observed_at: int | None = None
    modified_at: int | None = None  # VTEX's own clock
    last_change_at: int | None = None  # of the balance: our receive time, or of the read where nobody notified it
    unread_since: int | None = None  # our receive time of the oldest notification that VTEX was not read after
    changed_at: int | None = None  # the same of the oldest accepted change that is not reflected
    next_changed_at: int | None = None  # of those accepted while an older value was under way

    # decided
    seen: int = 0  # bumped by every decision and by whatever must be followed by a fresh read
    wanted: int | None = None
    version: int = 0
    decision: Decision | None = None  # the last accepted change
    skipped: Skipped | None = None

    # at the marketplace
    confirmed: int | None = None
    confirmed_version: int | None = None
    confirmed_at: int | None = None
    done_version: int = 0
    accepted: AcceptedWrite | None = None
    may_land_until: int | None = None  # an unanswered write may still take effect; None: nothing ambiguous
    diverged: bool = False  # it was found to show something else than it should, or is another listing now

    # due
    look_at: int | None = None  # VTEX must be read again
    look_tries: int = 0
    look_cause: str | None = None
    looks_vanished: int = 0  # looks that never returned, of messages that came again
    look_begun_at: int | None = None  # the last of them
    deferred_flags: bool = False  # an unread notification named more than the stock
    send_at: int | None = None  # the marketplace must be written to
    check_at: int | None = None  # the marketplace must be asked what became of `accepted`
    not_before: int | None = None

    # claim
    lease_until: int | None = None
    claimed_at: int | None = None  # the last claim
    claimed_version: int | None = None  # what it was to send
    epoch: int = 0
    vanished: int = 0  # claims that never returned
    attempts_used: int = 0  # answers that failed; never a 429, never time that the breaker was open

    # for the operator
    status: Status = Status.PENDING
    cause: str | None = None
    message: str = ""
    processed_at: int | None = None
    listed_at: int = 0  # when the row last changed its status or outcome: the order of the lists
    reflected_ms: int | None = None
    attempts: tuple[Attempt, ...] = ()
    removal: Removal | None = None
    came_back_after: int | None = None  # the removal that something newer undid; until the next success
    request: str | None = None  # the last reprocess
    request_due: bool = False  # it waits for its read of VTEX
    request_cause: str | None = None  # of the error that it is to repair; None once it has ended

    @property
    def open(self) -> bool:
        """An accepted change has not ended yet."""
        return self.version > self.done_version

    @property
    def waiting(self) -> bool:
        """Something is still to be done without an operator."""
        return self.due_at is not None

    @property
    def to_export(self) -> bool:
        """The marketplace is to be written to, or asked."""
        return self.send_at is not None or self.check_at is not None

    @property
    def due_at(self) -> int | None:
        """When the sweep must care, whatever happened to the messages."""
        return min((at for at in (self.look_at, self.send_at, self.check_at) if at is not None), default=None)

    @property
    def waiting_since(self) -> int | None:
        """When the oldest change arrived that is not reflected, or not even read."""
        return oldest(self.unread_since, self.changed_at)

    def leased(self, now: int) -> bool:
        return self.lease_until is not None and self.lease_until > now

    def overdue(self, now: int, limit_ms: int) -> bool:
        """Not reflected for longer than the limit."""
        since = self.waiting_since
        return since is not None and now - since > limit_ms

    def late(self, now: int, limit_ms: int) -> bool:
        """Not reflected for longer than the limit, or reflected later than it."""
        if self.waiting_since is not None:
            return self.overdue(now, limit_ms)
        return self.reflected_ms is not None and self.reflected_ms > limit_ms


def note_change(record: Record, received_at: int, now: int, *, carried: bool = False) -> Record:
    """Start the clock of an accepted change. While an older value with a clock of its own is under way it runs apart.
    `carried`: what is wanted already is what the change asks for, so it is as late as that."""
    has_clock = (_version_under_way(record, now) or 0) > record.done_version
    if has_clock and not (carried and record.next_changed_at is None):
        return replace(record, next_changed_at=oldest(record.next_changed_at, received_at))
    return replace(
        record, changed_at=oldest(record.changed_at, record.next_changed_at, received_at), next_changed_at=None
    )


def _version_under_way(record: Record, now: int) -> int | None:
    if record.check_at is not None and record.accepted is not None:
        return record.accepted.version
    if record.leased(now):
        return record.version if record.claimed_version is None else record.claimed_version
    return None


def oldest(*times: int | None) -> int | None:
    return min((at for at in times if at is not None), default=None)


def show_again(record: Record) -> Record:
    """A person wants to see the row."""
    return replace(record, removal=None)


def come_back(record: Record) -> Record:
    """Something newer than its removal happened to the row."""
    return record if record.removal is None else replace(record, removal=None, came_back_after=record.removal.at)


def with_attempt(record: Record, attempt: Attempt) -> Record:
    return replace(record, attempts=(*record.attempts, attempt)[-KEPT_ATTEMPTS:])
