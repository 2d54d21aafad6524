"""stockbridge: the command. Exit codes: 0 done, 1 refused (the reason is told), 2 not understood, 3 nobody answers."""

from __future__ import annotations

import typer

from stockbridge_cli import channels, listings, simulation

app = typer.Typer(
    help="StockBridge from a terminal. Without options it speaks to the local system; STOCKBRIDGE_API and "
    "STOCKBRIDGE_TOKEN, or --api and --token behind any command, name another one.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(channels.app, name="channel")
app.add_typer(listings.app, name="listings")
simulation.add_to(app)


def run() -> None:
    app()
