"""stockbridge operation: bulk reprocess, removal and restoring, watched until they end."""

# no `from __future__ import annotations`: typer reads the options' annotations as they are

from enum import StrEnum
from time import sleep
from typing import Annotated, Any

import typer
from rich.progress import TaskProgressColumn

from stockbridge_cli.client import Document
from stockbridge_cli.limits import Limit, Shown, Since, Until
from stockbridge_cli.screen import Screen
from stockbridge_cli.session import REFUSED, Session, command

app = typer.Typer(help="Bulk operations: start, watch, pause, go on, cancel, undo.", no_args_is_help=True)

LOOK_AGAIN_S = 2.0
STANDS_STILL = {"paused", "stopped", "cancelled", "done", "failed"}

_Id = Annotated[str, typer.Argument(help="The operation's number, or its id", show_default=False)]
_Wait = Annotated[bool, typer.Option("--wait", help="Show the progress until it ends, pauses or stops")]


class Action(StrEnum):
    REPROCESS = "reprocess"
    REMOVE = "remove"
    RESTORE = "restore"


@command(app, "start")
def start(
    session: Session,
    action: Annotated[Action, typer.Argument(show_default=False)],
    affiliate: Annotated[list[str] | None, typer.Option(help="Again for several; all when left out")] = None,
    status: Annotated[Shown | None, typer.Option()] = None,
    cause: Annotated[str, typer.Option(help="Only errors of this cause; needs --affiliate")] = "",
    since: Since = None,
    to: Until = None,
    sku: Annotated[list[str] | None, typer.Option(help="Only this SKU; again for several")] = None,
    record: Annotated[
        list[str] | None,
        typer.Option(metavar="AFFILIATE#SKU", help="Exactly this record; again for several"),
    ] = None,
    until: Annotated[str, typer.Option(help="The frozen time that a preview told")] = "",
    include_fix_first: Annotated[bool, typer.Option("--include-fix-first", help="Also what must be fixed")] = False,
    no_sample: Annotated[bool, typer.Option("--no-sample", help="Do not begin with a sample")] = False,
    preview: Annotated[bool, typer.Option("--preview", "--dry-run", help="Only say what it would do")] = False,
    key: Annotated[str, typer.Option(help="Starting twice with one key starts one operation")] = "",
    wait: _Wait = False,
) -> None:
    """Reprocess, remove or restore all records that fit."""
    limits = {
        "affiliates": affiliate,
        "status": status,
        "cause": cause,
        "from": since,
        "to": to,
        "skus": sku,
        "records": [_record(one) for one in record or ()],
    }
    document: dict[str, Any] = {
        "action": action,
        "filter": {name: value for name, value in limits.items() if value},
        "include_fix_first": include_fix_first,
        "sample": not no_sample,
        "preview": preview,
    }
    if until:
        document["until"] = until
    told = session.api.post("operations", document=document, key=key or None)
    if preview:
        _previewed(session, told)
    elif wait:
        _watch(session, told)
    else:
        session.screen.told(told, "operation_started", name=_name(told), count=told["set"]["can_go"])
        _left_out(session, told)


def _name(told: Document) -> str:
    """What people call it; one from before there were numbers has none."""
    return str(told["number"] or told["id"])


def _record(text: str) -> Document:
    affiliate, _, sku = text.partition("#")
    return {"affiliate": affiliate, "sku": sku}


@command(app, "list")
def list_operations(session: Session, limit: Limit = 50) -> None:
    """Bulk operations, newest first."""
    found = list(session.api.each("operations", limit=limit))
    if session.screen.as_json:
        session.screen.document(found)
        return
    screen = session.screen
    columns = [screen.say(name) for name in ("operation", "action", "when", "who", "progress", "result")]
    rows = [
        [
            _name(one),
            one["action"],
            screen.when(one["created_at"]),
            one["created_by"],
            f"{one['percent']} %",
            one["text"],
        ]
        for one in found
    ]
    screen.table(columns, rows)


@command(app, "show")
def show(session: Session, operation: _Id, wait: _Wait = False) -> None:
    """One operation, with what came of it so far."""
    told = session.api.get("operations", operation)
    if wait:
        _watch(session, told)
    else:
        _told(session, told)


@command(app, "pause")
def pause(session: Session, operation: _Id) -> None:
    """No further page, until somebody resumes it."""
    _told(session, session.api.post("operations", operation, "pause"))


@command(app, "resume")
def resume(session: Session, operation: _Id, wait: _Wait = False) -> None:
    """Go on where it paused, or in spite of what its sample said."""
    told = session.api.post("operations", operation, "resume")
    if wait:
        _watch(session, told)
    else:
        _told(session, told)


@command(app, "cancel")
def cancel(session: Session, operation: _Id) -> None:
    """Leave what is left as it is; what was done stays done."""
    _told(session, session.api.post("operations", operation, "cancel"))


@command(app, "undo")
def undo(session: Session, operation: _Id, wait: _Wait = False) -> None:
    """Restore exactly what a removal removed."""
    told = session.api.post("operations", operation, "undo")
    if wait:
        _watch(session, told)
    else:
        session.screen.told(told, "operation_started", name=_name(told), count=told["set"]["can_go"])


@command(app, "failures")
def failures(session: Session, operation: _Id, limit: Limit = 200) -> None:
    """The records that came back with an error."""
    found = list(session.api.each("operations", operation, "failures", limit=limit))
    if session.screen.as_json:
        session.screen.document(found)
        return
    columns = [session.screen.say("affiliate"), "SKU", session.screen.say("reason"), session.screen.say("message")]
    rows = [[one["affiliate"], one["sku"], one["cause"]["title"], one["message"]] for one in found]
    session.screen.table(columns, rows)


def _previewed(session: Session, told: dict[str, Any]) -> None:
    if session.screen.as_json:
        session.screen.document(told)
        return
    names = ("can_go", "fix_first", "already_waiting", "success_ignored", "nothing_to_do")
    columns = [session.screen.say("affiliate"), *(session.screen.say(name) for name in names)]
    session.screen.table(columns, [[one["channel"], *(one[name] for name in names)] for one in told["affiliates"]])
    if told["removal"]:
        _removal_previewed(session.screen, told["removal"], more=told["set"]["more"])
    elif told["set"]["can_go"]:
        session.screen.line(told["estimate"])
    session.screen.line(f"--until {told['until']}")


def _removal_previewed(screen: Screen, removal: dict[str, Any], *, more: bool) -> None:
    what = screen.say("removal", **removal)
    screen.line(screen.say("at_least", what=what) if more else what)
    if removal["looked_at"]:
        screen.line(screen.say("still_differing", **removal))


def _told(session: Session, told: dict[str, Any]) -> None:
    if session.screen.as_json:
        session.screen.document(told)
        return
    session.screen.line(f"{_name(told)}  {told['percent']} %  {told['text']}")
    if told["reason"]:
        session.screen.line(told["reason"])
    _left_out(session, told)
    for one in told["failures"]:
        session.screen.line(f"  {one['count']}  {one['cause']['title']}: {one['cause']['hint']}")


def _left_out(session: Session, told: dict[str, Any]) -> None:
    """What fits the filter and is not reprocessed; a success is not missed."""
    screen, counted = session.screen, told["set"]
    if screen.as_json or told["action"] != Action.REPROCESS:
        return
    names = ("fix_first", "already_waiting", "nothing_to_do")
    parts = [screen.say(f"left_out.{name}", count=counted[name]) for name in names if counted[name]]
    if parts:
        screen.line(screen.say("left_out", what=", ".join(parts)))


def _watch(session: Session, told: dict[str, Any]) -> None:
    """Ends the command with 1 unless the operation is done."""
    with session.screen.bar(TaskProgressColumn()) as bar:
        task = bar.add_task(_name(told), total=100, completed=told["percent"])
        while told["state"] not in STANDS_STILL:
            sleep(LOOK_AGAIN_S)
            told = session.api.get("operations", told["id"])
            bar.update(task, completed=told["percent"])
    _told(session, told)
    if told["state"] != "done":
        raise typer.Exit(REFUSED)
