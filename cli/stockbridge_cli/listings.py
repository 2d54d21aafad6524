"""stockbridge listings: what a channel's marketplace calls the SKUs."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

from typing import Annotated, Any

import typer

from stockbridge_cli.channels import Affiliate
from stockbridge_cli.client import Document, Refused
from stockbridge_cli.limits import Limit
from stockbridge_cli.session import REFUSED, Session, command
from stockbridge_cli.sheets import parts

app = typer.Typer(help="Listing maps: what marketplaces call the SKUs.", no_args_is_help=True)

Sku = Annotated[str, typer.Argument(help="The SKU at VTEX")]


@command(app, "list", "stockbridge listings list MLB --limit 0 --json")
def list_listings(
    session: Session,
    affiliate: Affiliate,
    limit: Limit = 200,
) -> None:
    """The channel's listing map, by SKU."""
    items = list(session.api.each("channels", affiliate, "listings", limit=limit))
    if session.screen.as_json:
        session.screen.document(items)
        return
    names = list(dict.fromkeys(name for one in items for name in one["ids"]))
    session.screen.table(["SKU", *names], [[one["sku"], *map(one["ids"].get, names)] for one in items])


@command(app, "show", "stockbridge listings show MLB 42")
def show(session: Session, affiliate: Affiliate, sku: Sku) -> None:
    """One SKU's listing."""
    listing = session.api.get("channels", affiliate, "listings", sku)
    if session.screen.as_json:
        session.screen.document(listing)
    else:
        session.screen.fields(listing["ids"])


@command(app, "set", "stockbridge listings set MLB 42 item_id=MLB1234567890 variation_id=0042")
def set_listing(
    session: Session,
    affiliate: Affiliate,
    sku: Sku,
    ids: Annotated[list[str], typer.Argument(help="NAME=ID, such as item_id=MLB1234567890", metavar="NAME=ID...")],
) -> None:
    """Save one SKU's listing in place of the one before. Each id is kept exactly, leading zeros included."""
    saved = session.api.put("channels", affiliate, "listings", sku, document={"ids": _ids(ids)})
    session.screen.told(saved, "saved", what=f"{saved['sku']} {_told(saved['ids'])}")


@command(app, "forget", "stockbridge listings forget MLB 42")
def forget(session: Session, affiliate: Affiliate, sku: Sku) -> None:
    """Forget one SKU's listing."""
    gone = session.api.delete("channels", affiliate, "listings", sku)
    session.screen.told(gone, "forgotten", what=gone["deleted"])


@command(app, "import", "stockbridge listings import MLB listings.csv")
def import_listings(
    session: Session,
    affiliate: Affiliate,
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="CSV, UTF-8: sku,NAME,...; - reads standard input")],
) -> None:
    """Save the listings of a CSV file and tell of each line that is refused. Ends with 0 when none is."""
    report: Document = {"saved": 0, "unchanged": 0, "refused": []}
    try:
        for part in parts(file.read()):
            told = session.api.post("channels", affiliate, "listings", csv=part.content)
            report["saved"] += told["saved"]
            report["unchanged"] += told["unchanged"]
            report["refused"] += [one | {"line": one["line"] + part.lines_before} for one in told["refused"]]
    except Refused:
        if report["saved"] or report["unchanged"]:  # of the parts before
            _show(session, report)
        raise
    _show(session, report)
    if report["refused"]:
        raise typer.Exit(REFUSED)


def _show(session: Session, report: Document) -> None:
    screen = session.screen
    if screen.as_json:
        screen.document(report)
        return
    refused: list[dict[str, Any]] = report["refused"]
    if refused:
        columns = [screen.say(name) for name in ("line", "field", "reason")]
        screen.table(columns, [(one["line"], one["field"], one["detail"]) for one in refused])
    screen.line(screen.say("imported", saved=report["saved"], unchanged=report["unchanged"], refused=len(refused)))


def _ids(pairs: list[str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{pair}: NAME=ID")
        ids[name] = value
    return ids


def _told(ids: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in ids.items())
