"""The JSON document of a channel: checked when it is saved, so that no send fails for what could be seen before.

Only the operator API reads documents; ingest and export read the channel that was stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from stockbridge.channels import Channel, Repairs, Strategy, VtexSource
from stockbridge.connectors import Connector
from stockbridge.egress import url_problem
from stockbridge.errors import FieldProblem, InvalidFields
from stockbridge.field_problems import field_problems
from stockbridge.policy import QuantityPolicy

MAX_UNITS = 1_000_000
MAX_SHOWN = 2_147_483_647  # the largest quantity that VTEX itself shows

BASE_URL = "https://{account}.vtexcommercestable.com.br"
VTEX_SECRET = "stockbridge/{stage}/{account}/vtex"  # noqa: S105 -- the name of a secret

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Units = Annotated[int, Field(ge=0, le=MAX_UNITS)]
Shown = Annotated[int, Field(ge=0, le=MAX_SHOWN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class VtexDocument(_Document):
    """How the balance is read. In `base_url` and `secret`, {account}, {affiliate} and {stage} are replaced when the
    document is saved. `chunk`: SKUs in one simulation; `warehouses`: none means all (logistics only)."""

    strategy: Literal["simulation", "logistics"] = "simulation"
    base_url: Name = BASE_URL
    secret: Name = VTEX_SECRET
    trade_policy: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}$")] = "1"
    seller: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")] = "1"
    warehouses: Annotated[list[Text], Field(max_length=100)] = []
    chunk: Annotated[int, Field(ge=1, le=300)] = 50


class PolicyDocument(_Document):
    """From the balance at VTEX to the quantity to show, in units: what unlimited stock shows, what is held in
    reserve, which part of the rest is shown, below which number nothing is, and the most that is."""

    unlimited_as: Shown = 9999
    safety: Units = 0
    percent: Annotated[int, Field(ge=0, le=100)] = 100
    minimum: Units = 0
    cap: Shown | None = None


class ChannelDocument(_Document):
    """How an account's stock reaches one marketplace. `threshold`: the rule exports changes at or below so many
    units. `late_after_s`: null is the installation's own. `listing_map`: whether SKUs are looked up in the channel's
    listing map; null is what the connector needs. `repairs`: whether abnormal differences are repaired or held for an
    operator. `marketplace` is the connector's own configuration."""

    name: Text
    enabled: bool = True
    connector: Text
    threshold: Units = 5
    late_after_s: Annotated[int, Field(ge=1, le=604_800)] | None = None
    listing_map: bool | None = None
    repairs: Literal["automatic", "hold"] = "automatic"
    vtex: VtexDocument = VtexDocument()
    policy: PolicyDocument = PolicyDocument()
    marketplace: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChannelReader:
    """What a document is checked against. Connectors are by name."""

    stage: str
    allow_private: bool
    connectors: Mapping[str, Connector]
    secret_exists: Callable[[str], bool]

    def read(self, account: str, affiliate: str, document: Mapping[str, Any]) -> Channel:
        """Raises InvalidFields with every wrong field, Unavailable when a secret cannot be looked for."""
        expanded = _expanded(document, {"account": account, "affiliate": affiliate, "stage": self.stage})
        try:
            parsed = ChannelDocument.model_validate(expanded)
        except ValidationError as error:
            wrong = field_problems(error.errors())
            named = {problem.field for problem in wrong}
            meant = [problem for problem in self._meaning(account, expanded) if problem.field not in named]
            raise InvalidFields([*wrong, *meant]) from error
        if problems := list(self._meaning(account, expanded)):
            raise InvalidFields(problems)
        return _channel(account, affiliate, parsed, self.connectors[parsed.connector])

    def _meaning(self, account: str, document: Mapping[str, Any]) -> Iterator[FieldProblem]:
        """What types do not say. Looks only at what has its right type."""
        vtex, marketplace = _part(document, "vtex"), _part(document, "marketplace")
        match vtex.get("base_url"):
            case str(url) if problem := _left_over(url, "vtex.base_url"):
                yield problem
            case str(url) if reason := self._url_reason(url):
                yield FieldProblem("vtex.base_url", reason, {})
        for path, name in (("vtex.secret", vtex.get("secret")), ("marketplace.secret", marketplace.get("secret"))):
            if isinstance(name, str):
                yield from self._secret(account, path, name)
        connector = document.get("connector")
        if isinstance(connector, str) and connector not in self.connectors:
            yield FieldProblem("connector", "unknown_connector", {"allowed": ", ".join(sorted(self.connectors))})
        elif isinstance(connector, str):
            yield from self._of_connector(self.connectors[connector], document)

    def _of_connector(self, connector: Connector, document: Mapping[str, Any]) -> Iterator[FieldProblem]:
        if document.get("listing_map") is False and connector.capabilities.needs_listing:
            yield FieldProblem("listing_map", "listing_map_needed", {})
        if document.get("listing_map") is True and not connector.listing_fields:
            yield FieldProblem("listing_map", "no_listing_fields", {})
        if isinstance(document.get("marketplace"), dict):
            for problem in connector.problems(document["marketplace"], allow_private=self.allow_private):
                yield FieldProblem(f"marketplace.{problem.field}", problem.reason, problem.details)

    def _url_reason(self, url: str) -> str | None:
        return "invalid_url" if "?" in url or "#" in url else url_problem(url, allow_private=self.allow_private)

    def _secret(self, account: str, path: str, name: str) -> Iterator[FieldProblem]:
        """Only the account's own: a channel could send anybody's to an address of its choice."""
        prefix = f"stockbridge/{self.stage}/{account}/"
        if problem := _left_over(name, path):
            yield problem
        elif not name.startswith(prefix):
            yield FieldProblem(path, "secret_prefix", {"prefix": prefix})
        elif not self.secret_exists(name):
            yield FieldProblem(path, "secret_not_found", {"name": name})


def channel_document(channel: Channel) -> dict[str, Any]:
    """The document that would be saved as this channel."""
    document = json.loads(json.dumps(asdict(channel)))
    return {name: document[name] for name in ChannelDocument.model_fields}


def changed_fields(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Dotted paths of what differs between two documents; never a value."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from changed_fields(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif before != after:
        yield path


def _expanded(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    expanded = {"vtex": {}, **document}
    if isinstance(expanded["vtex"], dict):
        vtex = {"base_url": BASE_URL, "secret": VTEX_SECRET, **expanded["vtex"]}
        expanded["vtex"] = _with_names(vtex, ("base_url", "secret"), names)
    if isinstance(document.get("marketplace"), dict):
        expanded["marketplace"] = _with_names(document["marketplace"], ("secret",), names)
    return expanded


def _with_names(part: Mapping[str, Any], fields: Collection[str], names: Mapping[str, str]) -> dict[str, Any]:
    def expand(text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: names.get(found[1], found[0]), text)

    return {name: expand(value) if name in fields and isinstance(value, str) else value for name, value in part.items()}


def _left_over(text: str, path: str) -> FieldProblem | None:
    if found := _PLACEHOLDER.search(text):
        return FieldProblem(path, "unknown_placeholder", {"placeholder": found[1]})
    return FieldProblem(path, "unbalanced_brace", {}) if "{" in text or "}" in text else None


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _channel(account: str, affiliate: str, document: ChannelDocument, connector: Connector) -> Channel:
    vtex = document.vtex.model_dump()
    vtex |= {
        "base_url": vtex["base_url"].rstrip("/"),
        "strategy": Strategy(vtex["strategy"]),
        "warehouses": tuple(vtex["warehouses"]),
    }
    looked_up = document.listing_map
    return Channel(
        account=account,
        affiliate=affiliate,
        name=document.name,
        connector=document.connector,
        vtex=VtexSource(**vtex),
        marketplace=document.marketplace,
        enabled=document.enabled,
        threshold=document.threshold,
        late_after_s=document.late_after_s,
        listing_map=connector.capabilities.needs_listing if looked_up is None else looked_up,
        policy=QuantityPolicy(**document.policy.model_dump()),
        repairs=Repairs(document.repairs),
    )
