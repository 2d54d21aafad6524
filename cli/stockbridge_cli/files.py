"""stockbridge export: records as a file."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import errno
import os
from enum import StrEnum
from pathlib import Path
from time import sleep
from typing import Annotated

import typer
from rich.progress import Progress, TaskProgressColumn

from stockbridge_cli.client import Document, Refused, download
from stockbridge_cli.limits import Shown, Since, Until
from stockbridge_cli.session import Session, command

PAUSE_S = 1.0  # between two looks at the job


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


app = typer.Typer()


@command(app, "export", "stockbridge export --status error --from 7d -o errors.xlsx")
def export(
    session: Session,
    output: Annotated[str, typer.Option("--output", "-o", help="Save it as; else under its own name, here")] = "",
    kind: Annotated[Format | None, typer.Option("--format", help="Else what --output ends with, or xlsx")] = None,
    status: Annotated[Shown | None, typer.Option("--status", help="Else all that are not removed")] = None,
    affiliates: Annotated[
        list[str] | None, typer.Option("--affiliate", help="Of this channel; may be given more than once")
    ] = None,
    cause: Annotated[str, typer.Option("--cause", help="The code of a cause")] = "",
    since: Since = None,
    until: Until = None,
    late: Annotated[bool | None, typer.Option("--late/--in-time", help="Only late changes, or only the others")] = None,
    sku: Annotated[str, typer.Option("--sku", help="Of this SKU alone")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Of the times, such as America/Manaus")] = "",
) -> None:
    """Save the records of a filter as CSV or XLSX, however many they are."""
    folder = Path(output).parent
    if not folder.is_dir():  # before the file is made, which may take minutes
        raise typer.BadParameter(f"{folder}: {os.strerror(errno.ENOENT)}")
    wanted = {
        "status": status,
        "affiliates": affiliates or None,
        "cause": cause or None,
        "from": since,
        "to": until,
        "late": late,
        "sku": sku or None,
    }
    document: Document = {
        "format": kind or _ending(output) or Format.XLSX,
        "filter": {name: value for name, value in wanted.items() if value is not None},
        "language": session.api.language,
    }
    asked = session.api.post("files", document=document | ({"zone": zone} if zone else {}))
    with session.screen.bar(TaskProgressColumn()) as bar:
        made = _made(session, asked, bar)
        path = Path(output or Path(made["name"]).name)  # here, whatever the name says
        _save(session, made, path, bar)
    session.screen.told(made | {"path": str(path)}, "file_saved", what=path, rows=made["progress"]["rows"])


def _made(session: Session, file: Document, bar: Progress) -> Document:
    """Wait until it is there. Raises Refused when it will not be."""
    task = bar.add_task(session.screen.say("file_counting"), total=None)
    while file["state"] == "running":
        sleep(PAUSE_S)
        file = session.api.get("files", file["id"])
        progress = file["progress"]
        if progress["estimate"] is None:
            continue
        reads = progress["seen"] < progress["estimate"]
        bar.update(
            task,
            description=session.screen.say("file_reading" if reads else "file_making"),
            total=progress["estimate"] or None,
            completed=progress["seen"],
        )
    if file["url"] is None:
        raise Refused(file | {"detail": session.screen.say("file_not_made", what=file["detail"] or file["state"])})
    bar.remove_task(task)
    return file


def _save(session: Session, file: Document, path: Path, bar: Progress) -> None:
    """Under its name it is whole, or not there."""
    task = bar.add_task(session.screen.say("file_downloading"), total=file["size"])
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as saved:
            for chunk in download(session.api.http, file["url"], file["size"]):
                saved.write(chunk)
                bar.advance(task, len(chunk))
        part.replace(path)
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _ending(output: str) -> str | None:
    ending = Path(output).suffix.removeprefix(".").lower()
    return ending if ending in list(Format) else None
