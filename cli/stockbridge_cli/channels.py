"""stockbridge channels: what is connected, whether it works, and whether it sends."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import json
from typing import Annotated, Any

import typer

from stockbridge_cli.session import REFUSED, Session, command

app = typer.Typer(help="Channels: how an account's stock reaches a marketplace.", no_args_is_help=True)

Affiliate = Annotated[str, typer.Argument(help="The channel's affiliate, such as SPT")]


@command(app, "list", "stockbridge channels list --account demoloja")
def list_channels(session: Session) -> None:
    """All channels of the account."""
    items = session.api.get("channels")["items"]
    screen = session.screen
    if screen.as_json:
        screen.document(items)
        return
    columns = [screen.say(name) for name in ("affiliate", "name", "connector", "sending", "listing_map")]
    screen.table(
        columns,
        [
            (
                one["affiliate"],
                one["name"],
                one["connector"],
                screen.say("on" if one["enabled"] else "off"),
                screen.say("used" if one["listing_map"] else "unused"),
            )
            for one in items
        ],
    )


@command(app, "show", "stockbridge channels show SPT --json > channel.json")
def show(session: Session, affiliate: Affiliate) -> None:
    """One channel's document."""
    document = session.api.get("channels", affiliate)
    if session.screen.as_json:
        session.screen.document(document)
    else:
        session.screen.fields(document)


@command(
    app, "add", "stockbridge channels add SPT channel.json", "stockbridge channels add SPT - --replace < channel.json"
)
def add(
    session: Session,
    affiliate: Affiliate,
    file: Annotated[typer.FileText, typer.Argument(help="The channel's document as JSON; - reads standard input")],
    replace: Annotated[bool, typer.Option("--replace", help="Also over a channel that is there already")] = False,
) -> None:
    """Save a channel's document."""
    saved = session.api.put("channels", affiliate, document=read_document(file), rev=None if replace else 0)
    session.screen.told(saved, "saved", what=f"{saved['affiliate']} ({saved['name']})")


@command(app, "test", "stockbridge channels test MLB --sku 42")
def ask(
    session: Session,
    affiliate: Affiliate,
    sku: Annotated[str, typer.Option("--sku", help="Ask about this SKU; else about any of the channel's")] = "",
) -> None:
    """Ask the marketplace something harmless. Ends with 0 only when it works."""
    found = session.api.post("channels", affiliate, "test", sku=sku or None)
    screen = session.screen
    if screen.as_json:
        screen.document(found)
    else:
        screen.line(found["text"])
        if found["cause"] is not None:
            screen.line(found["cause"]["hint"])
        if found["message"]:
            screen.line(screen.say("said", what=found["message"]))
    if found["result"] != "works":
        raise typer.Exit(REFUSED)


@command(app, "pause", "stockbridge channels pause MRC")
def pause(session: Session, affiliate: Affiliate) -> None:
    """Stop sending; changes go on being recorded and wait."""
    paused = session.api.post("channels", affiliate, "pause")
    session.screen.told(paused, "switched_off", what=paused["affiliate"])


@command(app, "resume", "stockbridge channels resume MRC")
def resume(session: Session, affiliate: Affiliate) -> None:
    """Send again, first what waited."""
    resumed = session.api.post("channels", affiliate, "resume")
    session.screen.told(resumed, "switched_on", what=resumed["affiliate"])


def read_document(file: typer.FileText) -> dict[str, Any]:
    try:
        document = json.load(file)
    except ValueError as error:
        raise typer.BadParameter(f"{file.name}: {error}") from error
    if not isinstance(document, dict):
        raise typer.BadParameter(f"{file.name}: not a JSON object")
    return document
