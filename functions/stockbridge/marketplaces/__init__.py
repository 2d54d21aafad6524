"""The marketplaces that this system can write to, by the name that a channel says in `connector`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stockbridge.connectors import Connector
from stockbridge.errors import NotFound
from stockbridge.marketplaces.amazon import Amazon
from stockbridge.marketplaces.generic import Generic
from stockbridge.marketplaces.magalu import Magalu
from stockbridge.marketplaces.mercado_livre import MercadoLivre
from stockbridge.marketplaces.mirakl import Mirakl
from stockbridge.marketplaces.vtex_account import VtexAccount

CONNECTORS: Mapping[str, Connector] = MappingProxyType(
    {
        "amazon": Amazon(),
        "generic": Generic(),
        "magalu": Magalu(),
        "mercado_livre": MercadoLivre(),
        "mirakl": Mirakl(),
        "vtex_account": VtexAccount(),
    }
)


def connector(name: str) -> Connector:
    """Raises NotFound."""
    try:
        return CONNECTORS[name]
    except KeyError:
        raise NotFound(f"connector {name}") from None
