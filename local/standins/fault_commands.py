"""The commands that make any stand-in misbehave."""

from __future__ import annotations

from collections.abc import Callable

from local.standins.faults import Fault, Faults, Kind
from local.standins.grammar import Command, Refused, Said, Words

Clock = Callable[[], int]  # milliseconds since the epoch


class FaultCommands:
    """With `shops`, each command may be narrowed to one shop, and `fail` to one SKU."""

    def __init__(self, faults: Faults, now_ms: Clock, *, shops: Callable[[], list[str]] | None = None) -> None:
        self._faults = faults
        self._now_ms = now_ms
        self._shops = shops

    def commands(self) -> list[Command]:
        scope, sku = (" [for SHOP]", "|SKU") if self._shops else ("", "")
        return [
            Command(
                f'fail [PERCENT %|next N{sku}] with STATUS ["TEXT"] [after applying]{scope}',
                "fail 30 % with 500",
                "answer an error; `after applying` does the work first",
                self._fail,
            ),
            Command(
                f"throttle SECONDS{scope}",
                "throttle 30",
                "429 to everything for that long, with Retry-After",
                self._throttle,
            ),
            Command(f"limit N{scope}", "limit 5", "429 above N requests per second", self._limit),
            Command(f"slow MS{scope}", "slow 2000", "work and answer that much later; 0 ends it", self._slow),
            Command(f"hang [after applying]{scope}", "hang", "never answer", self._hang),
            Command(
                f"drip (headers|body) [every MS]{scope}",
                "drip body every 500",
                "work, then answer one byte at a time (every 500 ms)",
                self._drip,
            ),
        ]

    def _fail(self, words: Words) -> Said:
        percent = float(words.get("percent") or 100)
        if percent > 100:
            raise Refused(400, f"{percent:g} % is more than all")
        left = words.number("n", 0) or None
        fault = Fault(
            Kind.FAIL,
            shop=self._shop(words),
            sku=words.get("sku"),
            percent=percent,
            left=left,
            status=int(words["status"]),
            text=words.get("text") or "",
            after_applying=words.says("after applying"),
        )
        which = f"the next {left}" if left else f"SKU {fault.sku}" if fault.sku else f"{percent:g} %"
        return self._add(fault, f"{which} answered {fault.status}")

    def _throttle(self, words: Words) -> Said:
        until = self._now_ms() + int(words["seconds"]) * 1000
        return self._add(Fault(Kind.THROTTLE, shop=self._shop(words), until_ms=until), f"429 for {words['seconds']} s")

    def _limit(self, words: Words) -> Said:
        fault = Fault(Kind.LIMIT, shop=self._shop(words), amount=int(words["n"]))
        return self._add(fault, f"429 above {fault.amount} requests per second")

    def _slow(self, words: Words) -> Said:
        fault = Fault(Kind.SLOW, shop=self._shop(words), amount=int(words["ms"]))
        return self._add(fault, f"everything {fault.amount} ms later")

    def _hang(self, words: Words) -> Said:
        fault = Fault(Kind.HANG, shop=self._shop(words), after_applying=words.says("after applying"))
        return self._add(fault, "no answer" + (", though the work is done" if fault.after_applying else ""))

    def _drip(self, words: Words) -> Said:
        fault = Fault(
            Kind.DRIP,
            shop=self._shop(words),
            amount=words.number("ms", 500),
            in_headers=words.says("headers"),
        )
        return self._add(fault, f"answers of one byte every {fault.amount} ms")

    def _shop(self, words: Words) -> str | None:
        shop = words.get("shop")
        if shop is not None and self._shops is not None and shop not in self._shops():
            raise Refused(404, f"no shop {shop}: there are {', '.join(self._shops())}")
        return shop

    def _add(self, fault: Fault, says: str) -> Said:
        self._faults.add(fault)
        return {"says": says + (f" for {fault.shop}" if fault.shop else "")}
