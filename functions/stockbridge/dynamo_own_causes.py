"""The causes that administrators described, on the control table: one item for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from stockbridge import aws
from stockbridge.catalogue import Catalogue, OwnCause, Pattern
from stockbridge.causes import Cure
from stockbridge.dynamo import add_activity, transaction, translated
from stockbridge.recent import Recent
from stockbridge.store import Activity
from stockbridge.tables import ActivityItem, ControlItem

KEPT_S = 30  # how long a process works with the own causes that it read


class DynamoOwnCauses:
    """`kept_s=0` reads them anew each time."""

    def __init__(self, table: str, clock: Callable[[], int], *, kept_s: float = KEPT_S) -> None:
        for model in (ControlItem, ActivityItem):
            aws.bind(model, table)
        self._recent: Recent[str, Catalogue] = Recent(clock, keep_s=kept_s)

    def catalogue(self, account: str) -> Catalogue:
        """Raises Unavailable."""
        return self._recent.get(account, lambda: Catalogue(self.all(account)))

    def all(self, account: str) -> Sequence[OwnCause]:
        """As of now."""
        with translated():
            return [_own(item) for item in ControlItem.query(_partition(account), consistent_read=True)]

    def one(self, account: str, code: str) -> OwnCause | None:
        """As of now."""
        with translated():
            try:
                return _own(ControlItem.get(_partition(account), code, consistent_read=True))
            except ControlItem.DoesNotExist:
                return None

    def save(self, account: str, cause: OwnCause, *, activity: Activity) -> OwnCause:
        """Replace the one that had `cause.rev` (0: there was none). Raises Conflict."""
        document = {name: value for name, value in asdict(cause).items() if name not in ("code", "rev")}
        item = ControlItem(_partition(account), cause.code, rev=cause.rev + 1, document=document)
        condition = ControlItem.rev == cause.rev if cause.rev else ControlItem.pk.does_not_exist()
        with translated(), transaction() as both:
            both.save(item, condition=condition)
            add_activity(both, activity)
        self._recent.forget(account)
        return replace(cause, rev=cause.rev + 1)

    def forget(self, account: str, cause: OwnCause, *, activity: Activity) -> None:
        """Raises Conflict when somebody saved it meanwhile."""
        with translated(), transaction() as both:
            both.delete(ControlItem(_partition(account), cause.code), condition=ControlItem.rev == cause.rev)
            add_activity(both, activity)
        self._recent.forget(account)

    def note(self, activity: Activity) -> None:
        """Who did it, where no single save can carry that."""
        with translated(), transaction() as alone:
            add_activity(alone, activity)


def _partition(account: str) -> str:
    return f"causes#{account}"


def _own(item: ControlItem) -> OwnCause:
    document: Mapping[str, Any] = item.document
    return OwnCause(
        code=item.sk,
        cure=Cure(document["cure"]),
        title=document["title"],
        hint=document["hint"],
        patterns=tuple(Pattern(**one) for one in document["patterns"]),
        affiliate=document["affiliate"],
        connector=document["connector"],
        order=document["order"],
        rev=int(item.rev),
    )
