"""Both tables in dynalite, DynamoDB on LevelDB: an account with as many records as wanted, and what is counted of them.

dynalite takes no transactions and expires nothing, so what needs these is not measured on it. It is one process of one
thread: while it counts the entries of an index for one request, others wait.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx

from local import ports, template
from local.names import CREDENTIALS, REGION
from stockbridge import aws
from stockbridge.cause_statistics import Tally
from stockbridge.channels import Channel, VtexSource
from stockbridge.dynamo import _values, partition
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.measures import Part, _bucket_name
from stockbridge.notifications import Key
from stockbridge.records import HINT_GRACE_MS, Attempt, Decision, Record, Removal, Skipped, Status
from stockbridge.rule import Verdict
from stockbridge.tables import ControlItem, RecordItem

ROOT = Path(__file__).resolve().parents[1]
DYNALITE = Path(__file__).with_name("dynalite")
NODE = ROOT / ".tools/node/bin"

ACCOUNT = "loja"
CHANNELS = {
    "AMZ": "Amazon",
    "CRF": "Carrefour",
    "DCT": "Decathlon",
    "MGZ": "Magalu",
    "MLB": "Mercado Livre",
    "NTS": "Netshoes",
    "SHP": "Shopee",
}
CAUSES = {  # with how many of a hundred errors have each, the most frequent first
    "not_catalogued": 28,
    "listing_closed": 20,
    "missing_attribute": 14,
    "not_found": 10,
    "validation": 8,
    "warehouse_unknown": 6,
    "account_blocked": 5,
    "fulfillment": 4,
    "protected": 3,
    "unconfirmed": 2,
}
FREQUENT = list(CAUSES)[:3]
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SPREAD_MS = 30 * DAY_MS  # the times of the records
KEPT_MS = 20 * HOUR_MS  # then they are too old for the shorter periods of the filter, and the table is filled anew
LATE = 0.03  # of those that wait
HELD_BACK = 0.3  # of the successes: they changed since, above the threshold
_STRIDE = 7_368_787  # a prime: neighbours in time are no neighbours by SKU
_LOT = 25  # items that DynamoDB takes in one call
_SHARE = 5_000  # records that a process writes at a time


@dataclass(frozen=True, slots=True)
class Size:
    """How many records, and how many of a thousand of them are what; the others are successes."""

    records: int
    errors: int
    pending: int
    removed: int

    def waiting(self) -> Sequence[int]:
        """The numbers of those that are pending."""
        return [first + number for first in range(0, self.records, 1000) for number in range(self.pending)]


def large(records: int) -> Size:
    return Size(records, errors=40, pending=1, removed=20)


SMALL = Size(2_000, errors=400, pending=80, removed=80)  # so that what it is filtered by still fills a page


# ------------------------------------------------------------------ the records


def record(number: int, size: Size, now: int) -> Record:
    """The newest is number 0."""
    chance = random.Random(number)  # noqa: S311 - stock, not secrets
    place = number * _STRIDE % size.records
    key = Key(ACCOUNT, list(CHANNELS)[place % len(CHANNELS)], str(100_000 + place // len(CHANNELS)))
    at = now - number * SPREAD_MS // size.records
    balance, shown = chance.choice((0, 1, 2, 3, 5, 8, 40)), chance.randrange(12)
    fields: dict[str, Any] = {
        "rev": chance.randrange(3, 40),
        "balance": balance,
        "allowed": balance,
        "active": True,
        "listed": True,
        "observed_at": at - 40_000,
        "modified_at": at - 45_000,
        "last_change_at": at - 42_000,
        "seen": 2,
        "wanted": balance,
        "version": 2,
        "decision": Decision(Verdict.AT_THRESHOLD, shown, balance, at - 40_000, at - 42_000),
        "confirmed": shown,
        "confirmed_version": 1,
        "confirmed_at": at - 9_000_000,
        "done_version": 2,
        "claimed_at": at - 900,
        "epoch": 2,
        "processed_at": at,
        "listed_at": at,
    }
    kind = chance.randrange(1000)
    if number % 1000 < size.pending:
        fields |= _pending(chance, now)
    elif kind < size.errors:
        fields |= _error(chance, at, balance)
    else:
        fields |= _success(chance, at, balance)
        if kind < size.errors + size.removed:
            fields["removal"] = Removal(at + 60_000, 2, Status.SUCCESS)
    return Record(key, **fields)


def _error(chance: random.Random, at: int, balance: int) -> Mapping[str, Any]:
    cause = chance.choices(list(CAUSES), list(CAUSES.values()))[0]
    message = f"{cause}: the item cannot be updated (ref {chance.randrange(1 << 32):08x})"
    attempts = tuple(Attempt(at - wait, "refused", balance, 2, message, 400) for wait in (90_000, 60_000, 0))
    return {"status": Status.ERROR, "cause": cause, "message": message, "attempts": attempts}


def _pending(chance: random.Random, now: int) -> Mapping[str, Any]:
    """Most wait since less than an hour."""
    since = now - chance.randrange(HOUR_MS - 600_000) - (chance.random() < LATE) * chance.randrange(HOUR_MS, DAY_MS)
    waiting = {"changed_at": since, "send_at": since + HINT_GRACE_MS, "done_version": 1}
    return {"status": Status.PENDING, "processed_at": since - 9_000_000, "listed_at": since, **waiting}


def _success(chance: random.Random, at: int, balance: int) -> Mapping[str, Any]:
    sent = {
        "status": Status.SUCCESS,
        "confirmed": balance,
        "confirmed_version": 2,
        "confirmed_at": at,
        "reflected_ms": chance.randrange(1_500, 900_000),
        "attempts": (Attempt(at, "applied", balance, 2, "", 200),),
    }
    if chance.random() < HELD_BACK:
        sent["skipped"] = Skipped(40, 36, at + 5_000, Verdict.ABOVE_THRESHOLD)
    return sent


def channels() -> Sequence[Channel]:
    vtex = VtexSource(f"https://{ACCOUNT}.vtexcommercestable.com.br", f"stockbridge/local/{ACCOUNT}/vtex")
    marketplace = {"secret": "", "url": "https://marketplace.example/{sku}", "body": {"quantity": "{quantity}"}}
    return [Channel(ACCOUNT, affiliate, name, "generic", vtex, marketplace) for affiliate, name in CHANNELS.items()]


# ------------------------------------------------------------------ filling


@dataclass(frozen=True, slots=True)
class Tables:
    """Where they are, and how much is in them. `record_table` and `control_table` as CreateTable takes them."""

    url: str
    size: Size
    record_table: Mapping[str, Any]
    control_table: Mapping[str, Any]


def _tables_at(url: str, size: Size) -> Tables:
    """As template.yaml has them."""
    defaults = {"Stage": "local", "JwtIssuer": url, "JwtAudience": "console", "ConsoleOrigin": url}
    stack = template.load(ROOT / "template.yaml", {}, defaults, endpoint_url=url, api_url=url)

    def table(logical_id: str) -> Mapping[str, Any]:
        resource = stack.resources[logical_id]
        settings = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        shape = {name: resource.properties[name] for name in settings if name in resource.properties}
        return {"TableName": resource.attributes["Ref"], "BillingMode": "PAY_PER_REQUEST", **shape}

    return Tables(url, size, table("RecordsTable"), table("ControlTable"))


def _processes(tables: Tables, writers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(writers, multiprocessing.get_context("spawn"), reach, (tables,))


def _fill(processes: ProcessPoolExecutor, tables: Tables, now: int) -> float:
    """Create both tables and write everything. Records a second."""
    processes.submit(_create, tables).result()
    began = time.monotonic()
    most = tables.size.records
    shares = [range(first, min(first + _SHARE, most)) for first in range(0, most, _SHARE)]
    errors: Counter[tuple[str, str]] = Counter()
    for number, found in enumerate(processes.map(_write, shares, repeat(tables), repeat(now)), 1):
        errors += found
        if number % 20 == 0:
            print(f"  {number * _SHARE} records", flush=True)
    took = time.monotonic() - began
    processes.submit(_count, tables, now, errors).result()
    return most / took


def reach(tables: Tables) -> None:
    """Let this process's clients find them."""
    os.environ.update(
        {"AWS_ENDPOINT_URL": tables.url, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, **CREDENTIALS}
    )


def _create(tables: Tables) -> None:
    for table in (tables.record_table, tables.control_table):
        aws.dynamodb().create_table(**table)
        while aws.dynamodb().describe_table(TableName=table["TableName"])["Table"]["TableStatus"] != "ACTIVE":
            time.sleep(0.05)


def _write(numbers: Sequence[int], tables: Tables, now: int) -> Counter[tuple[str, str]]:
    """How many errors there are by affiliate and cause."""
    name = tables.record_table["TableName"]
    aws.bind(RecordItem, name)
    errors: Counter[tuple[str, str]] = Counter()
    for lot in _lots(numbers, tables.size, now):
        items = [
            RecordItem(partition(one.key), one.key.affiliate, rev=one.rev, **_values(one)).to_dynamodb_dict()
            for one in lot
        ]
        left: Any = {name: [{"PutRequest": {"Item": item}} for item in items]}
        while left:
            left = aws.dynamodb().batch_write_item(RequestItems=left)["UnprocessedItems"]
        errors.update((one.key.affiliate, one.cause) for one in lot if one.cause is not None)
    return errors


def _lots(numbers: Sequence[int], size: Size, now: int) -> Iterator[Sequence[Record]]:
    for first in range(0, len(numbers), _LOT):
        yield [record(number, size, now) for number in numbers[first : first + _LOT]]


def _count(tables: Tables, now: int, errors: Mapping[tuple[str, str], int]) -> None:
    """Channels, and what is counted: causes of two weeks, the hours of two days and the days of a month."""
    aws.bind(ControlItem, tables.control_table["TableName"])
    for channel in channels():
        ControlItem("channel", channel.id, rev=1, document=asdict(channel)).save()
    name = tables.record_table["TableName"]
    causes, series = DynamoCauseCounts(name), DynamoSeries(aws.dynamodb(), name)
    days = [datetime.fromtimestamp((now - back * DAY_MS) / 1000, UTC).strftime("%Y-%m-%d") for back in range(14)]
    for (affiliate, cause), number in errors.items():
        by_day = dict.fromkeys(days, max(1, number // 30))
        causes.add(Tally(f"{ACCOUNT}#{affiliate}", cause, now - SPREAD_MS, now, by_day, worked=14, failed=22))
    an_hour = tables.size.records // (len(CHANNELS) * 30 * 24) or 1
    durations = {_bucket_name(part, wait): an_hour for part in Part for wait in (300, 2_000, 9_000, 40_000, 200_000)}
    for affiliate in CHANNELS:
        for hour in (*range(48), *range(48, 30 * 24, 24)):
            counts = {"accepted": an_hour, "success": an_hour, "within": an_hour, "error": an_hour // 20 + 1}
            series.add(ACCOUNT, affiliate, now - hour * HOUR_MS, {**counts, **durations})


# ------------------------------------------------------------------ dynalite


def installed() -> None:
    """Fetch what benchmarks/dynalite/package-lock.json names, with the project's own node and npm."""
    if not (NODE / "npm").exists():
        raise SystemExit("there is no node in .tools yet: run 'make console' first")
    if (DYNALITE / "node_modules/dynalite").exists():
        return
    settings = {"npm_config_userconfig": os.devnull, "npm_config_cache": str(ROOT / ".tools/npm-cache")}
    path = f"{NODE}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [NODE / "npm", "ci", "--silent"], cwd=DYNALITE, env={**os.environ, **settings, "PATH": path}, check=True
    )


@contextmanager
def dynalite(folder: Path) -> Iterator[str]:
    """Its address while it runs; what it holds is in the folder."""
    with ports.listen(0) as free:
        port = free.getsockname()[1]
    program = [str(NODE / "node"), str(DYNALITE / "node_modules/dynalite/cli.js"), "--createTableMs", "0"]
    process = subprocess.Popen(
        [*program, "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                assert process.poll() is None, "dynalite ended"
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


@contextmanager
def filled(folder: Path, size: Size, *, writers: int) -> Iterator[Tables]:
    """The tables of that size, filled now or not long ago; what is pending is so since now."""
    note = folder / "filled.json"
    told = json.loads(note.read_text()) if note.exists() else {}
    now = int(time.time() * 1000)
    if told.get("size") != asdict(size) or told["at"] < now - KEPT_MS:
        shutil.rmtree(folder, ignore_errors=True)
        told = {}
    folder.mkdir(parents=True, exist_ok=True)
    with dynalite(folder / "data") as url, _processes(tables := _tables_at(url, size), writers) as processes:
        if told:
            processes.submit(_write, size.waiting(), tables, now).result()
        else:
            rate = _fill(processes, tables, now)
            note.write_text(json.dumps({"size": asdict(size), "at": now}))
            print(f"{size.records} records written, {rate:.0f} a second with {writers} processes", flush=True)
        processes.shutdown()
        yield tables
