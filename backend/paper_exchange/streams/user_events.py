"""What user-data streams say."""

from decimal import Decimal

from paper_exchange.engine import margin
from paper_exchange.engine.events import (
    Event,
    Execution,
    FuturesUpdate,
    LeverageChange,
    OrderEvent,
    SpotBalances,
    SpotDeposit,
)
from paper_exchange.engine.model import Market
from paper_exchange.engine.positions import QUOTE, position_key
from paper_exchange.wire.futures_views import ALGO_STATES, average, plain
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


def futures_event(event: Event) -> Wire | None:
    """The futures' form of an event; nothing when it is not theirs."""
    if isinstance(event, OrderEvent) and event.order.market is Market.usdm:
        return algo_update(event) if event.order.is_conditional else order_trade_update(event)
    if isinstance(event, FuturesUpdate):
        return account_update(event)
    if isinstance(event, LeverageChange):
        change = {"s": event.symbol, "l": event.leverage}
        return {"e": "ACCOUNT_CONFIG_UPDATE", "E": event.at_ms, "T": event.at_ms, "ac": change}
    return None


def order_trade_update(event: OrderEvent) -> Wire:
    order, trade = event.order, event.trade
    body: Wire = {
        "s": order.symbol,
        "c": order.client_id,
        "S": order.side.value,
        "o": order.kind.value,
        "f": order.tif.value,
        "q": plain(order.quantity),
        "p": plain(order.price),
        "ap": average(order),
        "sp": plain(order.stop_price),
        "x": event.execution.value,
        "X": order.status.value,
        "i": order.id,
        "l": plain(trade.quantity) if trade else "0",
        "z": plain(order.executed),
        "L": plain(trade.price) if trade else "0",
    }
    if trade is not None:
        body |= {"N": trade.fee_asset, "n": eight(trade.fee)}
    body |= {
        "T": event.at_ms,
        "t": trade.id if trade else 0,
        "b": "0",
        "a": "0",
        "m": trade.maker if trade else False,
        "R": order.reduce_only,
        "wt": "MARK_PRICE" if order.mark_triggered else "CONTRACT_PRICE",
        "ot": order.kind.value,
        "ps": order.position_side.value,
        "cp": order.close_position,
        "rp": eight(trade.pnl) if trade else "0",
        "pP": False,
        "si": 0,
        "ss": 0,
        "V": "NONE",
        "pm": "NONE",
        "gtd": 0,
    }
    return {"e": "ORDER_TRADE_UPDATE", "E": event.at_ms, "T": event.at_ms, "o": body}


def algo_update(event: OrderEvent) -> Wire:
    order = event.order
    body: Wire = {
        "caid": order.client_id,
        "aid": order.id,
        "at": "CONDITIONAL",
        "o": order.kind.value,
        "s": order.symbol,
        "S": order.side.value,
        "ps": order.position_side.value,
        "f": order.tif.value,
        "q": plain(order.quantity),
        "X": ALGO_STATES[order.status],
        "ai": str(order.child_id) if order.child_id else "",
        "ap": "0.00000",
        "aq": "0.00000",
        "act": "0",
        "tp": plain(order.stop_price),
        "p": plain(order.price),
        "V": "NONE",
        "wt": "MARK_PRICE" if order.mark_triggered else "CONTRACT_PRICE",
        "pm": "NONE",
        "cp": order.close_position,
        "pP": False,
        "R": order.reduce_only,
        "tt": order.working_ms or 0,
        "gtd": 0,
        "rm": "",
    }
    return {"e": "ALGO_UPDATE", "T": event.at_ms, "E": event.at_ms, "o": body}


def account_update(event: FuturesUpdate) -> Wire:
    changed = [
        {
            "s": position.symbol,
            "pa": plain(position.amount),
            "ep": plain(margin.entry_price(position).quantize(Decimal("0.00000001"))),
            "bep": plain(margin.entry_price(position).quantize(Decimal("0.00000001"))),
            "cr": "0",
            "up": eight(event.unrealized[position_key(position.symbol, position.side)]),
            "mt": "isolated" if position.symbol in event.isolated else "cross",
            "iw": eight(position.isolated),
            "ps": position.side.value,
        }
        for position in event.positions
    ]
    balance = {"a": QUOTE, "wb": eight(event.wallet), "cw": eight(event.cross), "bc": plain(event.change)}
    update: Wire = {"m": event.reason, "B": [balance], "P": changed}
    return {"e": "ACCOUNT_UPDATE", "E": event.at_ms, "T": event.at_ms, "a": update}
