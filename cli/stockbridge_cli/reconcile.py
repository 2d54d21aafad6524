"""stockbridge reconcile: compare VTEX with the marketplaces, and repair what differs."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import time
from enum import StrEnum
from typing import Annotated

import typer

from stockbridge_cli.channels import Affiliate
from stockbridge_cli.client import Document
from stockbridge_cli.limits import Limit
from stockbridge_cli.session import REFUSED, Session, command

POLL_S = 2.0

app = typer.Typer(help="Reconciliations: what differs between VTEX and the marketplaces.", no_args_is_help=True)


class Kind(StrEnum):
    HOT = "hot"
    FULL = "full"


class Box(StrEnum):
    ALLOWED = "allowed"
    ABNORMAL = "abnormal"


Wait = Annotated[bool, typer.Option("--wait", help="Wait until it ends, and tell what it found")]


@command(app, "start")
def start(
    session: Session,
    affiliate: Annotated[str, typer.Option("--affiliate", help="Of one affiliate; else of all")] = "",
    kind: Annotated[Kind, typer.Option("--kind", help="What changed within a day, or everything")] = Kind.HOT,
    wait: Wait = False,
) -> None:
    """Compare now. A run that goes on already is not begun a second time."""
    document: Document = {"kind": kind.value} | ({"affiliate": affiliate} if affiliate else {})
    _told(session, session.api.post("reconciliations", document=document)["items"], wait=wait)


@command(app, "list")
def list_runs(session: Session, limit: Limit = 20) -> None:
    """The runs and what they found, the newest first."""
    runs = list(session.api.each("reconciliations", limit=limit))
    if session.screen.as_json:
        session.screen.document(runs)
    else:
        _table(session, runs)


@command(app, "show")
def show(session: Session, run: Annotated[str, typer.Argument(help="Its id, as `list` tells it")]) -> None:
    """One run with its numbers."""
    found = session.api.get("reconciliations", run)
    if session.screen.as_json:
        session.screen.document(found)
    else:
        session.screen.line(found["report"])
        session.screen.fields(found["counts"])


@command(app, "cancel")
def cancel(session: Session, run: Annotated[str, typer.Argument(help="Its id")]) -> None:
    """No further page of a run."""
    cancelled = session.api.post("reconciliations", run, "cancel")
    session.screen.told(cancelled, "cancelled", what=run)


@command(app, "differences")
def differences(
    session: Session,
    affiliate: Annotated[str, typer.Option("--affiliate", help="Of one affiliate; else of all")] = "",
    kind: Annotated[Box | None, typer.Option("--kind", help="One of the two boxes; else both")] = None,
    limit: Limit = 200,
) -> None:
    """What is not the same everywhere: allowed by the 5-unit rule, or abnormal."""
    box = kind.value if kind is not None else None
    items = list(session.api.each("differences", limit=limit, affiliate=affiliate or None, kind=box))
    screen = session.screen
    if screen.as_json:
        screen.document(items)
        return
    columns = ["SKU", *map(screen.say, ("affiliate", "box", "balance", "wanted", "shown", "repair", "reason"))]
    screen.table(
        columns,
        [
            [
                one["sku"],
                one["affiliate"],
                screen.say(one["kind"]),
                one["balance"],
                one["wanted"],
                one["shown"],
                screen.say("seen_again") if one["waits"] else screen.when(one["repaired_at"]),
                one["text"],
            ]
            for one in items
        ],
    )


@command(app, "repair")
def repair(
    session: Session,
    affiliate: Affiliate,
    sku: Annotated[str, typer.Argument(help="One SKU; without it everything that is abnormal there")] = "",
    wait: Wait = False,
) -> None:
    """Repair what is abnormal, also where repairs are held for an operator."""
    run = session.api.post("differences", affiliate, *([sku] if sku else []), "repair")
    _told(session, [run], wait=wait)


def _told(session: Session, runs: list[Document], *, wait: bool) -> None:
    while wait and any(run["state"] in ("running", "paused") for run in runs):
        time.sleep(POLL_S)
        runs = [session.api.get("reconciliations", run["id"]) for run in runs]
    if session.screen.as_json:
        session.screen.document(runs)
    else:
        _table(session, runs)
    if any(run["state"] in ("failed", "cancelled") for run in runs):
        raise typer.Exit(REFUSED)


def _table(session: Session, runs: list[Document]) -> None:
    screen = session.screen
    columns = [screen.say("id"), *map(screen.say, ("affiliate", "kind", "state", "began", "report"))]
    screen.table(
        columns,
        [
            [
                one["id"],
                one["affiliate"],
                screen.word("kind", one["kind"]),
                screen.word("state", one["state"]),
                screen.when(one["created_at"]),
                one["report"],
            ]
            for one in runs
        ],
    )
