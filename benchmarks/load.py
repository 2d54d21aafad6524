"""How much the local system carries, and how long a change takes to reach a marketplace.

    python -m benchmarks.load [--skus 500] [--seconds 20] [--senders 8]

Starts a system of its own in a new folder, without the demonstration's sales, and measures three things one after
the other: notifications taken per second by the webhook, the time from a change at VTEX to the marketplace showing it
under a steady trickle, and the same for a burst over every SKU. Memory is the sum over all processes of the system.
The figures are of this machine, stand-ins included; compare them only with others of the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
ACCOUNT, AFFILIATE, SHOP = "demoloja", "MRC", "demoloja-mrc"
TRICKLE_PER_S = 5

Ready = dict[str, Any]


@contextmanager
def local_system(folder: Path) -> Iterator[Ready]:
    ready_file = folder / "ready.json"
    command = [sys.executable, "-m", "local", "run", "--port", "0", "--state", str(folder / "state")]
    with (folder / "output.txt").open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen([*command, "--ready-file", str(ready_file)], cwd=ROOT, stdout=output, stderr=output)
        try:
            while not ready_file.exists():
                if process.poll() is not None:
                    raise SystemExit((folder / "output.txt").read_text())
                time.sleep(0.05)
            say(f"ready after {time.monotonic() - started:.1f} s")
            yield json.loads(ready_file.read_text())
        finally:
            process.terminate()
            process.wait(60)


class World:
    def __init__(self, ready: Ready) -> None:
        self.ready = ready
        self.http = httpx.Client(timeout=60, trust_env=False)
        self.standins: dict[str, str] = ready["standins"]

    def vtex(self, *commands: str) -> None:
        answer = self.http.post(f"{self.standins['vtex']}/_scenario", json={"do": list(commands)})
        answer.raise_for_status()

    def marketplace(self, command: str) -> None:
        self.http.post(f"{self.standins['marketplace']}/_scenario", content=command).raise_for_status()

    def webhook(self) -> str:
        accounts = self.http.get(f"{self.standins['vtex']}/_state").json()["accounts"]
        return str(accounts[ACCOUNT]["affiliates"][AFFILIATE]["endpoint"])

    def shown(self) -> dict[str, int]:
        listings = self.http.get(f"{self.standins['marketplace']}/_state/{SHOP}").json()["listings"]
        return {sku: listing["quantity"] for sku, listing in listings.items()}

    def writes(self) -> list[dict[str, Any]]:
        parameters = {"shop": SHOP, "limit": "5000"}
        return list(self.http.get(f"{self.standins['marketplace']}/_writes", params=parameters).json()["items"])

    def memory_mib(self) -> float:
        """Resident memory of the system's process and all its descendants."""
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        family, todo = set(), [int(self.ready["pids"]["system"])]
        while todo:
            pid = todo.pop()
            family.add(pid)
            todo += parents.get(pid, [])
        return sum(_resident_kib(pid) for pid in family) / 1024


def _resident_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def notifications_per_second(world: World, skus: Sequence[str], *, seconds: float, senders: int) -> None:
    """Unchanged SKUs: what is measured is the way in, and the intake that merges what piles up behind it."""
    url, ends_at = world.webhook(), time.monotonic() + seconds
    latencies: list[list[float]] = [[] for _ in range(senders)]

    def send(own: list[float], offset: int) -> None:
        with httpx.Client(timeout=30, trust_env=False) as http:
            number = offset
            while time.monotonic() < ends_at:
                body = {"IdSku": skus[number % len(skus)], "An": ACCOUNT, "IdAffiliate": AFFILIATE}
                started = time.monotonic()
                answer = http.post(url, json=body | {"StockModified": True, "PriceModified": False})
                assert answer.status_code == 200, answer.text
                own.append(time.monotonic() - started)
                number += senders

    threads = [threading.Thread(target=send, args=(own, offset)) for offset, own in enumerate(latencies)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = sorted(latency for own in latencies for latency in own)
    elapsed = time.monotonic() - started
    say(f"webhook: {len(taken) / elapsed:.0f} notifications/s from {senders} senders, {quantiles(taken)}")


def change_to_marketplace(world: World, skus: Sequence[str], *, per_s: float | None) -> None:
    """Each SKU changes once, at the given pace or all at once; the stand-in writes down when it was told."""
    before = world.shown()
    wanted = {sku: 5 if before[sku] != 5 else 4 for sku in skus}  # at the threshold: always exported
    changed_at: dict[str, float] = {}
    for sku in skus:
        changed_at[sku] = time.time() * 1000
        world.vtex(f"stock {sku} {wanted[sku]} in {ACCOUNT}")
        if per_s is not None:
            time.sleep(1 / per_s)
    ends_at = time.monotonic() + 300
    while {sku: world.shown()[sku] for sku in skus} != wanted:
        if time.monotonic() > ends_at:
            raise SystemExit("not every change arrived within 300 s")
        time.sleep(0.5)
    first: dict[str, float] = {}
    for write in world.writes():
        if write["applied"] and write["at"] >= changed_at.get(write["sku"], float("inf")):
            first[write["sku"]] = min(write["at"], first.get(write["sku"], float("inf")))
    delays = sorted((first[sku] - changed_at[sku]) / 1000 for sku in skus)
    pace = f"{per_s:.0f}/s" if per_s is not None else "in a burst"
    say(f"change to marketplace, {len(skus)} SKUs {pace}: {quantiles(delays)}")


def quantiles(ordered: Sequence[float]) -> str:
    cut = statistics.quantiles(ordered, n=100)
    return f"p50 {cut[49] * 1000:.0f} ms, p99 {cut[98] * 1000:.0f} ms, max {ordered[-1] * 1000:.0f} ms"


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=150, help="how many SKUs change")
    parser.add_argument("--seconds", type=float, default=20, help="of the webhook's measurement")
    parser.add_argument("--senders", type=int, default=8, help="at the same time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, local_system(Path(folder)) as ready:
        world = World(ready)
        world.vtex("sales off")
        world.marketplace("ok")
        say(f"memory at rest: {world.memory_mib():.0f} MiB")
        skus = sorted(world.shown(), key=int)[: arguments.skus]
        change_to_marketplace(world, skus[:50], per_s=TRICKLE_PER_S)
        change_to_marketplace(world, skus, per_s=None)
        notifications_per_second(world, skus, seconds=arguments.seconds, senders=arguments.senders)
        say(f"memory under load: {world.memory_mib():.0f} MiB")


if __name__ == "__main__":
    main()
