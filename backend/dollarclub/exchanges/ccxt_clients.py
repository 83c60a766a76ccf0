"""ccxt's own objects: how one is set up for a catalog, the markets that all of a catalog share, a small pool per key."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import ccxt

from dollarclub.core.logging import logger
from dollarclub.core.settings import Settings
from dollarclub.exchanges import ccxt_values as values
from dollarclub.exchanges.gateway import Catalog, Credentials, Environment, Market
from dollarclub.exchanges.venues.table import venue_named
from dollarclub.exchanges.venues.venue import Venue

_log = logger(__name__)
_AT_ONCE = 4
_MORE_FOR_EXITS = 2
_MARKETS_AGE_SECONDS = 6 * 3600.0
_LEAST_AGE_SECONDS = 60.0
# What is read of a market's raw form after it was parsed: Binance's order types, by `createOrder`.
_KEPT_RAW = ("orderTypes",)


def is_known_to_ccxt(venue: Venue) -> bool:
    return venue.ccxt_id in ccxt.exchanges


class PoolBusy(Exception):
    """All clients of a key are waiting for answers."""


def new_client(
    venue: Venue, catalog: Catalog, settings: Settings, credentials: Credentials | None = None
) -> Any:
    """An unmodified ccxt object, set up by documented properties, options and URLs only."""
    trading = settings.trading
    keys: dict[str, str] = {}
    if credentials is not None:
        keys = {
            "apiKey": credentials.key.get_secret_value(),
            "secret": credentials.secret.get_secret_value(),
        }
        if credentials.passphrase is not None:
            keys["password"] = credentials.passphrase.get_secret_value()
    client = getattr(ccxt, venue.ccxt_id)(
        {
            **keys,
            "enableRateLimit": False,
            "timeout": int(trading.answer_seconds * 1000),
            "enableLastJsonResponse": False,
            "enableLastHttpResponse": False,
            "options": {
                "recvWindow": trading.receive_window_ms,
                "adjustForTimeDifference": False,
                **venue.options_of(catalog.market_type),
            },
        }
    )
    client.number = str
    address(client, venue, catalog, settings)
    return client


@contextmanager
def dated(client: Any) -> Iterator[None]:
    """What the client signs meanwhile bears the present moment as its date, whenever it is signed and sent."""
    nonce, seconds = client.nonce(), client.seconds()
    client.nonce, client.seconds = (lambda: nonce), (lambda: seconds)
    try:
        yield
    finally:
        del client.nonce, client.seconds


def address(client: Any, venue: Venue, catalog: Catalog, settings: Settings) -> None:
    """Point a client, also one of ccxt.pro, at the catalog's environment by its documented `urls`."""
    match catalog.environment:
        case Environment.paper:
            _address_paper(client.urls["api"], settings.paper.exchange_url.rstrip("/"))
        case Environment.testnet if venue.testnet == "sandbox":
            client.set_sandbox_mode(True)
        case Environment.testnet if venue.testnet == "demo":
            client.enable_demo_trading(True)
    replaced = venue.urls.get(catalog.environment)
    if replaced is not None:
        client.urls["api"] = client.deep_extend(client.urls["api"], replaced)


def _address_paper(api: dict[str, Any], base: str) -> None:
    """Every address at once: one that was left out would go to the real exchange."""
    for name, url in api.items():
        if isinstance(url, str):
            api[name] = base + urlsplit(url).path
    if "ws" in api:
        sockets = base.replace("http", "ws", 1)
        calls = api["ws"].get("ws-api", {})
        # ccxt tells spot from futures by `/stream` in the address.
        api["ws"] = dict.fromkeys(api["ws"], f"{sockets}/ws") | {
            "spot": f"{sockets}/stream/ws",
            "ws-api": dict.fromkeys(calls, f"{sockets}/ws-api/v3"),
        }


class SharedMarkets:
    """The markets of one catalog, loaded once for all gateways of this process, and how far its clock is from ours."""

    def __init__(self, venue: Venue, catalog: Catalog, settings: Settings) -> None:
        self.venue, self.catalog = venue, catalog
        self._settings = settings
        self._lock = threading.Lock()
        self._source: Any = None
        self._read_at = 0.0
        self._refreshing = False
        self._markets: dict[str, Market] = {}
        self.clock_ahead_ms = 0

    @property
    def receive_window(self) -> timedelta:
        """What requests say of how long they may be taken."""
        return timedelta(milliseconds=self._settings.trading.receive_window_ms)

    def client(self, credentials: Credentials | None) -> Any:
        return new_client(self.venue, self.catalog, self._settings, credentials)

    @property
    def is_loaded(self) -> bool:
        return self._source is not None

    def ensure(self) -> None:
        """Load when nothing was loaded yet; a list that has grown old is renewed in the background."""
        if self._source is None:
            with self._lock:
                if self._source is None:
                    self._load()
        elif time.monotonic() - self._read_at > _MARKETS_AGE_SECONDS:
            self._renew_behind()

    def market(self, symbol: str) -> Market | None:
        """A pair; one that is not known is looked for in a fresh list, at most once a minute."""
        self.ensure()
        found = self._markets.get(symbol)
        if found is None and time.monotonic() - self._read_at > _LEAST_AGE_SECONDS:
            with self._lock:
                if time.monotonic() - self._read_at > _LEAST_AGE_SECONDS:
                    self._load()
            found = self._markets.get(symbol)
        return found

    def lists(self, symbol: str) -> bool:
        """Whether the present list has this pair; nothing is asked for it."""
        return symbol in self._markets

    def is_newest(self, client: Any) -> bool:
        """Whether a client has the present list."""
        return client.markets is self._source.markets

    def size(self, symbol: str) -> Decimal:
        """Base units in one contract; 1 for what is not listed."""
        found = self._markets.get(symbol)
        return found.contract_size if found is not None else values.ONE

    def read(self) -> list[Market]:
        """A fresh list, which all gateways use from now on."""
        with self._lock:
            self._load()
            return list(self._markets.values())

    def lend(self, client: Any) -> None:
        """Give a client the present markets and clock."""
        if not self.is_newest(client):
            client.set_markets_from_exchange(self._source)
        client.options["timeDifference"] = -self.clock_ahead_ms

    def _load(self) -> None:
        source = self.client(None)
        source.load_markets()
        market_type = self.catalog.market_type
        markets = {}
        for row in source.markets.values():
            if values.belongs(row, market_type):
                markets[row["symbol"]] = values.market(row)
            row["info"] = {name: row["info"][name] for name in _KEPT_RAW if name in (row["info"] or {})}
        source.markets_by_id = _by_id(source.markets)
        self._source, self._markets = source, markets
        self._read_at = time.monotonic()

    def _renew_behind(self) -> None:
        with self._lock:
            if self._refreshing:
                return
            self._refreshing = True
        threading.Thread(target=self._renew, name="markets", daemon=True).start()

    def _renew(self) -> None:
        try:
            self.read()
        except Exception as error:  # noqa: BLE001 the old list goes on serving; the next call tries again
            self._read_at += _LEAST_AGE_SECONDS
            _log.warning("markets_not_renewed", venue=self.venue.name, error=type(error).__name__)
        finally:
            self._refreshing = False


class CatalogMarkets:
    """The markets that all clients of this process share, by catalog. Safe for use by several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shared: dict[Catalog, SharedMarkets] = {}
        self._lock = threading.Lock()

    def of(self, catalog: Catalog) -> SharedMarkets:
        with self._lock:
            found = self._shared.get(catalog)
            if found is None:
                venue = venue_named(catalog.venue)
                found = self._shared[catalog] = SharedMarkets(venue, catalog, self._settings)
            return found


def _by_id(markets: dict[str, Any]) -> dict[str, list[Any]]:
    """The index by the exchange's names over the same objects: ccxt's own keeps a second copy of each market."""
    found: dict[str, list[Any]] = {}
    for row in markets.values():
        found.setdefault(row["id"], []).append(row)
    return found


class ClientPool:
    """ccxt objects of one key, each with its kept-alive connection, made on demand. One thread uses one at a time."""

    def __init__(self, shared: SharedMarkets, credentials: Credentials | None, wait_seconds: float) -> None:
        self.shared = shared
        self._credentials = credentials
        self._wait = wait_seconds
        self._idle: list[Any] = []
        self._used = 0
        self._changed = threading.Condition()
        self._closed = False

    @contextmanager
    def borrowed(self, *, exit: bool = False) -> Iterator[Any]:
        """A client for one call; exits find two more than others. Raises PoolBusy after waiting in vain."""
        most = _AT_ONCE + (_MORE_FOR_EXITS if exit else 0)
        with self._changed:
            if not self._changed.wait_for(lambda: self._used < most, timeout=self._wait):
                raise PoolBusy
            self._used += 1
            client = self._idle.pop() if self._idle else None
        try:
            if client is None:
                client = self.shared.client(self._credentials)
            yield client
        finally:
            with self._changed:
                self._used -= 1
                spare = client is not None and not self._closed and len(self._idle) < _AT_ONCE
                if spare:
                    self._idle.append(client)
                self._changed.notify()
            if client is not None and not spare:
                client.close()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
        for client in idle:
            client.close()
