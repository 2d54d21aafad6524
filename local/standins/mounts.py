"""The marketplaces that have a connector of their own, below the port of the stand-in marketplace."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from local.standins.amazon import Amazon
from local.standins.amazon_state import AmazonState
from local.standins.control import FrontPage, LocalOnly, address_of
from local.standins.demo_sellers import (
    demo_amazon_seller,
    demo_magalu,
    demo_mercado_livre,
    demo_mirakl,
    demo_partner,
)
from local.standins.keeping import Memory
from local.standins.magalu import Magalu
from local.standins.magalu_state import MagaluState
from local.standins.mercado_livre import MercadoLivre
from local.standins.mercado_livre_state import MercadoLivreState
from local.standins.mirakl import Mirakl
from local.standins.mirakl_state import MiraklState
from local.standins.shop import Account
from local.standins.vtex_account import VtexAccounts
from local.standins.vtex_account_state import VtexAccountState

State = TypeVar("State")


class StandIn(Protocol):
    app: Starlette
    front: FrontPage


async def open_stand_ins(
    stack: AsyncExitStack,
    folder: Path,
    account: Account,
    *,
    spared: tuple[str, ...],
    now_ms: Callable[[], int],
    chance: random.Random,
    save_every_s: float,
) -> Mapping[str, StandIn]:
    """By their prefixes. Each remembers in a file of its own in `folder`; at first it holds what `account` sells.

    The SKUs of `spared` go well everywhere. Raises keeping.Unreadable.
    """

    async def kept(name: str, kind: type[State], fresh: Callable[[], State]) -> State:
        memory = Memory(folder / f"{name}.json", kind, fresh)
        await stack.enter_async_context(memory.saved_every(save_every_s))
        return memory.value

    now = now_ms()
    mercado_livre = await kept("mercado-livre", MercadoLivreState, partial(demo_mercado_livre, account, spared))
    mirakl = await kept("mirakl", MiraklState, partial(demo_mirakl, account))
    magalu = await kept("magalu", MagaluState, partial(demo_magalu, account, spared, now))
    amazon = await kept("amazon", AmazonState, partial(demo_amazon_seller, account))
    partner = await kept("vtex-account", VtexAccountState, partial(demo_partner, account, spared, now))
    return {
        "/mercado-livre": MercadoLivre(mercado_livre, now_ms=now_ms, chance=chance),
        "/mirakl": Mirakl(mirakl, now_ms=now_ms, chance=chance),
        "/magalu": Magalu(magalu, now_ms=now_ms, chance=chance),
        "/amazon": Amazon(amazon, now_ms=now_ms, chance=chance),
        "/vtex-account": VtexAccounts(partner, now_ms=now_ms, chance=chance),
    }


def together(first: StandIn, others: Mapping[str, StandIn]) -> Starlette:
    """One application: `first` at the top, the others under their prefixes, and a front page that tells of all."""

    def page(fronts: Mapping[str, FrontPage]) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            told = [front.text(address_of(request) + prefix) for prefix, front in fronts.items()]
            return PlainTextResponse("\n".join(told))

        return show

    fronts = {prefix: each.front for prefix, each in others.items()}
    return Starlette(
        routes=[
            Route("/", page({"": first.front} | fronts)),
            *(Route(prefix, page({prefix: front})) for prefix, front in fronts.items()),  # without a slash behind it
            *(Mount(prefix, app=each.app) for prefix, each in others.items()),
            Mount("/", app=first.app),
        ],
        middleware=[Middleware(LocalOnly)],
    )
