"""The demonstration shop as a seller at the marketplaces that have a connector of their own.

At each it sells what its second trade policy sells, at zero until the first write, and some of it in every way that
goes wrong there.
"""

from __future__ import annotations

from collections.abc import Sequence

from local.standins.amazon_state import AmazonState, demo_amazon
from local.standins.faults import Fault, Kind
from local.standins.magalu_state import MagaluState, seeded_magalu
from local.standins.mercado_livre_seed import seeded as seeded_mercado_livre
from local.standins.mercado_livre_state import MercadoLivreState
from local.standins.mirakl_state import MiraklState
from local.standins.mirakl_state import seeded as seeded_mirakl
from local.standins.shop import Account, Affiliate
from local.standins.vtex_account_state import VtexAccountState, seeded_vtex_account

TRADE_POLICY = "2"
AFFILIATES = (
    Affiliate("MLB", "Mercado Livre", TRADE_POLICY),
    Affiliate("CRF", "Carrefour (Mirakl)", TRADE_POLICY),
    Affiliate("MGZ", "Magalu", TRADE_POLICY),
    Affiliate("MZN", "Amazon", TRADE_POLICY),
    Affiliate("VTX", "Loja Parceira (VTEX)", TRADE_POLICY),
)
PARTNER = "lojaparceira"  # the VTEX account that is sold through
_UNMAPPED = slice(10, 100, 30)  # of the SKUs, those that nobody has mapped to their item
_LOGIN_LASTS_S = 900  # so that somebody who looks on sees it renewed


def demo_mercado_livre(account: Account, spared: Sequence[str]) -> MercadoLivreState:
    skus = _sold(account)
    state = seeded_mercado_livre(account.name, skus, spared=spared)
    for sku in [sku for sku in skus if sku not in spared][_UNMAPPED]:
        del state.listings[sku]
    state.faults.append(_now_and_then(account.name))
    return state


def demo_mirakl(account: Account) -> MiraklState:
    return seeded_mirakl(_sold(account))


def demo_magalu(account: Account, spared: Sequence[str], now: int) -> MagaluState:
    state = seeded_magalu(account.name, _sold(account), created_at=now, spared=spared)
    state.sellers[account.name].token_s = _LOGIN_LASTS_S
    return state


def demo_amazon_seller(account: Account) -> AmazonState:
    state = demo_amazon({account.name: _sold(account)})
    state.faults += [_now_and_then(seller) for seller in state.sellers]
    return state


def demo_partner(account: Account, spared: Sequence[str], now: int) -> VtexAccountState:
    return seeded_vtex_account(PARTNER, _sold(account), seller=account.name, now=now, spared=spared)


def _sold(account: Account) -> list[str]:
    return [sku for sku in account.skus if account.in_assortment(sku, TRADE_POLICY)]


def _now_and_then(shop: str) -> Fault:
    """Throttled without being told for how long."""
    return Fault(Kind.FAIL, shop=shop, percent=0.5, status=429)
