"""The records on DynamoDB: each save is one conditional update of what changed, guarded by `rev`."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stockbridge import aws
from stockbridge.channels import Channel
from stockbridge.differences import kept
from stockbridge.errors import Conflict, Unavailable
from stockbridge.notifications import Key, Origin
from stockbridge.records import AcceptedWrite, Attempt, Decision, Record, Removal, Skipped, Status
from stockbridge.risks import risk_sort
from stockbridge.rule import Verdict
from stockbridge.store import Activity, Due, KeptEvidence
from stockbridge.tables import ActivityItem, DueIndex, EvidenceItem, RecordItem

EVIDENCE_KEPT = timedelta(days=90)
DUE_SHARDS = 4  # a channel's burst of changes is spread over so many index partitions

_FIELDS = [field.name for field in fields(Record) if field.name != "key"]
_CONFLICTS = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})


def partition(key: Key) -> str:
    return f"{key.account}#{key.sku}"


def list_partition(account: str, affiliate: str, shown: str) -> str:
    """`shown` is a status, or "removed"."""
    return f"{account}#{affiliate}#{shown}"


def due_partitions(channel_id: str) -> list[str]:
    return [f"{channel_id}#{shard}" for shard in range(DUE_SHARDS)]


def add_activity(transaction: TransactWrite, activity: Activity) -> None:
    """Let the deed's own transaction carry who did it. Nothing that was written is ever written over."""
    before, after, cut = kept(activity.before, activity.after)
    transaction.save(
        ActivityItem(
            f"activity#{activity.account}",
            _place(activity),
            at=activity.at,
            user=activity.user,
            action=activity.action,
            subject=activity.subject,
            details=activity.details,
            before=before or None,
            after=after or None,
            cut=cut or None,
        ),
        condition=ActivityItem.pk.does_not_exist(),
    )


def _place(activity: Activity) -> str:
    return f"{activity.at:013d}#{uuid4().hex[:8]}"


def transaction() -> TransactWrite:
    connection: Any = Connection(region=aws.dynamodb().meta.region_name)
    connection._client = aws.dynamodb()  # as in aws.bind: ours instead of one more session
    return TransactWrite(connection=connection)


class DynamoRecords:
    """`store.Records` on the stack's table."""

    def __init__(self, table: str, control_table: str) -> None:
        for model in (RecordItem, EvidenceItem):
            aws.bind(model, table)
        aws.bind(ActivityItem, control_table)

    def get(self, key: Key) -> Record:
        return self.get_many([key])[key]

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Record]:
        found = {key: Record(key) for key in keys}
        if not found:
            return found
        names = {(partition(key), key.affiliate): key for key in found}
        with translated():
            for item in RecordItem.batch_get(list(names), consistent_read=True):
                key = names[item.pk, item.sk]
                found[key] = _record(key, item)
        return found

    def save(self, record: Record, was: Record, *, activity: Activity | None = None) -> Record:
        item = RecordItem(partition(record.key), record.key.affiliate)
        actions = _changes(_values(record), _values(was) if was.rev else {})
        actions.append(RecordItem.rev.set(was.rev + 1))
        condition = RecordItem.rev == was.rev if was.rev else RecordItem.pk.does_not_exist()
        with translated():
            if activity is None:
                item.update(actions=actions, condition=condition)
            else:
                with transaction() as both:
                    both.update(item, actions=actions, condition=condition)
                    add_activity(both, activity)
        return replace(record, rev=was.rev + 1)

    def keep(self, evidence: KeptEvidence) -> None:
        kept = evidence.evidence
        with translated():
            EvidenceItem(
                partition(evidence.key),
                f"~{evidence.key.affiliate}#{evidence.at:013d}#{evidence.epoch}",
                at=evidence.at,
                sent=kept.request,
                received=kept.response,
                http_status=kept.http_status,
                duration_ms=kept.duration_ms,
                expires_at=datetime.fromtimestamp(evidence.at / 1000, UTC) + EVIDENCE_KEPT,
            ).save()

    def due(self, channel: Channel, *, before: int | None) -> Iterator[Due]:
        range_condition = DueIndex.due_at <= before if before is not None else None
        for name in due_partitions(channel.id):
            with translated():
                for item in RecordItem.due_index.query(name, range_condition):
                    yield Due(
                        key=Key(channel.account, item.sk, item.pk.split("#", 1)[1]),
                        due_at=int(item.due_at),
                        look_at=_whole(item.look_at),
                        send_at=_whole(item.send_at),
                        check_at=_whole(item.check_at),
                        wanted=_whole(item.wanted),
                        unread_since=_whole(item.unread_since),
                        changed_at=_whole(item.changed_at),
                    )


class translated:  # noqa: N801 -- a context, read as a word: `with translated():`
    """DynamoDB's errors become ours here and nowhere else."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if not isinstance(error, PynamoDBException):
            return
        # its own cause_response_code fails where DynamoDB gave no answer at all
        code = error.cause_response_code if isinstance(error.cause, ClientError) else None
        if code in _CONFLICTS:
            raise Conflict("somebody wrote the record first") from error
        raise Unavailable(f"DynamoDB: {code or type(error.cause or error).__name__}") from error


def _values(record: Record) -> dict[str, Any]:
    """The record's attributes and those of its indexes; None and defaults are absent."""
    blank = Record(record.key)
    values = {name: getattr(record, name) for name in _FIELDS if name != "rev"}
    values = {name: value for name, value in values.items() if value != getattr(blank, name)}
    values["status"] = record.status.value
    for name in ("decision", "skipped", "removal", "accepted"):
        part = getattr(record, name)
        if part is not None:
            values[name] = asdict(part)
    if record.attempts:
        values["attempts"] = [
            {name: value for name, value in asdict(attempt).items() if value not in (None, "")}
            for attempt in record.attempts
        ]
    return values | _index_values(record)


def _index_values(record: Record) -> dict[str, Any]:
    key = record.key
    shown = "removed" if record.removal is not None else record.status.value
    values: dict[str, Any] = {
        "list_pk": list_partition(key.account, key.affiliate, shown),
        "list_sk": f"{record.listed_at:013d}#{key.sku}",
    }
    if record.due_at is not None:
        shard = zlib.crc32(key.sku.encode()) % DUE_SHARDS
        values |= {"due_pk": f"{key.channel_id}#{shard}", "due_at": record.due_at}
    if record.status is Status.ERROR and record.removal is None:
        values["cause_pk"] = f"{key.channel_id}#{record.cause}"
    if (sort := risk_sort(record)) is not None:
        values |= {"risk_pk": key.channel_id, "risk_sk": sort}
    return values


def _changes(values: Mapping[str, Any], before: Mapping[str, Any]) -> list[Action]:
    attributes = RecordItem.get_attributes()
    changed: list[Action] = [
        attributes[name].set(value) for name, value in values.items() if name not in before or before[name] != value
    ]
    gone: list[Action] = [attributes[name].remove() for name in before if name not in values]
    return changed + gone


def _record(key: Key, item: RecordItem) -> Record:
    values = {name: value for name in _FIELDS if (value := getattr(item, name)) is not None}
    for name, value in values.items():
        if isinstance(value, float):
            values[name] = int(value)
    values["status"] = Status(values["status"])
    if "decision" in values:
        decision = values["decision"]
        values["decision"] = Decision(
            **{**decision, "verdict": Verdict(decision["verdict"]), "origin": Origin(decision["origin"])}
        )
    if "skipped" in values:
        values["skipped"] = Skipped(**{**values["skipped"], "verdict": Verdict(values["skipped"]["verdict"])})
    if "removal" in values:
        values["removal"] = Removal(**{**values["removal"], "status": Status(values["removal"]["status"])})
    if "accepted" in values:
        values["accepted"] = AcceptedWrite(**values["accepted"])
    values["attempts"] = tuple(Attempt(**attempt) for attempt in values.get("attempts", ()))
    return Record(key=key, **values)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
