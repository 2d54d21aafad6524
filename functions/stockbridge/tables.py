"""The two tables as PynamoDB models. A test compares them with template.yaml, where they are created.

Records:  pk = account#sku, sk = affiliate for the record, ~affiliate#time#epoch for its evidence ("~" sorts last).
          pk = account#sku, sk = listing#affiliate        what the affiliate's marketplace calls the SKU
          pk = account#sku, sk = difference#affiliate     what the last reconciliation found of it
          pk = lease#name, sk = lease                     a lease
          pk = job#account#family#id, sk = job            work that is done page by page
          pk = causes#account#affiliate, sk = cause       how often it came; sk = cause#YYYY-MM-DD: on that day
          pk = history#account#affiliate, sk = time#random  the changes that a batch observed
          pk = series#account#affiliate, sk = hour#time or day#time   what was counted then (dynamo_measures.py)
          pk = job#account#family#id, sk = page#number    what a page of an operation did, record by record
          pk = job#account#family#number, sk = number     which job people call by that number
          pk = numbers#account, sk = family               the last number that a job of it took
Control:  pk = channel, sk = account#affiliate            a channel
          pk = gate, sk = account#affiliate               its gate
          pk = alerts, sk = account#affiliate             what people were told of it
          pk = token, sk = SHA-256 of the token           a webhook token
          pk = tokens#account, sk = token's id            the same, for the account's list
          pk = activity#account, sk = time#random         who did what
          pk = causes#account, sk = code                  a cause that an administrator described
"""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model


class ListIndex(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "list"
        projection = KeysOnlyProjection()

    list_pk = UnicodeAttribute(hash_key=True)
    list_sk = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "due"
        projection = IncludeProjection(["look_at", "send_at", "check_at", "wanted", "unread_since", "changed_at"])

    due_pk = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class CauseIndex(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "cause"
        projection = KeysOnlyProjection()

    cause_pk = UnicodeAttribute(hash_key=True)
    list_sk = UnicodeAttribute(range_key=True)


class RiskIndex(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "risk"
        projection = KeysOnlyProjection()

    risk_pk = UnicodeAttribute(hash_key=True)
    risk_sk = UnicodeAttribute(range_key=True)


class RecordItem(Model):
    """One Record; attributes have its fields' names. `rev` guards every write."""

    class Meta:
        table_name = ""  # aws.bind gives it the stack's

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()

    list_index = ListIndex()
    list_pk = UnicodeAttribute(null=True)
    list_sk = UnicodeAttribute(null=True)
    due_index = DueIndex()
    due_pk = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    cause_index = CauseIndex()
    cause_pk = UnicodeAttribute(null=True)
    risk_index = RiskIndex()
    risk_pk = UnicodeAttribute(null=True)
    risk_sk = UnicodeAttribute(null=True)

    balance = NumberAttribute(null=True)
    unlimited = BooleanAttribute(null=True)
    allowed = NumberAttribute(null=True)
    active = BooleanAttribute(null=True)
    listed = BooleanAttribute(null=True)
    observed_at = NumberAttribute(null=True)
    modified_at = NumberAttribute(null=True)
    last_change_at = NumberAttribute(null=True)
    unread_since = NumberAttribute(null=True)
    changed_at = NumberAttribute(null=True)
    next_changed_at = NumberAttribute(null=True)

    seen = NumberAttribute(null=True)
    wanted = NumberAttribute(null=True)
    version = NumberAttribute(null=True)
    decision = JSONAttribute(null=True)
    skipped = JSONAttribute(null=True)

    confirmed = NumberAttribute(null=True)
    confirmed_version = NumberAttribute(null=True)
    confirmed_at = NumberAttribute(null=True)
    done_version = NumberAttribute(null=True)
    accepted = JSONAttribute(null=True)
    may_land_until = NumberAttribute(null=True)
    diverged = BooleanAttribute(null=True)

    look_at = NumberAttribute(null=True)
    look_tries = NumberAttribute(null=True)
    look_cause = UnicodeAttribute(null=True)
    looks_vanished = NumberAttribute(null=True)
    look_begun_at = NumberAttribute(null=True)
    deferred_flags = BooleanAttribute(null=True)
    send_at = NumberAttribute(null=True)
    check_at = NumberAttribute(null=True)
    not_before = NumberAttribute(null=True)

    lease_until = NumberAttribute(null=True)
    claimed_at = NumberAttribute(null=True)
    claimed_version = NumberAttribute(null=True)
    epoch = NumberAttribute(null=True)
    vanished = NumberAttribute(null=True)
    attempts_used = NumberAttribute(null=True)

    status = UnicodeAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    processed_at = NumberAttribute(null=True)
    listed_at = NumberAttribute(null=True)
    reflected_ms = NumberAttribute(null=True)
    attempts = JSONAttribute(null=True)
    removal = JSONAttribute(null=True)
    came_back_after = NumberAttribute(null=True)
    request = UnicodeAttribute(null=True)
    request_due = BooleanAttribute(null=True)
    request_cause = UnicodeAttribute(null=True)


class EvidenceItem(Model):
    """The redacted exchange of one attempt; expires by itself."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    at = NumberAttribute()
    sent = UnicodeAttribute()
    received = UnicodeAttribute()
    http_status = NumberAttribute(null=True)
    duration_ms = NumberAttribute(null=True)
    expires_at = TTLAttribute()


class ListingItem(Model):
    """One entry of a channel's listing map, `ids` by name. One that was forgotten keeps only its rev: no function may
    delete from this table."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()
    list_index = ListIndex()
    list_pk = UnicodeAttribute(null=True)  # account#affiliate#listings
    list_sk = UnicodeAttribute(null=True)  # the SKU
    ids = JSONAttribute(null=True)


class DifferenceItem(Model):
    """One Difference. One that is equal again keeps only its rev: no function may delete from this table."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()
    list_index = ListIndex()
    list_pk = UnicodeAttribute(null=True)  # account#affiliate#differences
    list_sk = UnicodeAttribute(null=True)  # allowed or abnormal, the SKU
    document = JSONAttribute(null=True)


class LeaseItem(Model):
    """A lease; it ends at `until`, and some time after that the item goes by itself."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    holder = UnicodeAttribute()
    until = NumberAttribute()
    expires_at = TTLAttribute()


class JobItem(Model):
    """One Job; it goes by itself some months after it began."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()
    list_index = ListIndex()
    list_pk = UnicodeAttribute(null=True)  # account#jobs#family
    list_sk = UnicodeAttribute(null=True)  # when it began, its id
    due_index = DueIndex()
    due_pk = UnicodeAttribute(null=True)  # jobs#shard, while it runs
    due_at = NumberAttribute(null=True)
    document = JSONAttribute()
    expires_at = TTLAttribute()


class NumberItem(Model):
    """Which job has a number; it goes by itself as its job does."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    job = UnicodeAttribute()  # its id
    expires_at = TTLAttribute()


class LastNumberItem(Model):
    """The last number that was taken. It only grows, so none is ever given twice."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    last = NumberAttribute()


class PartItem(Model):
    """One Part of an operation; it goes by itself as its job does."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()
    document = JSONAttribute()
    expires_at = TTLAttribute()


class CauseItem(Model):
    """How often a cause came at a channel. Of a single day only `errors`, and it expires by itself."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    errors = NumberAttribute(null=True)
    first_seen = NumberAttribute(null=True)
    last_seen = NumberAttribute(null=True)
    worked = NumberAttribute(null=True)  # reprocesses, fading (cause_statistics.py)
    failed = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class HistoryItem(Model):
    """What one batch of the intake observed of one channel, as history.py packs it; expires by itself."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    size = NumberAttribute()  # changes
    changes = BinaryAttribute(legacy_encoding=False)
    expires_at = TTLAttribute()


class ControlItem(Model):
    """Anything of the control table whose content is one document: channels, gates, tokens, own causes."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    rev = NumberAttribute()
    document = JSONAttribute()


class ActivityItem(Model):
    """One deed of one person; written once, never changed."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    at = NumberAttribute()
    user = UnicodeAttribute()
    action = UnicodeAttribute()
    subject = UnicodeAttribute()
    details = UnicodeAttribute()
    before = JSONAttribute(null=True)
    after = JSONAttribute(null=True)
    cut = BooleanAttribute(null=True)
