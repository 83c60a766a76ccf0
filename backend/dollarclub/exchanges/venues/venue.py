"""What the platform knows of a venue: how it is reached through ccxt, what it can, and how much may be asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from dollarclub.exchanges.gateway import Environment, MarketType


class Call(Enum):
    """A gateway's calls, as far as their weights differ."""

    place = "place"
    find = "find"
    cancel = "cancel"
    open_orders = "open_orders"
    all_open_orders = "all_open_orders"
    my_trades = "my_trades"
    balances = "balances"
    positions = "positions"
    markets = "markets"
    ticker = "ticker"
    prices = "prices"
    candles = "candles"
    setting = "setting"
    permissions = "permissions"
    time = "time"


@dataclass(frozen=True)
class Limit:
    """`amount` units within `seconds`, for everything from one address or for one key.

    Units are the calls' weights, or the number of orders sent.
    """

    name: str
    amount: int
    seconds: float
    per: Literal["address", "key"] = "address"
    counts: Literal["weight", "orders"] = "weight"


@dataclass(frozen=True)
class Traffic:
    """A venue's limits and what each call weighs; a call that is not listed weighs `other`."""

    limits: tuple[Limit, ...]
    weights: Mapping[Call, int] = field(default_factory=dict)
    other: int = 1

    def weight(self, call: Call) -> int:
        return self.weights.get(call, self.other)


FLAT = Traffic((Limit("calls", 8, 1.0),))


@dataclass(frozen=True)
class Venue:
    """One venue. `testnet` says how ccxt is switched to it; `urls` replace ccxt's by environment.

    `min_notional` tells where the least cost of an order comes from: the exchange's own list of markets (`markets`) or
    nowhere (`none`: too small an order is refused by the exchange itself). `market_by_cost`: a market buy on spot may be
    given in quote units. `pages_by_id`: own trades can be read on from a trade's id. `signature_seconds`: for how long
    it takes a signed request, where that is not ours to say (`recvWindow`).
    """

    name: str
    title: str
    ccxt_id: str
    market_types: tuple[MarketType, ...]
    environments: tuple[Environment, ...] = (Environment.live,)
    tested: bool = False
    needs_passphrase: bool = False
    client_id_parameter: str = "clientOrderId"
    client_id_length: int = 32
    client_id_prefix: str = ""
    finds_by_client_id: bool = False
    cancels_by_client_id: bool = False
    pages_by_id: bool = False
    signature_seconds: float | None = None
    market_by_cost: bool = False
    market_buy_by_amount: Mapping[str, Any] | None = None
    min_notional: Literal["markets", "none"] = "markets"
    testnet: Literal["sandbox", "demo", "urls"] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    spot_options: Mapping[str, Any] = field(default_factory=dict)
    usdm_options: Mapping[str, Any] = field(default_factory=dict)
    urls: Mapping[Environment, Mapping[str, Any]] = field(default_factory=dict)
    traffic: Mapping[MarketType, Traffic] = field(default_factory=dict)

    def offers(self, market_type: MarketType, environment: Environment) -> bool:
        return market_type in self.market_types and environment in self.environments

    def limits_of(self, market_type: MarketType) -> Traffic:
        return self.traffic.get(market_type, FLAT)

    def options_of(self, market_type: MarketType) -> dict[str, Any]:
        """ccxt's options for one market type, so that it loads and addresses this one only."""
        special = self.spot_options if market_type is MarketType.spot else self.usdm_options
        return {**self.options, **special}
