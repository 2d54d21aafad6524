"""What is counted of a channel as CloudWatch metrics (EMF on standard output), with its account and affiliate as
dimensions. One document a batch and channel, of at most a hundred values a metric, which is EMF's own limit."""

from __future__ import annotations

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from stockbridge.measures import ERROR, HELD_BACK, LATE, SUCCESS, Counts, Part, histogram

MOST_VALUES = 99  # powertools would print a document of its own at the hundredth

_METRICS = {SUCCESS: "ChannelSuccess", ERROR: "ChannelError", HELD_BACK: "ChannelHeldBack", LATE: "ChannelLate"}


class ChannelMetrics:
    """`store.Measures`. `at` is the time of printing."""

    def add(self, account: str, affiliate: str, at: int, counts: Counts) -> None:
        times = [ms for ms, n in histogram(counts, Part.TOTAL).items() for _ in range(n)]
        known = {metric: counts[name] for name, metric in _METRICS.items() if counts.get(name)}
        if not known and not times:
            return
        metrics = EphemeralMetrics()
        metrics.set_timestamp(at)
        metrics.add_dimension("Account", account)
        metrics.add_dimension("Affiliate", affiliate)
        for metric, n in known.items():
            metrics.add_metric(metric, MetricUnit.Count, n)
        for ms in _evenly(times):
            metrics.add_metric("ChannelReflected", MetricUnit.Milliseconds, ms)
        metrics.flush_metrics()


def _evenly(times: list[int]) -> list[int]:
    """Of a sorted list as many as there may be, spread over it, so that percentiles stay what they are."""
    if len(times) <= MOST_VALUES:
        return times
    step = (len(times) - 1) / (MOST_VALUES - 1)
    return [times[round(place * step)] for place in range(MOST_VALUES)]
