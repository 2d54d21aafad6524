"""stockbridge simulate-rule: what another threshold of the rule would have done."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

from typing import Annotated, Any

import typer

from stockbridge_cli.client import Document
from stockbridge_cli.screen import Screen
from stockbridge_cli.session import Session, command

_COLUMNS = ("affiliate", "threshold", "sends", "saved_sends", "hidden_skus", "largest", "at_risk")

app = typer.Typer()


@command(app, "simulate-rule", "stockbridge simulate-rule --threshold 5,10,20 --affiliate SPT --days 7")
def simulate_rule(
    session: Session,
    threshold: Annotated[str, typer.Option("--threshold", help="The ones to try, such as 5,10,20")],
    affiliate: Annotated[str, typer.Option("--affiliate", help="Of this channel alone")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=30, help="Of history")] = 30,
) -> None:
    """What other thresholds of the rule would have sent and hidden, on what really happened."""
    wanted: Document = {"thresholds": _numbers(session.screen, threshold), "days": days}
    if affiliate:
        wanted["affiliate"] = affiliate
    answer = session.api.post("rule-simulations", document=wanted)
    screen = session.screen
    if screen.as_json:
        screen.document(answer)
        return
    rows = [_row(screen, one["affiliate"], result) for one in answer["affiliates"] for result in one["results"]]
    if len(answer["affiliates"]) > 1:
        rows += [_row(screen, screen.say("all"), result) for result in answer["total"]["results"]]
    screen.table([screen.say(name) for name in _COLUMNS], rows)
    screen.line(screen.say("in_force"))
    for one in answer["affiliates"]:
        covered = one["covered"]
        key = "covered" if covered["whole"] else "covered_in_part"
        details = {"what": one["affiliate"], "changes": one["changes"], "since": screen.when(covered["since"])}
        screen.line(screen.say(key, **details))


def _numbers(screen: Screen, text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(screen.say("thresholds_needed", what=text)) from None


def _row(screen: Screen, affiliate: str, result: Document) -> tuple[object, ...]:
    threshold = f"{result['threshold']} *" if result["in_force"] else result["threshold"]
    percent = "" if result["saved_percent"] is None else f" ({screen.number(result['saved_percent'], 1)} %)"
    saved = "" if result["in_force"] else f"{result['saved']}{percent}"
    hidden = (_difference(result["largest"]), _difference(result["at_risk"]))
    return (affiliate, threshold, result["sends"], saved, result["hidden_skus"], *hidden)


def _difference(hidden: dict[str, Any] | None) -> str:
    return "" if hidden is None else f"{hidden['shown']} x {hidden['real']} (SKU {hidden['sku']})"
