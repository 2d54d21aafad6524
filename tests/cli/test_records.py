"""stockbridge records, show, overview and activity: what is read."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from stockbridge import evidence
from stockbridge.clock import now_ms
from stockbridge.dynamo import DynamoRecords
from stockbridge.outcomes import Evidence
from stockbridge.records import Attempt, Removal, Status
from stockbridge.store import KeptEvidence
from stockbridge_cli import client
from tests import stack
from tests.cli.conftest import Terminal
from tests.cli.rows import FAILURE, SUCCESS, Put, rows_of
from tests.memory import START


@pytest.fixture
def put(terminal: Terminal) -> Put:
    return rows_of(terminal.account)


@pytest.fixture(autouse=True)
def in_sao_paulo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "America/Sao_Paulo")
        time.tzset()
        yield
    time.tzset()


def test_records_are_listed_with_quantities_and_times_of_the_viewers_language_and_zone(
    terminal: Terminal, put: Put
) -> None:
    put("1", **SUCCESS)
    put("2", **FAILURE, listed_at=START + 1000)
    heading, failed, applied = terminal("records", user="vera").stdout.splitlines()
    assert heading.split()[:3] == ["Quando", "Afiliado", "SKU"]
    assert failed.split()[:8] == ["31/12/2025", "21:00:01", "SPT", "2", "erro", "?", "→", "3"]
    assert applied.split()[:10] == [
        "31/12/2025",
        "21:00:00",
        "SPT",
        "1",
        "sucesso",
        "4",
        "→",
        "1.005",
        "1.003",
        "1.003",
    ]
    assert "2025-12-31 21:00:00" in (english := terminal("records", language="en").stdout)
    assert "1,005" in english
    assert terminal("records", "--status", "removed", language="en").stdout == "Nothing here.\n"


def test_records_are_filtered_and_read_page_by_page(
    terminal: Terminal, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    now = now_ms()
    for sku in range(1, 6):
        put(str(sku), **SUCCESS, listed_at=now - sku * 3_600_000)
    put("9", **FAILURE, listed_at=START)

    def skus(*words: str) -> list[str]:
        return [one["sku"] for one in terminal.json("records", *words)]

    assert skus("--limit", "0") == ["1", "2", "3", "4", "5", "9"]
    assert skus("--limit", "3") == ["1", "2", "3"]
    assert skus("--from", "150m", "--affiliate", "spt") == ["1", "2"]
    assert skus("--from", "7d", "--to", "4h") == ["4", "5"]
    assert skus("--from", "2025-12-31T21:00", "--to", "2025-12-31T21:00:01") == ["9"]
    assert skus("--from", "2025-12-31", "--to", "2026-01-01") == ["9"]  # days of the zone
    assert skus("--status", "error") == skus("--sku", "9") == ["9"]
    assert terminal("records", "--sku", "042").exit_code == 1


def test_what_is_late_is_told_with_the_time_of_its_change_the_oldest_first(terminal: Terminal, put: Put) -> None:
    now = now_ms()
    put("1", changed_at=now - 7_200_000, send_at=now)
    put("2", changed_at=START, send_at=now)
    put("3", changed_at=now, send_at=now)
    heading, oldest, other = terminal("records", "--late", user="vera", language="en").stdout.splitlines()
    assert heading.startswith("Waiting since")
    assert oldest.split()[:5] == ["2025-12-31", "21:00:00", "SPT", "2", "pending"]
    assert other.split()[3] == "1"
    assert [one["sku"] for one in terminal.json("records", "--late", "--sku", "1")] == ["1"]
    assert terminal("records", "--late", "--status", "error").exit_code == 1


def test_a_list_can_be_counted_alone(terminal: Terminal, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    for sku in ("1", "2", "3"):
        put(sku, **FAILURE)
    assert terminal("records", "--status", "error", "--count").stdout == "3\n"
    assert terminal.json("records", "--status", "success", "--count") == {"count": 0, "more": False}
    monkeypatch.setattr("actions.record_lists.EXACT_UP_TO", 2)
    assert terminal("records", "--count").stdout == "2+\n"


@pytest.mark.parametrize(
    "words", [("--from", "yesterday"), ("--to", "24"), ("--from", "999999w"), ("--status", "done")]
)
def test_a_filter_that_cannot_be_understood_ends_with_2(terminal: Terminal, words: tuple[str, str]) -> None:
    assert terminal("records", *words).exit_code == 2


def test_a_record_is_shown_with_all_that_is_known(terminal: Terminal, put: Put) -> None:
    record = put("42", **FAILURE, balance=5, observed_at=START, removal=Removal(now_ms(), 1, Status.ERROR))
    names = stack.environment()
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    exchange = Evidence('PUT https://m.example/42\n{"quantity":3}', "404\n\nSKU not catalogued", 404, 31)
    records.keep(KeptEvidence(record.key, START + 3, 1, exchange))
    assert evidence.kept_evidence(record.key, limit=1)
    shown = terminal("show", "SPT", "42", user="otavio", language="en")
    assert shown.exit_code == 0
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert lines[0] == "SPT#42 Mercado Exemplo"
    for wanted in (
        "Status removed",
        "Cause Product not catalogued at the marketplace yet (not_catalogued)",
        "Message SKU not catalogued",
        "Balance at VTEX 5 (2025-12-31 21:00:00)",
        "Should show 3",
        "Possible now reprocess, restore",
        "Balance at VTEX 5",
        "Minus the reserve of 2 3",
        "2025-12-31 21:00:00 refused 3 1 404 SKU not catalogued",
        "Evidence of 2025-12-31 21:00:00 (31 ms)",
        "> PUT https://m.example/42",
        '{"quantity":3}',
        "< 404",
    ):
        assert wanted in lines
    assert any(line.startswith("What to do ") for line in lines)
    assert any(line.startswith("Last exported change ? → 3: ") for line in lines)
    assert any("can be restored until " in line for line in lines)
    assert terminal.json("show", "SPT", "42")["cause"]["code"] == "not_catalogued"


def test_an_error_that_came_back_says_so_and_every_record_says_when_vtex_changed(terminal: Terminal, put: Put) -> None:
    put("42", **FAILURE, last_change_at=START, came_back_after=START + 1_000)
    shown = terminal("show", "SPT", "42", language="en").stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "Changed at VTEX 2025-12-31 21:00:00" in lines
    assert "Came back after removal of 2025-12-31 21:00:01" in lines


def test_an_attempt_names_who_asked_for_it(terminal: Terminal, put: Put) -> None:
    put("42", **FAILURE)
    request = terminal.json("reprocess", "SPT", "42", user="otavio")["done"][0]["request"]
    put("42", attempts=(Attempt(now_ms(), "applied", 3, 2, http_status=200, request=request),))
    attempt = terminal("show", "SPT", "42", user="vera", language="en").stdout.splitlines()[-1]
    assert attempt.split()[2:] == ["applied", "3", "2", "200", "otavio"]


def test_a_success_tells_what_was_held_back_and_how_long_it_took(terminal: Terminal, put: Put) -> None:
    put("42", **SUCCESS)
    shown = terminal("show", "SPT", "42", language="es").stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "Muestra 1.003 (31/12/2025 21:00:00)" in lines
    assert "Del cambio al marketplace 1,2 s" in lines
    assert any(line.startswith("Último cambio retenido 60 → 50, 31/12/2025 20:59:59: ") for line in lines)
    assert terminal("show", "SPT", "43").exit_code == 1


def test_the_overview_has_a_line_for_each_affiliate_and_their_sum(terminal: Terminal, put: Put) -> None:
    put("1", **SUCCESS)
    put("2", **FAILURE)
    heading, spt, everything = terminal("overview", language="en").stdout.splitlines()
    assert heading.split()[:3] == ["Affiliate", "Name", "Sending"]
    assert spt.split() == ["SPT", "Mercado", "Exemplo", "on", "1", "1", "0", "0", "0"]
    assert everything.split() == ["All", "1", "1", "0", "0", "0"]
    assert terminal.json("overview")["counts"]["error"] == {"count": 1, "more": False}


def test_who_did_what_is_told_with_what_changed(terminal: Terminal, put: Put) -> None:
    put("42", **FAILURE)
    terminal("remove", "SPT", "42", user="otavio")
    terminal("channels", "pause", "SPT")
    lines = [
        " ".join(line.split()) for line in terminal("activity", "--from", "24h", language="en").stdout.splitlines()
    ]
    assert lines[0] == "When Who Action Subject Change"
    assert lines[1].endswith("ana channel.pause SPT enabled: true → false")
    assert lines[2].endswith("otavio remove SPT#42 removed: false → true")
    assert len(lines) == 3
    (deed,) = terminal.json("activity", "--by", "otavio", "--action", "remove", "--subject", "SPT#42")
    assert (deed["before"], deed["after"], deed["cut"]) == ({"removed": False}, {"removed": True}, False)
    assert terminal.json("activity", "--subject", "SPT#43") == []


def test_what_a_marketplace_says_commands_no_terminal(terminal: Terminal, put: Put) -> None:
    said = "\x1b]52;c;cm0gLXJm\x07\x1b[2J\x9b31mcaro\u202e[red]"
    put("1", **{**FAILURE, "message": said})
    for words in (("show", "SPT", "1"), ("records",), ("explain", "1"), ("show", "SPT", "1", "--json")):
        shown = terminal(*words, user="vera").stdout
        assert not set("\x1b\x07\x9b\u202e") & set(shown), words
    assert terminal.json("show", "SPT", "1", user="vera")["message"] == said
