"""What user-data streams say."""

from decimal import Decimal

from paper_exchange.engine.events import Event, Execution, OrderEvent, SpotBalances, SpotDeposit
from paper_exchange.engine.model import Market
from paper_exchange.wire.market_data import Wire
from paper_exchange.wire.spot_views import eight

ZERO_TEXT = eight(Decimal(0))


def spot_event(event: Event) -> Wire | None:
    """Spot's form of an event; nothing when it is not spot's."""
    if isinstance(event, OrderEvent) and event.order.market is Market.spot:
        return execution_report(event)
    if isinstance(event, SpotBalances):
        balances = [
            {"a": asset, "f": eight(free), "l": eight(locked)}
            for asset, (free, locked) in event.balances.items()
        ]
        return {"e": "outboundAccountPosition", "E": event.at_ms, "u": event.at_ms, "B": balances}
    if isinstance(event, SpotDeposit):
        return {
            "e": "balanceUpdate",
            "E": event.at_ms,
            "a": event.asset,
            "d": eight(event.change),
            "T": event.at_ms,
        }
    return None


def execution_report(event: OrderEvent) -> Wire:
    order, trade = event.order, event.trade
    canceled = event.execution is Execution.canceled
    report: Wire = {
        "e": "executionReport",
        "E": event.at_ms,
        "s": order.symbol,
        "c": order.cancel_id if canceled else order.client_id,
        "S": order.side.value,
        "o": order.kind.value,
        "f": order.tif.value,
        "q": eight(order.quantity),
        "p": eight(order.price),
        "P": eight(order.stop_price),
        "F": ZERO_TEXT,
        "g": -1,
        "C": order.client_id if canceled else "",
        "x": event.execution.value,
        "X": order.status.value,
        "r": "NONE",
        "i": order.id,
        "l": eight(trade.quantity) if trade else ZERO_TEXT,
        "z": eight(order.executed),
        "L": eight(trade.price) if trade else ZERO_TEXT,
        "n": eight(trade.fee) if trade else "0",
        "N": trade.fee_asset if trade else None,
        "T": event.at_ms,
        "t": trade.id if trade else -1,
        "I": order.id * 2 + (1 if trade else 0),
        "w": order.status.is_open and not order.is_waiting,
        "m": trade.maker if trade else False,
        "M": trade is not None,
        "O": order.created_ms,
        "Z": eight(order.cost),
        "Y": eight(trade.quote) if trade else ZERO_TEXT,
        "Q": eight(order.quote_quantity),
        "V": "NONE",
    }
    if order.working_ms is not None:
        report["W"] = order.working_ms
    return report
