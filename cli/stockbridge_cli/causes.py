"""stockbridge causes: why errors happen, how often, whether a reprocess helps, and causes of one's own."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from stockbridge_cli.channels import read_document
from stockbridge_cli.client import Document, Refused
from stockbridge_cli.limits import Limit
from stockbridge_cli.screen import Screen
from stockbridge_cli.session import REFUSED, Session, command

app = typer.Typer(help="Causes: errors by affiliate and cause, and causes of one's own.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="An own cause's code, such as own.no-picture")]
Texts = Annotated[list[str] | None, typer.Option("--text", help="Words of the marketplace's message; may be repeated")]
Regexes = Annotated[list[str] | None, typer.Option("--regex", help="A regular expression; may be repeated")]
Affiliate = Annotated[str, typer.Option("--affiliate", help="Only this affiliate")]


class Cure(StrEnum):
    RETRIES_ALONE = "retries_alone"
    FIX_FIRST = "fix_first"
    NOTHING_TO_DO = "nothing_to_do"


@command(app, "list")
def list_causes(
    session: Session,
    affiliate: Affiliate = "",
    own: Annotated[bool, typer.Option("--own", help="The account's own causes, as they are described")] = False,
    limit: Limit = 200,
) -> None:
    """Causes at each affiliate, those seen last first."""
    if own:
        _list_own(session)
        return
    items = list(session.api.each("causes", limit=limit, affiliate=affiliate or None))
    screen = session.screen
    if screen.as_json:
        screen.document(items)
        return
    names = ("affiliate", "code", "cause", "open", "trend", "direction", "last_seen", "reprocessed", "hint")
    screen.table([screen.say(name) for name in names], [_row(session, one) for one in items])


@command(app, "show")
def show(
    session: Session,
    affiliate: Annotated[str, typer.Argument(help="The channel's affiliate; own for an own cause's description")],
    code: Annotated[str, typer.Argument(help="The cause's code")],
) -> None:
    """One cause at an affiliate, or the description of an own one."""
    found = session.api.get("causes", affiliate, code)
    screen = session.screen
    if screen.as_json:
        screen.document(found)
    elif "trend" in found:
        screen.pairs([(screen.say(name), value) for name, value in _facts(screen, found)])
    else:
        screen.fields(found)


@command(app, "describe")
def describe(
    session: Session,
    code: Code,
    file: Annotated[
        typer.FileText | None, typer.Option("--file", help="The cause's document as JSON; - reads standard input")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="In Portuguese; other languages only in a file")] = "",
    hint: Annotated[str, typer.Option("--hint", help="What to do about it, in Portuguese")] = "",
    cure: Annotated[Cure, typer.Option("--cure", help="What happens next")] = Cure.FIX_FIRST,
    text: Texts = None,
    regex: Regexes = None,
    affiliate: Affiliate = "",
    connector: Annotated[str, typer.Option("--connector", help="Only this connector")] = "",
    order: Annotated[int, typer.Option("--order", help="Of several that fit, the lowest is it")] = 100,
    replace: Annotated[bool, typer.Option("--replace", help="Also over one that is there already")] = False,
) -> None:
    """Describe a cause by what the marketplace says, and regroup the errors that are there."""
    if file is not None:
        document = read_document(file)
    else:
        document = {
            "title": {"pt": title},
            "hint": {"pt": hint},
            "cure": cure.value,
            "affiliate": affiliate or None,
            "connector": connector or None,
            "patterns": _patterns(text, regex),
            "order": order,
        }
    saved = _saved(session, code, document, replace=replace)
    changed = _to_the_end(session, saved)
    session.screen.told(
        {"cause": saved["cause"], "regrouped": changed}, "saved", what=f"{code} ({saved['cause']['title']['pt']})"
    )
    _tell_regrouped(session, changed)


@command(app, "test")
def try_patterns(
    session: Session,
    affiliate: Affiliate = "",
    message: Annotated[str, typer.Option("--message", help="What a marketplace said")] = "",
    text: Texts = None,
    regex: Regexes = None,
) -> None:
    """Try patterns on a message, on an affiliate's latest errors, or on both. Ends with 0 only when something fits."""
    document = {
        "patterns": _patterns(text, regex),
        "affiliate": affiliate or None,
        "message": message or None,
    }
    found = session.api.post("causes", "own", "test", document=document)
    screen = session.screen
    if screen.as_json:
        screen.document(found)
    else:
        if found["message"] is not None:
            screen.line(screen.say("fits" if found["message"] else "fits_not"))
        if affiliate:
            columns = ["SKU", screen.say("code"), screen.say("message")]
            screen.table(columns, [(one["sku"], one["code"], one["message"]) for one in found["records"]])
            screen.line(screen.say("fitting", count=len(found["records"]), looked_at=found["looked_at"]))
    if not (found["message"] or found["records"]):
        raise typer.Exit(REFUSED)


@command(app, "forget")
def forget(session: Session, code: Code) -> None:
    """Forget an own cause; its errors are uncatalogued again, or another own cause's."""
    gone = session.api.delete("causes", "own", code)
    changed = _to_the_end(session, gone)
    session.screen.told({"deleted": gone["deleted"], "regrouped": changed}, "forgotten", what=code)
    _tell_regrouped(session, changed)


@command(app, "regroup")
def regroup(session: Session) -> None:
    """Tell the errors that are there apart by the causes of now."""
    changed = _to_the_end(session, session.api.post("causes", "regroup"))
    session.screen.told({"regrouped": changed}, "regrouped", count=changed)


def _list_own(session: Session) -> None:
    items = session.api.get("causes", "own")["items"]
    screen = session.screen
    if screen.as_json:
        screen.document(items)
        return
    names = ("code", "title", "cure", "affiliate", "connector", "order")
    rows = [one | {"title": one["title"]["pt"]} for one in items]
    screen.table([screen.say(name) for name in names], [[row[name] for name in names] for row in rows])


def _facts(screen: Screen, one: Document) -> Iterator[tuple[str, object]]:
    """A text's key and what it is of a cause at an affiliate."""
    cause, opened = one["cause"], one["open"]
    yield "affiliate", f"{one['affiliate']} ({one['channel']})"
    yield "cause", f"{cause['title']} ({one['code']})"
    yield "cure", screen.word("cure", cause["cure"])
    yield "hint", cause["hint"]
    yield "open", screen.say("more_than", count=opened["count"]) if opened["more"] else opened["count"]
    yield "errors_until_now", one["errors"]
    yield "first_seen", screen.when(one["first_seen"])
    yield "last_seen", screen.when(one["last_seen"])
    yield "trend", f"{' '.join(str(day['errors']) for day in one['trend']['days'])} ({one['trend']['text']})"
    yield "reprocessed", one["reprocessed"]["text"]


def _worked(screen: Screen, reprocessed: Document) -> str | None:
    tried, worked = reprocessed["tried"], reprocessed["worked"]
    return f"{screen.number(worked)} / {screen.number(tried)}" if tried else None


def _row(session: Session, one: Document) -> list[object]:
    opened, screen = one["open"], session.screen
    return [
        one["affiliate"],
        one["code"],
        one["cause"]["title"],
        screen.say("more_than", count=opened["count"]) if opened["more"] else opened["count"],
        sum(day["errors"] for day in one["trend"]["days"]),
        one["trend"]["text"],
        screen.when(one["last_seen"]),
        _worked(screen, one["reprocessed"]),
        one["cause"]["hint"],
    ]


def _to_the_end(session: Session, told: Document) -> int:
    """Go on regrouping until nothing is left; how many errors got another cause."""
    changed: int = told["regrouped"]
    while told["next"] is not None:
        told = session.api.post("causes", "regroup", cursor=told["next"])
        changed += told["regrouped"]
    return changed


def _tell_regrouped(session: Session, changed: int) -> None:
    if not session.screen.as_json:
        session.screen.line(session.screen.say("regrouped", count=changed))


def _saved(session: Session, code: str, document: Document, *, replace: bool) -> Document:
    """Raises Refused, also when it is there already and not to be replaced."""
    try:
        return session.api.put("causes", "own", code, document=document, rev=None if replace else 0)
    except Refused as refused:
        if replace or refused.problem.get("type") != "urn:stockbridge:problem:conflict":
            raise
        raise Refused(refused.problem | {"detail": session.screen.say("cause_there", what=code)}) from refused


def _patterns(texts: list[str] | None, regexes: list[str] | None) -> list[dict[str, Any]]:
    return [{"text": one} for one in texts or ()] + [{"regex": one} for one in regexes or ()]
