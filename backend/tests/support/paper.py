"""A paper exchange behind real sockets, and unmodified clients that trade on it."""

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import ccxt
import httpx

from paper_exchange.server import Options, Program
from tests.support.waiting import eventually

BTC = "BTCUSDT"
START = {"USDT": "100000", "BTC": "2", "BNB": "10"}


@dataclass(frozen=True)
class Keys:
    account: str
    key: str
    secret: str


@dataclass
class PaperSite:
    """Where it listens, and the operator's hands."""

    port: int
    admin: httpx.Client
    made: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def account(
        self,
        *,
        spot: dict[str, str] | None = None,
        wallet: str = "10000",
        fees: dict[str, Any] | None = None,
        **key: Any,
    ) -> Keys:
        """A new account with a key."""
        self.made += 1
        name = f"trader-{self.made}"
        body = {"name": name, "spot": START if spot is None else spot, "futures": wallet, "fees": fees}
        assert self.admin.post("/accounts", json=body).status_code == 201
        return self.key(name, **key)

    def key(self, account: str, **key: Any) -> Keys:
        made = self.admin.post(f"/accounts/{account}/keys", json=key)
        assert made.status_code == 201, made.text
        return Keys(account, made.json()["key"], made.json()["secret"])

    def price(self, value: str | float, symbol: str = BTC, *, hold: bool = True) -> None:
        assert (
            self.admin.put(f"/symbols/{symbol}/price", json={"price": str(value), "hold": hold}).status_code
            == 200
        )

    def get(self, path: str) -> Any:
        """A public answer, or what refuses it."""
        return httpx.get(self.url + path, timeout=30).json()

    def fault(self, kind: str, **scope: Any) -> None:
        assert self.admin.post("/faults", json={"kind": kind, **scope}).status_code == 201

    def calm(self) -> None:
        """No faults, no limits, default books."""
        self.admin.delete("/faults")
        self.admin.put("/limits", json=dict.fromkeys(self.admin.get("/limits").json(), 0))

    def spot_balance(self, account: str, asset: str) -> tuple[Decimal, Decimal]:
        """Free and locked, as the exchange's own books have it."""
        found = self.admin.get(f"/accounts/{account}").json()["spot"].get(asset, {"free": "0", "locked": "0"})
        return Decimal(found["free"]), Decimal(found["locked"])


@contextmanager
def paper_site(folder: Path, **options: Any) -> Iterator[PaperSite]:
    """A paper exchange in a thread of its own, on free ports."""
    program = Program(Options(folder, **{"port": 0, "admin_port": 0, "seed": 7, **options}))
    thread = threading.Thread(target=lambda: asyncio.run(program.run()))
    thread.start()
    try:
        eventually(lambda: program.started.is_set() or not thread.is_alive(), what="paper exchange")
        headers = {"Authorization": f"Bearer {program.admin_token}"}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{program.admin_port}", headers=headers, timeout=30
        ) as admin:
            yield PaperSite(program.port, admin)
    finally:
        program.stop()
        thread.join()


def point_at(client: Any, site: PaperSite) -> Any:
    """Send everything that a ccxt client would send to Binance to the paper exchange instead, by its documented `urls`."""
    base, sockets = site.url, site.url.replace("http", "ws")
    api = client.urls["api"]
    for name, value in list(api.items()):
        if isinstance(value, str):
            api[name] = base + "/" + value.split("/", 3)[-1]
    if "ws" in api:
        api["ws"]["spot"] = f"{sockets}/stream/ws"
        api["ws"]["linear"] = f"{sockets}/ws"
        api["ws"]["ws-api"] = dict.fromkeys(api["ws"].get("ws-api", {}), f"{sockets}/ws-api/v3")
    return client


def ccxt_settings(keys: Keys | None, **options: Any) -> dict[str, Any]:
    """Constructor arguments by documented options only."""
    named = {"apiKey": keys.key, "secret": keys.secret} if keys else {}
    return {
        **named,
        "enableRateLimit": False,
        "options": {
            "fetchMarkets": {"types": ["spot"]},
            "fetchCurrencies": False,
            "fetchMargins": False,
            **options,
        },
    }


def spot_client(site: PaperSite, keys: Keys | None = None, **options: Any) -> ccxt.binance:
    client = ccxt.binance(ccxt_settings(keys, **options))
    client.number = str
    return point_at(client, site)


def usdm_client(site: PaperSite, keys: Keys | None = None, **options: Any) -> ccxt.binanceusdm:
    client = ccxt.binanceusdm(ccxt_settings(keys, fetchMarkets={"types": ["linear"]}, **options))
    client.number = str
    return point_at(client, site)


def signed_subscription(site: PaperSite, keys: Keys) -> dict[str, Any]:
    """The request that opens spot's user-data stream."""
    signer = spot_client(site, keys)
    params = {"apiKey": keys.key, "timestamp": signer.milliseconds(), "recvWindow": 5000}
    raw = signer.rawencode(signer.keysort(params))
    signature = signer.hmac(raw.encode(), keys.secret.encode(), hashlib.sha256)
    return {
        "id": "1",
        "method": "userDataStream.subscribe.signature",
        "params": {**params, "signature": signature},
    }
