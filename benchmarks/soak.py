"""Whether every balance is right in the end when everything goes wrong on the way, on real processes and sockets.

    python -m benchmarks.soak [--skus 5000] [--affiliates 5] [--kills-per-minute 20] [--limit 30] [--drip-seconds 60]

Starts a system of its own in a new folder, opens an account with as many SKUs and affiliates, and waits until every
shop shows its first balances. Then all balances change in a burst at VTEX, one SKU in five twice, and one in ten in a
way that the 5-unit rule holds back, while

- VTEX fails one request in fifty;
- of the marketplaces one answers errors, one does the work and answers errors, one throttles and takes only so many
  writes a second, one drips the bodies of its answers and one drips them headers and all (a sixth is as the first);
- function environments are killed at random;
- the whole system is stopped cleanly and started again, once half of the balances are right.

It is over when every shop shows what it must and no queue holds a message: second looks are part of it, so a run takes
at least six minutes. `--skus 200` is a quick look. The exit code is 1 when a balance is wrong after the time allowed,
or when a marketplace that drips held a worker beyond its deadline. The figures are of this machine, stand-ins included.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.account import NAME, Account, Shown
from benchmarks.killing import Killer
from benchmarks.running import LocalSystem, quantiles, say
from benchmarks.tally import Followed, Tally
from stockbridge.sending import FUNCTION_TIMEOUT_S, HTTP_DEADLINE_S

FIRST = 10  # units of every SKU at the beginning
HELD_BACK = 7  # above five, as before: not to be exported
FAULTS = (
    ("fail 10 % with 500 for {shop}",),
    ("fail 5 % with 503 after applying for {shop}",),
    ("throttle 20 for {shop}", "limit {limit} for {shop}"),
    ("drip body every 500 for {shop}",),
    ("drip headers every 500 for {shop}",),
)
LOOK_S = 5.0
SAID_EVERY_S = 30.0
NOTICED_S = 2.0  # until a busy stand-in sees that its client is gone


@dataclass(frozen=True, slots=True)
class Change:
    """A SKU's last change at VTEX, in seconds since the epoch, and the balances that it may leave to be shown."""

    at: float
    may_be: frozenset[int]


def burst_of(skus: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The balances to set, and those that follow at once. All that are not held back are at five or less, so that the
    rule admits them, whichever of the two is seen."""
    burst = {sku: HELD_BACK if number % 10 == 9 else number % 6 for number, sku in enumerate(skus)}
    return burst, {sku: (burst[sku] + 1) % 6 for sku in skus[::5] if burst[sku] != HELD_BACK}


def may_be(balance: int) -> frozenset[int]:
    """The rule holds the change back or, when the first balance never arrived, does not."""
    return frozenset({FIRST, balance} if balance == HELD_BACK else {balance})


def wrong(account: Account, changes: Mapping[str, Change], shown: Shown) -> list[tuple[str, str]]:
    """The shops and SKUs whose quantity is not what a change may have left."""
    return [
        (shop, sku)
        for shop in account.shops.values()
        for sku, change in changes.items()
        if shown.get((shop, sku), (None, 0))[0] not in {account.offered(shop, balance) for balance in change.may_be}
    ]


@dataclass(slots=True)
class Watch:
    """Looks every few seconds, and remembers what is gone when the run is over."""

    account: Account
    tally: Tally = field(default_factory=Tally)
    memory_mib: float = 0.0
    _said_at: float = 0.0
    _logs: tuple[Followed, Followed] | None = None

    def read_logs(self) -> None:
        if self._logs is None:
            logs = Path(self.account.system.ready["logs"])
            self._logs = Followed(logs / "invocations.log"), Followed(logs / "functions.log")
        for line in self._logs[0].new_lines():
            self.tally.add_invocation(line)
        for line in self._logs[1].new_lines():
            self.tally.add_output(line)

    def until(self, changes: Mapping[str, Change], ends_at: float, *, right: float = 1.0) -> bool:
        """Wait until so much of the balances is right. False when the time was over before."""
        total = len(changes) * len(self.account.shops)
        while True:
            left = len(wrong(self.account, changes, self.account.shown()))
            self._look(f"{total - left} of {total} right")
            if left <= total * (1 - right):
                return True
            if time.time() > ends_at:
                return False
            time.sleep(LOOK_S)

    def until_quiet(self, ends_at: float) -> bool:
        """Wait until no queue holds a message and VTEX has nothing more to tell."""
        while True:
            waiting = {name: size for name, size in self.account.queues().items() if size and "Dead" not in name}
            untold = self.account.notifications()["waiting"]
            self._look(f"waiting: {waiting or 'nothing'}, not told yet: {untold}")
            if not waiting and not untold:
                return True
            if time.time() > ends_at:
                return False
            time.sleep(LOOK_S)

    def _look(self, news: str) -> None:
        self.read_logs()
        self.memory_mib = max(self.memory_mib, self.account.system.memory_mib())
        if time.time() - self._said_at > SAID_EVERY_S:
            self._said_at = time.time()
            say(f"  {time.strftime('%H:%M:%S')} {news}; {self.memory_mib:.0f} MiB at most")


def first_load(account: Account, watch: Watch, ends_at: float) -> None:
    began = time.time()
    account.system.vtex(f"reindex in {NAME}")
    if not watch.until(dict.fromkeys(account.skus, Change(began, frozenset({FIRST}))), ends_at):
        raise SystemExit("not every first balance arrived")
    pairs = len(account.skus) * len(account.shops)
    say(f"first load, nothing wrong: {pairs} balances in {time.time() - began:.0f} s")


def faults(account: Account, *, limit: int) -> Iterable[str]:
    for number, shop in enumerate(account.shops.values()):
        for line in FAULTS[number % len(FAULTS)]:
            if limit or "{limit}" not in line:
                yield line.format(shop=shop, limit=limit)


def drippers(account: Account) -> list[str]:
    shops = list(account.shops.values())
    return [shop for number, shop in enumerate(shops) if FAULTS[number % len(FAULTS)][0].startswith("drip")]


def burst(account: Account, watch: Watch, given: argparse.Namespace) -> bool:
    """The change of everything under every fault. Whether all was as it must be."""
    system = account.system
    system.vtex("fail 2 % with 500")
    system.marketplace(*faults(account, limit=given.limit))
    with Killer(system, given.kills_per_minute, random.Random()) as killer:  # noqa: S311 - which process dies is no secret
        first, again = burst_of(account.skus)
        at = account.set_balances(first)
        at |= account.set_balances(again)
        changes = {sku: Change(at[sku], may_be(balance)) for sku, balance in (first | again).items()}
        told_at = time.time()
        ends_at = told_at + given.within_minutes * 60
        say(f"burst: {len(first) + len(again)} changes at VTEX within {told_at - min(at.values()):.1f} s")
        watch.until(changes, min(ends_at, told_at + given.drip_seconds), right=1.0)
        system.marketplace(*(f"ok for {shop}" for shop in drippers(account)))
        watch.until(changes, ends_at, right=0.5)
        watch.read_logs()
        say(f"stopped in {system.stop():.1f} s, started again in {system.start():.1f} s")
        converged = watch.until(changes, ends_at)
    say("converged" if converged else f"not converged within {given.within_minutes:g} minutes")
    quiet = watch.until_quiet(ends_at)
    say("quiet" if quiet else "not quiet within the time allowed")
    assert account.balances() == first | again  # what is compared is VTEX's own truth
    return Findings(account, watch, changes, killer.kills).told()


@dataclass(frozen=True, slots=True)
class Findings:
    account: Account
    watch: Watch
    changes: Mapping[str, Change]
    kills: Mapping[str, int]

    def told(self) -> bool:
        """Say what came of it; whether it is as it must be."""
        shown, tally = self.account.shown(), self.watch.tally
        say("")
        self._delays(shown)
        self._marketplaces()
        say(f"killed: {sum(self.kills.values())} environments ({_listed(self.kills)})")
        say(f"invocations: {_listed(tally.invocations)}")
        say(f"  that failed: {_listed({f'{name} {error}': n for (name, error), n in tally.failed.items()})}")
        say(f"notifications of VTEX: {_listed(self.account.notifications())}")
        say(f"counted by the functions: {_listed(tally.counts)}")
        say(f"dead letters: {_listed({name: n for name, n in self.account.queues().items() if 'Dead' in name})}")
        say(f"records in error: {_listed(self.account.errors())}")
        say(f"memory: {self.watch.memory_mib:.0f} MiB at most")
        in_time = self._deadline()
        left = wrong(self.account, self.changes, shown)
        say(f"balances wrong: {len(left)} of {len(self.changes) * len(self.account.shops)}")
        for shop, sku in left[:20]:
            quantity = shown.get((shop, sku), (None, 0))[0]
            say(f"  {shop} shows {quantity} of SKU {sku}, not {sorted(self.changes[sku].may_be)}")
        return in_time and not left

    def _delays(self, shown: Shown) -> None:
        """Of the changes that the rule admits: from VTEX to when the shop began to show what it shows now."""
        every: list[float] = []
        for shop in self.account.shops.values():
            admitted = {sku: change for sku, change in self.changes.items() if FIRST not in change.may_be}
            delays = [shown[shop, sku][1] - change.at for sku, change in admitted.items() if (shop, sku) in shown]
            say(f"change to {shop}: {quantiles(delays)}")
            every += delays
        say(f"change to marketplace, all {len(every)}: {quantiles(every)}")

    def _marketplaces(self) -> None:
        counts, _ = self.account.answers()
        least = 2 * len(self.changes) - sum(FIRST in change.may_be for change in self.changes.values())
        for shop, answers in counts.items():
            more = sum(answers.values()) - least
            say(f"writes to {shop} by answer: {_listed(answers)}; {more} more than its balances needed")

    def _deadline(self) -> bool:
        """Whether no marketplace held an exchange, and no exchange a worker, for longer than it may."""
        _, longest_s = self.account.answers()
        tally = self.watch.tally
        worker_s = tally.longest_ms.get("ExportFunction", 0) / 1000
        late = tally.failed["ExportFunction", "Sandbox.Timedout"]
        for shop in drippers(self.account):
            say(f"longest write to {shop}, which dripped: {longest_s[shop]:.1f} s, deadline {HTTP_DEADLINE_S} s")
        say(f"longest export: {worker_s:.1f} s of {FUNCTION_TIMEOUT_S} s; timed out: {late}")
        held_s = max((longest_s[shop] for shop in drippers(self.account)), default=0.0)
        return held_s < HTTP_DEADLINE_S + NOTICED_S and not late


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()) if number) or "none"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=5000, help="VTEX's own homologation asks for 5,000")
    parser.add_argument("--affiliates", type=int, default=5, help="of the account, each a marketplace; at most 20")
    parser.add_argument("--kills-per-minute", type=float, default=20, help="of function environments, on average")
    parser.add_argument("--limit", type=int, default=30, help="writes a second that the third one takes; 0: any number")
    parser.add_argument("--drip-seconds", type=float, default=60, help="how long the marketplaces drip that do")
    parser.add_argument("--within-minutes", type=float, default=60, help="for all to be right after the burst")
    parser.add_argument("--folder", type=Path, help="keep data and logs there; by default they go at the end")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the system under it ends too
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with LocalSystem(folder) as system:
            account = Account(system)
            account.open(skus=given.skus, affiliates=given.affiliates)
            watch = Watch(account)
            first_load(account, watch, time.time() + given.within_minutes * 60)
            right = burst(account, watch, given)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
