"""How much the local system carries, and how long a change takes to reach a marketplace.

    python -m benchmarks.load [--skus 500] [--seconds 20] [--senders 8]

Starts a system of its own in a new folder, without the demonstration's sales, and measures three things one after
the other: notifications taken per second by the webhook, the time from a change at VTEX to the marketplace showing it
under a steady trickle, and the same for a burst over every SKU. Memory is the sum over all processes of the system.
The figures are of this machine, stand-ins included; compare them only with others of the same run.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from benchmarks.running import LocalSystem, quantiles, say

ACCOUNT, AFFILIATE, SHOP = "demoloja", "MRC", "demoloja-mrc"
TRICKLE_PER_S = 5


def webhook(system: LocalSystem) -> str:
    accounts = system.look("vtex", "/_state")["accounts"]
    return str(accounts[ACCOUNT]["affiliates"][AFFILIATE]["endpoint"])


def shown(system: LocalSystem) -> dict[str, int]:
    listings = system.look("marketplace", f"/_state/{SHOP}")["listings"]
    return {sku: listing["quantity"] for sku, listing in listings.items()}


def writes(system: LocalSystem) -> list[dict[str, Any]]:
    return list(system.look("marketplace", "/_writes", shop=SHOP, limit="5000")["items"])


def notifications_per_second(system: LocalSystem, skus: Sequence[str], *, seconds: float, senders: int) -> None:
    """Unchanged SKUs: what is measured is the way in, and the intake that merges what piles up behind it."""
    url, ends_at = webhook(system), time.monotonic() + seconds
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


def change_to_marketplace(system: LocalSystem, skus: Sequence[str], *, per_s: float | None) -> None:
    """Each SKU changes once, at the given pace or all at once; the stand-in writes down when it was told."""
    before = shown(system)
    wanted = {sku: 5 if before[sku] != 5 else 4 for sku in skus}  # at the threshold: always exported
    changed_at: dict[str, float] = {}
    for sku in skus:
        changed_at[sku] = time.time() * 1000
        system.vtex(f"stock {sku} {wanted[sku]} in {ACCOUNT}")
        if per_s is not None:
            time.sleep(1 / per_s)
    ends_at = time.monotonic() + 300
    while {sku: shown(system)[sku] for sku in skus} != wanted:
        if time.monotonic() > ends_at:
            raise SystemExit("not every change arrived within 300 s")
        time.sleep(0.5)
    first: dict[str, float] = {}
    for write in writes(system):
        if write["applied"] and write["at"] >= changed_at.get(write["sku"], float("inf")):
            first[write["sku"]] = min(write["at"], first.get(write["sku"], float("inf")))
    delays = sorted((first[sku] - changed_at[sku]) / 1000 for sku in skus)
    pace = f"{per_s:.0f}/s" if per_s is not None else "in a burst"
    say(f"change to marketplace, {len(skus)} SKUs {pace}: {quantiles(delays)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=150, help="how many SKUs change")
    parser.add_argument("--seconds", type=float, default=20, help="of the webhook's measurement")
    parser.add_argument("--senders", type=int, default=8, help="at the same time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, LocalSystem(Path(folder)) as system:
        system.vtex("sales off")
        system.marketplace("ok")
        say(f"memory at rest: {system.memory_mib():.0f} MiB")
        skus = sorted(shown(system), key=int)[: arguments.skus]
        change_to_marketplace(system, skus[:50], per_s=TRICKLE_PER_S)
        change_to_marketplace(system, skus, per_s=None)
        notifications_per_second(system, skus, seconds=arguments.seconds, senders=arguments.senders)
        say(f"memory under load: {system.memory_mib():.0f} MiB")


if __name__ == "__main__":
    main()
