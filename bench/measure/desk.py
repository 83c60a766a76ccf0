"""Strategies of one account on keys of the paper exchange, to be told alerts; and a bare client on one of those keys."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from measure.platform import Platform
from measure.stack import ROOT, BenchFailed

READY_SECONDS = 60.0
RESENT = 20
DONE_SECONDS = 180.0
ASK = """\
import json
from dollarclub.core.settings import load_settings
from dollarclub.entry.local.instance import attach

attach()
paper = load_settings().paper
print(json.dumps([paper.exchange_url, paper.admin_url, paper.admin_token.get_secret_value()]))
"""
FOLDER = Path(__file__).parents[1]
Story = dict[str, Any]


@dataclass(frozen=True)
class Strategy:
    id: str
    path: str


class Desk:
    """`keys` keys, each with a strategy of its own, so that a burst is not held up by the venue's limit of one account."""

    def __init__(self, platform: Platform, *, keys: int, symbols: int) -> None:
        self._platform = platform
        self._numbers = count(1)
        self._run = datetime.now(UTC).strftime("%H%M%S%f")
        url, admin, token = _paper(platform.stack.environment)
        self.exchange_url = url
        self._admin = httpx.Client(base_url=admin, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        self._list(symbols)
        self._made = [self._new_key() for _ in range(keys)]
        self.secrets = self._made[0][1]
        self._wait_ready()
        self.strategies = [self._new_strategy(key) for key, _ in self._made]

    def post(self, client: httpx.Client, strategy: Strategy, **alert: Any) -> str:
        """Send one alert, again after a 503 as TradingView does; the id of its signal."""
        body = {
            "timestamp": datetime.now(UTC).isoformat(),
            "trade_id": f"{self._run}-{next(self._numbers)}",
            **alert,
        }
        answer = client.post(strategy.path, json=body)
        for _ in range(RESENT):
            if answer.status_code != 503:
                break
            answer = client.post(strategy.path, json=body)
        if answer.status_code != 202:
            raise BenchFailed(f"An alert was answered {answer.status_code}: {answer.text[:300]}")
        return str(answer.json()["signal_id"])

    def told(self, strategy: Strategy, outcome: str, **alert: Any) -> Story:
        """Send one alert and wait for its end."""
        signal = self.post(self._platform.client, strategy, **alert)
        deadline = time.monotonic() + DONE_SECONDS
        while (story := self._ask("GET", f"/api/signals/{signal}"))["status"] != "done":
            if time.monotonic() > deadline:
                raise BenchFailed(f"A signal is not done: {story['outcome']} {story['message']}")
            time.sleep(0.005)
        if story["outcome"] != outcome:
            raise BenchFailed(f"A signal was not executed: {story['outcome']} {story['message']}")
        return story

    def counted(self, **filters: str) -> int:
        return int(self._ask("GET", "/api/signals", params={"limit": 1, **filters})["total"])

    def bare_orders(self, number: int) -> list[float]:
        """Seconds of each of `number` market orders by ccxt alone, one after the other."""
        done = subprocess.run(
            [sys.executable, "-m", "measure.bare_order", self.exchange_url, str(number)],
            cwd=FOLDER,
            input="\n".join(self.secrets),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        taken: list[float] = json.loads(done.stdout)
        return taken

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """The platform's answer to one request."""
        return self._ask(method, path, **options)

    def price(self, symbol: str, value: str) -> float:
        """Set a pair's price on the exchange; the moment at which that was asked for, in Unix seconds."""
        asked = time.time()
        self._admin.put(f"/symbols/{symbol}/price", json={"price": value, "hold": True}).raise_for_status()
        return asked

    def taken_orders(self, symbol: str, since: float) -> list[dict[str, Any]]:
        """The orders in a pair that the exchange took since then, by its own books."""
        rows = self._admin.get("/orders", params={"symbol": symbol, "limit": 50}).raise_for_status().json()
        return [row for row in rows if row["created_ms"] >= since * 1000 - 1]

    def close(self) -> None:
        for strategy in self.strategies:
            self._platform.client.delete(f"/api/strategies/{strategy.id}")
        for key, _ in self._made:
            self._platform.client.delete(f"/api/keys/{key}")
        self._admin.close()

    def _list(self, symbols: int) -> None:
        """Have the exchange list so many pairs, and the platform know them."""
        listed = self._admin.get("/symbols").raise_for_status().json()
        for number in range(symbols - len(listed)):
            body = {"base": f"B{number:04d}", "quote": "USDT", "price": "10", "tick": "0.01", "step": "0.01"}
            self._admin.post("/symbols", json=body).raise_for_status()
        venue = {"venue": "binance", "market_type": "spot", "environment": "paper"}
        self._platform.client.post("/api/markets/refresh", json=venue).raise_for_status()

    def _new_key(self) -> tuple[str, list[str]]:
        """Each on an account of its own, since the exchange limits orders by account."""
        account = f"bench-{self._run}-{next(self._numbers)}"
        self._admin.post("/accounts", json={"name": account, "spot": {"USDT": "100000"}}).raise_for_status()
        made = self._admin.post(f"/accounts/{account}/keys", json={}).raise_for_status().json()
        body = {
            "label": f"bench {self._run} {next(self._numbers)}",
            "venue": "binance",
            "market_type": "spot",
            "environment": "paper",
            "key": made["key"],
            "secret": made["secret"],
        }
        return str(self._ask("POST", "/api/keys", json=body)["id"]), [made["key"], made["secret"]]

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        mine = {key for key, _ in self._made}
        while time.monotonic() < deadline:
            found = self._ask("GET", "/api/keys", params={"limit": 100})["items"]
            if mine <= {key["id"] for key in found if key["status"] == "ready"}:
                return
            time.sleep(0.1)
        raise BenchFailed("The keys do not become ready.")

    def _new_strategy(self, key: str) -> Strategy:
        body = {
            "name": f"bench {self._run} {next(self._numbers)}",
            "market_type": "spot",
            "order_type": "market",
            "key_id": key,
        }
        made = str(self._ask("POST", "/api/strategies", json=body)["id"])
        urls = self._ask("GET", f"/api/strategies/{made}/webhook")["urls"]
        return Strategy(made, httpx.URL(urls["token"]).path)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        return self._platform.client.request(method, path, **options).raise_for_status().json()


def accepted_after(story: Story) -> float:
    """Seconds from the alert's arrival until its order was traded, by the exchange's own time of it.

    Both clocks are this machine's; the exchange tells milliseconds.
    """
    received, traded = story["received_at"], story["orders"][0]["fills"][0]["traded_at"]
    return (datetime.fromisoformat(traded) - datetime.fromisoformat(received)).total_seconds()


def worker_pid(platform: Platform) -> int:
    """The process of the trading worker, as the monitor shows it."""
    for worker in _alive(platform):
        if worker["kind"] == "trading":
            return int(worker["pid"])
    raise BenchFailed("No trading worker is alive.")


def _alive(platform: Platform) -> Iterator[dict[str, Any]]:
    found = platform.client.get("/api/monitor").raise_for_status().json()["workers"]
    return (worker for worker in found if worker["alive"])


def _paper(environment: dict[str, str]) -> tuple[str, str, str]:
    asked = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    url, admin, token = json.loads(asked.stdout)
    return url, admin, token
