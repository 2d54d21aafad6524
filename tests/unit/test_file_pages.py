"""The pages of a file's job over ports in memory: which rows come into the file, and what a crash repeats."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from files.about import about
from files.pages import FilePages
from files.rows import COLUMNS, Rows
from stockbridge.catalogue import Catalogue, OwnCause, Pattern
from stockbridge.causes import Cure
from stockbridge.errors import NotFound, Unavailable
from stockbridge.file_requests import FileRequest, Filter, Format, file_name, object_name, read_request
from stockbridge.jobs import Family, Job, JobKey, Page, State
from stockbridge.listing import Listing, place_of
from stockbridge.notifications import Key
from stockbridge.records import Attempt, Decision, Record, Removal, Skipped, Status
from stockbridge.rule import Verdict
from stockbridge.working import Working, job_message, take_batch
from tests.memory import START, Clock, MemoryControl, MemoryJobs, MemoryQueue, MemoryRecords, channel
from tests.unit.test_listing import MemoryIndex

MINUTE = 60_000
NAMES = [column.name for column in COLUMNS]
KEY = JobKey("loja", Family.FILE, "f1")


class CountedIndex(MemoryIndex):
    def total(self, account: str, partition: str, *, low: str, high: str) -> int:
        return len(self.newest(account, partition, low=low, high=high, limit=1_000_000))


@dataclass
class MemoryFiles:
    stored: dict[str, bytes] = field(default_factory=dict)
    saved_as: dict[str, str] = field(default_factory=dict)
    refuses: int = 0  # the next files, half-way
    before_put: Callable[[], None] | None = None  # runs once

    def put(self, name: str, content: bytes) -> None:
        rival, self.before_put = self.before_put, None
        if rival is not None:
            rival()
        self.stored[name] = content

    def get(self, name: str) -> bytes:
        try:
            return self.stored[name]
        except KeyError:
            raise NotFound("file_not_found") from None

    def save(self, name: str, chunks: Iterable[bytes], *, media_type: str, saved_as: str) -> int:
        content = b"".join(chunks)
        if self.refuses:
            self.refuses -= 1
            raise Unavailable("S3")
        self.stored[name], self.saved_as[name] = content, saved_as
        return len(content)


@dataclass
class World:
    """Channels SPT and MRC; a page looks at four rows."""

    folder: Path
    records: MemoryRecords = field(default_factory=MemoryRecords)
    index: CountedIndex = field(default_factory=CountedIndex)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    clock: Clock = field(default_factory=Clock)
    control: MemoryControl = field(default_factory=MemoryControl)
    max_rows: int = 1_000

    def __post_init__(self) -> None:
        self.control.add(channel("SPT", name="Um"), channel("MRC", name="Dois"))

    def put(self, sku: str = "42", affiliate: str = "SPT", *, indexed: bool = True, **changes: Any) -> Record:
        key = Key("loja", affiliate, sku)
        was = self.records.get(key)
        blank = replace(was, status=Status.SUCCESS, listed_at=START - int(sku) * MINUTE)
        record = self.records.save(replace(blank, **changes), was)
        if indexed:
            self.index.entries.discard(("loja", place_of(was)))
            self.index.entries.add(("loja", place_of(record)))
        return record

    def ask(self, kind: Format = Format.CSV, *, language: str = "en", **wanted: Any) -> None:
        request = FileRequest(Filter(**{"affiliates": ["MRC", "SPT"], **wanted}), language, "America/Sao_Paulo")
        self.jobs.save(Job(KEY, kind.value, request.document(), self.clock(), "ana", next_at=self.clock()), None)

    @property
    def working(self) -> Working:
        pages = FilePages(
            listing=Listing(self.index, self.records),
            totals=self.index,
            control=self.control,
            store=self.files,
            clock=self.clock,
            late_after_s=3600,
            at_once=map,
            folder=self.folder,
            rows_a_page=4,
            max_rows=self.max_rows,
        )
        return Working(
            self.jobs, dict.fromkeys(Format, pages), self.queue, self.clock, lambda: 0.0, lease_s=630, budget_s=300
        )

    def work(self, times: int = 1) -> Job:
        """So many invocations, each when its page is due."""
        for _ in range(times):
            assert take_batch(self.working, [("m", job_message(KEY))]) == []
            self.clock.now = max(self.clock.now, self.job.next_at)
        return self.job

    @property
    def job(self) -> Job:
        return self.jobs.stored[KEY]

    def rows(self) -> list[dict[str, str]]:
        """Of the finished file, by the columns' names."""
        text = self.files.stored[object_name(self.job)].decode().removeprefix("\ufeff")
        _, *lines = csv.reader(io.StringIO(text, newline=""))
        return [dict(zip(NAMES, line, strict=True)) for line in lines]

    def skus(self) -> list[str]:
        return [line["sku"] for line in self.rows()]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


# ---------------------------------------------------------------------- which rows


def test_pages_are_read_one_after_the_other_and_then_made_into_a_file_by_an_invocation_of_its_own(world: World) -> None:
    for number in range(1, 11):
        world.put(str(number), "SPT" if number % 2 else "MRC")
    world.ask()
    read = world.work()
    assert (read.position["phase"], read.pages) == ("assemble", 5)  # the count, ten rows by four, and what moved
    assert read.counts == {"estimate": 10, "seen": 10, "rows": 10}
    assert [message.delay_s for message in world.queue.messages] == [1]
    done = world.work()
    assert done.state is State.DONE
    assert done.counts["bytes"] == len(world.files.stored[object_name(done)])
    assert world.skus() == [str(number) for number in range(1, 11)]  # the newest first, as in the list


@pytest.mark.parametrize(
    ("wanted", "skus"),
    [
        ({}, ["1", "2", "3", "5"]),
        ({"affiliates": ["MRC"]}, ["2"]),
        ({"shown": "error"}, ["3"]),
        ({"shown": "removed"}, ["4"]),
        ({"cause": "unmapped"}, ["3"]),
        ({"cause": "unmapped", "shown": "success"}, []),
        ({"since": START - 2 * MINUTE, "until": START - MINUTE}, ["2"]),
        ({"late": True}, ["5"]),
        ({"late": False, "shown": "success"}, ["1", "2"]),
        ({"sku": "2"}, ["2"]),
        ({"sku": "2", "affiliates": ["SPT"]}, []),
        ({"since": START + 1}, []),
    ],
)
def test_a_filter_is_kept_to(world: World, wanted: dict[str, Any], skus: list[str]) -> None:
    world.put("1")
    world.put("2", "MRC")
    world.put("3", status=Status.ERROR, cause="unmapped")
    world.put("4", removal=Removal(START, 1, Status.SUCCESS))
    world.put("5", reflected_ms=3_600_001)
    world.ask(**wanted)
    assert world.work(2).state is State.DONE
    assert world.skus() == skus


def test_a_row_that_moves_while_the_list_is_read_is_in_the_file_once_as_it_was_last_read(world: World) -> None:
    for number in range(1, 10):
        world.put(str(number))
    world.ask()

    def meanwhile() -> None:
        world.clock.forward(5)
        for moved in ("2", "7"):  # one that was read already, and one that no page would find where it was
            world.put(moved, listed_at=world.clock(), confirmed=3)
        world.put("8", listed_at=world.clock(), removal=Removal(world.clock(), 1, Status.SUCCESS))
        world.put("50", listed_at=world.clock() - 1_000)  # it came meanwhile

    world.files.before_put = meanwhile
    done = world.work(2)
    assert [line["sku"] for line in world.rows()] == ["7", "2", "50", "1", "3", "4", "5", "6", "9"]
    assert [line["confirmed"] for line in world.rows()[:3]] == ["3", "3", ""]
    assert (done.counts["rows"], done.counts["estimate"]) == (9, 9)


def test_what_moved_out_of_the_filters_period_is_not_looked_for(world: World) -> None:
    world.put("1")
    world.put("2")
    world.ask(until=START)
    world.clock.forward(5)
    world.put("2", listed_at=world.clock())
    world.work(2)
    assert world.skus() == ["1"]


def test_a_row_that_moved_after_its_entry_was_read_is_told_as_it_is_now(world: World) -> None:
    world.put("1")
    world.put("2")
    world.ask()
    world.clock.forward(5)
    world.put("2", indexed=False, listed_at=world.clock(), confirmed=3)
    world.work(2)
    assert [(line["sku"], line["confirmed"]) for line in world.rows()] == [("1", ""), ("2", "3")]


def test_an_old_entry_of_a_row_that_is_listed_elsewhere_does_not_repeat_it(world: World) -> None:
    world.put("3")
    world.index.entries.add(("loja", place_of(replace(world.put("2"), listed_at=START - 9 * MINUTE))))
    world.ask()
    world.work(2)
    assert world.skus() == ["2", "3"]


# ---------------------------------------------------------------------- crashes


def test_a_page_that_was_cut_off_is_repeated_and_its_rows_come_once(world: World) -> None:
    for number in range(1, 11):
        world.put(str(number))
    world.ask()

    def die() -> None:
        raise ZeroDivisionError

    world.files.before_put = die
    assert world.work().pages == 1
    world.clock.forward(631)
    assert world.work(2).state is State.DONE
    assert world.skus() == [str(number) for number in range(1, 11)]


def test_whoever_lost_the_page_cannot_put_its_rows_in_place_of_the_others(world: World) -> None:
    world.put("1")
    world.ask()

    def another() -> None:
        world.clock.forward(631)
        world.put("1", listed_at=START - MINUTE, confirmed=9)
        assert take_batch(world.working, [("m", job_message(KEY))]) == []

    world.files.before_put = another
    world.work(2)
    assert [line["confirmed"] for line in world.rows()] == ["9"]
    assert len([name for name in world.files.stored if name.startswith("spool/")]) == 2


def test_a_file_that_could_not_be_stored_is_made_again(world: World) -> None:
    world.put("1")
    world.files.refuses = 1
    world.ask(Format.XLSX)
    assert (world.work(2).state, world.job.failures) == (State.RUNNING, 1)
    assert world.work().state is State.DONE
    assert world.files.stored[object_name(world.job)].startswith(b"PK")
    assert list(world.folder.iterdir()) == []  # what was on the disk is gone


def test_a_spool_that_expired_ends_the_job(world: World) -> None:
    world.put("1")
    world.ask()
    world.work()
    world.files.stored.clear()
    assert (world.work().state, world.job.reason) == (State.FAILED, "spool_gone")


def test_more_rows_than_a_file_holds_end_the_job(world: World) -> None:
    world.max_rows = 5
    for number in range(1, 11):
        world.put(str(number))
    world.ask()
    assert (world.work().state, world.job.reason) == (State.FAILED, "too_many_rows")


def test_a_cancelled_file_is_not_made(world: World) -> None:
    world.put("1")
    world.ask()
    job = world.work()
    world.jobs.save(replace(job, state=State.CANCELLED), job)
    assert world.work().state is State.CANCELLED
    assert [name for name in world.files.stored if name.startswith("files/")] == []


def test_a_file_without_rows_is_a_heading(world: World) -> None:
    world.ask()
    assert world.work(2).state is State.DONE
    assert world.rows() == []


# ---------------------------------------------------------------------- what a row says


def row_of(record: Record, **more: Any) -> dict[str, Any]:
    rows = Rows({"SPT": channel("SPT", name="Um")}, **{"language": "en", "now": START, "late_after_s": 3600, **more})
    return dict(zip(NAMES, rows.row(record), strict=True))


def test_an_error_says_its_cause_what_to_do_and_the_marketplaces_words() -> None:
    attempts = (Attempt(START, "refused", 3, 2),)
    record = Record(
        Key("loja", "SPT", "42"),
        rev=1,
        status=Status.ERROR,
        cause="not_catalogued",
        message="no\nsuch\tthing",
        wanted=3,
        version=2,
        done_version=2,
        decision=Decision(Verdict.AT_THRESHOLD, 8, 3, START - 900),
        last_change_at=START - 1_000,
        processed_at=START,
        reflected_ms=90_000,
        attempts=attempts,
        removal=Removal(START, 2, Status.ERROR),
    )
    told = row_of(record)
    assert (told["sku"], told["marketplace"], told["status"]) == (42, "Um", "Removed")
    assert (told["situation"], told["cause"]) == (
        "Waits for a correction",
        "Product not catalogued at the marketplace yet",
    )
    assert told["hint"] == "Finish or request the cataloguing, then reprocess"
    assert told["message"] == "no such thing"
    assert (told["de"], told["por"], told["wanted"], told["confirmed"]) == (8, 3, 3, None)
    assert (told["changed_at"], told["processed_at"], told["removed_at"]) == (START - 1_000, START, START)
    assert (told["minutes"], told["late"], told["attempts"]) == (1.5, False, 1)
    assert row_of(record, language="es")["status"] == "Eliminado"


def test_a_cause_that_an_account_described_breaks_no_workbook() -> None:
    """XML cannot hold U+FFFF, and Excel opens nothing of a workbook that has one."""
    words = {"pt": "Sem\uffff foto\u2028"}
    own = OwnCause("own.x", Cure.FIX_FIRST, words, words, (Pattern("foto"),))
    record = Record(Key("loja", "SPT", "42"), rev=1, status=Status.ERROR, cause="own.x", version=1, done_version=1)
    told = row_of(record, catalogue=Catalogue([own]))
    assert (told["cause"], told["hint"]) == ("Sem  foto", "Sem  foto")


def test_a_change_that_was_held_back_says_its_own_de_and_por() -> None:
    record = Record(
        Key("loja", "MRC", "7"),
        rev=1,
        status=Status.SUCCESS,
        decision=Decision(Verdict.FIRST, None, 50, START - 9_000),
        skipped=Skipped(50, 40, START - 900, Verdict.ABOVE_THRESHOLD),
        last_change_at=START - 1_000,
        processed_at=START - 8_000,
    )
    told = row_of(record)
    assert (told["marketplace"], told["cause"], told["message"]) == ("MRC", None, None)
    assert (told["de"], told["por"], told["changed_at"]) == (50, 40, START - 1_000)


def test_a_file_is_saved_under_a_name_that_says_what_it_is(world: World) -> None:
    world.ask(Format.XLSX, language="es", shown="success", affiliates=["SPT"], since=START - 48 * 60 * MINUTE)
    assert file_name(world.job) == "stockbridge_loja_SPT_exito_2025-12-29_2025-12-31.xlsx"
    assert read_request(world.job.asked).document() == world.job.asked


def test_a_workbook_says_who_asked_for_what_and_when(world: World) -> None:
    world.ask(Format.XLSX, language="pt", shown="error", cause="unmapped", late=True, sku="42", since=START - MINUTE)
    told = dict(about(world.job, 7))
    assert (told["Conta"], told["Afiliados"], told["Status"]) == ("loja", "MRC, SPT", "Erro")
    assert (told["Causa"], told["Atrasado"], told["SKU"]) == ("SKU sem vínculo com um anúncio", "sim", "42")
    assert (told["De"], told["Até"]) == ("2025-12-31 20:59:00", "2025-12-31 21:00:00")
    assert (told["Pedido por"], told["Pedido em"], told["Linhas"]) == ("ana", "2025-12-31 21:00:00", "7")


def test_a_page_that_ends_nothing_waits_for_nothing(world: World) -> None:
    for number in range(1, 6):
        world.put(str(number))
    world.ask()
    first: Page = world.working.pages["csv"](
        replace(world.job, position={"phase": "read", "read": [], "moved": []}, epoch=3)
    )
    assert (first.wait_s, first.position["read"]) == (0.0, [3])
