"""The differences on DynamoDB: one item beside each record, paged through the `list` index while it is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import Any

from pynamodb.expressions.update import Action

from stockbridge import aws
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.dynamo import list_partition, partition, translated
from stockbridge.errors import InvalidInput
from stockbridge.notifications import Key, affiliate_id, sku_id
from stockbridge.reconciling import ABNORMAL, ALLOWED, Difference, Kind
from stockbridge.tables import DifferenceItem, ListIndex

DIFFERENCES = "differences"  # beside the statuses, in the partitions of the index
_FIELDS = tuple(field.name for field in fields(Difference) if field.name != "key")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a SKU's difference is kept, whether there is one or not."""

    key: Key
    rev: int = 0
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """By affiliate, box and SKU. `next` is the cursor of the following page, None at the end."""

    differences: Sequence[Difference]
    next: str | None


class DynamoDifferences:
    def __init__(self, table: str) -> None:
        aws.bind(DifferenceItem, table)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Slot]:
        """Every key asked for, as of now."""
        found = {key: Slot(key) for key in keys}
        names = {(partition(key), _sort(key.affiliate)): key for key in found}
        if not names:
            return found
        with translated():
            for item in DifferenceItem.batch_get(list(names), consistent_read=True):
                key = names[item.pk, item.sk]
                found[key] = Slot(key, int(item.rev), _difference(key, item))
        return found

    def save(self, slot: Slot, difference: Difference | None) -> None:
        """None: it is equal again. Raises Conflict when somebody saved it meanwhile, Unavailable."""
        key = slot.key
        actions: list[Action] = [DifferenceItem.rev.set(slot.rev + 1)]
        if difference is None:
            actions += [each.remove() for each in _LISTED]
        else:
            document = {name: value for name, value in asdict(difference).items() if name in _FIELDS}
            actions += [
                DifferenceItem.document.set(document),
                DifferenceItem.list_pk.set(list_partition(key.account, key.affiliate, DIFFERENCES)),
                DifferenceItem.list_sk.set(f"{difference.kind.box}#{key.sku}"),
            ]
        condition = DifferenceItem.rev == slot.rev if slot.rev else DifferenceItem.pk.does_not_exist()
        with translated():
            DifferenceItem(partition(key), _sort(key.affiliate)).update(actions=actions, condition=condition)

    def page(
        self, account: str, affiliates: Sequence[str], *, box: str | None, cursor: str | None, limit: int
    ) -> DifferencePage:
        """Raises InvalidInput for a bad cursor, Unavailable."""
        begins, after = _place(cursor, box) if cursor is not None else ("", "")
        places: list[tuple[str, str]] = []
        for affiliate in sorted(set(affiliates)):
            if affiliate >= begins and len(places) <= limit:
                behind = after if affiliate == begins else ""
                found = _nominated(account, affiliate, box, behind, limit + 1 - len(places))
                places += [(affiliate, place) for place in found]
        keys = {each: Key(account, each[0], each[1].split("#")[1]) for each in places[:limit]}
        slots = self.get_many(list(keys.values()))
        standing: list[Difference] = []
        for (_, place), key in keys.items():
            difference = slots[key].difference
            if difference is not None and difference.kind.box == place.split("#")[0]:
                standing.append(difference)
        return DifferencePage(standing, write_cursor(*places[limit - 1]) if len(places) > limit else None)


def _nominated(account: str, affiliate: str, box: str | None, after: str, most: int) -> list[str]:
    """Places of one affiliate's partition."""
    low, high = (f"{box}#", f"{box}#:") if box is not None else (ABNORMAL, f"{ALLOWED}#:")
    name = list_partition(account, affiliate, DIFFERENCES)
    with translated():
        items = DifferenceItem.list_index.query(name, ListIndex.list_sk.between(after or low, high), page_size=most + 1)
        return list(islice((item.list_sk for item in items if item.list_sk != after), most))


_LISTED = (DifferenceItem.document, DifferenceItem.list_pk, DifferenceItem.list_sk)


def _sort(affiliate: str) -> str:
    return f"difference#{affiliate}"


def _difference(key: Key, item: DifferenceItem) -> Difference | None:
    if not item.list_pk or item.document is None:
        return None
    document: dict[str, Any] = {name: value for name, value in item.document.items() if name in _FIELDS}
    return Difference(key=key, **{**document, "kind": Kind(document["kind"])})


def _place(cursor: str, wanted: str | None) -> tuple[str, str]:
    affiliate, place = read_cursor(cursor, 2)
    box, _, sku = place.partition("#")
    try:
        affiliate_id(affiliate)
        sku_id(sku)
    except InvalidInput:
        raise InvalidInput("bad_cursor") from None
    if box not in ((wanted,) if wanted is not None else (ABNORMAL, ALLOWED)):
        raise InvalidInput("bad_cursor")
    return affiliate, place
