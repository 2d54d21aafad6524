"""How fast an operation asks: as fast as the channel's marketplace takes what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from stockbridge.channels import Channel
from stockbridge.connectors import Capabilities, Connector, Mode

DEFAULT_PER_SECOND = 20.0  # where a connector knows no rate
MOST_PER_SECOND = 50.0  # each record is read at VTEX too, which has a rate of its own


class Channels(Protocol):
    def channel(self, account: str, affiliate: str) -> Channel | None: ...


def per_second(capabilities: Capabilities | None) -> float:
    """Records a second; None: the channel is gone. Pure."""
    if capabilities is None or capabilities.rate is None:
        return DEFAULT_PER_SECOND
    each = capabilities.max_batch if capabilities.mode in (Mode.BULK, Mode.FEED) else 1
    return min(MOST_PER_SECOND, capabilities.rate.per_second * each)


def pace_of(channels: Channels, connectors: Mapping[str, Connector]) -> Callable[[str, str], float]:
    """Of an account's affiliate, records a second."""

    def pace(account: str, affiliate: str) -> float:
        channel = channels.channel(account, affiliate)
        found = connectors.get(channel.connector) if channel is not None else None
        return per_second(found.capabilities if found is not None else None)

    return pace
