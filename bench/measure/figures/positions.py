"""Position groups: from an alert to a resting grid, from a fill to its take profit, from a price to a close."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from measure.desk import Desk, Strategy
from measure.effort import Effort
from measure.platform import Platform
from measure.report import Row, Target, median_ms, quantile
from measure.stack import BenchFailed

NAME = "positions"
GRID_MS, TAKE_PROFIT_MS, TAKE_PROFIT_P99_MS, CLOSE_MS = 150, 150, 500, 100
WAIT_SECONDS = 20.0
LOOK_SECONDS = 0.02
LEGS = 5
GRID, AGGREGATE = ("SOLUSDT", "SOL/USDT"), ("ETHUSDT", "ETH/USDT")
LEVELS = [{"gap": str(-number), "weight": "20", "take_profit": "1"} for number in range(LEGS)]
PLANS: dict[str, dict[str, Any]] = {
    GRID[1]: {"entry_type": "limit", "levels": LEVELS, "capital": "1000", "tp_mode": "per_leg"},
    AGGREGATE[1]: {
        "entry_type": "market",
        "levels": [{"gap": "0", "weight": "100", "take_profit": "0"}],
        "capital": "500",
        "tp_mode": "aggregate",
        "tp_percent": "1",
    },
}


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    desk = Desk(platform, keys=1, symbols=0)
    (strategy,) = desk.strategies
    desk.ask("PATCH", f"/api/strategies/{strategy.id}", json={"mode": "grid"})
    made = [
        desk.ask("POST", "/api/dca-configs", json={"pair": pair, "plan": plan})
        for pair, plan in PLANS.items()
    ]
    try:
        rounds = max(5, effort.alerts // 5)
        yield from _grids(desk, strategy, rounds)
        yield from _closes(desk, strategy, rounds)
    finally:
        for config in made:
            platform.client.delete(f"/api/dca-configs/{config['id']}")
        desk.close()


def _grids(desk: Desk, strategy: Strategy, rounds: int) -> Iterator[Row]:
    grids, take_profits = [], []
    for _ in range(rounds):
        began = desk.price(GRID[0], "100")
        story = desk.told(
            strategy, "position_opened", symbol=GRID[0], action="buy", price="100", timeframe="15"
        )
        legs = _taken(desk, GRID[0], began, "BUY", LEGS)
        received = datetime.fromisoformat(story["received_at"]).timestamp()
        grids.append(max(row["created_ms"] for row in legs) / 1000 - received)
        (taken,) = _taken(desk, GRID[0], began, "SELL", 1)
        (group,) = _open_groups(desk, GRID[1])
        fills = desk.ask("GET", f"/api/groups/{group['id']}")["fills"]
        filled = max(datetime.fromisoformat(fill["traded_at"]).timestamp() for fill in fills)
        take_profits.append(taken["created_ms"] / 1000 - filled)
        desk.ask("POST", f"/api/groups/{group['id']}/close", json={})
        _until_closed(desk, group["id"])
    yield Row(f"entry alert → {LEGS} legs at the exchange, p50", median_ms(grids), "ms", _most(GRID_MS))
    yield Row(
        "fill → its take profit at the exchange, p50", median_ms(take_profits), "ms", _most(TAKE_PROFIT_MS)
    )
    worst = quantile(take_profits, 0.99) * 1000
    yield Row("fill → its take profit at the exchange, p99", worst, "ms", _most(TAKE_PROFIT_P99_MS))


def _closes(desk: Desk, strategy: Strategy, rounds: int) -> Iterator[Row]:
    closes = []
    for number in range(rounds):
        began = desk.price(AGGREGATE[0], "2000")
        desk.told(
            strategy, "position_opened", symbol=AGGREGATE[0], action="buy", price="2000", timeframe="15"
        )
        _taken(desk, AGGREGATE[0], began, "BUY", 1)
        (group,) = _until(lambda: _watched(desk), 1, "a watched target")
        time.sleep(0.5 + 0.03 * number)
        crossed = desk.price(AGGREGATE[0], "2030")
        (close,) = _taken(desk, AGGREGATE[0], crossed, "SELL", 1)
        closes.append(close["created_ms"] / 1000 - crossed)
        _until_closed(desk, group["id"])
    text = "price reaches an aggregate target → close at the exchange, p50"
    yield Row(text, median_ms(closes), "ms", _most(CLOSE_MS))


def _watched(desk: Desk) -> list[dict[str, Any]]:
    return [group for group in _open_groups(desk, AGGREGATE[1]) if group["targets"]]


def _open_groups(desk: Desk, symbol: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ask("GET", "/api/groups", params={"status": "open", "symbol": symbol})[
        "items"
    ]
    return found


def _taken(desk: Desk, symbol: str, since: float, side: str, number: int) -> list[dict[str, Any]]:
    """The orders of one side that the exchange has taken since then, once there are so many."""

    def look() -> list[dict[str, Any]]:
        return [row for row in desk.taken_orders(symbol, since) if row["side"] == side]

    return _until(look, number, f"{number} {side} orders in {symbol}")


def _until(look: Callable[[], list[dict[str, Any]]], number: int, what: str) -> list[dict[str, Any]]:
    """What `look` finds, once it finds so many."""
    deadline = time.monotonic() + WAIT_SECONDS
    while len(found := look()) < number:
        if time.monotonic() > deadline:
            raise BenchFailed(f"There is not what was waited for within {WAIT_SECONDS:.0f} s: {what}.")
        time.sleep(LOOK_SECONDS)
    return found


def _until_closed(desk: Desk, group_id: str) -> None:
    def closed() -> list[dict[str, Any]]:
        group = desk.ask("GET", f"/api/groups/{group_id}")
        return [group] if group["status"] == "closed" else []

    _until(closed, 1, "a closed group")


def _most(milliseconds: int) -> Target:
    return Target(milliseconds, f"≤ {milliseconds} ms")
