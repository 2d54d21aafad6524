"""The series and the service level of an account, of the hours and days that were counted. Up to some seconds old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from actions.answers import CountAnswer
from actions.instants import instant, milliseconds_of
from actions.measure_answers import (
    AffiliateService,
    PartAnswer,
    PartsAnswer,
    SeriesAnswer,
    SeriesRow,
    ServiceAnswer,
    ServiceLevelAnswer,
    WindowAnswer,
)
from actions.overview import Channels, Overview
from stockbridge.calls import AtOnce
from stockbridge.channels import Channel
from stockbridge.dynamo_listing import Count
from stockbridge.errors import FieldProblem, InvalidFields
from stockbridge.measures import (
    COUNTERS,
    DAY_MS,
    LATE,
    WITHIN,
    Counts,
    Part,
    Period,
    Service,
    errors_by_cause,
    histogram,
    merged,
    of_slots,
    percentile,
    since_a_day,
    since_an_hour,
)
from stockbridge.recent import Recent
from stockbridge.store import Series

KEPT_S = 5
KEPT_SERIES = 20  # each is up to some megabytes
MOST_ROWS = {Period.HOUR: 31 * 24, Period.DAY: 400}
_LATEST = milliseconds_of(datetime(9999, 12, 31, tzinfo=UTC))  # no instant is later
READY_ROWS = {Period.HOUR: 24, Period.DAY: 30}  # when nobody says from when

Window = Literal["1h", "24h", "30d"]


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """`counts` are of whole hours or days; `arrived`, what was in time and what was late, begin at `since`."""

    since: int
    counts: Counts
    arrived: Counts


Windows = Mapping[Window, WindowCounts]


@dataclass(frozen=True, slots=True)
class Measurements:
    control: Channels
    series: Series
    overview: Overview
    clock: Callable[[], int]
    late_after_s: int
    windows: Recent[str, Windows]
    rows: Recent[tuple[str, str, Period, int, int], Mapping[int, Counts]]
    at_once: AtOnce

    # ------------------------------------------------------------------ series

    def of_periods(
        self, account: str, affiliate: str | None, period: Period, since: int | None, until: int | None
    ) -> SeriesAnswer:
        """The periods that have a part in `since` to `until`. Raises InvalidFields and Unavailable."""
        length = period.length_ms
        if since is not None:
            since = max(0, since)
        end = max(1, min(until, _LATEST)) if until is not None else self.clock() + 1
        last = period.start(end - 1)
        first = period.start(since) if since is not None else last - (READY_ROWS[period] - 1) * length
        if since is not None and since >= end:
            raise InvalidFields([FieldProblem("from", "from_after_to", {})])
        if (last - first) // length + 1 > MOST_ROWS[period]:
            raise InvalidFields([FieldProblem("from", "too_many_periods", {"max": MOST_ROWS[period]})])
        names = [affiliate] if affiliate is not None else [one.affiliate for one in self.control.channels(account)]
        found = list(self.at_once(lambda name: self._rows(account, name, period, first, last), names))
        return SeriesAnswer(
            period=period.value,
            affiliate=affiliate,
            rows=[
                _row(start, merged(counts.get(start, {}) for counts in found))
                for start in range(first, last + 1, length)
            ],
        )

    def _rows(self, account: str, affiliate: str, period: Period, first: int, last: int) -> Mapping[int, Counts]:
        return self.rows.get(
            (account, affiliate, period, first, last),
            lambda: self.series.between(account, affiliate, period, first, last),
        )

    # ------------------------------------------------------------------ service level

    def service_level(self, account: str, objective: float) -> ServiceLevelAnswer:
        """Raises Unavailable."""
        channels = self.control.channels(account)
        windows = list(self.at_once(self._windows_of, channels))
        numbers = self.overview.numbers(channels)
        overdue = sum((one.late for one in numbers), Count(0))
        oldest = min((one.oldest for one in numbers if one.oldest is not None), default=None)
        total = _service(_together(windows, self.clock()), overdue, oldest, objective)
        return ServiceLevelAnswer(
            at=instant(self.clock()),
            objective=objective,
            total=ServiceAnswer(**total),
            affiliates=[
                AffiliateService(
                    affiliate=channel.affiliate,
                    channel=channel.name,
                    enabled=channel.enabled,
                    limit_s=channel.late_after_s or self.late_after_s,
                    **_service(own, now.late, now.oldest, objective),
                )
                for channel, own, now in zip(channels, windows, numbers, strict=True)
            ],
        )

    def _windows_of(self, channel: Channel) -> Windows:
        return self.windows.get(channel.id, lambda: self._read_windows(channel))

    def _read_windows(self, channel: Channel) -> Windows:
        now = self.clock()
        since = _since(now)
        hours = self.series.between(channel.account, channel.affiliate, Period.HOUR, since["24h"], now)
        days = self.series.between(channel.account, channel.affiliate, Period.DAY, since["30d"], now)
        last_hours = {start: counts for start, counts in hours.items() if start >= Period.HOUR.start(since["1h"])}
        return {
            "1h": WindowCounts(since["1h"], merged(last_hours.values()), of_slots(last_hours, since["1h"])),
            "24h": _whole(since["24h"], hours.values()),
            "30d": _whole(since["30d"], days.values()),
        }


def _since(now: int) -> Mapping[Window, int]:
    """Each window reaches back to the beginning of the five minutes, the hour or the day in which it begins."""
    return {
        "1h": since_an_hour(now),
        "24h": since_a_day(now),
        "30d": Period.DAY.start(now - 30 * DAY_MS),
    }


def _whole(since: int, many: Iterable[Counts]) -> WindowCounts:
    counts = merged(many)
    return WindowCounts(since, counts, counts)


def _together(channels: Sequence[Windows], now: int) -> Windows:
    return {
        window: WindowCounts(
            min((own[window].since for own in channels), default=since),
            merged(own[window].counts for own in channels),
            merged(own[window].arrived for own in channels),
        )
        for window, since in _since(now).items()
    }


def _service(windows: Windows, overdue: Count, oldest: int | None, objective: float) -> dict[str, Any]:
    """The fields of a ServiceAnswer."""
    return {
        "open_over_limit": CountAnswer(count=overdue.count, more=overdue.more),
        "oldest_open": instant(oldest),
        "windows": [_window(name, each, overdue.count, objective) for name, each in windows.items()],
    }


def _window(name: Window, window: WindowCounts, overdue: int, objective: float) -> WindowAnswer:
    service = Service(window.arrived.get(WITHIN, 0), window.arrived.get(LATE, 0), overdue)
    return WindowAnswer(
        window=name,
        since=instant(window.since),
        within=service.within,
        late=service.late,
        share=service.share,
        burn_rate=service.burn_rate(objective),
        **_percentiles(window.counts, Part.TOTAL, 50, 95, 99),
        parts=PartsAnswer(
            **{part.value: PartAnswer(**_percentiles(window.counts, part, 50, 95)) for part in Part if part != "total"}
        ),
    )


def _row(start: int, counts: Counter[str]) -> SeriesRow:
    return SeriesRow(
        start=instant(start),
        **{name: counts[name] for name in COUNTERS},
        errors=errors_by_cause(counts),
        **_percentiles(counts, Part.TOTAL, 50, 95, 99),
    )


def _percentiles(counts: Counts, part: Part, *percents: int) -> dict[str, Any]:
    durations = histogram(counts, part)
    return {f"p{percent}_ms": percentile(durations, percent / 100) for percent in percents}
