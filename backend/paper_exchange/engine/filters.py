"""Binance's filters: what an order must keep to before it is looked at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.model import Kind, Order, PositionSide, Side, Tif
from paper_exchange.engine.money import ZERO, decimals, is_multiple
from paper_exchange.engine.refusal import DUPLICATE, Refusal, filter_failure, rejected
from paper_exchange.engine.symbols import Steps

CLIENT_ID = re.compile(r"[\.A-Z:/a-z0-9_-]{1,36}")
PRICED = (Kind.limit, Kind.limit_maker, Kind.stop_loss_limit, Kind.take_profit_limit)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as asked for; zero means not given."""

    symbol: str
    side: Side
    kind: Kind
    client_id: str
    tif: Tif = Tif.gtc
    quantity: Decimal = ZERO
    quote_quantity: Decimal = ZERO
    price: Decimal = ZERO
    stop_price: Decimal = ZERO
    position_side: PositionSide = PositionSide.both
    reduce_only: bool = False
    close_position: bool = False
    mark_triggered: bool = False


def check_client_id(client_id: str, own_open: Iterable[Order], *, code: int = -2010) -> None:
    """The id has Binance's form and no open order of the account on the symbol has it."""
    if not CLIENT_ID.fullmatch(client_id):
        raise Refusal(
            -1100,
            "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.",
        )
    if any(order.client_id == client_id for order in own_open):
        raise rejected(DUPLICATE) if code == -2010 else Refusal(code, "ClientOrderId is duplicated.")


def check_precision(new: NewOrder) -> None:
    """At most eight decimals anywhere."""
    for name, value in (
        ("quantity", new.quantity), ("price", new.price), ("stopPrice", new.stop_price), ("quoteOrderQty", new.quote_quantity),
    ):  # fmt: skip
        if decimals(value) > 8:
            raise Refusal(-1111, f"Parameter '{name}' has too much precision.")


def check_price(price: Decimal, steps: Steps) -> None:
    if price <= 0 or price > steps.max_price or not is_multiple(price, steps.tick):
        raise filter_failure("PRICE_FILTER")


def check_quantity(quantity: Decimal, steps: Steps, *, market_order: bool) -> None:
    if quantity < steps.step or quantity > steps.max_quantity or not is_multiple(quantity, steps.step):
        raise filter_failure("LOT_SIZE")
    if market_order and quantity > steps.max_market_quantity:
        raise filter_failure("MARKET_LOT_SIZE")


def check_percent(price: Decimal, average: Decimal, steps: Steps) -> None:
    if not average * steps.price_down <= price <= average * steps.price_up:
        raise filter_failure("PERCENT_PRICE_BY_SIDE")


def check_spot(new: NewOrder, steps: Steps, average: Decimal) -> None:
    """Everything about an order that needs no balance and no book."""
    check_precision(new)
    priced = new.kind in PRICED
    if priced:
        check_price(new.price, steps)
        check_percent(new.price, average, steps)
    if new.stop_price:
        check_price(new.stop_price, steps)
    reference = new.price if priced else new.stop_price or average
    if new.quote_quantity:
        notional = new.quote_quantity
    else:
        check_quantity(new.quantity, steps, market_order=not priced)
        notional = reference * new.quantity
    if notional < steps.min_notional or (priced and notional > steps.max_notional):
        raise filter_failure("NOTIONAL")


def check_count(own_open: list[Order], steps: Steps, *, waiting: bool) -> None:
    """How many orders an account may have open on a symbol."""
    if len(own_open) >= steps.max_orders:
        raise filter_failure("MAX_NUM_ORDERS")
    if waiting and sum(order.is_waiting for order in own_open) >= steps.max_stop_orders:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")
