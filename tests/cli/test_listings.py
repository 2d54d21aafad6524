"""stockbridge listings: one by one, and files of any length."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stockbridge.listing_entries import MAX_LINES as TAKEN_AT_ONCE
from stockbridge_cli.sheets import MAX_BYTES, MAX_LINES, parts
from tests.cli.conftest import Terminal


@pytest.fixture(autouse=True)
def channel(terminal: Terminal, documents: dict[str, str]) -> None:
    terminal("channel", "add", "MLB", documents["MLB"])


def test_a_listing_is_set_shown_listed_and_forgotten_with_its_leading_zeros(terminal: Terminal) -> None:
    saved = terminal("listings", "set", "MLB", "42", "item_id=MLB0042", "variation_id=007")
    assert (saved.exit_code, saved.stdout) == (0, "Salvo: 42 item_id=MLB0042 variation_id=007\n")
    listing = {"affiliate": "MLB", "sku": "42", "ids": {"item_id": "MLB0042", "variation_id": "007"}, "rev": 1}
    assert terminal.json("listings", "show", "MLB", "42") == listing
    assert terminal.json("listings", "list", "MLB") == [listing]
    rows = [line.split() for line in terminal("listings", "list", "MLB").stdout.splitlines()]
    assert rows == [["SKU", "item_id", "variation_id"], ["42", "MLB0042", "007"]]
    assert "007" in terminal("listings", "show", "MLB", "42", user="vera").stdout
    assert terminal("listings", "forget", "MLB", "42", language="en").stdout == "Forgotten: 42\n"
    gone = terminal("listings", "show", "MLB", "42", language="en")
    assert (gone.exit_code, gone.stderr) == (1, "This SKU is not in the channel's listing map.\n")


def test_a_name_that_the_connector_does_not_have_is_refused_with_those_it_has(terminal: Terminal) -> None:
    told = terminal("listings", "set", "MLB", "42", "ean=789", language="en")
    assert told.exit_code == 1
    assert "ids.ean" in told.stderr
    assert "item_id" in told.stderr


def test_a_file_is_imported_and_each_refused_line_is_told(terminal: Terminal, tmp_path: Path) -> None:
    sheet = tmp_path / "map.csv"
    sheet.write_bytes("\ufeffsku;item_id\r\n42;MLB0042\r\n043;MLB43\r\n44;\r\n".encode())
    ended = terminal("listings", "import", "MLB", str(sheet), language="en")
    assert ended.exit_code == 1
    lines = ended.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:3]] == [["3", "sku"], ["4", "ids"]]
    assert lines[-1] == "1 saved, 0 unchanged, 2 refused"
    again = terminal("listings", "import", "MLB", "-", "--json", stdin=sheet.read_bytes())
    report = json.loads(again.stdout)
    assert (report["saved"], report["unchanged"], [one["line"] for one in report["refused"]]) == (0, 1, [3, 4])
    fine = terminal("listings", "import", "MLB", "-", stdin="sku,item_id\n50,MLB50\n")
    assert (fine.exit_code, fine.stdout) == (0, "1 salvos, 0 sem mudança, 0 recusados\n")


def long_sheet(*ends: str) -> str:
    """Two good lines far apart; between them those that are refused, because they cost nothing."""
    return "\n".join(["sku,item_id", "1,MLB0001", *["0,MLB0"] * MAX_LINES, "2,MLB0002", *ends])


def test_a_long_file_goes_in_parts_and_its_lines_keep_their_numbers(terminal: Terminal) -> None:
    ended = terminal("listings", "import", "MLB", "-", "--json", stdin=long_sheet())
    report = json.loads(ended.stdout)
    assert (ended.exit_code, report["saved"]) == (1, 2)
    assert [one["line"] for one in report["refused"]] == list(range(3, MAX_LINES + 3))
    assert [one["ids"] for one in terminal.json("listings", "list", "MLB")] == [
        {"item_id": "MLB0001"},
        {"item_id": "MLB0002"},
    ]


def test_a_part_that_is_refused_as_a_whole_leaves_the_report_of_those_before(terminal: Terminal) -> None:
    ended = terminal("listings", "import", "MLB", "-", stdin=long_sheet('9,"MLB'), language="en")
    assert ended.exit_code == 1
    assert ended.stdout.splitlines()[-1] == f"1 saved, 0 unchanged, {MAX_LINES - 1} refused"
    assert ended.stderr.startswith("The file is not valid CSV")


def test_a_long_map_is_listed_as_far_as_is_asked_for(terminal: Terminal) -> None:
    sheet = "sku,item_id\n" + "".join(f"{sku},MLB{sku}\n" for sku in range(1, 252))
    assert terminal("listings", "import", "MLB", "-", stdin=sheet).exit_code == 0
    for limit, shown in (("0", 251), ("250", 250), ("3", 3)):
        assert len(terminal.json("listings", "list", "MLB", "--limit", limit)) == shown


def test_a_file_that_is_none_changes_nothing(terminal: Terminal) -> None:
    for content, reason in (("", "invalid_fields"), ("sku,ean\n1,2\n", "invalid_fields")):
        ended = terminal("listings", "import", "MLB", "-", "--json", stdin=content)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert json.loads(ended.stderr)["type"] == f"urn:stockbridge:problem:{reason}"
    latin = terminal("listings", "import", "MLB", "-", stdin="sku,item_id\n1,ção\n".encode("latin-1"), language="en")
    assert (latin.exit_code, latin.stderr) == (1, "The file is not UTF-8. Save it as CSV UTF-8.\n")
    assert terminal("listings", "list", "MLB", language="en").stdout == "Nothing here.\n"


def test_parts_hold_every_line_once_in_order_and_are_never_too_large() -> None:
    content = b"sku,item_id\r\n" + b"".join(b"%d,%s\r\n" % (sku, b"x" * (sku % 40)) for sku in range(1, 1_000))
    made = list(parts(content, max_lines=100, max_bytes=2_000))
    header = b"sku,item_id\r\n"
    assert header + b"".join(part.content.removeprefix(header) for part in made) == content
    assert all(len(part.content) <= 2_000 and part.content.count(b"\n") <= 101 for part in made)
    assert [part.lines_before for part in made] == [
        sum(one.content.count(b"\n") - 1 for one in made[:number]) for number in range(len(made))
    ]


def test_a_small_file_is_sent_as_it_is() -> None:
    for content in (b"", b"sku", b"\xef\xbb\xbfsku;item_id\r\n1;2", b"\xff\xfe"):
        assert [part.content for part in parts(content)] == [content]


def test_parts_are_as_large_as_the_api_takes() -> None:
    from actions.inputs import MAX_CSV_BYTES

    assert (MAX_LINES, MAX_BYTES) == (TAKEN_AT_ONCE, MAX_CSV_BYTES)
