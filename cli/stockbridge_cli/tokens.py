"""stockbridge tokens: the secrets of the webhooks' addresses, and the keys to the logs."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

from enum import StrEnum
from typing import Annotated

import typer

from stockbridge_cli.client import Document
from stockbridge_cli.formats import seconds
from stockbridge_cli.session import Session, command

app = typer.Typer(help="Tokens of the webhook's address, and keys to the logs for VTEX.", no_args_is_help=True)

TokenId = Annotated[str, typer.Argument(help="The token's id, as `tokens list` shows it", metavar="ID")]


class Kind(StrEnum):
    WEBHOOK = "webhook"
    LOGS = "logs"


@command(app, "list", "stockbridge tokens list")
def list_tokens(session: Session) -> None:
    """The valid tokens, oldest first. None of them can be read again."""
    items = session.api.get("tokens")["items"]
    screen = session.screen
    if screen.as_json:
        screen.document(items)
        return
    columns = [screen.say(name) for name in ("id", "kind", "name", "created", "who", "ending", "ends")]
    rows = [
        (
            one["id"],
            one["kind"],
            one["name"],
            screen.when(one["created_at"]),
            one["created_by"],
            one["ending"],
            screen.when(one["ends_at"]),
        )
        for one in items
    ]
    screen.table(columns, rows)


@command(app, "create", "stockbridge tokens create --name VTEX", "stockbridge tokens create --name VTEX --kind logs")
def create(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="For people")] = "",
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="What it opens: the webhook, unless this says the logs for VTEX")
    ] = None,
) -> None:
    """Make a token. Its secret is shown now and never again."""
    wanted = {"name": name} | ({"kind": kind} if kind is not None else {})
    _show_once(session, session.api.post("tokens", document=wanted))


@command(app, "rotate", "stockbridge tokens rotate 0123456789ab --grace 2h")
def rotate(
    session: Session,
    token_id: TokenId,
    grace: Annotated[
        int | None,
        typer.Option("--grace", parser=seconds, metavar="TIME", help="The old one's, such as 2h; else a day"),
    ] = None,
) -> None:
    """Make a token in place of another, which stays valid for a while. Its secret is shown now and never again."""
    _show_once(session, session.api.post("tokens", token_id, "rotate", grace_s=grace))


@command(app, "revoke", "stockbridge tokens revoke 0123456789ab")
def revoke(session: Session, token_id: TokenId) -> None:
    """End a token, everywhere within a minute."""
    gone = session.api.delete("tokens", token_id)
    session.screen.told(gone, "revoked", what=gone["deleted"])


def _show_once(session: Session, made: Document) -> None:
    screen = session.screen
    is_key = made["token"].get("kind") == Kind.LOGS
    screen.aside(screen.say("key_shown_once" if is_key else "shown_once"))
    if screen.as_json:
        screen.document(made)
        return
    address = session.api.base.rstrip("/") + made["path"]
    shown = {"id": made["token"]["id"], "name": made["token"]["name"], "secret": made["secret"], "address": address}
    if is_key:
        shown["header"] = made["header"]
    for name, value in shown.items():  # lines, because a table would fold the secret where the terminal ends
        screen.line(f"{screen.say(name)}: {value}")
