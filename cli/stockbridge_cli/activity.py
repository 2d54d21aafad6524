"""stockbridge activity: who did what, and what changed by it."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import json
from typing import Annotated, Any

import typer

from stockbridge_cli.client import Document
from stockbridge_cli.limits import Limit, Since, Until
from stockbridge_cli.session import Session, command

TOLD = 6  # fields of one deed, in a table

app = typer.Typer()


@command(
    app,
    "activity",
    "stockbridge activity --from 24h",
    "stockbridge activity --by ana --action channel.save",
    "stockbridge activity --subject SPT#42 --json",
)
def activity(
    session: Session,
    by: Annotated[str | None, typer.Option("--by", help="Who")] = None,
    action: Annotated[str | None, typer.Option("--action", help="What, such as reprocess or channel.save")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="SPT#42, SPT, an operation's number ...")] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
) -> None:
    """Who did what, newest first, with what changed; all of it with --json."""
    asked = {"user": by, "action": action, "subject": subject, "from": since, "to": until}
    items = list(session.api.each("activity", limit=limit, **asked))
    screen = session.screen
    if screen.as_json:
        screen.document(items)
        return
    columns = [screen.say(name) for name in ("time", "who", "action", "subject", "changed")]
    rows = [(screen.when(one["at"]), one["user"], one["action"], one["subject"], _changes(one)) for one in items]
    screen.table(columns, rows)


def _changes(one: Document) -> str:
    before, after = one["before"], one["after"]
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    told = [f"{name}: {_value(before.get(name))} → {_value(after.get(name))}" for name in names[:TOLD]]
    more = ["…"] * (one["cut"] or len(names) > TOLD)
    return "; ".join([*told, *more]) or str(one["details"])


def _value(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
