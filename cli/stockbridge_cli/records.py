"""stockbridge records, stockbridge show: what became of the changes."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

from collections.abc import Iterator
from typing import Annotated

import typer

from stockbridge_cli.channels import Affiliate
from stockbridge_cli.client import Document
from stockbridge_cli.limits import Limit, Shown, Since, Until
from stockbridge_cli.listings import Sku
from stockbridge_cli.screen import Screen
from stockbridge_cli.session import Session, command

app = typer.Typer()


@command(
    app,
    "records",
    "stockbridge records --status error --from 24h",
    "stockbridge records --affiliate SPT --cause listing_closed",
    "stockbridge records --affiliate SPT --limit 0 --json",
    "stockbridge records --sku 42",
    "stockbridge records --late --limit 20",
    "stockbridge records --status error --count",
)
def list_records(
    session: Session,
    status: Annotated[Shown | None, typer.Option("--status", help="Everything but removed ones when left out")] = None,
    affiliate: Annotated[str | None, typer.Option("--affiliate", help="All of the account's when left out")] = None,
    sku: Annotated[str | None, typer.Option("--sku", help="One SKU, at every affiliate")] = None,
    cause: Annotated[str | None, typer.Option("--cause", help="Errors of this cause, by its code")] = None,
    since: Since = None,
    until: Until = None,
    late: Annotated[bool, typer.Option("--late", help="Late changes that are still open, the oldest first")] = False,
    limit: Limit = 50,
    count: Annotated[bool, typer.Option("--count", help="Only how many there are, exact up to 10,000")] = False,
) -> None:
    """Records, newest first."""
    asked = {"status": status, "affiliate": affiliate, "sku": sku, "cause": cause, "from": since, "to": until}
    asked["late"] = "true" if late else None
    screen = session.screen
    if count:
        total = session.api.get("records", "total", **asked)
        if screen.as_json:
            screen.document(total)
        else:
            screen.line(screen.counted(total))
        return
    items = list(session.api.each("records", limit=limit, **asked))
    if screen.as_json:
        screen.document(items)
        return
    columns = ("affiliate", "sku", "status", "change", "wanted", "confirmed", "detail")
    rows = [[screen.when(one["changed_at" if late else "listed_at"]), *_row(screen, one)] for one in items]
    screen.table([screen.say(name) for name in ("waiting_since" if late else "time", *columns)], rows)


@command(app, "show", "stockbridge show SPT 42", "stockbridge show SPT 42 --json --language en")
def show(session: Session, affiliate: Affiliate, sku: Sku) -> None:
    """Everything that is known of one record. Times are of this machine's zone."""
    record = session.api.get("records", affiliate, sku)
    screen = session.screen
    if screen.as_json:
        screen.document(record)
        return
    screen.line(f"{record['affiliate']}#{record['sku']}  {record['channel']}")
    screen.pairs([(screen.say(name), value) for name, value in _facts(screen, record)])
    if record["policy"]:
        screen.line(f"\n{screen.say('policy')}")
        screen.pairs([(one["text"], screen.number(one["quantity"])) for one in record["policy"]])
    screen.line(f"\n{screen.say('attempts')}")
    columns = ("time", "outcome", "quantity", "version", "http", "who", "message")
    rows = [
        (
            screen.when(one["at"]),
            screen.word("outcome", one["outcome"]),
            *(one[name] for name in ("quantity", "version", "http_status", "asked_by", "message")),
        )
        for one in record["attempts"]
    ]
    screen.table([screen.say(name) for name in columns], rows)
    for one in record["attempts"]:
        if (evidence := one["evidence"]) is not None:
            took = f" ({screen.number(evidence['duration_ms'])} ms)" if evidence["duration_ms"] is not None else ""
            screen.line(f"\n{screen.say('evidence', when=screen.when(evidence['at']))}{took}")
            screen.line(_indented(f"> {evidence['request']}"))
            screen.line(_indented(f"< {evidence['response']}"))


def change_of(screen: Screen, change: Document | None) -> str | None:
    """De and Por, such as "7 → 3"."""
    if change is None:
        return None
    de = screen.number(change["de"]) if change["de"] is not None else "?"
    return f"{de} → {screen.number(change['por'])}"


def status_of(screen: Screen, record: Document) -> str:
    return screen.say("status.removed" if record["removed"] is not None else f"status.{record['status']}")


def _row(screen: Screen, record: Document) -> list[object]:
    held = record["situation"]["code"] == "held"
    return [
        record["affiliate"],
        record["sku"],
        status_of(screen, record),
        change_of(screen, record["balance"]["skipped"] if held else record["why"]),
        screen.number(record["wanted"]),
        screen.number(record["confirmed"]),
        record["detail"],
    ]


def _facts(screen: Screen, record: Document) -> Iterator[tuple[str, str | None]]:
    """A text's key and what it is now."""
    situation, cause, balance, removed = (record[name] for name in ("situation", "cause", "balance", "removed"))
    yield "status", status_of(screen, record)
    yield "detail", record["detail"]
    goes_on = f" ({screen.when(situation['at'])})" if situation["at"] is not None else ""
    yield "situation", f"{situation['text']}{goes_on}"
    if cause is not None:
        yield "cause", f"{cause['title']} ({cause['code']})"
        yield "hint", cause["hint"]
    yield "message", record["message"]
    if (why := record["why"]) is not None:
        yield "last_change", f"{change_of(screen, why)}: {why['text']}"
    if (skipped := balance["skipped"]) is not None:
        yield "held", f"{change_of(screen, skipped)}, {screen.when(skipped['at'])}: {skipped['explanation']}"
    if balance["observed_at"] is not None:
        shown = screen.say("unlimited") if balance["unlimited"] else screen.number(balance["current"])
        yield "balance", f"{shown} ({screen.when(balance['observed_at'])})"
    yield "wanted", screen.number(record["wanted"])
    if record["confirmed"] is not None:
        yield "confirmed", f"{screen.number(record['confirmed'])} ({screen.when(record['confirmed_at']) or '?'})"
    yield "last_change_at", screen.when(record["last_change_at"])
    yield "waiting_since", screen.when(record["changed_at"])
    yield "processed_at", screen.when(record["processed_at"])
    if record["reflected_ms"] is not None:
        yield "reflected", f"{screen.number(record['reflected_ms'] / 1000, 1)} s"
    yield "late", screen.say("yes") if record["late"] else None
    yield "request", record["request"]
    if removed is not None:
        yield (
            "removed_at",
            f"{screen.when(removed['at'])} ({screen.say('until', when=screen.when(removed['undo_until']))})",
        )
    yield "came_back_after", screen.when(record["came_back_after"])
    yield "possible", ", ".join(record["actions"])


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
