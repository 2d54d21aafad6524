"""stockbridge audit and stockbridge series: is what changed at VTEX shown in time, and since when is it not."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

import time
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from stockbridge_cli.limits import Since, Until
from stockbridge_cli.screen import Screen
from stockbridge_cli.session import Session, command

WINDOW = "24h"  # whose times and parts are shown
PARTS = ("notify", "intake", "queue", "marketplace")
_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"))


app = typer.Typer()


class Period(StrEnum):
    HOUR = "hour"
    DAY = "day"


@command(app, "audit", "stockbridge audit --watch 10", "stockbridge audit --objective 0.995 --json")
def audit(
    session: Session,
    watch: Annotated[
        float | None, typer.Option("--watch", min=1, help="Show it again every so many seconds, until Ctrl-C")
    ] = None,
    objective: Annotated[
        float, typer.Option("--objective", min=0.5, max=0.9999, help="The share that is to arrive within the limit")
    ] = 0.99,
) -> None:
    """The service level: what arrives in time, what is late, and what waits longest."""
    screen = session.screen
    while True:
        found = session.api.get("service-level", objective=str(objective))
        if screen.as_json:
            screen.document(found)
        else:
            if watch:
                screen.out.clear()
            _show(screen, found)
        if not watch:
            return
        time.sleep(watch)


@command(app, "series", "stockbridge series --affiliate SPT --period day")
def series(
    session: Session,
    affiliate: Annotated[str, typer.Option("--affiliate", help="Only this channel's; else all together")] = "",
    period: Annotated[Period, typer.Option("--period", help="A row for each of them, of UTC")] = Period.HOUR,
    since: Since = None,
    until: Until = None,
    empty: Annotated[bool, typer.Option("--empty", help="Also those in which nothing happened")] = False,
) -> None:
    """What was accepted, held back, sent, late or refused, hour by hour or day by day."""
    query = {"affiliate": affiliate or None, "period": period.value, "from": since, "to": until}
    found = session.api.get("series", **query)
    screen = session.screen
    if screen.as_json:
        screen.document(found)
        return
    counts = ("accepted", "held_back", "success", "error", "late")
    busy = [row for row in found["rows"] if empty or any(row[name] for name in counts)]
    screen.table(
        [screen.say("start"), *map(screen.say, counts), "p50", "p95", "p99", screen.say("causes")],
        [
            (
                _moment(row["start"]),
                *(row[name] for name in counts),
                *(_time(screen, row[f"p{percent}_ms"]) for percent in (50, 95, 99)),
                ", ".join(f"{cause} {n}" for cause, n in row["errors"].items()),
            )
            for row in busy
        ],
    )


def _show(screen: Screen, found: dict[str, Any]) -> None:
    named = [(one["affiliate"], one) for one in found["affiliates"]] + [(screen.say("total"), found["total"])]
    windows = [window["window"] for window in found["total"]["windows"]]
    screen.line(screen.say("in_time", objective=_percent(screen, found["objective"])))
    burns = [f"{screen.say('burn')} {name}" for name in windows]
    screen.table(
        [screen.say("affiliate"), *windows, *burns, screen.say("late_now"), screen.say("oldest")],
        [
            (
                name,
                *(_percent(screen, window["share"]) for window in one["windows"]),
                *(_rate(screen, window["burn_rate"]) for window in one["windows"]),
                f"{one['open_over_limit']['count']}{'+' if one['open_over_limit']['more'] else ''}",
                _age(screen, one["oldest_open"], found["at"]),
            )
            for name, one in named
        ],
    )
    screen.line("")
    screen.line(screen.say("times", window=WINDOW))
    screen.table(
        [screen.say("affiliate"), "p50", "p95", "p99", *(f"{screen.say(part)} p50 / p95" for part in PARTS)],
        [(name, *_times(screen, one)) for name, one in named],
    )


def _times(screen: Screen, service: dict[str, Any]) -> list[str]:
    (window,) = (each for each in service["windows"] if each["window"] == WINDOW)
    whole = [_time(screen, window[f"p{percent}_ms"]) for percent in (50, 95, 99)]
    parts = (window["parts"][part] for part in PARTS)
    return whole + [f"{_time(screen, part['p50_ms'])} / {_time(screen, part['p95_ms'])}" for part in parts]


def _percent(screen: Screen, share: float | None) -> str:
    """Never rounded up to what it is not: 99.996 % is not 100 %."""
    return "-" if share is None else f"{screen.decimal(f'{int(share * 10_000 + 1e-6) / 100:g}')} %"


def _rate(screen: Screen, rate: float | None) -> str:
    return screen.number(rate, 1) or "-"


def _time(screen: Screen, ms: int | None) -> str:
    if ms is None:
        return "-"
    for size, unit in _UNITS:
        if ms >= size:
            return f"{screen.decimal(f'{ms / size:.3g}')} {unit}"
    return f"{ms} ms"


def _age(screen: Screen, since: str | None, now: str) -> str:
    if since is None:
        return "-"
    age = datetime.fromisoformat(now) - datetime.fromisoformat(since)
    return _time(screen, int(age.total_seconds() * 1000))


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M")
