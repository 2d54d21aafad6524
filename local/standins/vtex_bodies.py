"""The JSON that VTEX answers and posts, field by field as in its documents' samples (tests/events/vtex/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from local.standins.shop import UNLIMITED, Account, Affiliate, Change, Dock, Sku, Warehouse

Json = dict[str, Any]


def error_body(message: str, code: str = "1") -> Json:
    return {"error": {"code": code, "message": message, "exception": None}}


# ------------------------------------------------------------------------------------------ notifications


def notification_body(account: Account, affiliate: Affiliate, sku: Sku, change: Change, *, ticks: int) -> Json:
    """What the affiliate is posted about one SKU. `ticks`: 100 ns since the epoch.

    What changed is the product's, so all its SKUs carry the same flags; being active and being in the
    affiliate's assortment are each SKU's own.
    """
    body: Json = {"IdSku": sku.id}
    if affiliate.form == "2021":
        body["ProductId"] = sku.product
    body |= {"An": account.name, "IdAffiliate": affiliate.id}
    if affiliate.form == "2015":
        return body | {"StockModified": change.stock, "PriceModified": change.price}
    if affiliate.form == "2021":
        body["Version"] = "0" * 32
    return body | {
        "DateModified": dotnet_time(ticks),
        "IsActive": sku.active,
        "StockModified": change.stock,
        "PriceModified": change.price,
        "HasStockKeepingUnitModified": change.registration,
        "HasStockKeepingUnitRemovedFromAffiliate": sku.id in account.removed.get(affiliate.id, ()),
    }


def dotnet_time(ticks: int) -> str:
    """As .NET writes it: seven fractional digits and a Z."""
    seconds, fraction = divmod(ticks, 10_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:07d}Z"


# ------------------------------------------------------------------------------------------ simulation


def simulation_body(
    account: Account,
    request: Mapping[str, Any],
    *,
    trade_policy: str,
    affiliate: str | None,
    as_of: int | None,
    price_valid_until: str,
) -> Json:
    """The answer to a fulfillment simulation. What is unknown, inactive or not for sale here is simply missing."""
    items: list[Json] = []
    logistics: list[Json] = []
    for index, asked in enumerate(request["items"]):
        sku = account.skus.get(str(asked["id"]))
        if sku is None or not sku.active or not account.in_assortment(sku.id, trade_policy, affiliate):
            continue
        balance = account.balance(sku.id, trade_policy, as_of=as_of)
        quantity = min(asked["quantity"], balance)
        logistics.append(_logistics_info(len(items), balance, quantity))
        items.append(
            {
                "id": sku.id,
                "requestIndex": index,
                "quantity": quantity,
                "seller": str(asked.get("seller", "1")),
                "merchantName": None,
                "priceValidUntil": price_valid_until,
                "price": sku.price,
                "listPrice": sku.price,
                "offerings": [],
                "priceTags": [],
                "measurementUnit": "un",
                "unitMultiplier": 1.0,
                "attachmentOfferings": [],
            }
        )
    return {
        "items": items,
        "postalCode": request.get("postalCode"),
        "geoCoordinates": [],
        "country": request.get("country"),
        "logisticsInfo": logistics,
        "pickupPoints": [],
        "messages": [],
    }


def _logistics_info(index: int, balance: int, quantity: int) -> Json:
    return {
        "itemIndex": index,
        "addressId": None,
        "selectedSla": None,
        "selectedDeliveryChannel": None,
        "stockBalance": balance,
        "quantity": quantity,
        "shipsTo": ["BRA"],
        "slas": [],  # nobody asks with a postal code
        "deliveryChannels": [],
    }


# ------------------------------------------------------------------------------------------ logistics


def inventory_body(account: Account, sku: str, *, as_of: int | None) -> Json:
    """What every warehouse holds. Inactive warehouses are listed too, as VTEX does."""
    return {"skuId": sku, "balance": [_balance(account, sku, each, as_of) for each in account.warehouses.values()]}


def _balance(account: Account, sku: str, warehouse: Warehouse, as_of: int | None) -> Json:
    held = account.holding(sku, warehouse.id, as_of=as_of)
    return {
        "warehouseId": warehouse.id,
        "warehouseName": warehouse.name,
        "totalQuantity": UNLIMITED + held.reserved if held.unlimited else held.total,
        "reservedQuantity": held.reserved,
        "hasUnlimitedQuantity": held.unlimited,
        "timeToRefill": None,
        "dateOfSupplyUtc": None,
        "leadTime": held.lead_time,
    }


def dispatch_body(
    account: Account, sku: str, places: Iterable[tuple[Warehouse, Dock]], *, as_of: int | None
) -> list[Json]:
    """What is available by warehouse and dock, with the trade policies that the dock serves."""
    return [_at_dock(account, sku, warehouse, dock, as_of) for warehouse, dock in places]


def _at_dock(account: Account, sku: str, warehouse: Warehouse, dock: Dock, as_of: int | None) -> Json:
    held = account.holding(sku, warehouse.id, as_of=as_of)
    return {
        "skuId": sku,
        "warehouseId": warehouse.id,
        "dockId": dock.id,
        "totalQuantity": UNLIMITED + held.reserved if held.unlimited else held.total,
        "reservedQuantity": held.reserved,
        "availableQuantity": held.available,
        "isUnlimited": held.unlimited,
        "salesChannel": list(dock.sales_channels),
        "deliveryChannels": ["delivery"],
        "timeToRefill": None,
        "dateOfSupplyUtc": None,
        "supplyLotId": None,
        "keepSellingAfterExpiration": False,
        "transfer": None,
    }


def dock_body(dock: Dock) -> Json:
    nowhere: Json = {
        "isPickupStore": False,
        "storeId": None,
        "friendlyName": None,
        "address": None,
        "additionalInfo": None,
        "dockId": None,
        "distance": None,
        "businessHours": None,
        "pickupHolidays": None,
        "sellerId": None,
        "isThirdPartyPickup": False,
    }
    return {
        "pickupStoreInfo": nowhere,
        "storeId": None,
        "pickupInStoreInfo": {"isActice": False, "additionalInfo": None},  # VTEX's spelling
        "deliveryFromStoreInfo": {
            "isActice": False,
            "deliveryRadius": 0.0,
            "deliveryFee": 0.0,
            "deliveryTime": "00:00:00",
            "maximumWeight": 0.0,
        },
        "address": None,
        "location": None,
        "shippingRatesProviders": [],
        "deliveryAgreementsIds": [],
        "id": dock.id,
        "name": dock.name,
        "priority": 0,
        "dockTimeFake": "00:00:00",
        "timeFakeOverhead": "00:00:00",
        "salesChannels": list(dock.sales_channels),
        "freightTableIds": [],
        "wmsEndPoint": None,
        "isActive": dock.active,
    }


def warehouse_body(warehouse: Warehouse) -> Json:
    return {
        "id": warehouse.id,
        "name": warehouse.name,
        "warehouseDocks": [{"dockId": dock, "time": "00:00:00", "cost": 0.0} for dock in warehouse.docks],
        "pickupPointIds": [],
        "priority": 0,
        "isActive": warehouse.active,
    }


# ------------------------------------------------------------------------------------------ affiliates


def affiliate_body(affiliate: Affiliate) -> Json:
    return {
        "id": affiliate.id,
        "followUpEmail": affiliate.follow_up_email,
        "useSellerPaymentMethod": affiliate.own_payment,
        "name": affiliate.name,
        "salesChannel": affiliate.trade_policy,
        "searchURIEndpoint": affiliate.endpoint,
        "searchURIEndpointVersion": "1.x.x",
        "searchURIEndpointAvailableVersions": ["1.x.x"],
        "minimumValueAccumulated": affiliate.minimum_value,
    }


def affiliate_of(affiliate: str, document: Mapping[str, Any], before: Affiliate | None) -> Affiliate:
    """The affiliate that a PUT describes. Raises ValueError with VTEX's reason.

    Names are read in any casing, because connectors in the wild send both searchURIEndpoint and
    searchURIEndPoint. `before` gives what VTEX does not know: the form of the notifications.
    """
    fields = {name.lower(): value for name, value in document.items()}
    if len(affiliate) != 3 or not affiliate.isalpha() or set(affiliate.upper()) & set("AEIOU"):
        raise ValueError("The affiliate id must have three consonants")
    name, trade_policy = fields.get("name"), fields.get("saleschannel")
    if not isinstance(name, str) or not name:
        raise ValueError("The field name is required")
    if not isinstance(trade_policy, str | int):
        raise ValueError("The field salesChannel is required")
    endpoint = fields.get("searchuriendpoint")
    if endpoint is not None and not (isinstance(endpoint, str) and endpoint.startswith(("http://", "https://"))):
        raise ValueError("The field searchURIEndpoint must be an absolute URL")
    return Affiliate(
        id=affiliate.upper(),
        name=name,
        trade_policy=str(trade_policy),
        endpoint=endpoint or None,
        form=before.form if before else "2021",
        follow_up_email=str(fields.get("followupemail") or ""),
        own_payment=fields.get("usesellerpaymentmethod") is True,
        minimum_value=minimum if isinstance(minimum := fields.get("minimumvalueaccumulated"), int) else 0,
    )


def simulation_problem(document: Any, max_items: int) -> tuple[str, str] | None:
    """Why VTEX would refuse a simulation, as (code, message), or None.

    CHK0062 is VTEX's own code (checkout-error-codes.md); the number it guards is not documented.
    """
    items: Sequence[Any] = document.get("items") if isinstance(document, dict) else None  # type: ignore[assignment] # checked next
    if not isinstance(items, list) or not items:
        return "1", "The field items is required"
    if len(items) > max_items:
        return "CHK0062", f"Max allowed items exceeded: {max_items}"
    for item in items:
        if not isinstance(item, dict) or not item.get("id") or not isinstance(item.get("quantity"), int):
            return "1", "Each item must have an id and a quantity"
    if bool(document.get("postalCode")) != bool(document.get("country")):
        return "1", "The fields postalCode and country must be sent together"
    return None
