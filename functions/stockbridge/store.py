"""What the domain needs from a database, and no more. `dynamo.py` has it on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from stockbridge.alerting import Alerts
from stockbridge.channels import Channel
from stockbridge.gates import Gate
from stockbridge.measures import Counts, Period
from stockbridge.notifications import Key
from stockbridge.outcomes import Evidence
from stockbridge.records import Record, oldest


@dataclass(frozen=True, slots=True)
class Activity:
    """Who did what, append-only, saved in the same transaction as the deed. Secrets never come here."""

    account: str
    at: int
    user: str
    action: str  # reprocess, remove, restore, channel.save, token.create ...
    subject: str  # affiliate#sku, an affiliate, an operation's name, a token's id
    details: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)  # only what the deed changed (differences.py)
    after: Mapping[str, Any] = field(default_factory=dict)
    cut: bool = False  # what was stored of them is not all


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """The exchange behind one attempt of a record."""

    key: Key
    at: int
    epoch: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Due:
    """A nomination from the index: what it says may be old, a consistent read decides."""

    key: Key
    due_at: int
    look_at: int | None
    send_at: int | None
    check_at: int | None
    wanted: int | None
    unread_since: int | None
    changed_at: int | None

    @property
    def waiting_since(self) -> int | None:
        return oldest(self.unread_since, self.changed_at)


class Records(Protocol):
    def get(self, key: Key) -> Record:
        """The record as of now; one with rev 0 when there is none."""

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Record]:
        """Every key asked for, each as `get` answers it."""

    def save(self, record: Record, was: Record, *, activity: Activity | None = None) -> Record:
        """Store the step from `was` to `record`; the answer has the next rev. Raises Conflict when the stored
        rev is not `was.rev`. The activity is stored with it or not at all."""

    def keep(self, evidence: KeptEvidence) -> None:
        """Store evidence; it expires by itself."""

    def due(self, channel: Channel, *, before: int | None) -> Iterable[Due]:
        """Records of the channel with something to do until `before` (None: at any time), earliest first in each
        shard, read page by page as the caller takes them."""


class Control(Protocol):
    def channel(self, account: str, affiliate: str) -> Channel | None: ...

    def channels(self, account: str | None = None) -> Sequence[Channel]:
        """Of one account, or of all."""

    def gate(self, channel_id: str) -> Gate:
        """As of now; an open one with rev 0 when there is none."""

    def save_gate(self, gate: Gate, was: Gate) -> Gate:
        """Raises Conflict when the stored rev is not `was.rev`."""

    def alerts(self, channel_id: str) -> Alerts:
        """As of now; none with rev 0 when nothing was ever told."""

    def save_alerts(self, alerts: Alerts, was: Alerts) -> Alerts:
        """Raises Conflict when the stored rev is not `was.rev`."""


@dataclass(frozen=True, slots=True)
class Message:
    """`delay_s` is 0 to 900, SQS's own limit."""

    body: str
    delay_s: int = 0


class Leases(Protocol):
    """The right to do alone what must not be done twice at once. One that is not given back ends by itself."""

    def take(self, name: str, now: int, until: int) -> str | None:
        """Who holds it from now on, for `release`; None when somebody else does."""

    def release(self, name: str, holder: str) -> None:
        """Does nothing when it has ended meanwhile and is somebody else's."""


class Measures(Protocol):
    """Where counts of a channel go. See measures.py."""

    def add(self, account: str, affiliate: str, at: int, counts: Counts) -> None:
        """To those of the hour and the day of `at`. Raises Unavailable: then some of them may have been added."""


class Series(Protocol):
    def between(self, account: str, affiliate: str, period: Period, first: int, last: int) -> Mapping[int, Counts]:
        """The periods that began from `first` to `last`, both included, by their start; those with nothing are left
        out. Raises Unavailable."""


class Queue(Protocol):
    def send(self, messages: Sequence[Message]) -> None:
        """Raises Unavailable unless every message was taken; some may have been taken even then."""
