"""Gateways on a paper exchange, as a trading worker would open them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

import redis
from pydantic import SecretStr

from dollarclub.core.settings import Settings
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.gateway import (
    Catalog,
    Credentials,
    Environment,
    Gateway,
    MarketType,
    OrderReport,
    OrderRequest,
    OrderType,
    Side,
)
from tests.support.paper import Keys, PaperSite

_numbers = count(1)
SPOT = Catalog("binance", MarketType.spot, Environment.paper)
USDM = Catalog("binanceusdm", MarketType.usdm, Environment.paper)
SYMBOLS = {MarketType.spot: "BTC/USDT", MarketType.usdm: "BTC/USDT:USDT"}


def credentials(catalog: Catalog, keys: Keys) -> Credentials:
    return Credentials(
        key_id=uuid.uuid4(),
        account_id=uuid.uuid4(),
        catalog=catalog,
        key=SecretStr(keys.key),
        secret=SecretStr(keys.secret),
        passphrase=None,
        version=1,
    )


@dataclass
class Desk:
    """One account's hands on one market type of the paper exchange."""

    site: PaperSite
    factory: CcxtGatewayFactory
    catalog: Catalog
    keys: Keys
    gateway: Gateway
    opened: list[Gateway] = field(default_factory=list)

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.catalog.market_type]

    @property
    def order_endpoint(self) -> str:
        return "/api/v3/order" if self.is_spot else "/fapi/v1/order"

    @property
    def is_spot(self) -> bool:
        return self.catalog.market_type is MarketType.spot

    def open(self, keys: Keys) -> Gateway:
        """Another key of any account."""
        gateway = self.factory.open(credentials(self.catalog, keys))
        self.opened.append(gateway)
        return gateway

    def order(self, amount: str = "0.01", **changes: object) -> OrderRequest:
        """A market buy, or what the changes make of it."""
        base = OrderRequest(
            client_id=f"dc{next(_numbers):06}",
            symbol=self.symbol,
            side=Side.buy,
            type=OrderType.market,
            amount=Decimal(amount),
        )
        return replace(base, **changes)  # type: ignore[arg-type]

    def limit(self, amount: str = "0.01", price: str = "90000", **changes: object) -> OrderRequest:
        return self.order(amount, type=OrderType.limit, price=Decimal(price), **changes)

    def asset(self, name: str) -> Decimal:
        """All of an asset, free and used."""
        return sum((b.free + b.used for b in self.gateway.balances() if b.asset == name), Decimal(0))

    def in_books(self, report: OrderReport) -> int:
        """How many orders of this client id the exchange's own books have."""
        name = "spot" if self.is_spot else "usdm"
        rows = self.site.admin.get("/orders", params={"account": self.keys.account, "market": name}).json()
        return sum(row["client_id"] == report.client_id for row in rows)


def forget_budget(settings: Settings) -> None:
    """No counts and no pauses of requests."""
    client = redis.Redis.from_url(settings.redis.url.get_secret_value())
    for name in client.scan_iter("budget:*"):
        client.delete(name)
    client.close()


@contextmanager
def desk_at(site: PaperSite, settings: Settings, catalog: Catalog) -> Iterator[Desk]:
    """A funded account with a key, and a gateway for it."""
    forget_budget(settings)
    factory = CcxtGatewayFactory(settings, Budget.at(settings))
    keys = site.account()
    desk = Desk(site, factory, catalog, keys, factory.open(credentials(catalog, keys)))
    try:
        yield desk
    finally:
        for gateway in (desk.gateway, *desk.opened):
            gateway.close()
        site.calm()
        forget_budget(settings)
