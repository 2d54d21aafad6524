"""Sending at a steady rate from several senders, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from typing import Any

NO_ANSWER = "none"


@dataclass
class Tally:
    """`answers` by status, and how many never came; times in milliseconds, of the answered ones."""

    answers: Counter[str] = field(default_factory=Counter)
    times_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def sent(self) -> int:
        return self.answers.total()

    def percentile(self, percent: int) -> float | None:
        if not self.times_ms:
            return None
        return sorted(self.times_ms)[ceil(len(self.times_ms) * percent / 100) - 1]

    def document(self, asked_rate: float) -> dict[str, Any]:
        return {
            "sent": self.sent,
            "answers": dict(sorted(self.answers.items())),
            "p50_ms": _rounded(self.percentile(50)),
            "p95_ms": _rounded(self.percentile(95)),
            "p99_ms": _rounded(self.percentile(99)),
            "seconds": round(self.seconds, 3),
            "rate": round(self.sent / self.seconds, 2) if self.seconds else None,
            "asked_rate": asked_rate,
        }


@dataclass
class Load:
    """`total` sends, each due 1/rate seconds after the one before. When all senders wait for answers the next one is
    late: the rate that was reached tells. `send` takes the number of the send and answers the status, None for none."""

    rate: float
    total: int
    senders: int
    clock: Callable[[], float]  # seconds
    sleep: Callable[[float], None]

    def run(self, send: Callable[[int], str | None], done: Callable[[], None]) -> Tally:
        tally, lock = Tally(), Lock()
        numbers = iter(range(self.total))
        begin = self.clock()

        def work() -> None:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                if (early := begin + number / self.rate - self.clock()) > 0:
                    self.sleep(early)
                sent_at = self.clock()
                status = send(number)
                took_ms = (self.clock() - sent_at) * 1000
                with lock:
                    tally.answers[status or NO_ANSWER] += 1
                    if status is not None:
                        tally.times_ms.append(took_ms)
                    done()

        with ThreadPoolExecutor(self.senders, "sender") as pool:
            for each in [pool.submit(work) for _ in range(self.senders)]:
                each.result()
        tally.seconds = self.clock() - begin
        return tally


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
