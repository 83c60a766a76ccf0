"""A stream of alerts as TradingView sends them: each again after a refusal by the server, some of them twice for no reason."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

_RESEND_SECONDS = 0.5
_TRIES = 240


@dataclass
class Alert:
    """One alert and every answer that it got."""

    body: dict[str, Any]
    signal_ids: set[str] = field(default_factory=set)
    sent: int = 0


class AlertStream:
    """Sends alerts from several threads until stopped. An alert is given up only by the end of the test."""

    def __init__(
        self, address: str, urls: list[tuple[str, str, str, int]], *, seed: int, pause: float = 0.3
    ) -> None:
        """`urls`: (path, secret, raw symbol, size in quote units) of each strategy.

        `pause`: seconds between two alerts of a strategy; an account may place 100 orders in 10 s, so faster ones pile up.
        """
        self._base = f"http://{address}"
        self._pause = pause
        self._stopping = threading.Event()
        self.alerts: list[Alert] = []
        self.trouble: list[str] = []
        self._threads = [
            threading.Thread(target=self._run, args=(*url, random.Random(seed + place)), daemon=True)
            for place, url in enumerate(urls)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every alert that was begun be accepted."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_TRIES * _RESEND_SECONDS)

    def _run(self, path: str, secret: str, symbol: str, size: int, dice: random.Random) -> None:
        number = 0
        with httpx.Client(base_url=self._base, timeout=3) as client:
            while not self._stopping.is_set():
                number += 1
                action = dice.choice(("buy", "buy", "buy", "close"))
                alert = Alert(_body(secret, symbol, size, action, trade_id=f"{symbol}-{number}"))
                self.alerts.append(alert)
                for _ in range(dice.choice((1, 1, 1, 2, 3))):
                    self._send(client, path, alert)
                self._stopping.wait(self._pause)

    def _send(self, client: httpx.Client, path: str, alert: Alert) -> None:
        for _ in range(_TRIES):
            alert.sent += 1
            try:
                answer = client.post(path, json=alert.body)
            except httpx.TransportError:
                time.sleep(_RESEND_SECONDS)
                continue
            if answer.status_code >= 500:
                time.sleep(_RESEND_SECONDS)
                continue
            if answer.status_code != 202:
                self.trouble.append(f"{answer.status_code} {answer.text[:300]}")
            else:
                alert.signal_ids.add(answer.json()["signal_id"])
            return
        self.trouble.append("an alert was never accepted")


def _body(secret: str, symbol: str, size: int, action: str, *, trade_id: str) -> dict[str, Any]:
    is_exit = action == "close"
    return {
        "secret": secret,
        "source": "tradingview",
        "timestamp": datetime.now(UTC).isoformat(),
        "tv": {
            "exchange": "binance",
            "symbol": symbol,
            "timeframe": "15",
            "action": "sell" if is_exit else action,
            "market_position": "flat" if is_exit else "long",
            "prev_market_position": "long",
            "market_position_size": 1,
            "prev_market_position_size": 1,
            "entry_price": 1,
            "close_price": 1,
            "order_size": size,
        },
        "strategy_info": {"trade_id": trade_id, "alert_name": "chaos"},
        "execution_intent": {
            "type": "exit" if is_exit else "signal",
            "side": "sell" if is_exit else "buy",
            "position_size_type": "quote",
        },
        "risk": {"max_slippage_percent": 1},
    }
