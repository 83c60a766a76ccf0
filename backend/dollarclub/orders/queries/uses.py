"""What of the book still needs a key."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dollarclub.exchanges import queries as exchanges
from dollarclub.exchanges.gateway import Catalog, MarketType
from dollarclub.kit.money import plain
from dollarclub.orders.models import Order
from dollarclub.orders.queries.watches import LIVE, holdings, last_price
from dollarclub.vault.queries import key_access


def key_use(session: Session, key_id: UUID) -> str | None:
    """Why a key cannot be deleted yet, in a sentence; None when nothing needs it. What cannot be sold is no reason."""
    live = session.scalar(select(func.count()).where(Order.key_id == key_id, Order.status.in_(LIVE))) or 0
    if live:
        orders = "An order of this key is" if live == 1 else f"{live} orders of this key are"
        return f"{orders} not settled; cancel what rests and wait for the rest, then delete it."
    catalog = key_access(session, key_id, None).catalog
    held = [
        f"{plain(each.amount)} {each.symbol}"
        for each in holdings(session, key_id)
        if not _is_dust(session, catalog, key_id, each.symbol, each.amount)
    ]
    if held:
        shown = ", ".join(held[:3]) + (" and more" if len(held) > 3 else "")
        return f"The book still holds {shown} on this key; close that first, then delete it."
    return None


def _is_dust(session: Session, catalog: Catalog, key_id: UUID, symbol: str, amount: Decimal) -> bool:
    """Less than the exchange takes: what fees leave over on spot."""
    market = exchanges.market(session, catalog, symbol)
    if market is None or catalog.market_type is not MarketType.spot:
        return False
    price = last_price(session, key_id, symbol) or Decimal(0)
    too_small = abs(amount) < max(market.amount_step, market.min_amount)
    return too_small or abs(amount) * price < market.min_cost
