"""What an administrator does to a channel's listing map. Each deed is saved with who did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stockbridge import operating
from stockbridge.calls import AtOnce
from stockbridge.channels import Channel
from stockbridge.connectors import Connector
from stockbridge.differences import difference
from stockbridge.errors import Conflict, InvalidFields, NotFound
from stockbridge.hinting import send_hints
from stockbridge.listing_entries import Entry, Line, Sheet, id_problems, read_sheet
from stockbridge.listing_map import DynamoListingMap
from stockbridge.messages import look_message
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Activity, Message, Queue, Records
from stockbridge.telemetry import logger

TRIES = 5  # of saving an entry that somebody else saves at the same time


@dataclass(frozen=True, slots=True)
class Imported:
    sheet: Sheet
    saved: int

    @property
    def unchanged(self) -> int:
        return len(self.sheet.lines) - self.saved


@dataclass(frozen=True, slots=True)
class ListingDesk:
    entries: DynamoListingMap
    connectors: Mapping[str, Connector]
    clock: Callable[[], int]
    at_once: AtOnce
    records: Records
    intake_queue: Queue

    def entry(self, channel: Channel, sku: str) -> Entry:
        """Raises NotFound."""
        entry = self.entries.entries(channel, [sku])[sku]
        if not entry.ids:
            raise NotFound("listing_not_found")
        return entry

    def save(self, channel: Channel, sku: str, ids: Mapping[str, str], rev: int | None, user: str) -> Entry:
        """What would change nothing is not saved. `rev`: only over this one. Raises InvalidFields, Conflict."""
        problems = list(id_problems(ids, self.connectors[channel.connector].listing_fields))
        if problems:
            raise InvalidFields([replace(each, field=f"ids.{each.field}".removesuffix(".ids")) for each in problems])
        there = self.entries.entries(channel, [sku])[sku]
        if rev not in (None, there.rev):
            raise Conflict(f"rev {there.rev} is there")
        if there.ids == ids:
            return there
        activity = self._activity("listing.save", channel, user, there.ids, ids, sku, ", ".join(sorted(ids)))
        saved = self.entries.save(channel, replace(there, ids=ids), activity=activity)
        self._remap(channel, [sku])
        return saved

    def forget(self, channel: Channel, sku: str, user: str) -> None:
        """Raises NotFound, Conflict."""
        there = self.entry(channel, sku)
        activity = self._activity("listing.forget", channel, user, there.ids, {}, sku)
        self.entries.save(channel, replace(there, ids={}), activity=activity)
        self._remap(channel, [sku])

    def take_in(self, channel: Channel, text: str, user: str) -> Imported:
        """Save the good lines of a CSV file (listing_entries.py). Raises what reading it raises; Unavailable, when some
        lines may be saved and others not: the same file can be sent again."""
        sheet = read_sheet(text, self.connectors[channel.connector].listing_fields)
        there = self.entries.entries(channel, [line.sku for line in sheet.lines])
        new = [line for line in sheet.lines if there[line.sku].ids != line.ids]
        imported = Imported(sheet, len(new))
        if new:  # told before it is done: an import that is cut off is somebody's deed all the same
            told = f"saved {imported.saved}, unchanged {imported.unchanged}, refused {len(sheet.refused)}"
            before, after = ({line.sku: there[line.sku].ids for line in new}, {line.sku: line.ids for line in new})
            self.entries.note(self._activity("listings.import", channel, user, before, after, details=told))
        list(self.at_once(lambda line: self._put(channel, line, there[line.sku]), new))
        self._remap(channel, [line.sku for line in new])
        return imported

    def _put(self, channel: Channel, line: Line, there: Entry) -> None:
        """The file's word is the last one, whoever saves the entry meanwhile."""
        for _ in range(TRIES):
            try:
                self.entries.save(channel, replace(there, ids=line.ids))
            except Conflict:
                there = self.entries.entries(channel, [line.sku])[line.sku]
                continue
            return
        raise Conflict(f"the entry of {line.sku} changed {TRIES} times")

    def _remap(self, channel: Channel, skus: Sequence[str]) -> None:
        """Have the records of these SKUs written to their new listings; a SKU without one has nothing to write yet.
        Whoever is cut off before leaves it to the next reconciliation, which reads what the new listing shows."""
        if not channel.listing_map:
            return
        records = self.records.get_many([Key(channel.account, channel.affiliate, sku) for sku in skus]).values()
        marked = [one for one in self.at_once(self._marked, [record for record in records if record.rev]) if one]
        send_hints(self.intake_queue, [Message(look_message(record.key, self.clock())) for record in marked])

    def _marked(self, record: Record) -> Record | None:
        for _ in range(TRIES):
            try:
                return self.records.save(operating.remap(record, self.clock()), record)
            except Conflict:
                record = self.records.get(record.key)
        logger.warning("record not remapped", extra={"sku": record.key.sku})
        return None

    def _activity(
        self,
        action: str,
        channel: Channel,
        user: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        sku: str = "",
        details: str = "",
    ) -> Activity:
        subject = f"{channel.affiliate}#{sku}" if sku else channel.affiliate
        return Activity(channel.account, self.clock(), user, action, subject, details, *difference(before, after))
