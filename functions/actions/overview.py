"""The numbers of an account at a glance. They are up to some seconds old, and exact only up to a limit: counting all
would read all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from actions.account_answers import AffiliateOverview, IncidentAnswer, OverviewAnswer, StatusCounts
from actions.answers import CountAnswer
from actions.instants import instant
from actions.record_views import cause_view
from stockbridge.calls import AtOnce
from stockbridge.channels import Channel, late_after_ms
from stockbridge.dynamo_listing import Count
from stockbridge.gates import Gate
from stockbridge.late import OpenChanges
from stockbridge.listing import SHOWN
from stockbridge.recent import Recent

KEPT_S = 5


class Channels(Protocol):
    def channels(self, account: str | None = None) -> Sequence[Channel]: ...

    def gates(self, account: str) -> Mapping[str, Gate]: ...


class Counts(Protocol):
    def count(self, account: str, partition: str) -> Count: ...


@dataclass(frozen=True, slots=True)
class ChannelNumbers:
    """`counts` by what is shown; `late` and `oldest` are of changes that have not reached the marketplace."""

    channel: Channel
    counts: Mapping[str, Count]
    late: Count
    at_risk: Count
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    control: Channels
    counts: Counts
    risks: Counts
    open_changes: Callable[[Channel], OpenChanges]
    clock: Callable[[], int]
    late_after_s: int
    recent: Recent[str, ChannelNumbers]
    at_once: AtOnce

    def of(self, account: str, language: str) -> OverviewAnswer:
        """Raises Unavailable."""
        numbers = self.numbers(self.control.channels(account))
        names = {one.channel.affiliate: one.channel.name for one in numbers}
        gates, now = self.control.gates(account), self.clock()
        return OverviewAnswer(
            at=instant(now),
            counts=_status_counts({shown: _sum(one.counts[shown] for one in numbers) for shown in SHOWN}),
            late=_answer(_sum(one.late for one in numbers)),
            at_risk=_answer(_sum(one.at_risk for one in numbers)),
            oldest_open=instant(min((one.oldest for one in numbers if one.oldest is not None), default=None)),
            affiliates=[self._affiliate(one, gates.get(one.channel.affiliate), now) for one in numbers],
            incidents=[
                _incident(affiliate, names[affiliate], gate, gate.incident, now, language)
                for affiliate, gate in gates.items()
                if gate.incident is not None and affiliate in names
            ],
        )

    def _affiliate(self, numbers: ChannelNumbers, gate: Gate | None, now: int) -> AffiliateOverview:
        channel = numbers.channel
        return AffiliateOverview(
            affiliate=channel.affiliate,
            channel=channel.name,
            enabled=channel.enabled,
            counts=_status_counts(numbers.counts),
            late=_answer(numbers.late),
            late_after_s=channel.late_after_s or self.late_after_s,
            at_risk=_answer(numbers.at_risk),
            oldest_open=instant(numbers.oldest),
            asked_until=instant(_ahead(gate.asked_until, now)) if gate is not None else None,
        )

    def numbers(self, channels: Sequence[Channel]) -> Sequence[ChannelNumbers]:
        """Those of each, several counted at once: a channel's are some ten queries. Raises Unavailable."""
        return list(self.at_once(lambda one: self.recent.get(one.id, lambda: self._count(one)), channels))

    def _count(self, channel: Channel) -> ChannelNumbers:
        """Late ones are counted as the audit counts them: what is switched off waits on purpose."""
        counts = {shown: self.counts.count(channel.account, f"{channel.affiliate}#{shown}") for shown in SHOWN}
        since = self.clock() - late_after_ms(channel, self.late_after_s)
        changes = self.open_changes(channel)
        return ChannelNumbers(
            channel,
            counts,
            late=changes.late(since) if channel.enabled else Count(0),
            at_risk=self.risks.count(channel.account, channel.affiliate),
            oldest=changes.oldest,
        )


def _sum(counts: Iterable[Count]) -> Count:
    return sum(counts, Count(0))


def _answer(count: Count) -> CountAnswer:
    return CountAnswer(count=count.count, more=count.more)


def _status_counts(counts: Mapping[str, Count]) -> StatusCounts:
    return StatusCounts(**{shown: _answer(count) for shown, count in counts.items()})


def _incident(affiliate: str, channel: str, gate: Gate, cause: str, now: int, language: str) -> IncidentAnswer:
    return IncidentAnswer(
        affiliate=affiliate,
        channel=channel,
        cause=cause_view(cause, language),
        message=gate.message,
        since=instant(gate.since),
        until=instant(_ahead(gate.paused_until, now)),
    )


def _ahead(at: int | None, now: int) -> int | None:
    return at if at is not None and at > now else None
