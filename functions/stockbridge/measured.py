"""Records that count what their saves did: in memory while a batch is handled, told at its end.

What is counted between a save and `flush` is lost with the process; the records are not. A count that cannot be told is
lost too: nobody knows whether it was taken, and nobody is to be counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock

from stockbridge.channels import late_after_ms
from stockbridge.errors import Unavailable
from stockbridge.measures import events
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Control, Measures, Records
from stockbridge.telemetry import count, logger
from stockbridge.watched import Watched

Pending = dict[tuple[str, str], Counter[str]]


class Measured(Watched):
    """Of one process. `limit_ms` says when a record's change is late."""

    def __init__(
        self,
        records: Records,
        tell: Sequence[Measures],
        limit_ms: Callable[[Key], int],
        clock: Callable[[], int],
    ) -> None:
        super().__init__(records)
        self._tell = tell
        self._limit_ms = limit_ms
        self._clock = clock
        self._pending: Pending = {}
        self._lock = Lock()  # sends of a batch are committed by several threads

    def flush(self) -> None:
        """Tell what was counted since the last time, once for each channel. Never fails, and does not wait again for
        what did not answer."""
        with self._lock:
            pending = dict(self._pending)
            self._pending.clear()
        for measures in self._tell:
            for told, ((account, affiliate), counts) in enumerate(pending.items()):
                try:
                    measures.add(account, affiliate, self._clock(), counts)
                except Exception:  # noqa: BLE001 -- what was counted is done: no batch fails for its statistics
                    logger.exception("not counted", extra={"account": account, "affiliate": affiliate})
                    count("MeasuresLost", len(pending) - told)
                    break

    def _saved(self, was: Record, saved: Record) -> None:
        key = saved.key
        try:
            counts = events(was, saved, self._limit_ms(key))
        except Exception:  # noqa: BLE001 -- the save is done: it does not fail for its statistics
            logger.exception("not counted", extra={"account": key.account, "affiliate": key.affiliate})
            return
        if counts:
            with self._lock:
                self._pending.setdefault((key.account, key.affiliate), Counter()).update(counts)


def limits(control: Control, late_after_s: int) -> Callable[[Key], int]:
    """The limit of each record's channel; the installation's where the channel has none, or is not known for now."""

    def limit_ms(key: Key) -> int:
        try:
            channel = control.channel(key.account, key.affiliate)
        except Unavailable:
            channel = None
        return late_after_ms(channel, late_after_s)

    return limit_ms
