"""ccxt's dictionaries turned into the platform's values. Numbers arrive as texts (`exchange.number = str`)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dollarclub.exchanges.gateway import (
    Balance,
    Market,
    MarketType,
    OrderReport,
    OrderRequest,
    OrderType,
    Position,
    ReportedState,
    Side,
    Ticker,
    TradeReport,
)
from dollarclub.exchanges.rules.precision import Draft
from dollarclub.kit.money import PRECISE, ZERO

Row = Mapping[str, Any]
ONE = Decimal(1)


class Unreadable(ValueError):
    """An answer that lacks what it must have."""


def decimal(value: Any) -> Decimal | None:
    """None for what is absent or no number."""
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def number(value: Any) -> Decimal:
    """Absent is 0."""
    return decimal(value) or ZERO


def when(milliseconds: Any) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)


def belongs(row: Row, market_type: MarketType) -> bool:
    """Whether a pair is of this market type; dated and linear perpetual futures count as usdm, options do not."""
    if market_type is MarketType.spot:
        return bool(row.get("spot"))
    return bool(row.get("linear")) and not row.get("option")


def market(row: Row) -> Market:
    """A pair with its steps; on futures whose contract is not one base unit, amounts are turned into base units."""
    size = decimal(row.get("contractSize")) or ONE
    precision, limits = row["precision"], row["limits"]
    amounts, traded = limits.get("amount") or {}, limits.get("market") or {}
    lot = _filter(row, "MARKET_LOT_SIZE")
    return Market(
        symbol=row["symbol"],
        venue_symbol=str(row["id"]),
        base=row["base"],
        quote=row["quote"],
        settle=row.get("settle"),
        price_tick=number(precision.get("price")),
        amount_step=number(precision.get("amount")) * size,
        min_amount=number(amounts.get("min")) * size,
        max_amount=number(amounts.get("max")) * size,
        market_step=number(lot.get("stepSize")) * size,
        market_max_amount=number(traded.get("max")) * size,
        min_cost=number((limits.get("cost") or {}).get("min")),
        contract_size=size,
        active=row.get("active") is not False,
    )


def draft(order: OrderRequest) -> Draft:
    return Draft(
        is_market=order.type is OrderType.market,
        is_buy=order.side is Side.buy,
        amount=order.amount,
        price=order.price,
        cost=order.cost,
        reduce_only=order.reduce_only,
    )


def order_report(row: Row, size: Decimal, *, client_id: str | None = None) -> OrderReport:
    """`client_id` is the one that was asked for; raises Unreadable for what is no order."""
    if not isinstance(row, Mapping) or not row.get("id") or not row.get("symbol"):
        raise Unreadable("the exchange's answer is no order")
    filled = number(row.get("filled")) * size
    is_market = row.get("type") == "market"
    own_id = client_id or row.get("clientOrderId") or ""
    return OrderReport(
        client_id=own_id,
        venue_order_id=str(row["id"]),
        symbol=row["symbol"],
        side=Side(row.get("side") or ""),
        type=OrderType.market if is_market else OrderType.limit,
        state=_state(row.get("status"), filled),
        amount=number(row.get("amount")) * size,
        filled=filled,
        average=(decimal(row.get("average")) or None) if filled else None,
        price=None if is_market else decimal(row.get("price")) or None,
        reported_at=when(row.get("lastUpdateTimestamp") or row.get("timestamp")),
        trades=tuple(trade_report(fill, size, client_id=own_id, of=row) for fill in row.get("trades") or ()),
        raw=_plain(row.get("info")),
    )


def trade_report(
    row: Row, size: Decimal, *, client_id: str | None = None, of: Row | None = None
) -> TradeReport:
    """`of` is the order that the trade came with: fills of an order's answer lack what the order says."""
    order = of or {}
    amount, price = number(row.get("amount")) * size, number(row.get("price"))
    fee = row.get("fee") or {}
    side, told_at = row.get("side") or order.get("side"), row.get("timestamp") or order.get("timestamp")
    if not row.get("id") or not amount or side is None or told_at is None:
        raise Unreadable("the exchange's answer is no trade")
    maker = row.get("takerOrMaker")
    return TradeReport(
        trade_id=str(row["id"]),
        symbol=row.get("symbol") or order["symbol"],
        side=Side(side),
        amount=amount,
        price=price,
        cost=decimal(row.get("cost")) or PRECISE.multiply(amount, price),
        fee_amount=number(fee.get("cost")),
        fee_asset=fee.get("currency"),
        is_maker=None if maker is None else maker == "maker",
        traded_at=datetime.fromtimestamp(int(told_at) / 1000, tz=UTC),
        venue_order_id=str(row.get("order") or order.get("id") or ""),
        client_id=client_id,
    )


def balances(row: Row) -> list[Balance]:
    """Assets of which there is something, free or used."""
    found = []
    for asset, free in sorted(row["free"].items()):
        balance = Balance(asset, number(free), number(row["used"].get(asset)))
        if balance.free or balance.used:
            found.append(balance)
    return found


def position(row: Row, size: Decimal) -> Position:
    contracts = number(row.get("contracts")) * size
    leverage = decimal(row.get("leverage"))
    initial = decimal(row.get("initialMarginPercentage"))
    if leverage is None and initial:
        leverage = PRECISE.divide(ONE, initial).quantize(ONE)
    return Position(
        symbol=row["symbol"],
        amount=-contracts if row.get("side") == "short" else contracts,
        entry_price=decimal(row.get("entryPrice")),
        mark_price=decimal(row.get("markPrice")),
        unrealized_pnl=decimal(row.get("unrealizedPnl")),
        leverage=leverage,
        liquidation_price=decimal(row.get("liquidationPrice")),
    )


def ticker(row: Row, now: datetime) -> Ticker:
    last = decimal(row.get("last")) or decimal(row.get("close"))
    if last is None:
        raise Unreadable("the exchange's answer has no last price")
    return Ticker(
        symbol=row["symbol"],
        last=last,
        bid=decimal(row.get("bid")) or None,
        ask=decimal(row.get("ask")) or None,
        told_at=when(row.get("timestamp")) or now,
    )


def _state(status: Any, filled: Decimal) -> ReportedState:
    """An answer without a status (some venues only tell the id) is an order that was taken."""
    match status:
        case "closed":
            return ReportedState.filled
        case "canceled" | "expired":
            return ReportedState.cancelled
        case "rejected":
            return ReportedState.rejected
    return ReportedState.partially_filled if filled else ReportedState.open


def _filter(row: Row, name: str) -> Row:
    """One of Binance's filters, which ccxt leaves in the raw answer."""
    for listed in (row.get("info") or {}).get("filters") or ():
        if listed.get("filterType") == name:
            return dict(listed)
    return {}


def _plain(raw: Any) -> dict[str, Any] | None:
    return dict(raw) if isinstance(raw, Mapping) else None
