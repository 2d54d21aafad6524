"""The log of a day, page by page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from logs import logbook
from logs.logbook import Logbook, LogPage
from logs.questions import read_question
from stockbridge.catalogue import BUILT_IN
from stockbridge.errors import InvalidInput
from stockbridge.listing import Listing
from stockbridge.notifications import Key
from stockbridge.records import Record, Removal, Skipped, Status
from stockbridge.rule import Verdict
from tests.memory import START, Clock, MemoryControl, channel
from tests.unit.test_listing import World

HOUR = 3_600_000
MIDNIGHT = START + 3 * HOUR  # 2026-01-01 in Sao Paulo begins
NOON = MIDNIGHT + 12 * HOUR
DAY = "2026-01-01"


@dataclass
class Account:
    world: World = field(default_factory=World)
    control: MemoryControl = field(default_factory=MemoryControl)
    clock: Clock = field(default_factory=lambda: Clock(NOON))

    def __post_init__(self) -> None:
        self.control.add(channel("SPT"), channel("MRC"), channel("ZZZ", account="alheia"))

    def put(self, sku: int, at: int, *, shown: str = "success", affiliate: str = "SPT", account: str = "loja") -> None:
        record = Record(Key(account, affiliate, str(sku)), listed_at=at, processed_at=at, version=1, done_version=1)
        match shown:
            case "held":
                skipped = Skipped(30, 40, at + 1, Verdict.ABOVE_THRESHOLD)
                record = replace(record, status=Status.SUCCESS, skipped=skipped)
            case "throttled":
                record = replace(record, cause="throttled", send_at=at, not_before=at + 1, done_version=0)
            case "removed":
                record = replace(record, status=Status.SUCCESS, removal=Removal(at, 1, Status.SUCCESS))
            case _:
                record = replace(record, status=Status(shown))
        self.world.put(record)

    def page(self, account: str = "loja", **parameters: str) -> LogPage:
        book = Logbook(
            Listing(self.world.index, self.world.records), self.control, self.clock, lambda _account: BUILT_IN
        )
        return book.page(account, read_question({"DateAt": DAY, **parameters}, self.clock.now))

    def ids(self, **parameters: str) -> list[list[str]]:
        """The ids of every page."""
        pages, cursor = [], None
        while True:
            page = self.page(**parameters, **({"cursor": cursor} if cursor else {}))
            pages.append([message["id"] for message in page.messages])
            if page.next is None:
                return pages
            cursor = page.next


def test_the_log_has_the_rows_of_its_day_newest_first() -> None:
    here = Account()
    for sku, at in enumerate((MIDNIGHT - 1, MIDNIGHT, NOON, MIDNIGHT + 24 * HOUR - 1, MIDNIGHT + 24 * HOUR), start=1):
        here.put(sku, at)
    assert here.ids() == [["SPT-4-1", "SPT-3-1", "SPT-2-1"]]


def test_the_log_is_of_one_account_and_of_all_its_affiliates() -> None:
    here = Account()
    here.put(1, NOON)
    here.put(2, NOON - 1, affiliate="MRC")
    here.put(3, NOON, affiliate="ZZZ", account="alheia")
    here.put(4, NOON, affiliate="ZZZ")  # of a channel that is gone
    assert here.ids() == [["SPT-1-1", "MRC-2-1"]]
    assert [message["id"] for message in here.page("alheia").messages] == ["ZZZ-3-1"]
    assert here.page("outra") == LogPage([], None)


@pytest.mark.parametrize(
    ("status", "skus"),
    [
        ("all", "12345"),
        ("success", "1"),
        ("error", "2"),
        ("pending", "3"),
        ("alert", "45"),
        ("sucess,error", "12"),
        ("warning,pending", "345"),
    ],
)
def test_a_status_is_found_wherever_its_rows_are_listed(status: str, skus: str) -> None:
    here = Account()
    for sku, shown in enumerate(("success", "error", "pending", "held", "throttled", "removed"), start=1):
        here.put(sku, NOON - sku, shown=shown)
    assert here.ids(status=status) == [[f"SPT-{sku}-1" for sku in skus]]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_have_every_message_once_and_end(limit: int) -> None:
    here = Account()
    for sku in range(1, 8):
        here.put(sku, NOON - sku // 2, affiliate="SPT" if sku % 2 else "MRC", shown="held" if sku % 3 else "success")
    everything = here.ids(limit="200")[0]
    pages = here.ids(limit=str(limit))
    assert [one for page in pages for one in page] == everything
    assert len(everything) == 7
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert pages[-1]
    alerts = [one for page in here.ids(limit=str(limit), status="alert") for one in page]
    assert alerts == here.ids(status="alert")[0]


def test_where_few_rows_are_wanted_a_page_may_be_short_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "READ_AT_ONCE", 2)
    monkeypatch.setattr(logbook, "MAX_READS", 2)
    here = Account()
    for sku in range(1, 12):
        here.put(sku, NOON - sku, shown="held" if sku == 10 else "success")
    assert here.ids(status="alert") == [[], [], ["SPT-10-1"]]


def test_a_day_to_come_is_empty_however_far(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Account()
    here.put(1, NOON)
    for day in ("2026-01-02", "2527-09-27", "9999-12-31"):
        assert here.page(DateAt=day) == LogPage([], None)
    assert here.page(DateAt="0001-01-01") == LogPage([], None)


def test_a_cursor_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="bad_cursor"):
        Account().page(cursor="bm8")
