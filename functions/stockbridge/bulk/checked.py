"""Whether a channel's marketplace can be asked later what became of a write that it accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stockbridge.bulk.pace import Channels
from stockbridge.connectors import Checks, Connector


def checked_by(channels: Channels, connectors: Mapping[str, Connector]) -> Callable[[str, str], bool]:
    """Of an account's affiliate; True where the channel is gone: then accepted may not be all that there was."""

    def checked(account: str, affiliate: str) -> bool:
        channel = channels.channel(account, affiliate)
        found = connectors.get(channel.connector) if channel is not None else None
        return found is None or isinstance(found, Checks)

    return checked
