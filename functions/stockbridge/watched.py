"""Records, with a look at what each save did: for whoever counts along."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from stockbridge.channels import Channel
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Activity, Due, KeptEvidence, Records


class Watched(ABC):
    """`store.Records`. Only what the process knows to be saved is looked at: a save that conflicted or whose answer was
    lost is not."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @abstractmethod
    def _saved(self, was: Record, saved: Record) -> None:
        """The save is done: this must not fail for it."""

    def get(self, key: Key) -> Record:
        return self._records.get(key)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Record]:
        return self._records.get_many(keys)

    def save(self, record: Record, was: Record, *, activity: Activity | None = None) -> Record:
        saved = self._records.save(record, was, activity=activity)
        self._saved(was, saved)
        return saved

    def keep(self, evidence: KeptEvidence) -> None:
        self._records.keep(evidence)

    def due(self, channel: Channel, *, before: int | None) -> Iterable[Due]:
        return self._records.due(channel, before=before)
