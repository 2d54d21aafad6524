"""The marketplaces that this system can write to, by the name that a channel says in `connector`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stockbridge.connectors import Connector
from stockbridge.errors import NotFound
from stockbridge.marketplaces.generic import Generic

CONNECTORS: Mapping[str, Connector] = MappingProxyType({"generic": Generic()})


def connector(name: str) -> Connector:
    """Raises NotFound."""
    try:
        return CONNECTORS[name]
    except KeyError:
        raise NotFound(f"connector {name}") from None
