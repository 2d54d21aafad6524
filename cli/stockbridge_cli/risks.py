"""stockbridge risks: what may be sold and is not there."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

from typing import Annotated

import typer

from stockbridge_cli.limits import Limit
from stockbridge_cli.session import Session, command

app = typer.Typer()


@command(app, "risks")
def risks(
    session: Session,
    affiliate: Annotated[str, typer.Option("--affiliate", help="Only this one; else all of the account's")] = "",
    limit: Limit = 50,
) -> None:
    """Records whose marketplace shows more than it should, or may: nothing left first, then the most units."""
    items = list(session.api.each("risks", limit=limit, affiliate=affiliate or None))
    screen = session.screen
    if screen.as_json:
        screen.document(items)
        return
    columns = [screen.say(name) for name in ("affiliate", "sku", "exposure", "balance", "shown", "reason")]
    rows = [
        (
            one["affiliate"],
            one["sku"],
            screen.say("unknown") if one["exposure"] is None else one["exposure"],
            one["balance"]["current"],
            screen.say("unknown") if one["confirmed"] is None else one["confirmed"],
            one["detail"],
        )
        for one in items
    ]
    screen.table(columns, rows)
