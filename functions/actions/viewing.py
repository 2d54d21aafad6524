"""From who asks to how records look to them: the account's channels and causes, their language and their role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from actions.access import Access
from actions.record_views import RecordViews
from stockbridge.catalogue import Catalogue
from stockbridge.control import DynamoControl


@dataclass(frozen=True, slots=True)
class Viewing:
    control: DynamoControl
    clock: Callable[[], int]
    language: Callable[[], str]
    late_after_s: int
    catalogue: Callable[[str], Catalogue]

    def views(self, access: Access) -> RecordViews:
        """As of now. Raises Unavailable."""
        channels = {channel.affiliate: channel for channel in self.control.channels(access.account)}
        catalogue = self.catalogue(access.account)
        return RecordViews(channels, self.language(), access.role, self.clock(), self.late_after_s, catalogue)
