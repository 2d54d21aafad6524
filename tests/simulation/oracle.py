"""What must be true, said without the product's code.

The oracle sees what VTEX served, what messages said, every save and every request to a marketplace. It has its own
rule, its own quantity policy and its own clock of each change, and compares at every step and once more at rest.
Numbers are the invariants of the design.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stockbridge.notifications import Key
from stockbridge.records import Record
from tests.simulation.schedule import Invocation
from tests.simulation.vtex import Posted, Read

UNBOUNDED = 10**9
EXPORT_S = 30  # the time-out of the function that sends
AUDIT_S = 55  # of the one that says what is late
SKEW_MS = 5_000  # two clocks of functions, and rounding
PEOPLE = ("operator", "operations")  # who do what operators asked for


@dataclass(frozen=True, slots=True)
class Terms:
    """What the oracle must know of a channel. `show` makes of a balance what is to be shown; the marketplace may show
    no more than `most` of a SKU, or ask VTEX by itself and be ahead of what it was told."""

    limit: int
    late_ms: int
    show: Callable[[int], int]
    most: Mapping[str, int] = field(default_factory=dict)
    asks: bool = False
    holds: bool = False  # repairs wait for an operator


@dataclass(slots=True)
class Story:
    """What happened to one SKU at one marketplace, as the oracle saw it."""

    taken_at: int = 0  # the last notification was enqueued
    read_at: int = 0  # when the balance was served that the last decision was made of
    compared_at: int = 0  # when a reconciliation read it last, and saw to it if need was
    balance: int | None = None  # that balance
    more_than_stock: bool = False  # said by a notification that could not be decided upon yet
    unread_since: int | None = None  # the oldest such notification
    known_at: int = 0  # when the oldest of what waits was last added to
    quantities: dict[int, int] | None = None  # by accepted version
    waiting: dict[int, int] | None = None  # since when, by accepted version not yet reflected
    moved: int | None = None  # what the marketplace showed by itself last, after a sale or when somebody edited it
    under_way: int | None = None  # the version that is being written, or asked about
    refused_version: int = 0
    unanswered: int = 0  # in a row
    claims_lost: int = 0  # in a row
    looks_lost: int = 0  # in a row
    back_after: int | None = None  # the removal that something newer undid, until it is well again
    eased: tuple[int, int] | None = None  # when, and since when had waited what does not wait any more
    arrived: tuple[int, int] | None = None  # by the save of this rev: after how long, the oldest of what arrived
    asked: dict[str, int] | None = None  # reprocess: how often each was answered by a read

    def oldest(self) -> int | None:
        return min([*(self.waiting or {}).values(), *([self.unread_since] if self.unread_since else [])], default=None)

    def told(self) -> int | None:
        """The same, but of what came while another was under way nothing is told until that has come to its end."""
        waiting = self.waiting or {}
        first = [at for version, at in waiting.items() if version <= (self.under_way or 0)]
        return min([*(first or waiting.values()), *([self.unread_since] if self.unread_since else [])], default=None)


class Oracle:
    def __init__(
        self,
        terms: dict[str, Terms],
        now: Callable[[], int],
        *,
        poison: Sequence[str] = (),
        crashes: bool = True,
    ) -> None:
        self.violations: list[str] = []
        self.stories: dict[Key, Story] = {}
        self._stored: set[str] = set()  # what people are to be told
        self._said: set[str] = set()
        self._open: set[tuple[str, str]] = set()  # of a channel, what people were told and not yet that it is over
        self._terms = terms
        self._now = now
        self._poison = frozenset(poison)
        self._crashes = crashes  # processes may end and calls fail at any time, besides what poison does

    def story(self, key: Key) -> Story:
        story = self.stories.get(key)
        if story is None:
            story = self.stories[key] = Story(quantities={}, waiting={}, asked={})
        return story

    def fail(self, number: int, what: str, key: Key | None = None) -> None:
        self.violations.append(f"invariant {number}: {what}" + (f" ({key})" if key is not None else ""))

    # ------------------------------------------------------------------ notifications

    def taken(self, key: Key) -> None:
        """VTEX was told that its notification is safe."""
        self.story(key).taken_at = self._now()

    def enqueued(self, body: str, run: Invocation) -> None:
        """A message reached the intake queue; those of the webhook must say what VTEX said."""
        if run.kind == "intake":
            look = json.loads(body)["look"]
            said = {notice["only_stock"] for notice in _notices(run, Key(*look["key"]))}
            if look["only_stock"] not in said:
                self.fail(1, "the second look does not know what the first one was told")
        if run.kind != "webhook":
            return
        posted: Posted = run.batch[0]
        look = json.loads(body)["look"]
        said = (tuple(look["key"]), look["only_stock"], look["stock"], look["changed"])
        key = posted.key
        meant = ((key.account, key.affiliate, key.sku), posted.only_stock, posted.names_stock, True)
        if said != meant:
            self.fail(1, f"VTEX meant {meant}, the message says {said}", posted.key)
        if abs(look["received_at"] - self._now()) > 60_000:
            self.fail(6, "the message names another time than that of its receipt", posted.key)

    def look_lost(self, body: str) -> None:
        """This message had come before, and was again not handled."""
        look = json.loads(body)["look"]
        self.story(Key(*look["key"])).looks_lost += 1

    # ------------------------------------------------------------------ saves

    def saved(self, before: Record, after: Record, run: Invocation) -> None:
        key, story = after.key, self.story(after.key)
        waited_since = story.oldest() if before.waiting else None
        if not before.version <= after.version <= before.version + 1 or after.done_version > after.version:
            self.fail(4, f"version {before.version} -> {after.version}, done {after.done_version}", key)
        if before.removal is not None and after.removal is None:
            newer = after.version > before.removal.version or after.status is not before.removal.status
            if run.kind not in PEOPLE and not newer:
                self.fail(5, "a removed row came back without anything new", key)
        elif before.removal is not None and after.removal is not None and after.version > before.version:
            self.fail(5, "a removed row stays away though something is new", key)
        self._came_back(before, after, run)
        if run.kind in PEOPLE and before.request_due and after.request != before.request:
            self.fail(5, "a second click asked again", key)
        if after.waiting and not before.waiting:
            story.known_at = self._now()
        if run.kind == "intake" and after.seen != before.seen:
            self._looked(before, after, run)
            self._clock(after)
        elif after.version != before.version:
            self.fail(3, f"{run.kind} accepted a change", key)
        if run.kind == "export":
            self._exported(before, after)
            self._clock(after)
        if waited_since is not None and not (after.waiting and story.oldest() == waited_since):
            story.eased = (self._now(), waited_since)

    def _came_back(self, before: Record, after: Record, run: Invocation) -> None:
        story = self.story(after.key)
        if before.removal is not None and after.removal is None and run.kind not in PEOPLE:
            story.back_after = before.removal.at
        if after.status.value == "success" or (after.done_version > before.done_version and after.cause is None):
            story.back_after = None
        if after.status.value == "error" and after.came_back_after != story.back_after:
            self.fail(5, f"came back after {story.back_after}, the row says {after.came_back_after}", after.key)

    def _clock(self, after: Record) -> None:
        """Whatever waits, the record says since when."""
        story = self.story(after.key)
        says = min((at for at in (after.unread_since, after.changed_at) if at is not None), default=None)
        expected = [at for at in (story.told(), story.oldest()) if at is not None]
        if expected and (says is None or min(abs(says - at) for at in expected) > SKEW_MS):
            off = "is not there" if says is None else f"is {(says - expected[0]) / 1000} s off"
            self.fail(6, f"the clock of the oldest change {off}", after.key)

    def _looked(self, before: Record, after: Record, run: Invocation) -> None:
        story = self.story(after.key)
        read: Read | None = run.reads.get(after.key)
        notices = _notices(run, after.key)
        received = [look["received_at"] for look in notices if look["changed"]]
        story.known_at = self._now()
        if after.look_at is not None and after.balance == before.balance:
            story.more_than_stock |= any(not look["only_stock"] for look in notices)
            if received:
                story.unread_since = min([*received, *([story.unread_since] if story.unread_since else [])])
            return
        if read is None and after.status.value == "error" and after.cause == "poison":
            if after.key.sku not in self._poison and (story.looks_lost < 4 or not self._crashes):
                self.fail(1, "a healthy SKU is not looked at any more", after.key)
            return
        story.looks_lost = 0
        if read is None:
            self.fail(1, "decided without a balance", after.key)
            return
        if after.balance != read.value or before.balance != story.balance:
            self.fail(2, f"VTEX served {story.balance} then {read.value}, the record says "
                      f"{before.balance} then {after.balance}", after.key)  # fmt: skip
        if read.at < story.read_at:
            self.fail(2, "an older balance replaced a newer one", after.key)
        self._judge(before, after, read, notices)
        self._note(story, before, after, read, received)

    def _judge(self, before: Record, after: Record, read: Read, notices: list[dict[str, Any]]) -> None:
        """The rule, on what was served and said."""
        story, terms = self.story(after.key), self._terms[after.key.channel_id]
        wanted = terms.show(read.value)
        only_stock = all(look["only_stock"] for look in notices) and not story.more_than_stock
        admitted = _admits(before, read.value, wanted, terms.limit, only_stock=only_stock)
        accepted = after.version > before.version
        if admitted and not (accepted or _carried(before, wanted)):
            self.fail(2, f"held back {before.balance} -> {read.value}, which the rule admits", after.key)
        if not admitted and accepted:
            self.fail(3, f"accepted {before.balance} -> {read.value}, which the rule holds back", after.key)
        if after.diverged:
            self.fail(4, "decided anew, and to be decided anew once more", after.key)
        if accepted and after.wanted != wanted:
            self.fail(2, f"wants {after.wanted} for {wanted}", after.key)
        if before.request_due and before.request is not None and story.asked is not None:
            story.asked[before.request] = story.asked.get(before.request, 0) + 1
            if story.asked[before.request] > 1 or after.request_due:
                self.fail(4, "a reprocess acted twice", after.key)

    def _note(self, story: Story, before: Record, after: Record, read: Read, received: list[int]) -> None:
        """What the next observation and the audit are compared with."""
        since = min([*received, *([story.unread_since] if story.unread_since else [])], default=None)
        assert story.waiting is not None
        assert story.quantities is not None
        # what nobody notified was when it was decided upon: between the read and the save, by the record's clock
        noted_at = min(max(after.observed_at or 0, read.at - SKEW_MS), self._now() + SKEW_MS)
        came_at = noted_at if since is None else since
        wanted = self._terms[after.key.channel_id].show(read.value)
        if read.value != before.balance:
            changed_at = max(before.last_change_at or 0, came_at)
            if after.last_change_at != changed_at:
                self.fail(6, f"the last change was at {changed_at}, the record says {after.last_change_at}", after.key)
        elif after.last_change_at != before.last_change_at:
            self.fail(6, "the time of the last change moved, and nothing changed", after.key)
        if after.version > before.version:
            story.quantities[after.version] = after.wanted if after.wanted is not None else -1
            story.waiting[after.version] = came_at
            story.unanswered = 0
        elif since is not None and _carried(before, wanted):
            story.waiting[after.version] = min(story.waiting.get(after.version, since), since)
        story.balance, story.read_at = read.value, read.at
        story.more_than_stock, story.unread_since = False, None

    def _exported(self, before: Record, after: Record) -> None:
        story = self.story(after.key)
        assert story.waiting is not None
        if after.epoch > before.epoch and after.lease_until is not None:
            story.under_way = after.version
        elif after.lease_until is None and after.check_at is None:
            story.under_way = None
        if after.lease_until is not None:
            story.claims_lost += after.epoch > before.epoch
        elif before.lease_until is not None and after.cause != "poison":
            story.claims_lost = 0
        if after.done_version < before.done_version:
            self.fail(4, f"version {before.done_version} ended and is open again", after.key)
        if (after.status.value == "success" and after.confirmed_at != before.confirmed_at) or (
            after.done_version > before.done_version and after.cause is None
        ):
            arrived = [version for version in story.waiting if version <= after.done_version]
            if arrived:
                story.arrived = (after.rev, self._now() - min(story.waiting[version] for version in arrived))
            for version in arrived:
                del story.waiting[version]
        if after.status.value == "error" and before.status.value != "error":
            self._blamed(after, story)

    def _blamed(self, after: Record, story: Story) -> None:
        """An error needs a reason that the oracle saw."""
        if after.cause == "poison":
            if after.key.sku not in self._poison and (story.claims_lost < 8 or not self._crashes):
                self.fail(2, "a healthy SKU was parked as poison", after.key)
        elif not story.refused_version and story.unanswered < 10:
            self.fail(2, f"an error ({after.cause}) that no marketplace gave", after.key)

    def waited(self, after: Record) -> int | None:
        """How long the oldest change had waited that arrived by this save; None when none did."""
        arrived = self.story(after.key).arrived
        return arrived[1] if arrived is not None and arrived[0] == after.rev else None

    # ------------------------------------------------------------------ requests to marketplaces

    def pushed(self, key: Key, version: int, quantity: int, run: Invocation) -> None:
        story = self.story(key)
        if (story.quantities or {}).get(version) != quantity:
            self.fail(3, f"sent {quantity} as version {version}, which the rule never admitted", key)
        if run.gates.get(key.channel_id):
            self.fail(3, "sent through a closed gate", key)

    def sent_before(self, key: Key, quantity: int, run: Invocation, records: Mapping[Key, Record]) -> bool:
        """Of the hints that one invocation took, zeroing changes that it could send go before all others. Whether this
        send came behind one."""
        if quantity == 0:
            return False
        began = run.deadline - EXPORT_S * 1000
        hinted = {Key(*json.loads(letter.body)["send"]) for letter in run.batch}
        zeroing = [
            one
            for other in hinted
            if other != key and other.channel_id == key.channel_id and (one := records.get(other)) is not None
            if one.wanted == 0 and one.version > one.done_version
            if one.decision is not None and one.decision.at < began
        ]
        for one in zeroing:
            idle = one.vanished == 0 and (one.lease_until or 0) <= self._now() and one.accepted is None
            if idle and (one.not_before or 0) <= began:
                self.fail(9, "a zeroing change waits behind another of its batch", one.key)
        return any((one.lease_until or 0) > self._now() for one in zeroing)

    def shows_by_itself(self, key: Key, quantity: int) -> None:
        self.story(key).moved = quantity

    def answered(self, key: Key, version: int, kind: str) -> None:
        story = self.story(key)
        if kind == "Refused":
            story.refused_version = version
        story.unanswered = story.unanswered + 1 if kind in ("Unknown", "Busy") else 0

    # ------------------------------------------------------------------ the audit

    def stored(self, body: str, records: dict[Key, Record], run: Invocation, *, slack_ms: int, enabled: bool) -> None:
        """A message for people, to be said by this run or, if it dies, by a later one: it must be true now, or have
        been when this run looked."""
        self._stored.add(body)
        alert = json.loads(body)
        if alert["event"] != "late" or not enabled:
            return
        channel_id, now = _channel_of(alert), self._now()
        late_ms = self._terms[channel_id].late_ms
        own = {key: story for key, story in self.stories.items() if key.channel_id == channel_id}
        waiting = [story for key, story in own.items() if key in records and records[key].waiting]
        ages = [now - oldest - late_ms for story in waiting if (oldest := story.oldest()) is not None]
        sure = [  # an error that is asked for again waits from then on
            min(now - told - late_ms, now - story.known_at) for story in waiting if (told := story.told()) is not None
        ]
        if alert["transition"] == "resolved":
            if any(age > slack_ms for age in sure):
                self.fail(6, f"said to be resolved, and {channel_id} is late")
            return
        began = run.deadline - AUDIT_S * 1000
        ages += [
            at - since - late_ms for at, since in (story.eased for story in own.values() if story.eased) if at >= began
        ]
        least, most = sum(age > slack_ms for age in sure), sum(age > -SKEW_MS for age in ages)
        if not least <= alert["count"] <= most:
            self.fail(6, f"{alert['count']} said to be late, of {channel_id} {least} to {most} are")

    def alerted(self, body: str) -> None:
        """A message reached people. Only a run that died may have said the same before."""
        alert = json.loads(body)
        channel_id, event, transition = _channel_of(alert), alert["event"], alert["transition"]
        if body not in self._stored:
            self.fail(6, f"said and never stored: {alert['id']}")
        if alert["id"] in self._said and not self._crashes:
            self.fail(6, f"said twice: {alert['id']}")
        repeated = alert["id"] in self._said
        self._said.add(alert["id"])
        is_open = (channel_id, event) in self._open
        if not repeated and is_open == (transition == "opened"):
            self.fail(6, f"{event} of {channel_id} {transition}, and it was {'open' if is_open else 'not open'}")
        if transition == "resolved":
            self._open.discard((channel_id, event))
        else:
            self._open.add((channel_id, event))

    def audited(self, records: dict[Key, Record], slack_ms: int) -> None:
        """A run of the audit ended well, as the one before it did."""
        now = self._now()
        for key, story in self.stories.items():
            told = story.told()
            if told is None or (key.channel_id, "late") in self._open:
                continue
            if now - max(told + self._terms[key.channel_id].late_ms, story.known_at) < slack_ms:
                continue
            record = records.get(key)
            if record is not None and record.waiting:
                self.fail(6, f"late for {(now - told) / 1000} s and nobody was told", key)

    # ------------------------------------------------------------------ at rest

    def at_rest(
        self,
        records: dict[Key, Record],
        truth: Callable[[str], int],
        shown: Callable[[Key], int | None],
        excused: set[Key],
        incidents: set[str],
    ) -> None:
        for channel_id, event in self._open:
            if event != "incident" or channel_id not in incidents:
                self.fail(6, f"{event} of {channel_id} is over, and nobody was told")
        for key, story in self.stories.items():
            record = records.get(key)
            if story.taken_at > max(story.read_at, story.compared_at) and not (
                record is not None and record.cause == "poison"
            ):
                self.fail(1, "a notification was never followed by a read", key)
            if record is None or not story.quantities:
                continue
            self._ended(record, story)
            if record.status.value == "error" or key in excused:
                continue
            balance, terms = truth(key.sku), self._terms[key.channel_id]
            most = terms.most.get(key.sku, UNBOUNDED)
            shows, wanted = shown(key), min(most, terms.show(balance))
            meant = min(most, story.quantities[max(story.quantities)])
            high = shows is not None and min(balance, shows, wanted) > terms.limit
            by_itself = shows == story.moved and (high or shows == wanted)
            if shows != meant and not (terms.asks or by_itself):
                self.fail(2, f"shows {shows}, the last admitted change is {meant}", key)
            if record.confirmed not in (None, shows) and record.accepted is None and not by_itself:
                self.fail(2, f"shows {shows}, the record says {record.confirmed}", key)
            if story.balance != balance:
                self.fail(2, f"VTEX holds {balance}, last seen was {story.balance}", key)
            if shows != wanted and min(balance, shows or 0, wanted) <= terms.limit:
                self.fail(2, f"shows {shows}, VTEX holds {balance}", key)

    def _ended(self, record: Record, story: Story) -> None:
        if record.version != record.done_version or record.version != max(story.quantities or {0: 0}):
            self.fail(4, f"version {record.version}, done {record.done_version}", record.key)
        if record.request_due or record.status.value == "pending":
            self.fail(4, f"at rest and {record.status.value}", record.key)
        if record.status.value == "success" and record.changed_at is not None:
            self.fail(6, "everything is reflected and a clock runs", record.key)
        if record.lease_until is not None:
            self.fail(4, "at rest and claimed", record.key)


def _channel_of(alert: Mapping[str, Any]) -> str:
    return f"{alert['account']}#{alert['affiliate']}"


def _carried(before: Record, wanted: int) -> bool:
    """What is on its way says it already."""
    return before.version > before.done_version and before.wanted == wanted and not before.request_due


def _admits(before: Record, balance: int, wanted: int, limit: int, *, only_stock: bool) -> bool:
    """The 5-unit rule with its guards, said the other way round: what may be held back."""
    if before.request_due or before.diverged:  # that it was told so rightly is seen when it is
        return True
    waits = before.version > before.done_version
    if before.balance == balance and not waits:
        return False
    tells_nothing_new = before.balance != balance and only_stock and not waits and before.status.value != "error"
    everything_high = all(
        number is not None and number > limit for number in (before.balance, balance, wanted, before.confirmed)
    )
    return not (tells_nothing_new and everything_high)


def _notices(run: Invocation, key: Key) -> list[dict[str, Any]]:
    """What the messages that are being taken say of one SKU; those that are taken together are merged."""
    wanted = [key.account, key.affiliate, key.sku]
    looks = [json.loads(body)["look"] for body in run.taking]
    return [look for look in looks if look["key"] == wanted]
