"""Somebody whose alerts are executed: the webhook on one side, a real trading worker and a paper exchange on the other."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dollarclub.core.context import Context
from tests.support.paper import PaperSite
from tests.support.waiting import eventually
from tests.support.webhooks import Sender, moment


@dataclass
class Trader:
    """An account with its default strategy. Alerts are in the simple dialect."""

    context: Context
    sender: Sender
    site: PaperSite

    def send(self, action: str, symbol: str = "BTCUSDT", **members: Any) -> str:
        """Post an alert; the id of its signal."""
        body = {
            "secret": self.sender.secret,
            "timestamp": moment(),
            "action": action,
            "symbol": symbol,
            **members,
        }
        answer = eventually(lambda: self._accepted(body), what="an alert accepted")
        return str(answer["signal_id"])

    def _accepted(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """As TradingView does, an alert that a busy server refuses is sent again."""
        answer = self.sender.post(body)
        if answer.status_code == 503:
            return None
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def signal(self, signal_id: str) -> dict[str, Any]:
        return self.sender.signal(signal_id)

    def done(self, signal_id: str, *, seconds: float = 30) -> dict[str, Any]:
        """The signal when nothing will change any more."""

        def look() -> dict[str, Any] | None:
            found = self.signal(signal_id)
            return found if found["status"] == "done" else None

        found = eventually(look, seconds=seconds, what=f"signal {signal_id} done")
        assert found is not None
        return found

    def becomes(self, signal_id: str, outcome: str, *, seconds: float = 30) -> dict[str, Any]:
        """The signal when it has this outcome."""
        eventually(
            lambda: self.signal(signal_id)["outcome"] == outcome,
            seconds=seconds,
            what=f"{outcome}, but {self.signal(signal_id)}",
        )
        return self.signal(signal_id)

    def told(self, action: str, symbol: str = "BTCUSDT", **members: Any) -> dict[str, Any]:
        """An alert, and what became of it in the end."""
        return self.done(self.send(action, symbol, **members))

    def ask(self, path: str) -> Any:
        answer = self.sender.client.get(path, headers=self.sender.person.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def keys(self) -> dict[str, dict[str, Any]]:
        """The account's keys by market type, once all of them may trade."""

        def ready() -> dict[str, dict[str, Any]]:
            found = self.ask("/api/keys")["items"]
            is_ready = len(found) >= 2 and all(key["status"] == "ready" for key in found)
            return {key["market_type"]: key for key in found} if is_ready else {}

        return eventually(ready, what="paper keys")

    def orders(self, **filters: Any) -> list[dict[str, Any]]:
        """Newest first."""
        joined = "&".join(f"{name}={value}" for name, value in {"limit": 200, **filters}.items())
        items: list[dict[str, Any]] = self.ask(f"/api/orders?{joined}")["items"]
        return items

    def position(self, symbol: str) -> Decimal:
        """What the book holds of a pair, over all keys and books."""
        found = self.ask("/api/positions?limit=200")["items"]
        return sum((Decimal(each["amount"]) for each in found if each["symbol"] == symbol), Decimal(0))

    def exchange_orders(self) -> list[dict[str, Any]]:
        """What the exchange's own books hold of this account's orders."""
        found = self.site.admin.get("/orders", params={"account": self.sender.person.id})
        assert found.status_code == 200, found.text
        return list(found.json())
