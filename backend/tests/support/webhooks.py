"""Senders of alerts: what TradingView would post, and where it would post it."""

import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from fastapi.testclient import TestClient

from tests.support.people import Person

_moments = itertools.count(1)


def moment() -> str:
    """A time that no other alert of this process has, of the last few minutes."""
    return (datetime.now(UTC) - timedelta(microseconds=next(_moments))).isoformat()


def full_alert(secret: str, **changes: Any) -> dict[str, Any]:
    """The full dialect; keyword arguments replace members of `tv`, or of the top when they are named there."""
    alert: dict[str, Any] = {
        "secret": secret,
        "source": "tradingview",
        "timestamp": moment(),
        "tv": {
            "exchange": "binance",
            "symbol": "BTCUSDT",
            "timeframe": "15",
            "action": "buy",
            "market_position": "long",
            "prev_market_position": "flat",
            "market_position_size": 1.0,
            "prev_market_position_size": 0.0,
            "entry_price": 100000.0,
            "close_price": 100000.0,
            "order_size": 100,
        },
        "strategy_info": {"trade_id": "t-1", "alert_name": "Breakout", "alert_message": "up"},
        "execution_intent": {"type": "signal", "side": "buy", "position_size_type": "quote"},
        "risk": {"stop_loss": None, "take_profit": None, "max_slippage_percent": 1.0},
    }
    for name, value in changes.items():
        (alert if name in alert else alert["tv"])[name] = value
    return alert


@dataclass
class Sender:
    """Whoever knows an account's webhook; `secret` and `token` as its owner copied them."""

    client: TestClient
    person: Person
    strategy: str
    secret: str
    token: str

    @property
    def path(self) -> str:
        return f"/api/webhook/{self.person.id}"

    def post(self, body: Any, path: str = "", **options: Any) -> httpx.Response:
        """Send `body`: as it is when it is text or bytes, else as JSON."""
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(path or self.path, content=content, **options)

    def alert(self, **changes: Any) -> dict[str, Any]:
        return full_alert(self.secret, **changes)

    def signals(self, **filters: Any) -> list[dict[str, Any]]:
        found = self.client.get("/api/signals", params=filters, headers=self.person.headers)
        assert found.status_code == 200, found.text
        items: list[dict[str, Any]] = found.json()["items"]
        return items

    def signal(self, signal_id: str | UUID) -> dict[str, Any]:
        found = self.client.get(f"/api/signals/{signal_id}", headers=self.person.headers)
        assert found.status_code == 200, found.text
        told: dict[str, Any] = found.json()
        return told

    def change(self, **settings: Any) -> None:
        changed = self.client.patch(
            f"/api/strategies/{self.strategy}", json=settings, headers=self.person.headers
        )
        assert changed.status_code == 200, changed.text


def sender_of(client: TestClient, person: Person) -> Sender:
    """The person's default strategy, ready to be posted to."""
    listed = client.get("/api/strategies", headers=person.headers)
    assert listed.status_code == 200, listed.text
    strategy = listed.json()["items"][0]
    assert strategy["is_default"]
    webhook = client.get(f"/api/strategies/{strategy['id']}/webhook", headers=person.headers).json()
    token = webhook["urls"]["token"].rpartition("/")[2]
    return Sender(client, person, strategy["id"], webhook["secret"], token)
