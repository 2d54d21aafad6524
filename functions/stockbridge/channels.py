"""A channel: how one account's stock reaches one marketplace, and how it is read at VTEX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from stockbridge.policy import QuantityPolicy


class Strategy(StrEnum):
    """How the balance is read: one fulfillment simulation for many SKUs, or one inventory read per SKU."""

    SIMULATION = "simulation"
    LOGISTICS = "logistics"


class Repairs(StrEnum):
    """What is done about an abnormal difference: it is repaired, or held for an operator."""

    AUTOMATIC = "automatic"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class VtexSource:
    base_url: str  # https://{account}.vtexcommercestable.com.br
    secret: str  # name of a secret {"app_key", "app_token"}
    strategy: Strategy = Strategy.SIMULATION
    trade_policy: str = "1"
    seller: str = "1"  # "1" is the store itself
    warehouses: tuple[str, ...] = ()  # logistics only; empty means every warehouse of the answer
    chunk: int = 50  # SKUs in one simulation; VTEX documents no maximum, only the error CHK0062 above it


@dataclass(frozen=True, slots=True)
class Channel:
    account: str
    affiliate: str
    name: str
    connector: str
    vtex: VtexSource
    marketplace: Mapping[str, Any]  # the connector's own configuration, validated by the connector
    enabled: bool = True  # the stock switch: off keeps reading VTEX and sends nothing
    threshold: int = 5
    late_after_s: int | None = None  # None: the installation's setting
    listing_map: bool = False  # what the marketplace calls a SKU is looked up; else it is the SKU's own id
    policy: QuantityPolicy = field(default_factory=QuantityPolicy)
    repairs: Repairs = Repairs.AUTOMATIC

    @property
    def id(self) -> str:
        return f"{self.account}#{self.affiliate}"


def late_after_ms(channel: Channel | None, installation_s: int) -> int:
    """After how long a change is late; `installation_s` where the channel has no limit of its own, or is gone."""
    return ((channel.late_after_s if channel is not None else None) or installation_s) * 1000
