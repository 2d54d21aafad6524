"""stockbridge explain: why a marketplace shows what it shows."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import re
from typing import Annotated

import typer
from rich.tree import Tree

from stockbridge_cli.client import Document
from stockbridge_cli.screen import Screen, shown
from stockbridge_cli.session import Session, command

app = typer.Typer()

_IN_A_TEXT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC")  # how the API writes a time into a sentence
# A sign and a colour each: the colour is never the only sign.
_SIGNS = {"done": "[green]✓[/]", "waiting": "[yellow]…[/]", "stopped": "[red]✗[/]", "skipped": "·", "unknown": "?"}


@command(app, "explain")
def explain(
    session: Session,
    sku: Annotated[str, typer.Argument(help="The SKU at VTEX")],
    affiliate: Annotated[str, typer.Option("--affiliate", help="Only this one; else all of the account's")] = "",
) -> None:
    """Why each marketplace shows what it shows of a SKU: the way of its last change, gate by gate."""
    answer = session.api.get("skus", sku, "explain", affiliate=affiliate or None)
    screen = session.screen
    if screen.as_json:
        screen.document(answer)
        return
    for one in answer["affiliates"]:
        screen.out.print(_tree(one, screen), soft_wrap=False)  # a tree is cut where lines may not be folded
    if not answer["affiliates"]:
        screen.line(screen.say("nothing"))


def _tree(one: Document, screen: Screen) -> Tree:
    late = f" ({screen.say('late')})" if one["late"] else ""
    tree = Tree(f"[bold]{shown(one['affiliate'])}[/] {shown(one['channel'])}{late}")
    tree.add(f"[bold]{shown(_here(one['conclusion']['text'], screen))}[/]")
    for step in one["steps"]:
        at = screen.when(step["at"]) or ""
        tree.add(f"{_SIGNS.get(step['state'], ' ')} {at:19}  {shown(_here(step['text'], screen))}".rstrip())
    return tree


def _here(text: str, screen: Screen) -> str:
    """Its times in this machine's zone, as all others."""
    return _IN_A_TEXT.sub(lambda found: str(screen.when(f"{found[1]}+00:00")), text)
