"""The connector "magalu": Magazine Luiza's portfolio API, one SKU's stock at a time.

A write is answered 202 and waits in Magalu's queue, so it is only ever accepted; `check` looks at the stock, and when
that is not the new one, at the traces for why.

Configuration, all texts:
    secret        name of the channel's secret
    base_url      https://api.magalu.com, or https://api-sandbox.magalu.com
    identity_url  https://id.magalu.com
    channel_id    sales channel; Magazine Luiza's when left out. The sandbox has another one
    tenant_id     the seller's tenant, sent as X-Tenant-Id. Left out where the token is of one tenant

The secret's values: `client_id`, `client_secret` and `refresh_token` from the seller's consent; `access_token` and
`expires_at` (milliseconds since the epoch) are kept there by `renew`. A refresh token is good once. Scopes of the
consent: open:portfolio-stocks-seller:write, open:portfolio-stocks-seller:read, open:trace:read.

A SKU's code at Magalu is `sku` of its listing map entry, or else its own id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid5

from stockbridge.configuration_fields import SECRET, TextField, read_texts
from stockbridge.connectors import Capabilities, Listing, Rate, Session, StockUpdate
from stockbridge.errors import FieldProblem
from stockbridge.exchanges import Exchange, exchange
from stockbridge.marketplaces.magalu_answers import Shown, arrived, classify, complaint, failed, renewed, stock_in
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Unauthorized, Unknown
from stockbridge.templates import MissingValue, UnfitValue, parse, render_header

FIELDS = {
    "secret": SECRET,
    "base_url": TextField("https://api.magalu.com", hosts=("api.magalu.com", "api-sandbox.magalu.com")),
    "identity_url": TextField("https://id.magalu.com", hosts=("id.magalu.com",)),
    "channel_id": TextField("9fe0d853-732b-4e4a-a0b0-cff988ed043d", pattern=r"[\w-]{1,50}"),
    "tenant_id": TextField(pattern=r"[\w.-]{1,100}"),
}
MAX_SKU = 50
_REQUESTS = UUID("6f1b2c52-0a5e-4b7e-9a53-1c3f0a7d2e61")  # namespace of the ids of our requests
_BEARER = parse("Bearer {secret.access_token}")
_FORM = ("client_id", "client_secret", "refresh_token")


class Magalu:
    listing_fields = ("sku",)
    # 600 a minute is what sellers' connectors keep to: the portal's list of limits leaves PATCH out
    # The portal lets 2000 GETs a minute through; reading leaves a part of them to sending.
    capabilities = Capabilities(rate=Rate(per_second=10.0, burst=10), reads=Rate(per_second=20.0, burst=20))

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        return read_texts(configuration, FIELDS, allow_private=allow_private)[1]

    def group_of(self, _configuration: Mapping[str, Any], listing: Listing) -> str:
        return _code(listing)

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        desk = _desk(session)
        return [desk.write(update) if isinstance(desk, _Desk) else desk for update in updates]

    def check(self, session: Session, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        desk = _desk(session)
        return [desk.check(ref, update) if isinstance(desk, _Desk) else desk for update in updates]

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        desk = _desk(session)
        return [desk.read(listing) if isinstance(desk, _Desk) else desk for listing in listings]

    def renew(self, session: Session) -> Mapping[str, str] | Outcome:
        """When no answer comes the refresh token may be spent: then the next time a person must log in."""
        values, problems = read_texts(session.configuration, FIELDS, allow_private=True)
        if problems:
            return _misconfigured(problems)
        missing = [name for name in _FORM if not session.credentials.get(name)]
        if missing:
            return Refused("configuration", f"{', '.join(missing)}: the channel's secret has no such value")
        form = {"grant_type": "refresh_token", **{name: session.credentials[name] for name in _FORM}}
        asked_at = session.clock()
        told = exchange(
            session,
            "POST",
            f"{values['identity_url']}/oauth/token",
            headers={"accept": "application/json", "content-type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
        )
        return renewed(told, session.credentials, asked_at=asked_at)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The seller's portfolio, opened with credentials that are not known to be over."""

    session: Session
    values: Mapping[str, str]
    headers: Mapping[str, str]

    def write(self, update: StockUpdate) -> Outcome:
        code = _code(update.listing)
        if (unfit := _unfit(code)) is not None:
            return Refused("validation", unfit)
        request_id, sent_at = request_id_of(update), self.session.clock()
        stock: dict[str, object] = {"quantity": update.quantity, "type": "AVAILABLE"}
        told = self._call("PATCH", _stock_path(code), stock, request_id)
        if told.status == 404:  # no stock of it was ever created, or there is no such SKU: creating it tells
            channel = {"channel": {"id": self.values["channel_id"]}}
            told = self._call("POST", _stock_path(code), channel | stock, request_id)
        return classify(told, request_id=request_id, sent_at=sent_at, now_s=self._now_s)

    def check(self, ref: str, update: StockUpdate) -> Outcome:
        code = _code(update.listing)
        told = self._call("GET", _stock_path(code))
        shown = stock_in(told, channel=self.values["channel_id"], now_s=self._now_s)
        if isinstance(shown, Shown):
            if arrived(shown, update.quantity, ref):
                return Applied(told.evidence, by_sight=True)
        elif isinstance(shown, Refused):  # the look was, which says nothing of the write
            return Unknown("uncatalogued", shown.message, shown.evidence)
        elif shown is not None:
            return shown
        return self._trouble(code, ref) or Accepted(ref, evidence=told.evidence)

    def _trouble(self, code: str, ref: str) -> Outcome | None:
        """None also when the traces cannot be read, for example for want of their scope: they only say why."""
        query = {"code": code, "origin.resource": "inventories", "severity": "error", "_sort": "created_at:desc"}
        told = self._call("GET", f"/v0/traces?{urlencode(query)}")
        if told.status in (401, 429):
            return failed(told, now_s=self._now_s)
        return complaint(told, sku=code, ref=ref)

    def read(self, listing: Listing) -> int | Outcome:
        told = self._call("GET", _stock_path(_code(listing)))
        shown = stock_in(told, channel=self.values["channel_id"], now_s=self._now_s)
        if shown is None:
            return Refused("not_found", "", told.evidence)
        return shown.quantity if isinstance(shown, Shown) else shown

    def _call(self, method: str, path: str, body: object = None, request_id: str = "") -> Exchange:
        headers = dict(self.headers)
        if request_id:
            headers["x-request-id"] = request_id
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        return exchange(self.session, method, self.values["base_url"] + path, headers=headers, body=content)

    @property
    def _now_s(self) -> float:
        return self.session.clock() / 1000


def request_id_of(update: StockUpdate) -> str:
    """The same for the same update, so that Magalu's support finds every attempt under one id."""
    return str(uuid5(_REQUESTS, "\n".join((update.account, update.affiliate, update.sku, str(update.version)))))


def _desk(session: Session) -> _Desk | Outcome:
    # the transport has its own opinion of what may be called
    values, problems = read_texts(session.configuration, FIELDS, allow_private=True)
    if problems:
        return _misconfigured(problems)
    ends_at = session.credentials.get("expires_at", "")
    if ends_at.isdecimal() and int(ends_at) <= session.clock():
        return Unauthorized("the access token is over")
    try:
        secrets = {f"secret.{name}": value for name, value in session.credentials.items() if value}
        headers = {"accept": "application/json", "authorization": render_header(_BEARER, secrets)}
    except MissingValue:
        return Unauthorized("there is no access token yet")
    except UnfitValue as unfit:
        return Refused("configuration", f"access_token: {unfit}")
    if values["tenant_id"]:
        headers["x-tenant-id"] = values["tenant_id"]
    return _Desk(session, values, headers)


def _misconfigured(problems: Sequence[FieldProblem]) -> Refused:
    return Refused("configuration", "; ".join(f"{problem.field}: {problem.reason}" for problem in problems))


def _code(listing: Listing) -> str:
    return listing.ids.get("sku") or listing.sku


def _unfit(code: str) -> str | None:
    if len(code) > MAX_SKU:
        return f"Magalu takes SKU codes of at most {MAX_SKU} characters"
    return "Magalu takes no SKU code with a dot" if "." in code else None


def _stock_path(code: str) -> str:
    return f"/seller/v1/portfolios/stocks/{quote(code, safe='')}"
