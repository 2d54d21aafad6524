"""The listing map on DynamoDB: what the marketplaces call the SKUs of an account, one item beside each record.

The `list` index pages a channel's entries; as everywhere it nominates, and a consistent read decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pynamodb.expressions.update import Action

from stockbridge import aws
from stockbridge.channels import Channel
from stockbridge.connectors import Listing
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.dynamo import add_activity, list_partition, partition, transaction, translated
from stockbridge.errors import InvalidInput
from stockbridge.listing_entries import Entry
from stockbridge.notifications import Key, sku_id
from stockbridge.store import Activity
from stockbridge.tables import ActivityItem, ListIndex, ListingItem

LISTINGS = "listings"  # beside the statuses, in the partitions of the index


@dataclass(frozen=True, slots=True)
class EntryPage:
    """By SKU, as texts are ordered. `next` is the cursor of the following page, None at the end."""

    entries: Sequence[Entry]
    next: str | None


class DynamoListingMap:
    def __init__(self, table: str, control_table: str) -> None:
        aws.bind(ListingItem, table)
        aws.bind(ActivityItem, control_table)

    def of(self, channel: Channel, skus: Sequence[str]) -> Mapping[str, Listing]:
        """For the export: the listings of those that have an entry; none when the channel does not look them up.
        May be a second old."""
        if not channel.listing_map:
            return {}
        found = self._read(channel, skus, consistent=False)
        return {entry.sku: Listing(entry.sku, entry.ids) for entry in found if entry.ids}

    def entries(self, channel: Channel, skus: Iterable[str]) -> dict[str, Entry]:
        """Every SKU asked for, as of now; one with rev 0 when it never had an entry."""
        blank = {sku: Entry(sku, {}) for sku in skus}
        return blank | {entry.sku: entry for entry in self._read(channel, list(blank), consistent=True)}

    def save(self, channel: Channel, entry: Entry, *, activity: Activity | None = None) -> Entry:
        """Replace the entry that had `entry.rev`; without ids it is forgotten. Raises Conflict."""
        key = Key(channel.account, channel.affiliate, entry.sku)
        item = ListingItem(partition(key), _sort(channel))
        actions: list[Action]
        if entry.ids:
            actions = [
                ListingItem.ids.set(dict(entry.ids)),
                ListingItem.list_pk.set(list_partition(channel.account, channel.affiliate, LISTINGS)),
                ListingItem.list_sk.set(entry.sku),
            ]
        else:
            actions = [ListingItem.ids.remove(), ListingItem.list_pk.remove(), ListingItem.list_sk.remove()]
        actions.append(ListingItem.rev.set(entry.rev + 1))
        condition = ListingItem.rev == entry.rev if entry.rev else ListingItem.pk.does_not_exist()
        with translated():
            if activity is None:
                item.update(actions=actions, condition=condition)
            else:
                with transaction() as both:
                    both.update(item, actions=actions, condition=condition)
                    add_activity(both, activity)
        return replace(entry, rev=entry.rev + 1)

    def note(self, activity: Activity) -> None:
        """Who did it, where no single save can carry that."""
        with translated(), transaction() as alone:
            add_activity(alone, activity)

    def page(self, channel: Channel, *, cursor: str | None, limit: int) -> EntryPage:
        """Raises InvalidInput for a bad cursor."""
        after = ListIndex.list_sk > _place(cursor) if cursor is not None else None
        name = list_partition(channel.account, channel.affiliate, LISTINGS)
        with translated():
            items = ListingItem.list_index.query(name, after, page_size=limit + 1)
            skus = [item.list_sk for item in islice(items, limit + 1)]
        shown = skus[:limit]
        entries = self.entries(channel, shown)
        standing = [entries[sku] for sku in shown if entries[sku].ids]
        return EntryPage(standing, write_cursor(shown[-1]) if len(skus) > limit else None)

    def _read(self, channel: Channel, skus: Sequence[str], *, consistent: bool) -> list[Entry]:
        keys = [Key(channel.account, channel.affiliate, sku) for sku in dict.fromkeys(skus)]
        names = [(partition(key), _sort(channel)) for key in keys]
        if not names:
            return []
        with translated():
            return [_entry(item) for item in ListingItem.batch_get(names, consistent_read=consistent)]


def _sort(channel: Channel) -> str:
    return f"listing#{channel.affiliate}"


def _entry(item: ListingItem) -> Entry:
    return Entry(item.pk.split("#", 1)[1], item.ids or {}, int(item.rev))


def _place(cursor: str) -> str:
    (sku,) = read_cursor(cursor, 1)
    try:
        return sku_id(sku)
    except InvalidInput:
        raise InvalidInput("bad_cursor") from None
