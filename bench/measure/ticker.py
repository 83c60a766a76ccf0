"""Prices of the paper exchange that move all the time, by its operator's API; and how often it tells them."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from measure.stack import ROOT

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
        url, token = json.loads(asked.stdout)
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

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

    def ramp(self, symbols: Sequence[str], first: str, last: str, seconds: float) -> None:
        """Have each symbol's price go in a straight line for so long; the exchange tells it four times a second."""
        points = [{"after_ms": 0, "price": first}, {"after_ms": int(seconds * 1000), "price": last}]
        for symbol in symbols:
            self._client.post(f"/symbols/{symbol}/path", json={"points": points}).raise_for_status()


class Listener:
    """Counts the trades that the exchange tells of one pair, on a socket of its own."""

    def __init__(self, exchange_url: str, symbol: str) -> None:
        url = f"ws{exchange_url.removeprefix('http')}/ws/{symbol.lower()}@aggTrade"
        self._socket = connect(url, proxy=None)
        self.count = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            for text in self._socket:
                if "aggTrade" in str(text):
                    self.count += 1

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)
