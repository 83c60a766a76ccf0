"""Orders that are sent: what the exchange answers is what the book says."""

from decimal import Decimal

import pytest

from dollarclub.exchanges.gateway import MarketType
from dollarclub.orders.rules.states import OrderStatus
from tests.support.orders_desk import Desk


@pytest.mark.parametrize("market_type", list(MarketType))
def test_a_market_order_is_filled_with_its_fills_and_fees(desk: Desk, market_type: MarketType) -> None:
    intent = desk.intent(market_type)
    status = desk.submit(intent)
    (order,) = desk.orders()
    assert status is order.status is OrderStatus.filled
    assert order.filled == Decimal("0.01")
    assert order.fills_complete
    assert order.settled_at is not None
    assert order.sent_at is not None
    assert order.sent_at <= order.acknowledged_at <= order.filled_at  # type: ignore[operator]
    fills = desk.fills(order.id)
    assert sum(fill["amount"] for fill in fills) == Decimal("0.01")
    assert all(fill["fee_amount"] > 0 and fill["fee_asset"] for fill in fills)
    cost = sum(fill["cost"] for fill in fills)
    assert order.average == cost / order.filled
    assert len(desk.on_exchange(order.client_id)) == 1
