"""What must be true of orders, fills and balances once everything is quiet: the platform's books against the exchange's."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tests.support.platform import Platform

END_STATES = ("filled", "cancelled", "rejected")


def everything(platform: Platform, path: str) -> list[dict[str, Any]]:
    """All items of a paged list."""
    found: list[dict[str, Any]] = []
    while True:
        join = "&" if "?" in path else "?"
        page = platform.ask("GET", f"{path}{join}limit=200&offset={len(found)}")
        found += page["items"]
        if not page["items"] or len(found) >= page["total"]:
            return found


def doubled(venue_orders: Iterable[dict[str, Any]]) -> list[str]:
    """Client order ids that the exchange holds more than once."""
    counted = Counter(order["client_id"] for order in venue_orders)
    return [client_id for client_id, count in counted.items() if count > 1]


def spot_balances(fills: Iterable[dict[str, Any]], bases: dict[str, tuple[str, str]]) -> dict[str, Decimal]:
    """What spot fills did to each asset. `bases`: symbol → (base, quote)."""
    change: dict[str, Decimal] = defaultdict(Decimal)
    for fill in fills:
        base, quote = bases[fill["symbol"]]
        sign = 1 if fill["side"] == "buy" else -1
        change[base] += sign * Decimal(fill["amount"])
        change[quote] -= sign * Decimal(fill["cost"])
        if fill["fee_asset"]:
            change[fill["fee_asset"]] -= Decimal(fill["fee_amount"])
    return change


def futures_positions(fills: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """The signed sum of fills of each symbol that is not flat."""
    held: dict[str, Decimal] = defaultdict(Decimal)
    for fill in fills:
        held[fill["symbol"]] += Decimal(fill["amount"]) * (1 if fill["side"] == "buy" else -1)
    return {symbol: amount for symbol, amount in held.items() if amount}


def futures_wallet(fills: Iterable[dict[str, Any]]) -> Decimal:
    """What fills did to the wallet when every position is flat: proceeds less costs less fees, in USDT."""
    return sum(
        (
            Decimal(fill["cost"]) * (1 if fill["side"] == "sell" else -1) - Decimal(fill["fee_amount"])
            for fill in fills
        ),
        Decimal(0),
    )
