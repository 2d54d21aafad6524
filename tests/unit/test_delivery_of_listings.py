"""What a SKU is called at the marketplace: looked up for the call, and an error of that SKU where nobody says it."""

from __future__ import annotations

from dataclasses import replace

from stockbridge.connectors import Listing
from stockbridge.marketplaces import connector
from stockbridge.records import Status
from tests.memory import channel
from tests.unit.mercado_livre import ITEM, NOW, SECRET, Marketplace, item
from tests.unit.test_delivery import World


def listed(marketplace: Marketplace, listings: dict[str, Listing]) -> World:
    """A world with a channel of Mercado Livre."""
    world = World()
    world.clock.now = NOW
    world.control.add(channel(connector="mercado_livre", marketplace={"secret": "ml"}, listing_map=True))
    world.secrets.stored["ml"] = SECRET
    planning = replace(world.delivery.planning, connector=connector, listings=lambda _channel, _skus: listings)
    world.delivery = replace(world.delivery, planning=planning, http=marketplace)
    return world


def test_a_sku_that_is_not_mapped_is_a_clear_error_of_its_own_and_asks_the_marketplace_nothing() -> None:
    marketplace = Marketplace()
    world = listed(marketplace, {})
    record = world.deliver(world.want(7))
    assert (record.status, record.cause, record.due_at) == (Status.ERROR, "unmapped", None)
    assert record.message == ""  # its cause says it all
    assert marketplace.asked == []
    assert world.control.gate("loja#SPT").closed_until is None


def test_a_mapped_sku_is_sent_by_the_ids_of_its_entry_beside_one_that_is_not() -> None:
    marketplace = Marketplace(item(7))
    world = listed(marketplace, {"42": Listing("42", ITEM)})
    world.deliver(world.want(7), world.want(7, sku="43"))
    assert marketplace.asked == [("PUT", "https://api.mercadolibre.com/items/MLB123456789", {"available_quantity": 7})]
    ends = {key.sku: (record.status, record.cause) for key, record in world.records.stored.items()}
    assert ends == {"42": (Status.SUCCESS, None), "43": (Status.ERROR, "unmapped")}
