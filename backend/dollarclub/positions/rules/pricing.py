"""Prices that orders go out with, and pauses after refusals."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.stops import marketable_price
from dollarclub.positions.rules.view import GroupView, OrderView

LONGEST_PAUSE = timedelta(seconds=60)
_FIRST_PAUSE = timedelta(milliseconds=250)


def worst_price(view: GroupView, expected: Decimal, *, is_entry: bool) -> Decimal | None:
    """The worst price that is taken when `expected` is the market's: off by the allowed slippage; None for any price."""
    percent = view.plan.max_slippage_percent
    if percent is None:
        return None
    side = view.side.entry if is_entry else view.side.exit
    return marketable_price(side, expected, percent, view.steps.price_tick)


def pause_after(orders: Sequence[OrderView], now: datetime) -> timedelta:
    """How long to wait before another order is tried after refusals of the last ones, oldest first; 0 or less: now."""
    refused = 0
    for order in reversed(orders):
        if order.status is not OrderStatus.rejected and not (
            order.status is OrderStatus.cancelled and order.filled == 0 and not order.cancel_requested
        ):
            break
        refused += 1
    if refused == 0:
        return timedelta(0)
    pause = min(LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(refused, 10)))
    return orders[-1].created_at + pause - now
