"""stockbridge: the command. Exit codes: 0 done, 1 refused (the reason is told), 2 not understood, 3 nobody answers."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from stockbridge_cli import (
    activity,
    audit,
    causes,
    channels,
    deeds,
    explain,
    files,
    listings,
    load_test,
    operations,
    overview,
    reconcile,
    records,
    risks,
    simulation,
    tokens,
)

app = typer.Typer(
    help="StockBridge from a terminal. Without options it speaks to the local system; behind any command, --stage "
    "names another one of ~/.config/stockbridge/config.toml, and --api and --token one that is not there.",
    epilog="Exit codes: 0 done, 1 refused (the reason is told), 2 not understood, 3 nobody answers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(records.app)
app.add_typer(deeds.app)
app.add_typer(overview.app)
app.add_typer(activity.app)
app.add_typer(channels.app, name="channels")
app.add_typer(channels.app, name="channel", hidden=True)  # its name before
app.add_typer(listings.app, name="listings")
app.add_typer(simulation.app)
app.add_typer(tokens.app, name="tokens")
app.add_typer(load_test.app)
app.add_typer(explain.app)
app.add_typer(risks.app)
app.add_typer(causes.app, name="causes")
app.add_typer(audit.app)
app.add_typer(operations.app, name="operation")
app.add_typer(files.app)
app.add_typer(reconcile.app, name="reconcile")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"stockbridge {version('stockbridge-cli')}")
        raise typer.Exit


@app.callback()
def main(
    version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and end")
    ] = False,
) -> None:
    """What may stand before a command."""
    del version_asked  # its callback ended everything


def run() -> None:
    app()
