"""VTEX: balances behind caches, notifications of whole products, and reads that fail.

What it knows of each change is the truth that the oracle compares with.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from stockbridge.channels import Channel
from stockbridge.errors import VtexUnavailable
from stockbridge.notifications import Key
from stockbridge.vtex import Reading, Readings
from tests.simulation.faults import Fault
from tests.simulation.network import Network
from tests.simulation.schedule import invocation

NOT_LISTED = Reading(0, unlimited=False, listed=False, warehouses={})
COALESCED_MS = 120_000  # known issue 556514: of two changes in two minutes one was notified


@dataclass(frozen=True, slots=True)
class Posted:
    """A notification as VTEX means it; `form` is how it is written down."""

    key: Key
    price: bool
    stock: bool
    form: int

    @property
    def only_stock(self) -> bool:
        return self.stock and not self.price and self.form != 2

    @property
    def names_stock(self) -> bool:
        return self.stock or self.form == 2  # which says nothing of what changed, so anything may have


@dataclass(frozen=True, slots=True)
class Read:
    """A balance as it was served."""

    value: int
    at: int


@dataclass(frozen=True, slots=True)
class Weather:
    """Probabilities of one read or notification, and the longest delays in ms."""

    unreadable: float = 0.0  # of a read: throttled, failed, timed out
    one_unreadable: float = 0.0  # of one SKU in a read
    stale_ms: int = 0  # a cache keeps the value before for so long
    lost: float = 0.0
    coalesced: float = 0.0
    repeated: float = 0.0
    delay_ms: int = 2_000
    retries: bool = True  # a refused notification comes again


class Vtex:
    def __init__(
        self,
        network: Network,
        random: Random,
        happened: Counter[str],
        weather: Weather,
        post: Callable[[Posted, bytes, Callable[[bool], None]], None],
    ) -> None:
        self.weather = weather
        self.poison: Sequence[str] = ()  # reading them ends the process
        self.down_until = 0
        self.posts_waiting = 0
        self._network = network
        self._scheduler = network.scheduler
        self._random = random
        self._happened = happened
        self._post = post
        self._history: dict[str, list[tuple[int, int]]] = {}
        self._notified_at: dict[Key, int] = {}

    def stop_failing(self) -> None:
        """From now on it is quick, complete and up to date."""
        self.weather = Weather()
        self.down_until = 0

    # ------------------------------------------------------------------ the truth

    def change(self, sku: str, balance: int) -> None:
        now = self._scheduler.now
        shows_at = now + int(self._random.random() * self.weather.stale_ms) if self.weather.stale_ms else now
        history = self._history.setdefault(sku, [])
        if history:
            shows_at = max(shows_at, history[-1][0])  # a cache never goes back
        history.append((shows_at, balance))
        if self._scheduler.trace is not None:
            self._scheduler.note("VTEX holds", f"{balance} of {sku}, readable in {(shows_at - now) / 1000} s")

    def truth(self, sku: str) -> int:
        return self._history[sku][-1][1]

    # ------------------------------------------------------------------ notifications

    def notify(self, key: Key, *, stock: bool, price: bool) -> None:
        random, weather, now = self._random.random, self.weather, self._scheduler.now
        if weather.lost and random() < weather.lost:
            self._happened["notification lost"] += 1
            return
        if weather.coalesced and now - self._notified_at.get(key, 0) < COALESCED_MS and random() < weather.coalesced:
            self._happened["notifications coalesced"] += 1
            return
        if stock:
            self._notified_at[key] = now
        posted = Posted(key, price, stock, form=int(random() * 4))
        self._later(posted)
        if weather.repeated and random() < weather.repeated:
            self._happened["notification repeated"] += 1
            self._later(posted)

    def _later(self, posted: Posted) -> None:
        self.posts_waiting += 1
        self._scheduler.after(20 + int(self._random.random() * self.weather.delay_ms), lambda: self._send(posted))

    def _send(self, posted: Posted) -> None:
        self._post(posted, _body(posted, self._scheduler.now), lambda taken: self._answered(posted, taken))

    def _answered(self, posted: Posted, taken: bool) -> None:
        if not taken and self.weather.retries:
            self._happened["notification refused"] += 1
            self._scheduler.after(1_000 + int(self._random.random() * 30_000), lambda: self._send(posted))
            return
        self.posts_waiting -= 1

    # ------------------------------------------------------------------ reads

    def read(self, channel: Channel, skus: Sequence[str]) -> Readings:
        """What `stockbridge.vtex` answers, and the oracle's own note of it in the invocation."""
        network, weather, run = self._network, self.weather, invocation()
        random = self._random.random
        fault = network.faults.next("vtex.read")
        network.travel()
        now = self._scheduler.now
        if any(sku in self.poison for sku in skus):
            self._happened["poisonous look"] += 1
            self._scheduler.kill(run, "poison")
        if fault is Fault.CRASH_BEFORE or fault is Fault.CRASH_AFTER:
            self._scheduler.note("vtex.read", *skus, "<-- crash")
            self._scheduler.kill(run, "crashed")
        down = fault is not None or now < self.down_until or (weather.unreadable and random() < weather.unreadable)
        if down:
            return self._unreadable(channel, skus)
        found: dict[str, Reading] = {}
        unreadable: dict[str, VtexUnavailable] = {}
        for sku in skus:
            key = Key(channel.account, channel.affiliate, sku)
            if weather.one_unreadable and random() < weather.one_unreadable:
                self._happened["one SKU unreadable at VTEX"] += 1
                run.reads[key] = None
                unreadable[sku] = VtexUnavailable("no number")
                continue
            value = self._readable(sku, now)
            run.reads[key] = Read(value, now)
            found[sku] = Reading(value, unlimited=False, listed=True, warehouses={})
        if self._scheduler.trace is not None:
            self._scheduler.note("vtex.read", *(f"{sku}={reading.quantity}" for sku, reading in found.items()))
        return Readings(found=found, unreadable=unreadable)

    def _readable(self, sku: str, now: int) -> int:
        history = self._history[sku]
        shown = history[-1]
        if shown[0] > now:
            shown = next((one for one in reversed(history) if one[0] <= now), history[0])
            self._happened["stale balance read"] += 1
        return shown[1]

    def _unreadable(self, channel: Channel, skus: Sequence[str]) -> Readings:
        run = invocation()
        random = self._random.random()
        problem = VtexUnavailable("VTEX answered 503")
        if random < 0.3:
            self._happened["VTEX throttles"] += 1
            problem = VtexUnavailable("VTEX answered 429", float(int(random * 200)))
        elif random < 0.6:
            self._happened["VTEX times out"] += 1
            self._scheduler.pause(5_000)
        else:
            self._happened["VTEX fails"] += 1
        self._scheduler.note("vtex.read", *skus, "<--", problem.reason)
        for sku in skus:
            run.reads[Key(channel.account, channel.affiliate, sku)] = None
        return Readings(found={}, unreadable=dict.fromkeys(skus, problem))


def _body(posted: Posted, now: int) -> bytes:
    """One of the forms that VTEX's documents show; the unit tests know them all."""
    key = posted.key
    if posted.form == 0:  # 2015
        return (
            f'{{"IdSku":"{key.sku}","An":"{key.account}","IdAffiliate":"{key.affiliate}",'
            f'"StockModified":{_json(posted.stock)},"PriceModified":{_json(posted.price)}}}'
        ).encode()
    if posted.form == 1:  # the developer guides' casing
        return (
            f'{{"idSku":"{key.sku}","an":"{key.account}","idAffiliate":"{key.affiliate}","isActive":true,'
            f'"stockModified":{_json(posted.stock)},"priceModified":{_json(posted.price)},'
            f'"hasStockKeepingUnitModified":false,"hasStockKeepingUnitRemovedFromAffiliate":false}}'
        ).encode()
    if posted.form == 2:  # the least of the Broadcaster
        return json.dumps({"IdSku": key.sku, "An": key.account, "IdAffiliate": key.affiliate}).encode()
    return (
        f'[{{"IdSku":{key.sku},"An":"{key.account}","IdAffiliate":"{key.affiliate}","IsActive":true,'
        f'"DateModified":"2026-01-01T00:00:00.0000000Z","ProductId":1,'
        f'"StockModified":{_json(posted.stock)},"PriceModified":{_json(posted.price)},'
        f'"HasStockKeepingUnitModified":false,"HasStockKeepingUnitRemovedFromAffiliate":false}}]'
    ).encode()


def _json(flag: bool) -> str:
    return "true" if flag else "false"
