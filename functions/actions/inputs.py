"""What comes in besides checked parameters: names in paths, and bodies."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from pydantic import BaseModel, ValidationError

from stockbridge.channels import Channel
from stockbridge.control import DynamoControl
from stockbridge.errors import FieldProblem, InvalidFields, InvalidInput, NotFound, TooLarge
from stockbridge.field_problems import field_problems
from stockbridge.notifications import Key, affiliate_id, sku_id

MAX_BODY_BYTES = 64 * 1024
MAX_CSV_BYTES = 1024 * 1024

Model = TypeVar("Model", bound=BaseModel)


def affiliate_of(text: str) -> str:
    """In upper case. Raises InvalidFields."""
    try:
        return affiliate_id(text)
    except InvalidInput as error:
        raise InvalidFields([FieldProblem("affiliate", "affiliate_format", {})]) from error


def sku_of(text: str) -> str:
    """Raises InvalidFields."""
    try:
        return sku_id(text)
    except InvalidInput as error:
        raise InvalidFields([FieldProblem("sku", "sku_format", {})]) from error


def key_of(account: str, affiliate: str, sku: str) -> Key:
    """Raises InvalidFields."""
    return Key(account, affiliate_of(affiliate), sku_of(sku))


def channel_of(control: DynamoControl, account: str, affiliate: str) -> Channel:
    """Raises InvalidFields, NotFound."""
    channel = control.channel(account, affiliate_of(affiliate))
    if channel is None:
        raise NotFound("channel_not_found")
    return channel


def channel_is_there(affiliate: str | None, known: Collection[str], *, found: object) -> None:
    """Nothing found at an affiliate is good news, unless its name is mistyped: raises NotFound. What a deleted channel
    left is found."""
    if affiliate is not None and not found and affiliate_of(affiliate) not in known:
        raise NotFound("channel_not_found")


def checked(model: type[Model], document: Mapping[str, Any]) -> Model:
    """The document as the model has it. Raises InvalidFields."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise InvalidFields(field_problems(error.errors())) from error


def json_object(event: BaseProxyEvent) -> dict[str, Any]:
    """The body, {} when there is none. Raises InvalidInput."""
    try:
        text = event.decoded_body or ""
        if len(text.encode()) > MAX_BODY_BYTES:
            raise TooLarge("body_too_large")
        document = json.loads(text) if text.strip() else {}
        # Python reads more than JSON is: NaN, and escapes of half a character, which nobody can be answered
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidInput("malformed_json") from error
    if not isinstance(document, dict):
        raise InvalidInput("body_is_no_object")
    return document


def csv_text(event: BaseProxyEvent) -> str:
    """The body, which is UTF-8. Raises InvalidInput."""
    body = event.body or ""
    try:
        content = base64.b64decode(body, validate=True) if event.is_base64_encoded else body.encode()
        if len(content) > MAX_CSV_BYTES:
            raise TooLarge("body_too_large")
        return content.decode()
    except (binascii.Error, UnicodeError) as error:
        raise InvalidInput("not_utf8") from error
