"""What people are told of a channel: each trouble once when it begins, once each time it grew tenfold, and once when it
is over. Never one message per record. Pure; times are milliseconds since the epoch.

What is to be said is stored with the state it comes from, said, and then taken out. So a run of the audit that dies
says nothing twice and leaves nothing unsaid, except that it may have said what it had no time to take out: `id` in a
message is the same then.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from stockbridge.causes import cause_of
from stockbridge.channels import Channel
from stockbridge.gates import Gate

INCIDENT_PATIENCE_MS = 300_000  # an outage of seconds is nobody's work; refused credentials are, at once
GROWN = 10
SAID_WITHIN_MS = 120_000  # longer than a run of the audit lives: whoever was to say it is gone
FAST_BURN = 14.4  # 2 % of a month's budget in an hour (Site Reliability Workbook, chapter 5)
SLOW_BURN = 3.0  # 10 % of it in a day
SUBJECT = 99  # characters, without line breaks: SNS takes fewer than 100


class Kind(StrEnum):
    LATE = "late"  # changes that have not reached the marketplace within the channel's limit
    INCIDENT = "incident"  # the channel is paused: credentials, or a marketplace that is down
    BURN = "burn"  # the share of changes reflected in time falls too fast


class Transition(StrEnum):
    OPENED = "opened"
    GROWN = "grown"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message for people and programs: `body` is a JSON object."""

    subject: str
    body: str

    @property
    def attributes(self) -> Mapping[str, str]:
        """What subscriptions filter by."""
        body = json.loads(self.body)
        return {name: body[name] for name in ("event", "transition", "account", "affiliate")}


@dataclass(frozen=True, slots=True)
class Trouble:
    """As it is now. `text` continues the subject, `details` the body."""

    kind: Kind
    text: str
    size: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """A trouble that was told. `size` is the largest that was said, `text` what was said last."""

    at: int
    size: int
    text: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """Of one channel. `outbox` is still to be said, by whoever saved it at `outbox_at`."""

    channel_id: str
    rev: int = 0  # 0: not stored yet
    opened: Mapping[Kind, Opened] = field(default_factory=dict)
    outbox: Sequence[Alert] = ()
    outbox_at: int = 0


def follow(
    alerts: Alerts, channel: Channel, troubles: Sequence[Trouble], now: int, *, unknown: Collection[Kind] = ()
) -> Alerts:
    """What begins, grew or is over goes into the outbox. The same alerts when there is nothing to say. Of what is
    `unknown` this time nothing is said."""
    present = {trouble.kind: trouble for trouble in troubles}
    opened = dict(alerts.opened)
    said: list[Alert] = []
    for kind in Kind:
        trouble, known = present.get(kind), opened.get(kind)
        if trouble is not None and known is None:
            opened[kind] = Opened(now, trouble.size, trouble.text)
            said.append(_alert(channel, trouble, Transition.OPENED, now, now))
        elif trouble is not None and known is not None and trouble.size >= GROWN * known.size:
            opened[kind] = Opened(known.at, trouble.size, trouble.text)
            said.append(_alert(channel, trouble, Transition.GROWN, known.at, now))
        elif trouble is None and known is not None and kind not in unknown:
            del opened[kind]
            over = Trouble(kind, f"resolvido ({known.text})", 0)
            said.append(_alert(channel, over, Transition.RESOLVED, known.at, now))
    if not said:
        return alerts
    return replace(alerts, opened=opened, outbox=(*alerts.outbox, *said), outbox_at=now)


def left_unsaid(alerts: Alerts, now: int) -> bool:
    """Whoever was to say it is gone."""
    return bool(alerts.outbox) and now - alerts.outbox_at > SAID_WITHIN_MS


def late(records: int, skus: Sequence[str], limit_ms: int) -> Trouble:
    """`skus` are some of them, the oldest first."""
    minutes = limit_ms // 60_000
    return Trouble(
        Kind.LATE,
        f"{records} mudanças atrasadas" if records != 1 else "1 mudança atrasada",
        records,
        {"count": records, "limit_minutes": minutes, "skus": list(skus)},
    )


def incident(gate: Gate, now: int, waiting: int) -> Trouble | None:
    """`waiting` is how many SKUs wait for the channel."""
    if gate.incident is None or gate.since is None:
        return None
    cause = cause_of(gate.incident)
    if gate.incident == "marketplace_down" and now - gate.since < INCIDENT_PATIENCE_MS:
        return None
    title = cause.title["pt"]
    details = {
        "cause": cause.code,
        "title": title,
        "hint": cause.hint["pt"],
        "waiting": waiting,
        "since": _iso(gate.since),
    }
    waits = f"{waiting} SKUs aguardam" if waiting != 1 else "1 SKU aguarda"
    return Trouble(Kind.INCIDENT, f"{title}, {waits}", 1, details)


def burning(last_hour: float, last_day: float, objective: float, *, open_already: bool) -> Trouble | None:
    """Burn rates of the error budget, 1.0 being what the objective allows. Once told it is over when nothing burns."""
    if last_hour < FAST_BURN and last_day < SLOW_BURN and not (open_already and max(last_hour, last_day) >= 1):
        return None
    percent = f"{objective * 100:g} %".replace(".", ",")
    return Trouble(
        Kind.BURN,
        f"reflexo no prazo abaixo do objetivo de {percent}",
        1,
        {"burn_1h": round(last_hour, 2), "burn_24h": round(last_day, 2), "objective": objective},
    )


def _alert(channel: Channel, trouble: Trouble, transition: Transition, since: int, now: int) -> Alert:
    subject = f"[Estoque] {channel.name} ({channel.account}): {trouble.text}"
    body = {
        "id": f"{channel.id}#{trouble.kind}#{since}#{transition}#{trouble.size}",
        "event": trouble.kind,
        "transition": transition,
        "account": channel.account,
        "affiliate": channel.affiliate,
        "channel": channel.name,
        "text": trouble.text,
        "at": _iso(now),
        "opened_at": _iso(since),
        **trouble.details,
    }
    shown = "".join(one if one.isprintable() else " " for one in subject)  # SNS refuses control characters for good
    return Alert(" ".join(shown.split())[:SUBJECT], json.dumps(body, ensure_ascii=False))


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
