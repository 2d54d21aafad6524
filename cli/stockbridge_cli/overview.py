"""stockbridge overview: the account at a glance."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import typer

from stockbridge_cli.client import Document
from stockbridge_cli.screen import Screen
from stockbridge_cli.session import Session, command

app = typer.Typer()

COUNTED = ("success", "error", "pending", "removed")


@command(app, "overview", "stockbridge overview", "stockbridge overview --json | jq .counts.error.count")
def overview(session: Session) -> None:
    """How many records there are of each kind, what is late, and what stops whole channels."""
    found = session.api.get("overview")
    screen = session.screen
    if screen.as_json:
        screen.document(found)
        return
    columns = [screen.say(name) for name in ("affiliate", "name", "sending")]
    columns += [screen.say(f"status.{name}") for name in COUNTED]
    columns += [screen.say(name) for name in ("late", "oldest_open")]
    rows = [
        [one["affiliate"], one["channel"], screen.say("on" if one["enabled"] else "off"), *_numbers(screen, one)]
        for one in found["affiliates"]
    ]
    if rows:
        rows.append([screen.say("all"), "", "", *_numbers(screen, found)])
    screen.table(columns, rows)
    for one in found["incidents"]:
        screen.line(f"\n{one['affiliate']}: {one['cause']['title']}. {one['cause']['hint']}")
        if one["message"]:
            screen.line(screen.say("said", what=one["message"]))


def _numbers(screen: Screen, part: Document) -> list[str | None]:
    counts = [*(part["counts"][name] for name in COUNTED), part["late"]]
    return [*(screen.counted(one) for one in counts), screen.when(part["oldest_open"])]
