"""What a seller of the stand-in Mercado Livre sells at the start: every shape of listing, and one of each trouble."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

from local.standins.mercado_livre_state import Item, Location, MercadoLivreState, Seller, UserProduct, Variation

OURS, OTHERS = "7000001", "7000002"  # stores: the one that the SKUs are mapped to, and one with stock of its own
ELSEWHERE = 3  # units in the other store, which nobody may lose
LISTING_IDS = ("item_id", "variation_id", "user_product_id", "store_id")  # that a SKU is mapped to, each or some
_TROUBLED = 0.25  # of the SKUs, at most
_SHAPES = (("variations", 3), ("item", 1), ("warehouse", 1), ("variations", 2), ("item", 1), ("address", 1))


def seeded(name: str, skus: Sequence[str], *, spared: Sequence[str] = ()) -> MercadoLivreState:
    """One seller with everything at 0. The last SKUs have a trouble each; those of `spared` never do."""
    seller = Seller(
        name,
        user_id=100_000_001,
        client_id="9000000000000001",
        client_secret=f"local-secret-{name}",
        refresh_token=f"TG-local-{name}-0",
        stores={OURS: "MLB7000001", OTHERS: "MLB7000002"},
    )
    state = MercadoLivreState({name: seller})
    able = [sku for sku in skus if sku not in spared]
    count = min(len(TROUBLES), int(len(skus) * _TROUBLED), len(able))
    troubled = dict(zip(able[len(able) - count :], TROUBLES, strict=False))
    well = [sku for sku in skus if sku not in troubled]
    for shape, size in cycle(_SHAPES):
        if not well:
            break
        _sell(state, seller, shape, well[:size])
        well = well[size:]
    for sku, trouble in troubled.items():
        TROUBLES[trouble](state, _item(state, seller, sku))
    return state


def secret_of(seller: Seller) -> Mapping[str, str]:
    """The channel's secret, before its first login."""
    return {
        "client_id": seller.client_id,
        "client_secret": seller.client_secret,
        "refresh_token": seller.refresh_token,
    }


# ------------------------------------------------------------------------------------ shapes


def _sell(state: MercadoLivreState, seller: Seller, shape: str, skus: Sequence[str]) -> None:
    if shape == "variations":
        item = Item(f"MLB5{skus[0].zfill(9)}", seller.user_id, status="paused", sub_status=["out_of_stock"])
        state.items[item.id] = item
        for sku in skus:
            name = f"6{sku.zfill(10)}"
            item.variations[name] = Variation(0, sku)
            state.listings[sku] = {"item_id": item.id, "variation_id": name}
    elif shape == "item":
        _item(state, seller, skus[0])
    else:
        _user_product(state, seller, skus[0], address=shape == "address")


def _item(state: MercadoLivreState, seller: Seller, sku: str) -> Item:
    item = Item(f"MLB4{sku.zfill(9)}", seller.user_id, sku, status="paused", sub_status=["out_of_stock"])
    state.items[item.id] = item
    state.listings[sku] = {"item_id": item.id}
    return item


def _user_product(state: MercadoLivreState, seller: Seller, sku: str, *, address: bool = False) -> UserProduct:
    places = [Location("selling_address", 0), Location("meli_facility", ELSEWHERE)]
    if not address:
        places = [
            Location("seller_warehouse", 0, OURS, seller.stores[OURS]),
            Location("seller_warehouse", ELSEWHERE, OTHERS, seller.stores[OTHERS]),
        ]
    product = UserProduct(f"{'MLA' if address else 'MLB'}U8{sku.zfill(9)}", seller.user_id, sku, places)
    state.user_products[product.id] = product
    state.listings[sku] = {"user_product_id": product.id} | ({} if address else {"store_id": OURS})
    return product


# ------------------------------------------------------------------------------------ troubles


def _closed(_: MercadoLivreState, item: Item) -> None:
    item.status, item.sub_status = "closed", ["expired"]


def _under_review(_: MercadoLivreState, item: Item) -> None:
    item.status, item.sub_status = "under_review", ["waiting_for_patch"]


def _inactive(_: MercadoLivreState, item: Item) -> None:
    item.status, item.sub_status = "inactive", []


def _paused(_: MercadoLivreState, item: Item) -> None:
    item.sub_status = ["paused_by_seller"]


def _fulfillment(_: MercadoLivreState, item: Item) -> None:
    item.fulfillment = True


def _maximum(_: MercadoLivreState, item: Item) -> None:
    item.maximum = 1


def _missing(_: MercadoLivreState, item: Item) -> None:
    item.missing = "GTIN"


def _used(_: MercadoLivreState, item: Item) -> None:
    item.condition, item.quantity, item.status, item.sub_status = "used", 1, "active", []


def _locked(_: MercadoLivreState, item: Item) -> None:
    item.locked = 2


def _foreign(_: MercadoLivreState, item: Item) -> None:
    item.seller_id += 1


def _gone(state: MercadoLivreState, item: Item) -> None:
    del state.items[item.id]


def _varied_since(state: MercadoLivreState, item: Item) -> None:
    """The SKU is mapped to a variation that the item has no more."""
    item.variations = {"61111111111": Variation(0, "")}
    state.listings[item.sku]["variation_id"] = "69999999999"


def _multi_origin(state: MercadoLivreState, item: Item) -> None:
    """The seller got warehouses, and the SKU is still mapped to the item."""
    listing = state.listings[item.sku]
    product = _instead(state, item)
    state.items[item.id], state.listings[item.sku] = item, listing
    item.multi_origin, item.user_product_id = True, product.id


def _no_such_store(state: MercadoLivreState, item: Item) -> None:
    _instead(state, item)
    state.listings[item.sku]["store_id"] = "7999999"


def _no_store_named(state: MercadoLivreState, item: Item) -> None:
    _instead(state, item)
    del state.listings[item.sku]["store_id"]


def _nowhere(state: MercadoLivreState, item: Item) -> None:
    _instead(state, item).locations = None


def _written_by_others(state: MercadoLivreState, item: Item) -> None:
    _instead(state, item).conflicts = 4


def _blocked(state: MercadoLivreState, item: Item) -> None:
    _instead(state, item, address=True).blocked = True


def _instead(state: MercadoLivreState, item: Item, *, address: bool = False) -> UserProduct:
    """A user product in place of the item."""
    del state.items[item.id]
    seller = next(each for each in state.sellers.values() if each.user_id == item.seller_id)
    return _user_product(state, seller, item.sku, address=address)


TROUBLES: Mapping[str, Callable[[MercadoLivreState, Item], None]] = {
    "closed": _closed,
    "under_review": _under_review,
    "inactive": _inactive,
    "paused": _paused,
    "fulfillment": _fulfillment,
    "maximum": _maximum,
    "missing": _missing,
    "used": _used,
    "locked": _locked,
    "foreign": _foreign,
    "gone": _gone,
    "varied_since": _varied_since,
    "multi_origin": _multi_origin,
    "no_such_store": _no_such_store,
    "no_store_named": _no_store_named,
    "nowhere": _nowhere,
    "written_by_others": _written_by_others,
    "blocked": _blocked,
}
