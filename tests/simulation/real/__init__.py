"""Marketplaces that speak their real protocol, each with its real connector.

mercado_livre   items with variations, items, warehouses and addresses of user products, behind rotating tokens
mirakl          files of quantities that wait, run, and are reported on
magalu          a queue of writes and its traces, behind rotating tokens
amazon          submissions that show later, one by one or as a feed
vtex_account    an inventory with locks and lead times
vtex_notified   the same account, told that something changed, which then asks by itself
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation.real.amazon import AmazonMarket
from tests.simulation.real.magalu import MagaluMarket
from tests.simulation.real.market import RealMarketplace
from tests.simulation.real.mercado_livre import MercadoLivreMarket
from tests.simulation.real.mirakl import MiraklMarket
from tests.simulation.real.vtex_account import VtexMarket, VtexNotified

REAL: Mapping[str, type[RealMarketplace]] = {
    "amazon": AmazonMarket,
    "magalu": MagaluMarket,
    "mercado_livre": MercadoLivreMarket,
    "mirakl": MiraklMarket,
    "vtex_account": VtexMarket,
    "vtex_notified": VtexNotified,
}
