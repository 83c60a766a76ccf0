"""Every REST route of the exchange."""

from paper_exchange.wire import (
    futures_account,
    futures_market,
    futures_orders,
    spot_market,
    spot_orders,
    wallet,
)

ROUTES = [
    *spot_market.ROUTES,
    *spot_orders.ROUTES,
    *wallet.ROUTES,
    *futures_market.ROUTES,
    *futures_orders.ROUTES,
    *futures_account.ROUTES,
]
