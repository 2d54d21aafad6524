"""Causes at a glance: what is counted of each at each affiliate, in the caller's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from actions.answers import CountAnswer
from actions.cause_answers import CausePage, CauseRowAnswer, DayAnswer, ReprocessedAnswer, TrendAnswer
from actions.instants import instant
from actions.record_views import cause_view
from stockbridge.calls import AtOnce
from stockbridge.catalogue import Catalogue, is_own
from stockbridge.cause_statistics import Statistic, direction, last_days
from stockbridge.channels import Channel
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.dynamo_listing import Count, DynamoListIndex
from stockbridge.errors import InvalidInput, NotFound
from stockbridge.listing import CAUSE_CODE
from stockbridge.texts import say

_PLACE = re.compile(rf"[0-9]{{5}}#[0-9]{{13}}#[A-Z0-9]{{2,10}}#{CAUSE_CODE}")


@dataclass(frozen=True, slots=True)
class CauseBoard:
    counts: DynamoCauseCounts
    index: DynamoListIndex  # of causes
    clock: Callable[[], int]
    at_once: AtOnce

    def page(
        self, channels: Sequence[Channel], catalogue: Catalogue, language: str, *, cursor: str | None, limit: int
    ) -> CausePage:
        """Every cause that was ever seen at these channels of one account, the one with the most errors first. Raises
        InvalidInput for a bad cursor."""
        after = _read(cursor) if cursor is not None else None
        by_affiliate = {channel.affiliate: channel for channel in channels}
        read = self.at_once(self.counts.of_channel, [channel.id for channel in channels])
        seen = [one for statistics in read for one in statistics]
        opened = self.at_once(lambda one: self._opened(by_affiliate[one.affiliate], one), seen)
        places = {_place(one, count): (one, count) for one, count in zip(seen, opened, strict=True)}
        left = sorted((place for place in places if after is None or place < after), reverse=True)
        shown = [places[place] for place in left[:limit]]
        now = self.clock()
        rows = [_row(by_affiliate[one.affiliate], one, count, catalogue, language, now) for one, count in shown]
        return CausePage(
            items=[row for row in rows if catalogue.knows(row.code) or row.open.count],
            next=write_cursor(left[limit - 1]) if len(left) > limit else None,
        )

    def one(self, channel: Channel, code: str, catalogue: Catalogue, language: str) -> CauseRowAnswer:
        """Raises NotFound for a cause that was never seen there and that nobody described."""
        found = self.counts.one(channel.id, code)
        if found is None and not catalogue.knows(code):
            raise NotFound("cause_not_found")
        one = found or Statistic(channel.affiliate, code)
        return _row(channel, one, self._opened(channel, one), catalogue, language, self.clock())

    def _opened(self, channel: Channel, one: Statistic) -> Count:
        return self.index.count(channel.account, f"{channel.affiliate}#{one.cause}")


def _row(
    channel: Channel, one: Statistic, opened: Count, catalogue: Catalogue, language: str, now: int
) -> CauseRowAnswer:
    return CauseRowAnswer(
        affiliate=channel.affiliate,
        channel=channel.name,
        code=one.cause,
        cause=cause_view(one.cause, language, catalogue),
        own=is_own(one.cause),
        open=CountAnswer(count=opened.count, more=opened.more),
        errors=one.errors,
        first_seen=instant(one.first_seen),
        last_seen=instant(one.last_seen),
        trend=_trend(one.days, now, language),
        reprocessed=_reprocessed(one.worked, one.worked + one.failed, language),
    )


def _trend(counted: Mapping[str, int], now: int, language: str) -> TrendAnswer:
    days = [(day, counted.get(day, 0)) for day in last_days(now)]
    found = direction([errors for _, errors in days])
    return TrendAnswer(
        days=[DayAnswer(day=date.fromisoformat(day), errors=errors) for day, errors in days],
        direction=found,
        text=say(f"trend.{found}", language),
    )


def _reprocessed(worked: int, tried: int, language: str) -> ReprocessedAnswer:
    match tried, worked:
        case 0, _:
            key = "none"
        case 1, _:
            key = "last_worked" if worked else "last_failed"
        case _, 1:
            key = "one"
        case _:
            key = "some"
    text = say(f"reprocessed.{key}", language, tried=tried, worked=worked)
    return ReprocessedAnswer(tried=tried, worked=worked, text=text)


def _place(one: Statistic, opened: Count) -> str:
    """Counts move between two pages: a cause that gets more errors may be on neither, one that gets fewer on both."""
    return f"{opened.count:05d}#{one.last_seen or 0:013d}#{one.affiliate}#{one.cause}"


def _read(cursor: str) -> str:
    (place,) = read_cursor(cursor, 1)
    if not _PLACE.fullmatch(place):
        raise InvalidInput("bad_cursor")
    return place
