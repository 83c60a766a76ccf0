"""From the body of a webhook to one `Alert`, whatever dialect it speaks.

Three are understood: the full one (`tv`, `strategy_info`, `execution_intent.type`), the older one
(`execution_intent.action`) and the simple one (`action` and `symbol` at the top). Only shape is judged here.
"""

import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn

from dollarclub.kit.money import plain
from dollarclub.signals.rules.fields import LEFT_OPEN, Fields, Refused, storable

LONGEST_SYMBOL = 40
LONGEST_TEXT = 200
LONGEST_MESSAGE = 4000


class Intent(StrEnum):
    """`exit` closes whatever is held; `reduce` closes a part; `reverse` closes and opens the other side."""

    entry = "entry"
    exit = "exit"
    reduce = "reduce"
    reverse = "reverse"


class Action(StrEnum):
    """`close` names no side: that of the position decides. An exit is always a `close`."""

    buy = "buy"
    sell = "sell"
    close = "close"


class Unit(StrEnum):
    base = "base"
    quote = "quote"
    contracts = "contracts"
    percent = "percent"


class Kind(StrEnum):
    market = "market"
    limit = "limit"


@dataclass(frozen=True)
class Alert:
    """What an alert asks for, in our words; symbols, exchange and timeframe as they were written.

    `amount` without `unit` is in the unit of the strategy; neither leaves the amount to the strategy. `told_at` is
    when the sender says it happened. `into_paper` keeps a test or a replay away from real money.
    """

    intent: Intent
    action: Action
    raw_symbol: str
    raw_exchange: str = ""
    raw_timeframe: str = ""
    amount: Decimal | None = None
    unit: Unit | None = None
    order_type: Kind | None = None
    price: Decimal | None = None
    told_at: datetime | None = None
    trade_id: str = ""
    market_position: str = ""
    previous_market_position: str = ""
    strategy: str = ""
    message: str = ""
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    max_slippage_percent: Decimal | None = None
    into_paper: bool = False

    def as_json(self) -> dict[str, Any]:
        """The form in which it is stored: without what was not said, decimals as text, times as ISO 8601."""
        members = ((name, getattr(self, name)) for name in _NAMES)
        return {
            name: _plain(value)
            for name, value in members
            if value is not None and value != "" and value is not False
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Alert":
        """The alert that `as_json` stored."""
        values = {name: stored[name] for name in _NAMES if name in stored}
        for name, read in _READERS.items():
            if values.get(name) is not None:
                values[name] = read(values[name])
        return cls(**values)


_NAMES = tuple(each.name for each in fields(Alert))
_READERS: dict[str, Any] = {
    "intent": Intent,
    "action": Action,
    "unit": Unit,
    "order_type": Kind,
    "told_at": datetime.fromisoformat,
    **dict.fromkeys(("amount", "price", "stop_loss", "take_profit", "max_slippage_percent"), Decimal),
}

_SIDES = {
    "buy": Action.buy,
    "long": Action.buy,
    "sell": Action.sell,
    "short": Action.sell,
    **dict.fromkeys(
        ("close", "exit", "flat", "close_long", "close_short", "exit_long", "exit_short"), Action.close
    ),
}
_INTENTS = {
    "signal": Intent.entry,
    "entry": Intent.entry,
    "exit": Intent.exit,
    "close": Intent.exit,
    "reduce": Intent.reduce,
    "reverse": Intent.reverse,
}
_UNITS = {each.value: each for each in Unit}
_KINDS = {each.value: each for each in Kind}


def decoded(text: str) -> dict[str, Any]:
    """The JSON object in `text`, numbers exact. Raises Refused (`malformed`, `placeholder`)."""
    try:
        body = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        if found := LEFT_OPEN.search(text):
            raise Refused.placeholder(found.group(), "the body") from error
        where = (
            f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        )
        raise Refused.malformed(f"The body is not valid JSON{where}.") from error
    if not isinstance(body, dict):
        raise Refused.malformed("The body must be a JSON object: { … }.")
    return body


def alert_of(body: dict[str, Any]) -> Alert:
    """What a decoded body asks for. Raises Refused (`malformed`, `placeholder`)."""
    top = Fields(body)
    if "tv" not in body and "execution_intent" not in body:
        return _simple(top)
    market, intent = top.part("tv"), top.part("execution_intent")
    if intent.text("type", 30):
        return _full(top, market, intent)
    if intent.text("action", 30):
        return _older(top, market, intent)
    raise Refused.malformed("execution_intent.type is missing: signal, exit, reduce or reverse.")


def _full(top: Fields, market: Fields, wished: Fields) -> Alert:
    intent = wished.one_of("type", _INTENTS)
    info = top.part("strategy_info", required=False)
    risk = top.part("risk", required=False)
    action = market.one_of("action", _SIDES, required=False) or wished.one_of("side", _SIDES, required=False)
    unit = wished.one_of("position_size_type", _UNITS, required=False) or Unit.quote
    alert = _alert(intent, action, "tv.action", market.number("order_size"), unit)
    return replace(
        alert,
        **_market(market, exchange_required=True),
        order_type=wished.one_of("order_type", _KINDS, required=False),
        price=market.number("entry_price") or market.number("close_price"),
        told_at=top.moment("timestamp"),
        trade_id=info.text("trade_id", LONGEST_TEXT),
        market_position=market.text("market_position", 30),
        previous_market_position=market.text("prev_market_position", 30),
        strategy=storable(info.free("alert_name", LONGEST_TEXT)),
        message=storable(info.free("alert_message", LONGEST_MESSAGE)),
        stop_loss=risk.number("stop_loss"),
        take_profit=risk.number("take_profit"),
        max_slippage_percent=risk.number("max_slippage_percent"),
    )


def _older(top: Fields, market: Fields, wished: Fields) -> Alert:
    """Amounts are base units; `exit` and `close` are exits."""
    action = wished.one_of("action", _SIDES)
    intent = Intent.exit if action is Action.close else Intent.entry
    return replace(
        _alert(intent, action, "execution_intent.action", wished.number("amount"), Unit.base),
        **_market(market, exchange_required=True),
        price=market.number("entry_price") or wished.number("price"),
        told_at=top.moment("timestamp"),
        trade_id=wished.text("trade_id", LONGEST_TEXT),
        strategy=storable(wished.free("strategy", LONGEST_TEXT)),
    )


def _simple(top: Fields) -> Alert:
    """A sell or buy that leaves the sender's strategy flat is an exit, unless `intent` says otherwise."""
    action = top.one_of("action", _SIDES)
    position = top.text("market_position", 30)
    intent = top.one_of("intent", _INTENTS, required=False)
    if intent is None:
        closes = action is Action.close or position.lower() == "flat"
        intent = Intent.exit if closes else Intent.entry
    unit = top.one_of("unit", _UNITS, required=False)
    amount, is_percent = top.share("amount")
    return replace(
        _alert(intent, action, "action", amount, Unit.percent if is_percent else unit),
        **_market(top, exchange_required=False),
        order_type=top.one_of("order_type", _KINDS, required=False),
        price=top.number("price"),
        told_at=top.moment("timestamp"),
        trade_id=top.text("trade_id", LONGEST_TEXT),
        market_position=position,
        previous_market_position=top.text("prev_market_position", 30),
        strategy=storable(top.free("strategy", LONGEST_TEXT)),
        message=storable(top.free("message", LONGEST_MESSAGE)),
    )


def _alert(
    intent: Intent, action: Action | None, where: str, amount: Decimal | None, unit: Unit | None
) -> Alert:
    """Intent, side and amount, checked against each other."""
    if intent is Intent.exit or (intent is Intent.reduce and action is None):
        action = Action.close
    if action is None:
        raise Refused.malformed(f"{where} is missing: buy or sell.")
    if action is Action.close and intent in (Intent.entry, Intent.reverse):
        raise Refused.malformed(f"{where} must be buy or sell when the intent is {intent}.")
    if amount is not None and amount <= 0:
        if intent is not Intent.exit or amount < 0:
            raise Refused.malformed("The amount must be greater than zero.")
        amount = None
    if unit is Unit.percent and amount is not None and amount > 100:
        raise Refused.malformed("The amount is more than 100 percent.")
    return Alert(intent, action, "", amount=amount, unit=unit if amount is not None else None)


def _market(part: Fields, *, exchange_required: bool) -> dict[str, Any]:
    symbol = part.text("symbol", LONGEST_SYMBOL)
    if not symbol:
        raise Refused.malformed(f"{part.name('symbol')} is missing.")
    exchange = part.text("exchange", LONGEST_TEXT)
    if exchange_required and not exchange and ":" not in symbol:
        raise Refused.malformed(f"{part.name('exchange')} is missing.")
    return {
        "raw_symbol": symbol,
        "raw_exchange": exchange.lower(),
        "raw_timeframe": part.text("timeframe", 20),
    }


def _no_number(word: str) -> NoReturn:
    raise Refused.malformed(f"{word} is not a number.")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
