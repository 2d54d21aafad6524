"""Reception: a notification of VTEX becomes durable, or is refused with the reason. Nothing else happens here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stockbridge.errors import NotAllowed, NotFound, NotPossible
from stockbridge.messages import notification_message
from stockbridge.notifications import Notification, parse_notifications
from stockbridge.store import Control, Message, Queue
from stockbridge.telemetry import count


@dataclass(frozen=True, slots=True)
class Reception:
    find_account: Callable[[str], str | None]  # by a webhook token
    control: Control
    intake_queue: Queue
    clock: Callable[[], int]

    def receive(self, token: str, body: bytes) -> int:
        """How many notifications were taken, all of them durable.

        Raises NotFound for an unknown token, InvalidInput for a body that is no notification, NotAllowed for
        another account's, NotPossible for an affiliate that nobody configured, Unavailable when the queue refuses.
        """
        account = self.find_account(token)
        if account is None:
            raise NotFound("unknown address")
        notifications = parse_notifications(body, received_at=self.clock())
        for notification in notifications:
            self._admit(notification, account)
        self.intake_queue.send([Message(notification_message(notification)) for notification in notifications])
        count("NotificationReceived", len(notifications))
        return len(notifications)

    def _admit(self, notification: Notification, account: str) -> None:
        key = notification.key
        if key.account != account:
            raise NotAllowed("this address belongs to another account than An names")
        if self.control.channel(account, key.affiliate) is None:
            raise NotPossible(f"the account has no channel for the affiliate {key.affiliate}")
