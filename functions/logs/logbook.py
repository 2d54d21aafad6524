"""Pages of an account's log: the records whose last interaction was on the day that is asked for, newest first.

A record is the last interaction of its SKU, so it is one message, on the day of `listed_at`, however often its stock
changed before. Removed rows are out of the log as they are out of the lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from logs.messages import LogStatus, Message, message_of
from logs.questions import Question
from stockbridge.catalogue import Catalogue
from stockbridge.listing import Listing, Wanted, place_of, write_place
from stockbridge.records import Status
from stockbridge.store import Control

READ_AT_ONCE = 200
MAX_READS = 10  # for one page; where few of the rows are wanted it is shorter than asked for

# An alert is found among the successes, when the rule holds a newer change back, and among what is pending.
_WHERE: Mapping[LogStatus, Sequence[Status]] = {
    LogStatus.SUCCESS: (Status.SUCCESS,),
    LogStatus.ERROR: (Status.ERROR,),
    LogStatus.ALERT: (Status.SUCCESS, Status.PENDING),
    LogStatus.PENDING: (Status.PENDING,),
}


@dataclass(frozen=True, slots=True)
class LogPage:
    """`next` is the cursor of the following page, None at the end. A page may be empty and not the last."""

    messages: Sequence[Message]
    next: str | None


@dataclass(frozen=True, slots=True)
class Logbook:
    listing: Listing
    control: Control
    clock: Callable[[], int]
    catalogue: Callable[[str], Catalogue]

    def page(self, account: str, question: Question) -> LogPage:
        """Raises InvalidInput for a bad cursor, Unavailable."""
        now = self.clock()
        if question.since > now:
            return LogPage([], None)
        channels = {channel.affiliate: channel for channel in self.control.channels(account)}
        wanted = Wanted(
            affiliates=list(channels),
            shown=sorted({shown.value for status in question.statuses for shown in _WHERE[status]}),
            since=question.since,
            until=question.until,
        )
        catalogue = self.catalogue(account)
        messages: list[Message] = []
        cursor = question.cursor
        for _ in range(MAX_READS):
            read = self.listing.page(account, wanted, cursor=cursor, limit=READ_AT_ONCE)
            for record in read.records:
                message = message_of(record, channels[record.key.affiliate], now, catalogue)
                if message["Status"] not in question.statuses:
                    continue
                messages.append(message)
                if len(messages) == question.limit:
                    last = record is read.records[-1] and read.next is None
                    return LogPage(messages, None if last else write_place(place_of(record)))
            cursor = read.next
            if cursor is None:
                break
        return LogPage(messages, cursor)
