"""stockbridge reprocess, remove, restore: of one SKU, several, or a file of them."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated

import typer

from stockbridge_cli.channels import Affiliate
from stockbridge_cli.client import Api, Document, NotPossible, Refused
from stockbridge_cli.records import status_of
from stockbridge_cli.session import REFUSED, Session, command
from stockbridge_cli.skus import skus_of

POLL_S = 2.0  # between two looks at what a reprocess waits for

_NOT_OF_ONE_SKU = (401, 403)  # the next SKU would be refused like this one

app = typer.Typer()

Skus = Annotated[list[str] | None, typer.Argument(help="SKUs at VTEX", metavar="SKU...")]
File = Annotated[typer.FileText | None, typer.Option("--file", help="SKUs from a file as well; - reads standard input")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say for which SKUs it is possible now")]

Call = Callable[[Api, str], Document]


@dataclass
class Report:
    """`done` holds the API's answers, `refused` the SKU and the problem of each other one."""

    done: list[Document] = field(default_factory=list)
    refused: list[Document] = field(default_factory=list)


@command(
    app,
    "reprocess",
    "stockbridge reprocess SPT 42 43",
    "stockbridge reprocess SPT 42 --wait",
    "stockbridge records --status error --affiliate SPT --json | jq -r .[].sku | stockbridge reprocess SPT --file -",
)
def reprocess(
    session: Session,
    affiliate: Affiliate,
    skus: Skus = None,
    file: File = None,
    dry_run: DryRun = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until each has its outcome; ends with 0 when all succeed")
    ] = False,
    timeout: Annotated[int, typer.Option("--timeout", min=1, help="Seconds that --wait waits")] = 300,
) -> None:
    """Ask for one more try of each SKU, with its balance of then."""
    wanted = skus_of(skus or [], file)
    if dry_run:
        _say_what_is_possible(session, "reprocess", affiliate, wanted)
        return
    report = _each(session, "reprocess", wanted, lambda api, sku: api.post("records", affiliate, sku, "reprocess"))
    try:
        outcomes = _outcomes(session, [one["record"] for one in report.done], timeout) if wait else None
    except NotPossible:
        _show(session, "reprocess", report)
        raise
    _show(session, "reprocess", report, outcomes)
    if report.refused or any(one["status"] != "success" for one in outcomes or ()):
        raise typer.Exit(REFUSED)


@command(app, "remove", "stockbridge remove SPT 42 43", "stockbridge remove SPT --file skus.txt --dry-run")
def remove(
    session: Session, affiliate: Affiliate, skus: Skus = None, file: File = None, dry_run: DryRun = False
) -> None:
    """Take rows out of the lists. It cancels no send, and can be taken back for 30 days."""
    wanted = skus_of(skus or [], file)
    _do(session, "remove", affiliate, wanted, dry_run, lambda api, sku: api.delete("records", affiliate, sku))


@command(app, "restore", "stockbridge restore SPT 42 43", "stockbridge restore SPT --file skus.txt")
def restore(
    session: Session, affiliate: Affiliate, skus: Skus = None, file: File = None, dry_run: DryRun = False
) -> None:
    """Put removed rows back."""
    wanted = skus_of(skus or [], file)
    _do(session, "restore", affiliate, wanted, dry_run, lambda api, sku: api.post("records", affiliate, sku, "restore"))


def _do(session: Session, deed: str, affiliate: str, skus: Sequence[str], dry_run: bool, call: Call) -> None:
    if dry_run:
        _say_what_is_possible(session, deed, affiliate, skus)
        return
    report = _each(session, deed, skus, call)
    _show(session, deed, report)
    if report.refused:
        raise typer.Exit(REFUSED)


def _each(session: Session, deed: str | None, skus: Sequence[str], call: Call) -> Report:
    """Raises what concerns all of them, after it showed what had been done by then, if anything is done at all."""
    report, api = Report(), session.api
    try:
        with session.screen.progress(len(skus), "SKUs") as done:
            for sku in skus:
                try:
                    report.done.append(call(api, sku))
                except Refused as refused:
                    if refused.status in _NOT_OF_ONE_SKU:
                        raise
                    report.refused.append({"sku": sku, "problem": refused.problem})
                done()
    except NotPossible:
        if deed is not None and (report.done or report.refused):
            _show(session, deed, report)
        raise
    return report


def _outcomes(session: Session, records: Sequence[Document], timeout_s: int) -> list[Document]:
    """The records as they ended, or as they are when the time is over."""
    latest = {one["sku"]: one for one in records}
    until = time.monotonic() + timeout_s
    with session.screen.progress(len(records), session.screen.say("waiting")) as done:
        while waiting := [one for one in latest.values() if one["status"] == "pending"]:
            if time.monotonic() >= until:
                break
            time.sleep(POLL_S)
            for one in waiting:
                try:
                    latest[one["sku"]] = session.api.get("records", one["affiliate"], one["sku"])
                except Refused as refused:
                    if refused.status < 500:  # else it may answer the next time
                        raise
                if latest[one["sku"]]["status"] != "pending":
                    done()
    return list(latest.values())


def _show(session: Session, deed: str, report: Report, outcomes: list[Document] | None = None) -> None:
    screen = session.screen
    if screen.as_json:
        screen.document(asdict(report) | ({"outcomes": outcomes} if outcomes is not None else {}))
        return
    if report.refused:
        rows = [(one["sku"], _reason(one["problem"])) for one in report.refused]
        screen.table([screen.say(name) for name in ("sku", "reason")], rows)
    if outcomes:
        columns = [screen.say(name) for name in ("sku", "status", "confirmed", "detail")]
        shown = [
            (one["sku"], status_of(screen, one), screen.number(one["confirmed"]), one["detail"]) for one in outcomes
        ]
        screen.table(columns, shown)
    numbers = {"done": screen.number(len(report.done)), "refused": screen.number(len(report.refused))}
    screen.line(screen.say(f"deed.{deed}", **numbers))


def _say_what_is_possible(session: Session, deed: str, affiliate: str, skus: Sequence[str]) -> None:
    report = _each(session, None, skus, lambda api, sku: api.get("records", affiliate, sku))
    possible = [one for one in report.done if deed in one["actions"]]
    other = [one for one in report.done if deed not in one["actions"]]
    screen = session.screen
    if screen.as_json:
        screen.document({"possible": possible, "not_possible": other, "refused": report.refused})
    else:
        rows = [(one["sku"], screen.say("yes"), status_of(screen, one), one["situation"]["text"]) for one in possible]
        rows += [(one["sku"], screen.say("no"), status_of(screen, one), one["situation"]["text"]) for one in other]
        rows += [(one["sku"], screen.say("no"), "", _reason(one["problem"])) for one in report.refused]
        screen.table([screen.say(name) for name in ("sku", "possible", "status", "situation")], rows)
    if other or report.refused:
        raise typer.Exit(REFUSED)


def _reason(problem: Document) -> str:
    fields = "; ".join(f"{one['field']}: {one['detail']}" for one in problem.get("problems") or ())
    return fields or str(problem.get("detail") or problem.get("message") or problem["status"])
