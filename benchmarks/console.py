"""How fast the console is in a real browser, with a million records behind it and with two thousand.

    python -m benchmarks.console [--records 1000000] [--rounds 30] [--state FOLDER]

Needs Chromium (`make chromium`), the console's build and the project's node (`make console`). Measured are

    first load      JavaScript as it is sent, gzip, and what comes later, with the screens that need it
    first paint     first contentful paint without anything in the browser's cache
    clicks          from a person's event to the new rows, painted: two frames after they are in the document
    what holds up   the longest task while somebody scrolls and types, and records change meanwhile

The same clicks are done before both tables in turns, so that what else the machine does meets both alike. The tables
are in dynalite (large_table.py), which is not DynamoDB: compare the two columns of one run, not its figures with AWS.
Filling the large one takes minutes; it stays in the folder, for a day.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import re
import shutil
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from benchmarks import large_table
from benchmarks.console_served import Served, served
from benchmarks.large_table import ACCOUNT, CHANNELS, FREQUENT, ROOT, SMALL, Tables
from stockbridge.dynamo import DynamoRecords
from stockbridge.notifications import Key
from tests.browser import chromium
from tests.browser.console import Console

BUILD = ROOT / "console/dist"
LIST, ROWS = "/estoque", "table.records tbody[data-key]"
FIRST_LOAD_B = 150_000
FIRST_PAINT_MS = 1_000
CLICK_MS = 300
HELD_UP_MS = 200  # from a key to what it shows: good, by the measure of Interaction to Next Paint

WITHIN_MS = 60_000
PAGES = 5  # that are turned in each round
FIRST_PAINT = """new Promise((resolve) => {
    const told = (list) =>
        list.getEntriesByName("first-contentful-paint").forEach(({ startTime }) => resolve(startTime));
    new PerformanceObserver(told).observe({ type: "paint", buffered: true });
})"""
KEPT = ROOT / ".state/browser/benchmark"  # of a page before which it failed: what was to be seen
WATCH = Path(__file__).with_name("console_watch.js")
_HASH = re.compile(r"-[\w-]{8}\.js$")


@dataclass(frozen=True, slots=True)
class Sample:
    """Of one click, in milliseconds: until the list was asked for (`before`), its own request as the browser saw it
    (`api`), and until its rows were painted (`after`)."""

    ms: float
    before: float | None
    api: float | None
    after: float | None
    rows: int


Samples = defaultdict[str, list[Sample]]  # by what was clicked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000, help="of the large table")
    parser.add_argument("--rounds", type=int, default=30, help="in each, every click is done once before both tables")
    parser.add_argument("--paints", type=int, default=15, help="first paints, of each kind")
    parser.add_argument("--writers", type=int, default=3, help="processes that fill a table")
    parser.add_argument("--state", type=Path, default=ROOT / ".state/console-benchmark")
    given = parser.parse_args()
    if not (BUILD / "index.html").exists():
        raise SystemExit("the console is not built: run 'make console' first")
    large_table.installed()
    build = given.state / "build"  # as it is now: the other one may be made anew meanwhile
    shutil.rmtree(build, ignore_errors=True)
    shutil.copytree(BUILD, build)
    sizes = {"large": large_table.large(given.records), "small": SMALL}
    with ExitStack() as stack:
        before: dict[str, Served] = {}
        for name, size in sizes.items():
            tables = stack.enter_context(large_table.filled(given.state / name, size, writers=given.writers))
            before[name] = stack.enter_context(served(tables, build, given.state / f"{name}.log"))
        browser = stack.enter_context(chromium.running())
        print(f"Chromium {browser.version}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        measure_weight(browser, before["large"])
        measure_first_paint(browser, before["large"], given.paints)
        measure_clicks(browser, before, given.rounds, given.state / "samples.json")
        measure_what_holds_up(browser, before["large"])


@contextmanager
def visitor(browser: Browser, at: Served) -> Iterator[Page]:
    """Somebody signed in, whose pages are watched."""
    console = Console(browser, at.url)
    try:
        page = console.open(LIST)
        page.locator(ROWS).first.wait_for(timeout=WITHIN_MS)  # the address is there before the session is
        page.context.add_init_script(path=WATCH)
        yield page
        assert not console.troubles, console.troubles
    except BaseException:
        console.keep(KEPT)
        raise
    console.close()


def opened(page: Page, path: str) -> Sample:
    """The whole page, loaded anew."""
    page.goto(path)
    return _outcome(page, "opened")


def step(page: Page, event: str, act: Callable[[], Any]) -> Sample:
    """From the event that `act` brings about."""
    page.evaluate("event => measure(event)", event)
    act()
    return _outcome(page, "measured")


def _outcome(page: Page, promise: str) -> Sample:
    late = f"new Promise((_, no) => setTimeout(no, {WITHIN_MS}, new Error('no rows')))"
    return Sample(**page.evaluate(f"Promise.race([{promise}, {late}])"))


# ------------------------------------------------------------------ what is sent, and what is seen first


def measure_weight(browser: Browser, at: Served) -> None:
    with visitor(browser, at) as page:
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        opened(page, at.url + LIST)
        page.wait_for_timeout(2_000)  # what comes by itself after the rows is a part of it
        first = page.evaluate(
            "performance.getEntriesByType('resource').map(({ name, encodedBodySize }) => [name, encodedBodySize])"
        )
    sent = {url.rpartition("/")[2]: size for url, size in first if url.endswith(".js")}
    later = {file.name: _sent(at, file) for file in at.build.rglob("*.js") if file.name not in sent}
    told = ", ".join(f"{_HASH.sub('', name)} {size / 1000:.1f}" for name, size in sorted(later.items()))
    print(f"JavaScript of the first load: {sum(sent.values()) / 1000:.1f} kB in {len(sent)} files, gzip", end="")
    print(f": {_verdict(sum(sent.values()), FIRST_LOAD_B)} (limit {FIRST_LOAD_B // 1000} kB)")
    print(f"  later {sum(later.values()) / 1000:.1f} kB in {len(later)} files: {told}")


def _sent(at: Served, file: Path) -> int:
    with httpx.stream("GET", f"{at.url}/console/{file.relative_to(at.build).as_posix()}", trust_env=False) as answer:
        for _ in answer.iter_raw():
            pass
        return answer.num_bytes_downloaded


def measure_first_paint(browser: Browser, at: Served, times: int) -> None:
    """Before the door, and signed in."""
    door, inside = [], []
    for _ in range(times):
        console = Console(browser, at.url)
        door.append(_first_paint(console.open(LIST, user=None)))
        console.close()
    with visitor(browser, at) as page:
        session = page.context.new_cdp_session(page)
        for _ in range(times):
            session.send("Network.clearBrowserCache")
            opened(page, at.url + LIST)
            inside.append(_first_paint(page))
    for name, found in (("signed out", door), ("signed in", inside)):
        middle, high = _quantiles(found)
        verdict = _verdict(high, FIRST_PAINT_MS)
        print(
            f"first contentful paint, cold cache, {name}: p50 {middle:.0f} ms, p95 {high:.0f} ms of {times}: {verdict}"
        )


def _first_paint(page: Page) -> float:
    return float(page.evaluate(FIRST_PAINT))


# ------------------------------------------------------------------ clicks


def measure_clicks(browser: Browser, before: Mapping[str, Served], rounds: int, kept: Path) -> None:
    samples: dict[str, Samples] = {name: defaultdict(list) for name in before}
    with ExitStack() as stack:
        pages = {name: stack.enter_context(visitor(browser, at)) for name, at in before.items()}
        for name, page in pages.items():
            _round(page, before[name].url, 0, defaultdict(list))  # what is paid once is paid before the first
        for number in range(rounds):
            for name in list(pages)[:: 1 if number % 2 else -1]:
                _round(pages[name], before[name].url, number, samples[name])
    report(samples)
    kept.write_text(json.dumps(samples, default=asdict, indent=1))


def _round(page: Page, url: str, number: int, samples: Samples) -> None:
    """Each question is one that the page has not asked yet: what it remembers would be shown at once."""
    chance = random.Random(number)  # noqa: S311 - a person's pauses
    causes = page.get_by_role("link", name="Causas", exact=True)
    records = page.get_by_role("link", name="Registros", exact=True)
    search = page.get_by_role("searchbox")

    def take(what: str, event: str, act: Callable[[], Any]) -> None:
        page.wait_for_timeout(chance.randrange(200, 600))
        samples[what].append(step(page, event, act))

    def choose(what: str, field: str, value: str) -> None:
        chosen = page.get_by_role("combobox", name=field, exact=True)
        chosen.locator(f"option[value='{value}']").wait_for(state="attached")
        take(what, "change", lambda: chosen.select_option(value))
        clear()

    def clear() -> None:
        page.wait_for_timeout(chance.randrange(200, 600))
        step(page, "click", page.get_by_role("button", name="Limpar filtros").click)

    page.goto(f"{url}/estoque/causas")
    causes.and_(page.locator("[aria-current=page]")).wait_for()
    page.get_by_role("table").or_(page.locator("main a")).first.wait_for()
    take("opens, from another screen", "click", records.click)
    choose("filter: status", "Status", "error")
    choose("filter: marketplace", "Marketplace", list(CHANNELS)[number % len(CHANNELS)])
    choose("filter: cause", "Causa", FREQUENT[number % len(FREQUENT)])
    # the last day's newest rows are those of all time: an end shows others
    page.get_by_role("combobox", name="Período", exact=True).select_option("custom")
    end = datetime.now(UTC) - timedelta(hours=24 + number)
    until = page.get_by_label("Até", exact=True)
    take("filter: period", "input", lambda: until.fill(f"{end:%Y-%m-%dT%H:%M}"))
    clear()
    search.fill(str(100_000 + number * 9 % (SMALL.records // len(CHANNELS))))
    take("search: SKU", "keydown", lambda: search.press("Enter"))
    clear()
    for _ in range(PAGES):
        take("next page", "click", page.get_by_role("button", name="Próximos").click)
    page.wait_for_timeout(chance.randrange(200, 600))
    samples["opens, whole page loaded"].append(opened(page, url + LIST))


def report(samples: Mapping[str, Samples]) -> None:
    print(f"from the event to painted rows, ms: p50 and p95 (limit {CLICK_MS}), and of it the list's own request")
    print(f"{'':28} {'large':^27}   {'small':^27}   large/small")
    for what, large in samples["large"].items():
        small = samples["small"][what]
        (middle, high), (lower_middle, lower_high) = (_quantiles([one.ms for one in each]) for each in (large, small))
        rows = "/".join(str(max(one.rows for one in each)) for each in (large, small))
        ratios = f"{middle / lower_middle:.2f} {high / lower_high:.2f}"
        print(f"{what:28} {_told(large)}   {_told(small)}   {ratios}   {_verdict(high, CLICK_MS)}", end="")
        print(f", {len(large)} times, {rows} rows")
    for name, found in samples.items():
        parts = ("before", "api", "after")
        all_of = [one for each in found.values() for one in each if one.api is not None]
        told = ", ".join(f"{part} {statistics.median(getattr(one, part) for one in all_of):.0f}" for part in parts)
        print(f"of all clicks, {name}, p50: {told}")


def _told(samples: Sequence[Sample]) -> str:
    asked = [one.api for one in samples if one.api is not None]
    middle, high = _quantiles([one.ms for one in samples])
    told = "{:5.0f} {:5.0f}".format(*_quantiles(asked)) if len(asked) > 1 else f"{'-':>5} {'-':>5}"
    return f"{middle:6.0f} {high:6.0f}   {told}"


# ------------------------------------------------------------------ what holds up


def measure_what_holds_up(browser: Browser, at: Served) -> None:
    """A hundred rows, some of which change every second, and others that come."""
    with visitor(browser, at) as page:
        opened(page, f"{at.url}{LIST}?por=100")
        keys = page.eval_on_selector_all(ROWS, "rows => rows.map(({ dataset }) => dataset.key)")
        assert len(keys) == 100, len(keys)
        changing = multiprocessing.get_context("spawn").Process(target=_change, args=(at.tables, keys), daemon=True)
        changing.start()
        try:
            page.get_by_role("button", name=re.compile("novos?: mostrar")).wait_for(timeout=WITHIN_MS)  # it has begun
            _held_up(page, "scrolling", _scroll)
            _held_up(page, "typing", _type)
        finally:
            changing.terminate()
            changing.join()


def _held_up(page: Page, what: str, act: Callable[[Page], None]) -> None:
    page.evaluate("heldUp.tasks.length = heldUp.events.length = 0")
    interactions = page.evaluate("performance.interactionCount")
    act(page)
    page.wait_for_timeout(500)
    found = page.evaluate("heldUp")
    interactions = page.evaluate("performance.interactionCount") - interactions
    longest = max(found["tasks"], default=0)
    print(f"{what}: {len(found['tasks'])} tasks of 50 ms and more, the longest {longest:.0f} ms", end="")
    if interactions:
        slow = max(found["events"], default=0)
        shown = f"at most {slow:.0f} ms" if slow else "less than 16 ms"
        print(
            f"; {interactions} keys, each shown after {shown}: {_verdict(slow, HELD_UP_MS)} (limit {HELD_UP_MS})",
            end="",
        )
    print()


def _scroll(page: Page) -> None:
    page.mouse.move(700, 600)
    for number in range(200):
        page.mouse.wheel(0, 300 if number % 40 < 20 else -300)
        page.wait_for_timeout(100)


def _type(page: Page) -> None:
    page.get_by_role("searchbox").click()
    for number in range(100):
        page.keyboard.press("Backspace" if number % 10 > 4 else str(number % 10))
        page.wait_for_timeout(120)


def _change(tables: Tables, keys: Sequence[str]) -> None:
    """As a function saves them."""
    large_table.reach(tables)
    records = DynamoRecords(tables.record_table["TableName"], tables.control_table["TableName"])
    chance = random.Random(1)  # noqa: S311 - stock, not secrets
    while True:
        now = time.time_ns() // 1_000_000
        for affiliate, sku in (key.split("/") for key in chance.sample(keys, 10)):
            was = records.get(Key(ACCOUNT, affiliate, sku))
            records.save(replace(was, confirmed=chance.randrange(20), confirmed_at=now), was)
        was = records.get(large_table.record(chance.randrange(tables.size.records), tables.size, now).key)
        records.save(replace(was, listed_at=now, processed_at=now), was)
        time.sleep(1)


# ------------------------------------------------------------------ figures


def _quantiles(found: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    return statistics.median(found), statistics.quantiles(found, n=20, method="inclusive")[-1]


def _verdict(found: float, limit: float) -> str:
    return "met" if found <= limit else "missed"


if __name__ == "__main__":
    main()
