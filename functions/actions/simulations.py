"""Thresholds tried on the account's own history. Somebody waits for it, so it reads the newest changes, up to a limit,
and says how far back it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from actions.instants import instant
from actions.simulation_answers import (
    AffiliateSimulation,
    CoveredAnswer,
    HiddenAnswer,
    RuleSimulationAnswer,
    ThresholdAnswer,
    TotalSimulation,
)
from stockbridge.channels import Channel
from stockbridge.history import Batch, in_order
from stockbridge.rule_simulation import Hidden, Outcome, Replay, replay
from stockbridge.texts import say

MAX_CHANGES = (
    200_000  # of all channels: with eleven thresholds some 3 s of a whole processor, of which 512 MB get a third
)
READ_S = 12  # then no page more; the function ends after 29 s
_DAY_MS = 24 * 3_600_000


class Batches(Protocol):
    def newest_first(self, channel_id: str, *, since: int) -> Iterator[Batch]: ...


@dataclass(frozen=True, slots=True)
class _Simulated:
    channel: Channel
    covered: CoveredAnswer
    replay: Replay

    @property
    def sends(self) -> int:
        """Under the threshold in force."""
        return self.outcome(self.channel.threshold).sends

    def outcome(self, threshold: int) -> Outcome:
        return next(one for one in self.replay.outcomes if one.threshold == threshold)


@dataclass(frozen=True, slots=True)
class Simulations:
    history: Batches
    clock: Callable[[], int]

    def of(
        self, channels: Sequence[Channel], thresholds: Sequence[int], days: int, language: str
    ) -> RuleSimulationAnswer:
        """Raises Unavailable."""
        now = self.clock()
        wanted = sorted(set(thresholds))
        left, simulated = MAX_CHANGES, list[_Simulated]()
        for place, channel in enumerate(channels):
            share = left // (len(channels) - place)  # what one leaves, the ones after it may use
            one = self._simulate(channel, wanted, (now - days * _DAY_MS, now), share)
            left -= one.replay.changes
            simulated.append(one)
        return RuleSimulationAnswer(
            affiliates=[_affiliate(one, language) for one in simulated],
            total=TotalSimulation(
                whole=all(one.covered.whole for one in simulated),
                changes=sum(one.replay.changes for one in simulated),
                sends=sum(one.sends for one in simulated),
                results=[_result(simulated, threshold, language) for threshold in wanted],
            ),
        )

    def _simulate(
        self, channel: Channel, thresholds: Sequence[int], period: tuple[int, int], at_most: int
    ) -> _Simulated:
        since, until = period
        batches, whole = self._newest(channel, since, at_most, ends_at=until + READ_S * 1000)
        if not whole:
            since = batches[0].at if batches else until
        replayed = replay(in_order(batches), sorted({*thresholds, channel.threshold}))
        covered = CoveredAnswer(
            since=instant(since), until=instant(until), whole=whole, first_change=instant(replayed.first_at)
        )
        return _Simulated(channel, covered, replayed)

    def _newest(self, channel: Channel, since: int, at_most: int, ends_at: int) -> tuple[Sequence[Batch], bool]:
        """The newest batches, oldest first, and whether they are all."""
        batches: list[Batch] = []
        for batch in self.history.newest_first(channel.id, since=since):
            at_most -= batch.size
            if at_most < 0 or self.clock() >= ends_at:
                return batches[::-1], False
            batches.append(batch)
        return batches[::-1], True


def _affiliate(simulated: _Simulated, language: str) -> AffiliateSimulation:
    channel, replayed = simulated.channel, simulated.replay
    return AffiliateSimulation(
        affiliate=channel.affiliate,
        channel=channel.name,
        threshold=channel.threshold,
        covered=simulated.covered,
        changes=replayed.changes,
        skus=replayed.skus,
        accepted=replayed.accepted,
        gaps=replayed.gaps,
        results=[_result([simulated], outcome.threshold, language) for outcome in replayed.outcomes],
    )


def _result(simulated: Sequence[_Simulated], threshold: int, language: str) -> ThresholdAnswer:
    """One threshold in place of each channel's own."""
    outcomes = [(one.channel.affiliate, one.outcome(threshold)) for one in simulated]
    sends, current = sum(outcome.sends for _, outcome in outcomes), sum(one.sends for one in simulated)
    answer = ThresholdAnswer(
        threshold=threshold,
        in_force=all(one.channel.threshold == threshold for one in simulated),
        sends=sends,
        saved=current - sends,
        saved_percent=round(100 * (current - sends) / current, 1) if current else None,
        hidden_skus=sum(outcome.hidden_skus for _, outcome in outcomes),
        hidden_at_end=sum(outcome.hidden_at_end for _, outcome in outcomes),
        largest=_largest([(affiliate, outcome.largest) for affiliate, outcome in outcomes]),
        at_risk=_largest([(affiliate, outcome.at_risk) for affiliate, outcome in outcomes]),
        text="",
    )
    changes = sum(one.replay.changes for one in simulated)
    return answer.model_copy(update={"text": _text(answer, changes, language)})


def _largest(hidden: Sequence[tuple[str, Hidden | None]]) -> HiddenAnswer | None:
    found = [(affiliate, one) for affiliate, one in hidden if one is not None]
    if not found:
        return None
    affiliate, one = max(found, key=lambda pair: pair[1].units)
    return HiddenAnswer(affiliate=affiliate, sku=one.sku, shown=one.shown, real=one.real, at=instant(one.at))


def _text(answer: ThresholdAnswer, changes: int, language: str) -> str:
    if not changes:
        return say("simulation.nothing", language, threshold=answer.threshold)
    sends, hidden = _sends(answer, language), _hidden(answer, language)
    return say("simulation.result", language, threshold=answer.threshold, sends=sends, hidden=hidden)


def _sends(answer: ThresholdAnswer, language: str) -> str:
    if answer.in_force:
        return say("simulation.in_force", language, count=answer.sends)
    if not answer.saved:
        return say("simulation.same", language)
    if answer.saved_percent is None:
        return say("simulation.added", language, count=answer.sends)
    percent = max(1, round(abs(answer.saved_percent)))
    if answer.saved > 0:  # "100 %" says that nothing would be sent
        return say("simulation.fewer", language, percent=percent if not answer.sends else min(99, percent))
    return say("simulation.more", language, percent=percent)


def _hidden(answer: ThresholdAnswer, language: str) -> str:
    if answer.largest is None:
        return say("simulation.none_hidden", language)
    key = "simulation.one_hidden" if answer.hidden_skus == 1 else "simulation.many_hidden"
    return say(key, language, skus=answer.hidden_skus, shown=answer.largest.shown, real=answer.largest.real)
