"""USDT-M's objects as Binance writes them."""

from decimal import Decimal

from paper_exchange.engine import margin
from paper_exchange.engine.futures_filters import LIMITS
from paper_exchange.engine.margin import Mark
from paper_exchange.engine.model import Account, Futures, Kind, Market, Order, Position, Side, Status, Trade
from paper_exchange.engine.money import ZERO, decimals, ratio
from paper_exchange.engine.positions import QUOTE
from paper_exchange.engine.state import Income
from paper_exchange.engine.symbols import USDM_KINDS, Steps, Symbol
from paper_exchange.exchange import Exchange
from paper_exchange.wire.market_data import Wire
from paper_exchange.wire.spot_views import eight

ALGO_STATES = {
    Status.new: "NEW",
    Status.filled: "FINISHED",
    Status.canceled: "CANCELED",
    Status.expired: "EXPIRED",
    Status.rejected: "REJECTED",
}


def plain(value: Decimal) -> str:
    """As few digits as needed."""
    return f"{value.normalize():f}" if value else "0"


def symbol_view(symbol: Symbol, steps: Steps) -> Wire:
    return {
        "symbol": symbol.name,
        "pair": symbol.name,
        "contractType": "PERPETUAL",
        "deliveryDate": 4_133_404_800_000,
        "onboardDate": symbol.listed_ms,
        "status": "TRADING" if symbol.trading else "SETTLING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": symbol.base,
        "quoteAsset": symbol.quote,
        "marginAsset": symbol.quote,
        "pricePrecision": decimals(steps.tick),
        "quantityPrecision": decimals(steps.step),
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": plain(steps.tick), "maxPrice": plain(steps.max_price), "tickSize": plain(steps.tick)},
            {"filterType": "LOT_SIZE", "minQty": plain(steps.step), "maxQty": plain(steps.max_quantity), "stepSize": plain(steps.step)},
            {
                "filterType": "MARKET_LOT_SIZE",
                "minQty": plain(steps.step),
                "maxQty": plain(steps.max_market_quantity),
                "stepSize": plain(steps.step),
            },
            {"filterType": "MAX_NUM_ORDERS", "limit": steps.max_orders},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": steps.max_stop_orders},
            {"filterType": "MIN_NOTIONAL", "notional": plain(steps.min_notional)},
            {
                "filterType": "PERCENT_PRICE",
                "multiplierUp": plain(steps.price_up),
                "multiplierDown": plain(steps.price_down),
                "multiplierDecimal": "4",
            },
        ],
        "orderTypes": list(USDM_KINDS),
        "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
    }  # fmt: skip


def order_view(order: Order) -> Wire:
    """What placing and cancelling answer."""
    price = order.price if order.kind in LIMITS or order.kind is Kind.liquidation else ZERO
    return {
        "clientOrderId": order.client_id,
        "cumQty": plain(order.executed),
        "cumQuote": plain(order.cost),
        "executedQty": plain(order.executed),
        "orderId": order.id,
        "avgPrice": average(order),
        "origQty": plain(order.quantity),
        "price": plain(price),
        "reduceOnly": order.reduce_only,
        "side": order.side.value,
        "positionSide": order.position_side.value,
        "status": order.status.value,
        "stopPrice": plain(order.stop_price),
        "closePosition": order.close_position,
        "symbol": order.symbol,
        "timeInForce": order.tif.value,
        "type": order.kind.value,
        "origType": order.kind.value,
        "updateTime": order.updated_ms,
        "workingType": "MARK_PRICE" if order.mark_triggered else "CONTRACT_PRICE",
        "priceProtect": False,
        "priceMatch": "NONE",
        "selfTradePreventionMode": "NONE",
        "goodTillDate": 0,
    }


def query_view(order: Order) -> Wire:
    """What looking up answers: with its time, without what only placing tells."""
    view = order_view(order)
    del view["cumQty"]
    return {**view, "time": order.created_ms}


def average(order: Order) -> str:
    return f"{ratio(order.cost, order.executed):.5f}" if order.executed else "0.00000"


def algo_view(order: Order) -> Wire:
    """A conditional order."""
    return {
        "algoId": order.id,
        "clientAlgoId": order.client_id,
        "algoType": "CONDITIONAL",
        "orderType": order.kind.value,
        "symbol": order.symbol,
        "side": order.side.value,
        "positionSide": order.position_side.value,
        "timeInForce": order.tif.value,
        "quantity": plain(order.quantity),
        "algoStatus": ALGO_STATES[order.status],
        "triggerPrice": plain(order.stop_price),
        "price": plain(order.price),
        "icebergQuantity": None,
        "selfTradePreventionMode": "NONE",
        "workingType": "MARK_PRICE" if order.mark_triggered else "CONTRACT_PRICE",
        "priceMatch": "NONE",
        "closePosition": order.close_position,
        "priceProtect": False,
        "reduceOnly": order.reduce_only,
        "createTime": order.created_ms,
        "updateTime": order.updated_ms,
        "triggerTime": order.working_ms or 0,
        "goodTillDate": 0,
    }


def algo_query_view(order: Order) -> Wire:
    """A conditional order with what became of it."""
    return {
        **algo_view(order),
        "actualOrderId": str(order.child_id) if order.child_id else "",
        "actualPrice": "0.00000",
        "tpTriggerPrice": "0.000",
        "tpPrice": "0.000",
        "slTriggerPrice": "0.000",
        "slPrice": "0.000",
        "tpOrderType": "",
    }


def trade_view(trade: Trade) -> Wire:
    return {
        "buyer": trade.side is Side.buy,
        "commission": eight(trade.fee),
        "commissionAsset": trade.fee_asset,
        "id": trade.id,
        "maker": trade.maker,
        "orderId": trade.order_id,
        "price": plain(trade.price),
        "qty": plain(trade.quantity),
        "quoteQty": plain(trade.quote),
        "realizedPnl": eight(trade.pnl),
        "side": trade.side.value,
        "positionSide": trade.position_side.value,
        "symbol": trade.symbol,
        "time": trade.time_ms,
    }


def income_view(income: Income) -> Wire:
    return {
        "symbol": income.symbol,
        "incomeType": income.kind,
        "income": eight(income.amount),
        "asset": income.asset,
        "info": income.kind,
        "time": income.time_ms,
        "tranId": income.id,
        "tradeId": str(income.trade_id) if income.trade_id else "",
    }


class Margins:
    """An account's margins at this moment, for its views."""

    def __init__(self, exchange: Exchange, account: Account) -> None:
        self.exchange, self.account = exchange, account
        self.orders = list(exchange.state.orders_of(Market.usdm, account.id))

    @property
    def futures(self) -> Futures:
        return self.account.futures

    @property
    def mark(self) -> Mark:
        return lambda name: self.exchange.quotes.mark(self.exchange.state.symbols[name])

    def held(self) -> list[Position]:
        """Positions with an amount, and empty ones on whose symbol orders rest."""
        waiting = {order.symbol for order in self.orders}
        return [one for one in self.futures.positions.values() if one.amount or one.symbol in waiting]

    def of_symbol(self, symbol: str) -> tuple[Decimal, Decimal]:
        """(positions' margin, orders' margin)."""
        own = [order for order in self.orders if order.symbol == symbol]
        alone, together = margin.initial(self.futures, symbol, own, self.mark(symbol))
        return alone, together - alone

    def totals(self) -> dict[str, Decimal]:
        held = [one for one in self.futures.positions.values() if one.amount]
        isolated = sum((one.isolated for one in held), ZERO)
        cross = margin.cross_positions(self.futures)
        pairs = [
            self.of_symbol(name)
            for name in {one.symbol for one in held} | {order.symbol for order in self.orders}
        ]
        profit = sum((margin.unrealized(one, self.mark(one.symbol)) for one in held), ZERO)
        free = max(margin.available(self.futures, self.orders, self.mark), ZERO)
        return {
            "wallet": self.futures.wallet + isolated,
            "cross": self.futures.wallet,
            "profit": profit,
            "cross_profit": sum((margin.unrealized(one, self.mark(one.symbol)) for one in cross), ZERO),
            "maintenance": sum((margin.maintenance(one, self.mark(one.symbol)) for one in held), ZERO),
            "positions": sum((alone for alone, _ in pairs), ZERO),
            "orders": sum((more for _, more in pairs), ZERO),
            "available": free,
        }


def _margin_fields(totals: dict[str, Decimal]) -> Wire:
    return {
        "initialMargin": eight(totals["positions"] + totals["orders"]),
        "maintMargin": eight(totals["maintenance"]),
        "walletBalance": eight(totals["wallet"]),
        "unrealizedProfit": eight(totals["profit"]),
        "marginBalance": eight(totals["wallet"] + totals["profit"]),
        "positionInitialMargin": eight(totals["positions"]),
        "openOrderInitialMargin": eight(totals["orders"]),
        "crossWalletBalance": eight(totals["cross"]),
        "crossUnPnl": eight(totals["cross_profit"]),
        "availableBalance": eight(totals["available"]),
        "maxWithdrawAmount": eight(min(totals["available"], totals["cross"])),
    }


def account_view(margins: Margins) -> Wire:
    fields = _margin_fields(margins.totals())
    short = ("crossWalletBalance", "crossUnPnl", "availableBalance", "maxWithdrawAmount")
    totals: Wire = {
        name
        if name in ("availableBalance", "maxWithdrawAmount")
        else f"total{name[0].upper()}{name[1:]}": value
        for name, value in fields.items()
    }
    asset = {"asset": QUOTE, **{name: value for name, value in fields.items() if name not in short}}
    asset |= {name: fields[name] for name in short} | {"updateTime": margins.account.updated_ms}
    positions = [_account_position(margins, one) for one in margins.held()]
    return {**totals, "assets": [asset], "positions": positions}


def account_v2_view(margins: Margins) -> Wire:
    """The older form: with fees and permissions, and every symbol's position."""
    view = account_view(margins)
    head: Wire = {
        "feeTier": 0, "feeBurn": False, "canTrade": True, "canDeposit": True, "canWithdraw": True,
        "updateTime": margins.account.updated_ms, "multiAssetsMargin": False, "tradeGroupId": -1,
    }  # fmt: skip
    for asset in view["assets"] if isinstance(view["assets"], list) else []:
        asset["marginAvailable"] = True
    positions = [_account_v2_position(margins, one) for one in margins.held()]
    return {**head, **view, "positions": positions}


def _account_v2_position(margins: Margins, position: Position) -> Wire:
    risk, leverage = risk_view(margins, position), margin.leverage_of(margins.futures, position.symbol)
    cap = max(row.cap for row in margin.brackets(position.symbol) if row.leverage >= leverage)
    return {
        **_account_position(margins, position),
        **{
            name: risk[name]
            for name in (
                "positionInitialMargin",
                "openOrderInitialMargin",
                "entryPrice",
                "bidNotional",
                "askNotional",
            )
        },
        "leverage": str(leverage),
        "isolated": position.symbol in margins.futures.isolated,
        "maxNotional": plain(cap),
    }


def _account_position(margins: Margins, position: Position) -> Wire:
    mark = margins.mark(position.symbol)
    alone, orders = margins.of_symbol(position.symbol)
    profit = margin.unrealized(position, mark)
    return {
        "symbol": position.symbol,
        "positionSide": position.side.value,
        "positionAmt": plain(position.amount),
        "unrealizedProfit": eight(profit),
        "isolatedMargin": eight(position.isolated + profit if position.isolated else ZERO),
        "notional": eight(margin.notional(position, mark)),
        "isolatedWallet": eight(position.isolated),
        "initialMargin": eight(alone + orders),
        "maintMargin": eight(margin.maintenance(position, mark)),
        "updateTime": position.updated_ms,
    }


def risk_view(margins: Margins, position: Position) -> Wire:
    """A position with its risk (version 3)."""
    mark = margins.mark(position.symbol)
    alone, orders = margins.of_symbol(position.symbol)
    own = [order for order in margins.orders if order.symbol == position.symbol and not order.is_waiting]
    bids = sum((order.price * order.remaining for order in own if order.side is Side.buy), ZERO)
    asks = sum((order.price * order.remaining for order in own if order.side is Side.sell), ZERO)
    entry, fee = margin.entry_price(position), margins.account.fees.usdm_taker
    even = entry * (1 + 2 * fee) if position.amount > 0 else entry * (1 - 2 * fee)
    view = _account_position(margins, position)
    head: Wire = {name: view[name] for name in ("symbol", "positionSide", "positionAmt")}
    return {
        **head,
        "entryPrice": plain(entry.quantize(Decimal("0.00000001"))),
        "breakEvenPrice": plain(even.quantize(Decimal("0.00000001"))),
        "markPrice": eight(mark),
        "unRealizedProfit": view["unrealizedProfit"],
        "liquidationPrice": plain(
            margin.liquidation_price(margins.futures, position, margins.mark).quantize(Decimal("0.00000001"))
        ),
        "isolatedMargin": view["isolatedMargin"],
        "notional": view["notional"],
        "marginAsset": QUOTE,
        "isolatedWallet": view["isolatedWallet"],
        "initialMargin": view["initialMargin"],
        "maintMargin": view["maintMargin"],
        "positionInitialMargin": eight(alone),
        "openOrderInitialMargin": eight(orders),
        "adl": 1 if position.amount else 0,
        "bidNotional": plain(bids),
        "askNotional": plain(asks),
        "updateTime": position.updated_ms,
    }


def risk_v2_view(margins: Margins, position: Position) -> Wire:
    """The older form: with leverage and margin type."""
    view = risk_view(margins, position)
    futures = margins.futures
    row = margin.bracket_of(position.symbol, ZERO)
    for name in ("marginAsset", "initialMargin", "maintMargin", "positionInitialMargin", "openOrderInitialMargin", "adl",
                 "bidNotional", "askNotional"):  # fmt: skip
        del view[name]
    return {
        **view,
        "marginType": "isolated" if position.symbol in futures.isolated else "cross",
        "isAutoAddMargin": "false",
        "leverage": str(margin.leverage_of(futures, position.symbol)),
        "maxNotionalValue": plain(row.cap),
    }


def balance_view(margins: Margins) -> list[Wire]:
    fields = _margin_fields(margins.totals())
    return [
        {
            "accountAlias": f"SgsR{margins.account.number}",
            "asset": QUOTE,
            "balance": fields["walletBalance"],
            "crossWalletBalance": fields["crossWalletBalance"],
            "crossUnPnl": fields["crossUnPnl"],
            "availableBalance": fields["availableBalance"],
            "maxWithdrawAmount": fields["maxWithdrawAmount"],
            "marginAvailable": True,
            "updateTime": margins.account.updated_ms,
        }
    ]
