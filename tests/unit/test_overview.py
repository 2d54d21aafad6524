"""The numbers at a glance, of an account with several channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from actions.overview import Overview
from stockbridge.channels import Channel
from stockbridge.dynamo_listing import Count
from stockbridge.gates import Gate
from stockbridge.late import OpenChanges
from stockbridge.recent import Recent
from tests.memory import Clock, channel

CHANNELS = [channel(affiliate) for affiliate in ("AAA", "BBB", "CCC")]
OPEN = {"AAA": OpenChanges([], more=False), "BBB": OpenChanges([], more=True), "CCC": OpenChanges([], more=False)}


class Control:
    def channels(self, account: str | None = None) -> Sequence[Channel]:
        return CHANNELS if account == CHANNELS[0].account else []

    def gates(self, account: str) -> Mapping[str, Gate]:
        return {}


class AllTogether:
    """No channel is counted before the others are as well."""

    def __init__(self) -> None:
        self._all = Barrier(len(CHANNELS), timeout=10)

    def count(self, account: str, partition: str) -> Count:
        self._all.wait()
        return Count(len(partition.split("#")[-1]))


def test_channels_are_counted_at_once_and_told_in_their_order() -> None:
    clock, counts = Clock(), AllTogether()
    with ThreadPoolExecutor(len(CHANNELS)) as pool:
        overview = Overview(
            control=Control(),
            counts=counts,
            risks=counts,
            open_changes=lambda one: OPEN[one.affiliate],
            clock=clock,
            late_after_s=3600,
            recent=Recent(clock, keep_s=5),
            at_once=pool.map,
        )
        told = overview.of(CHANNELS[0].account, "en")

    assert [one.affiliate for one in told.affiliates] == ["AAA", "BBB", "CCC"]
    assert told.counts.error.count == 3 * len("error")
    assert [one.late.more for one in told.affiliates] == [False, True, False]
