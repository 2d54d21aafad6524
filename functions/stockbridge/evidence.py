"""The exchanges behind a record's failed attempts, as they were kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from stockbridge.dynamo import partition, translated
from stockbridge.notifications import Key
from stockbridge.outcomes import Evidence
from stockbridge.store import KeptEvidence
from stockbridge.tables import EvidenceItem


def kept_evidence(key: Key, *, limit: int) -> Sequence[KeptEvidence]:
    """The newest ones, oldest first; `DynamoRecords` binds the model. Raises Unavailable."""
    with translated():
        newest_first = EvidenceItem.query(
            partition(key),
            EvidenceItem.sk.startswith(f"~{key.affiliate}#"),
            scan_index_forward=False,
            page_size=limit,
        )
        items = list(islice(newest_first, limit))
    return [
        KeptEvidence(
            key,
            int(item.at),
            int(item.sk.rsplit("#", 1)[1]),
            Evidence(item.sent, item.received, _whole(item.http_status), _whole(item.duration_ms)),
        )
        for item in reversed(items)
    ]


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
