"""Prices of the paper exchange set many times a second, by its operator's API."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count

import httpx

from measure.load import Connection
from measure.stack import ROOT, BenchFailed

CONNECTIONS = 4
ASK = """\
import json
from dollarclub.core.settings import load_settings
from dollarclub.entry.local.instance import attach

attach()
paper = load_settings().paper
print(json.dumps([paper.admin_url, paper.admin_token.get_secret_value()]))
"""


class Ticker:
    """Of the exchange that belongs to the installation of `environment`."""

    def __init__(self, environment: dict[str, str]) -> None:
        asked = subprocess.run(
            [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        url, self._token = json.loads(asked.stdout)
        self._url = httpx.URL(url)
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {self._token}"}, timeout=60
        )

    def close(self) -> None:
        self._client.close()

    def lift_limits(self) -> None:
        """The exchange takes any number of orders; the platform keeps to its own budget all the same."""
        self._client.put("/limits", json={"spot_orders_10s": 0}).raise_for_status()

    def hold(self, symbol: str, price: str) -> None:
        body = {"price": price, "hold": True}
        self._client.put(f"/symbols/{symbol}/price", json=body).raise_for_status()

    def resting(self) -> int:
        """How many orders of all accounts rest."""
        found = self._client.get("/status").raise_for_status().json()
        return int(found["open_orders"])

    def run(self, symbols: Sequence[str], prices: Sequence[str], per_second: int, seconds: float) -> int:
        """Set each symbol's price so often, evenly spread, for so long; how many settings the exchange took.

        What it cannot keep up with is left out, not made up for.
        """
        return asyncio.run(self._run(symbols, prices, per_second, seconds))

    async def _run(
        self, symbols: Sequence[str], prices: Sequence[str], per_second: int, seconds: float
    ) -> int:
        loop = asyncio.get_running_loop()
        host, port = self._url.host, self._url.port or 80
        requests = self._requests(symbols, prices)
        began, pace = time.monotonic(), len(symbols) * per_second
        turns = iter(range(int(pace * seconds)))
        taken = 0

        async def work() -> None:
            nonlocal taken
            _, connection = await loop.create_connection(Connection, host, port)
            for number in turns:
                request = next(requests)
                await asyncio.sleep(max(0.0, began + number / pace - time.monotonic()))
                if time.monotonic() - began > seconds:
                    return
                if (status := await connection.ask(request)) != 200:
                    raise BenchFailed(f"Setting a price was answered {status}.")
                taken += 1

        await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
        return taken

    def _requests(self, symbols: Sequence[str], prices: Sequence[str]) -> Iterator[bytes]:
        """One symbol after the other, each round at the next price."""
        for number in count():
            symbol, price = symbols[number % len(symbols)], prices[number // len(symbols) % len(prices)]
            body = json.dumps({"price": price, "hold": True})
            yield (
                f"PUT /symbols/{symbol}/price HTTP/1.1\r\nHost: {self._url.host}:{self._url.port}\r\n"
                f"Authorization: Bearer {self._token}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
