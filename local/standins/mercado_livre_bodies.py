"""What the stand-in Mercado Livre says: its documents, and its errors in their real words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.standins.mercado_livre_state import Item, UserProduct

Json = dict[str, Any]
ERRORS = {
    401: ("unauthorized_request_error", "user not authorized"),
    429: ("too_many_requests", "Too Many Requests"),
    500: ("internal_server_error", "Internal Server Error"),
    502: ("bad_gateway", "Bad Gateway"),
    503: ("service_not_available", "Service not available"),
    504: ("gateway_timeout", "Gateway Timeout"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`applied`: whether a quantity took effect."""

    status: int
    body: Json | None
    applied: bool = False
    version: int | None = None  # the x-version header


def error(status: int, text: str = "") -> Answer:
    """One of the errors that have nothing to do with a listing, with its own words or others."""
    code, message = ERRORS.get(status, ("error", "Error"))
    return Answer(status, {"message": text or message, "error": code, "status": status, "cause": []})


def locked() -> Answer:
    return Answer(409, {"message": "item optimistic locking error: conflict", "status": 409, "cause": []})


def not_found(message: str) -> Answer:
    return Answer(404, {"message": message, "error": "not_found", "status": 404, "cause": []})


def not_owned(item: Item) -> Answer:
    message = f"You must be the owner of the item with id {item.id}"
    return Answer(403, {"message": message, "error": "invalid_user", "status": 403})


def item_document(item: Item) -> Json:
    return {
        "id": item.id,
        "site_id": item.id[:3],
        "seller_id": item.seller_id,
        "seller_custom_field": item.sku or None,
        "user_product_id": item.user_product_id or None,
        "available_quantity": item.total,
        "condition": item.condition,
        "status": item.status,
        "sub_status": item.sub_status,
        "shipping": {"mode": "me2", "logistic_type": "fulfillment" if item.fulfillment else "cross_docking"},
        "variations": [
            {
                "id": int(name),
                "available_quantity": each.quantity,
                "seller_custom_field": each.sku,
                "user_product_id": item.user_product_id or None,
            }
            for name, each in item.variations.items()
        ],
    }


def stock_document(product: UserProduct) -> Json:
    return {
        "user_id": product.seller_id,
        "id": product.id,
        "locations": [
            {"type": each.type, "quantity": each.quantity}
            | ({"store_id": each.store_id, "network_node_id": each.network_node_id} if each.store_id else {})
            for each in product.locations or []
        ],
    }


def refused_stock(message: str, status: int = 400) -> Answer:
    """Of these errors the documents give the message and no more."""
    return Answer(status, {"message": message})


def oauth_error(code: str, description: str = "") -> Answer:
    said = {"error_description": description} if description else {}
    return Answer(400, {**said, "error": code, "status": 400, "cause": []})


def invalid(*causes: Json) -> Answer:
    return Answer(400, {"message": "Validation error", "error": "validation_error", "status": 400, "cause": [*causes]})


def not_updatable(item: Item, name: str) -> Answer:
    message = f"Cannot update item {item.id} [status:{item.status}, has_bids:false]"
    cause = {"code": "field_not_updatable", "message": f"{name} is not modifiable."}
    return Answer(400, {"message": message, "error": "validation_error", "status": 400, "cause": [cause]})


def not_modifiable(item: Item, name: str) -> Answer | None:
    if item.status in ("closed", "under_review", "inactive"):
        return not_updatable(item, name)
    if item.fulfillment:
        prefix = "variations" if item.variations else "item"
        message = "Available quantity is not modifiable in fulfillment items"
        return invalid({"code": f"{prefix}.available_quantity.not_modifiable", "message": message})
    if item.missing:
        message = f"The attributes [{item.missing}] are required for category MLB1658"
        return invalid({"code": "item.attributes.missing_required", "message": message})
    return None


def bad_quantity(item: Item, quantity: Any) -> Answer | None:
    code = "item.available_quantity.invalid"
    if not isinstance(quantity, int) or quantity < 0 or (quantity == 0 and item.condition == "used"):
        return invalid({"code": code, "references": ["available_quantity"]})
    if item.maximum is not None and quantity > item.maximum:
        return invalid(
            {"code": code, "message": f"Available quantity max. value is {item.maximum} for category MLB1658"}
        )
    return None
