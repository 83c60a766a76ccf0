"""Alert messages to paste into TradingView, with its placeholders left open."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Messages:
    """`entry` and `exit` are for alerts of a TradingView strategy, `simple` for any other alert."""

    entry: str
    exit: str
    simple: str


def messages(secret: str, *, amount_known: bool) -> Messages:
    """Messages of a strategy. When it has no amount of its own, they carry one: the order's, or 100 in quote units.

    `simple` shows no secret, since it is meant for the address with the token.
    """
    size: dict[str, Any] = {} if amount_known else {"order_size": "{{strategy.order.contracts}}"}
    unit: dict[str, Any] = {} if amount_known else {"position_size_type": "base"}
    market = {
        "exchange": "{{exchange}}",
        "symbol": "{{ticker}}",
        "timeframe": "{{interval}}",
        "action": "{{strategy.order.action}}",
        "market_position": "{{strategy.market_position}}",
        "prev_market_position": "{{strategy.prev_market_position}}",
    }
    head = {"secret": secret, "source": "tradingview", "timestamp": "{{timenow}}"}
    info = {"trade_id": "{{strategy.order.id}}"}
    entry = {
        **head,
        "tv": {**market, "entry_price": "{{strategy.order.price}}", **size},
        "strategy_info": info,
        "execution_intent": {"type": "signal", **unit},
    }
    leaving = {**head, "tv": market, "strategy_info": info, "execution_intent": {"type": "exit"}}
    simple = {
        "action": "buy",
        "symbol": "{{ticker}}",
        "exchange": "{{exchange}}",
        "timeframe": "{{interval}}",
        "price": "{{close}}",
        "timestamp": "{{timenow}}",
        **({} if amount_known else {"amount": "100", "unit": "quote"}),
    }
    return Messages(*(json.dumps(each, indent=2) for each in (entry, leaving, simple)))
