"""A reconciliation: VTEX, the records and what the marketplace shows are compared, page by page, and made equal.

It is what finds notifications that never came: a balance that differs from the last one we observed, and no record says
why. There is no code of its own for repairs. A missed change is a look at VTEX like any other, and what a marketplace
shows wrongly is written on the record, which is then decided upon anew: the rule, the policy and the versions stay the
only way to a marketplace.

A page nominates SKUs from the index, reads the records, then VTEX, then the marketplace, and saves only on the records
as they were read: whatever happened to one meanwhile wins. Doing a page twice comes to the same as doing it once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stockbridge.calls import AtOnce
from stockbridge.channels import Channel, Repairs
from stockbridge.dynamo_differences import DIFFERENCES, Slot
from stockbridge.errors import Conflict, Unavailable
from stockbridge.jobs import Job, Page, State
from stockbridge.listing import SHOWN, ListIndex
from stockbridge.listing_map import LISTINGS
from stockbridge.messages import look_message
from stockbridge.notifications import Key, Origin
from stockbridge.observing import Sight
from stockbridge.reconciling import Difference, Finding, Kind, Repair, judge, listed, shows
from stockbridge.records import Record
from stockbridge.runs import HOT, REPAIR, Runs
from stockbridge.showing import Answers, Shown
from stockbridge.store import Control, Message, Queue, Records
from stockbridge.telemetry import count, logger
from stockbridge.vtex import Readings

PAGE = 100
PATIENCE = 5  # times that a page waits for VTEX before its SKUs are left to the next run
BETWEEN_PAGES_S = 1.0  # VTEX and the marketplaces have others to serve
_FIRST, _LAST = "0", "~"  # before and after every place of a partition


class Differences(Protocol):
    def get_many(self, keys: Sequence[Key]) -> dict[Key, Slot]: ...

    def save(self, slot: Slot, difference: Difference | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Nominated:
    """A page's SKUs, and where the next one begins; `position` is None at the end."""

    skus: Sequence[str]
    position: Mapping[str, object] | None
    part: str = ""  # of the index
    mapped: bool = False  # they are entries of the listing map


@dataclass(frozen=True, slots=True)
class Reconciliation:
    records: Records
    control: Control
    index: ListIndex
    differences: Differences
    runs: Runs
    read_balances: Callable[[Channel, Sequence[str]], Readings]
    read_shown: Callable[[Channel, Sequence[str]], Answers]
    intake_queue: Queue
    clock: Callable[[], int]
    at_once: AtOnce
    page_size: int = PAGE

    def page(self, job: Job) -> Page:
        """Raises Unavailable: then the page is done again."""
        channel = self.control.channel(job.key.account, str(job.asked["affiliate"]))
        if channel is None:
            return Page(ends=State.CANCELLED, reason="no_channel")
        if not self.runs.hold(job):
            return Page(ends=State.CANCELLED, reason="another_runs")
        wait_ms = self.control.gate(channel.id).opens_at - self.clock()
        if channel.enabled and wait_ms > 0:
            return Page(job.position, {}, wait_s=wait_ms / 1000)
        nominated = self._nominate(job)
        counts, pause_s = self._compare(job, channel, nominated)
        if nominated.position is not None:
            return Page(nominated.position, counts, wait_s=max(BETWEEN_PAGES_S, pause_s))
        count("ReconciliationDone")
        return Page({}, counts, ends=State.DONE)

    # ------------------------------------------------------------------ which SKUs

    def _nominate(self, job: Job) -> Nominated:
        if sku := job.asked.get("sku"):
            return Nominated([str(sku)], None)
        parts = _parts(job.kind)
        after = str(job.position.get("after", _LAST))
        for part in range(int(job.position.get("part", 0)), len(parts)):
            places = self._places(job, parts[part], after)
            skus, mapped = [place.split("#")[-1] for place in places], parts[part] == LISTINGS
            if len(places) >= self.page_size:
                return Nominated(skus, {"part": part, "after": places[-1]}, parts[part], mapped=mapped)
            following = {"part": part + 1} if part + 1 < len(parts) else None
            if places or following is None:
                return Nominated(skus, following, parts[part], mapped=mapped)
            after = _LAST
        raise AssertionError("the last part ends the run")

    def _places(self, job: Job, part: str, after: str) -> Sequence[str]:
        """The next ones of a partition, from its end to its beginning: of records the newest first."""
        low = f"{int(job.asked['since']):013d}#" if part in SHOWN and job.kind == HOT else _FIRST
        partition = f"{job.asked['affiliate']}#{part}"
        size = self.page_size if after == _LAST else self.page_size + 1  # the last one of the page before comes again
        newest = self.index.newest(job.key.account, partition, low=low, high=after, limit=size)
        return [place for place in newest if place != after]

    # ------------------------------------------------------------------ compare

    def _compare(self, job: Job, channel: Channel, nominated: Nominated) -> tuple[Mapping[str, int], float]:
        keys = [Key(channel.account, channel.affiliate, sku) for sku in nominated.skus]
        records = self.records.get_many(keys)
        keys = [key for key in keys if not _elsewhere(job, records[key], nominated)]
        if not keys:
            return {}, 0.0
        slots = self.differences.get_many(keys)
        skus = [key.sku for key in keys]
        readings = self.read_balances(channel, skus)
        asked = [key.sku for key in keys if key.sku in readings.found and records[key].rev] if channel.enabled else []
        answers = self.read_shown(channel, asked)
        if readings.unreadable and not readings.found and job.failures < PATIENCE:
            raise Unavailable("VTEX cannot be read")
        counts: Counter[str] = Counter(read=len(keys), unreadable=len(readings.unreadable))
        told = [
            self._judged(job, channel, records[key], slots[key], readings, answers.shown, mapped=nominated.mapped)
            for key in keys
            if key.sku in readings.found
        ]
        found = [each for each in told if each is not None]
        self._look([record.key for record, _, finding in found if self._looks(job, channel, finding)])
        for more in self.at_once(lambda each: self._settle(job, channel, *each), found):
            counts.update(more)
        return counts, answers.pause_s or 0.0

    def _judged(
        self,
        job: Job,
        channel: Channel,
        record: Record,
        slot: Slot,
        readings: Readings,
        shown: Mapping[str, Shown],
        *,
        mapped: bool,
    ) -> tuple[Record, Slot, Finding] | None:
        reading = readings.found[record.key.sku]
        found = judge(
            record,
            Sight(reading.quantity, reading.unlimited),
            shown.get(record.key.sku),
            channel,
            self.clock(),
            slot.difference,
            mapped=mapped or (slot.difference is not None and slot.difference.kind is Kind.NEVER),
            asked=job.kind == REPAIR,
        )
        return None if found is None else (record, slot, found)

    # ------------------------------------------------------------------ repair and list

    def _repairs(self, job: Job, channel: Channel, found: Finding) -> bool:
        """Whether what is abnormal is repaired by this run; what the rule allows needs no leave."""
        held = channel.repairs is Repairs.HOLD and job.kind != REPAIR
        return found.repair is not None and (found.kind is Kind.ALLOWED or not held)

    def _looks(self, job: Job, channel: Channel, found: Finding) -> bool:
        return found.repair is Repair.LOOK and self._repairs(job, channel, found)

    def _look(self, keys: Sequence[Key]) -> None:
        """Raises Unavailable: a look that nobody is told of would be no repair."""
        now = self.clock()
        self.intake_queue.send([Message(look_message(key, now, Origin.RECONCILIATION)) for key in keys])

    def _settle(self, job: Job, channel: Channel, record: Record, slot: Slot, found: Finding) -> Mapping[str, int]:
        repaired = self._repairs(job, channel, found)
        rewrites = repaired and found.repair is Repair.REWRITE
        shown = found.shown if found.shown is not None else record.confirmed  # of a marketplace that cannot be asked
        if (rewrites or found.confirms) and shown is not None:
            try:
                self.records.save(shows(record, shown, self.clock(), rewrite=rewrites), record)
            except Conflict:  # something happened to it since it was read: it is compared again later
                return {Kind.UNDER_WAY: 1}
            if rewrites:
                self._look([record.key])
        self._list(record, slot, found, repaired=repaired)
        if found.silent:
            count("SilentChange")
        return _counts(record, found, repaired=repaired)

    def _list(self, record: Record, slot: Slot, found: Finding, *, repaired: bool) -> None:
        now = self.clock()
        begun = repaired and found.kind is not Kind.ALLOWED
        difference = listed(record, found, slot.difference, now, repaired=begun)
        if difference == slot.difference:
            return
        try:
            self.differences.save(slot, difference)
        except Conflict:  # another run has just listed it
            return
        if found.kind.box is not None and slot.difference is None:
            count("DifferenceFound")
            extra = {"channel": record.key.channel_id, "sku": record.key.sku, "kind": found.kind, "repaired": begun}
            logger.info("difference", extra=extra)


def _elsewhere(job: Job, record: Record, nominated: Nominated) -> bool:
    """Another part of this run has it: what is mapped and has a record, or differs and changed within the day."""
    if nominated.part == DIFFERENCES and job.kind == HOT:
        return record.rev > 0 and record.listed_at >= int(job.asked["since"])
    return nominated.mapped and record.rev > 0


def _parts(kind: str) -> Sequence[str]:
    """The partitions of the index that a run goes through."""
    if kind == REPAIR:
        return (DIFFERENCES,)
    return (*SHOWN, DIFFERENCES) if kind == HOT else (*SHOWN, LISTINGS)


def _counts(record: Record, found: Finding, *, repaired: bool) -> Mapping[str, int]:
    return dict(_counted(record, found, repaired=repaired))


def _counted(record: Record, found: Finding, *, repaired: bool) -> Iterator[tuple[str, int]]:
    yield found.kind, 1
    if found.silent:
        yield "silent", 1
    if found.shown is None and record.rev:
        yield "unknown", 1
    if found.kind.box == "abnormal":
        yield "waiting" if found.waits else "repaired" if repaired else "held", 1
