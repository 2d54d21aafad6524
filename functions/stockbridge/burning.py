"""How fast a channel's allowance of late changes burns, for the audit: of the last hour and of the last day."""

from __future__ import annotations

from dataclasses import dataclass

from stockbridge.channels import Channel
from stockbridge.measures import LATE, WITHIN, Counts, Period, Service, merged, of_slots, since_a_day, since_an_hour
from stockbridge.store import Series

LEAST = 20  # changes in a window: of fewer, a share says nothing, and each late one is told anyway


@dataclass(frozen=True, slots=True)
class Burning:
    """`objective` is the share of changes that are to be shown in time."""

    series: Series
    objective: float = 0.99

    def rates(self, channel: Channel, overdue: int, now: int) -> tuple[float, float]:
        """1.0 is what the objective allows; 0 when too little happened. `overdue` are open changes over the limit, and
        count as they age. Raises Unavailable."""
        hours = self.series.between(channel.account, channel.affiliate, Period.HOUR, since_a_day(now), now)
        return self._rate(of_slots(hours, since_an_hour(now)), overdue), self._rate(merged(hours.values()), overdue)

    def _rate(self, counts: Counts, overdue: int) -> float:
        service = Service(counts.get(WITHIN, 0), counts.get(LATE, 0), overdue)
        if service.within + service.late + service.overdue < LEAST:
            return 0.0
        return service.burn_rate(self.objective) or 0.0
