"""What a test of sweeps, streams and halts needs besides a desk: the duties by hand, the strangers' hands, what is stored."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from dollarclub.core.context import Context
from dollarclub.entry.stream import StreamProcess
from dollarclub.exchanges.ccxt_clients import CatalogMarkets
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.orders.flows.sweep import sweep_due
from dollarclub.orders.flows.tickets import decide_due
from dollarclub.orders.models import Halt, KeyWatch, Ticket
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.service import halts, tickets, watches
from tests.support.orders_desk import Desk
from tests.support.paper import spot_client, usdm_client
from tests.support.waiting import eventually


class Watcher:
    """A trading worker's duties about one desk, one at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.context = desk, desk.context

    def sweep(self, market_type: MarketType = MarketType.spot) -> None:
        """Have the key read now, and nothing else."""
        key_id = self.desk.keys[market_type]
        with self.context.db.transaction() as session:
            watches.request_sweep(session, key_id)
        before = self.watch(market_type).swept_at

        def swept() -> bool:
            sweep_due(self.context, self.desk.gateways, self.desk.worker)
            return self.watch(market_type).swept_at != before

        eventually(swept, seconds=10, what="sweep")

    def watch(self, market_type: MarketType = MarketType.spot) -> KeyWatch:
        with self.context.db.transaction() as session:
            found = session.get(KeyWatch, self.desk.keys[market_type])
            assert found is not None
            return found

    def tickets(self, status: str | None = "open") -> list[Ticket]:
        with self.context.db.transaction() as session:
            found = list(session.query(Ticket).order_by(Ticket.created_at))
        return [ticket for ticket in found if status is None or ticket.status == status]

    def decide(self, ticket: Ticket, decision: str) -> Ticket:
        """Wish it and have it carried out; the ticket afterwards."""
        with self.context.db.transaction() as session:
            tickets.request(session, account_id=self.desk.account_id, ticket_id=ticket.id, decision=decision)
        decide_due(self.context, self.desk.gateways, self.desk.worker)
        with self.context.db.transaction() as session:
            found = session.get(Ticket, ticket.id)
            assert found is not None
            return found

    def engage(self, *, flatten: bool, everybody: bool = False) -> UUID:
        with self.context.db.transaction() as session:
            return halts.engage(
                session,
                account_id=None if everybody else self.desk.account_id,
                by=self.desk.account_id,
                reason="drill",
                flatten=flatten,
            ).id

    def halt(self, halt_id: UUID) -> Halt:
        with self.context.db.transaction() as session:
            found = session.get(Halt, halt_id)
            assert found is not None
            return found

    def event_names(self) -> list[str]:
        with self.context.db.transaction() as session:
            return [name for (name,) in session.execute(text("SELECT name FROM events ORDER BY number"))]


def stranger(desk: Desk, market_type: MarketType) -> Any:
    """A client with the same key that is not this platform."""
    make = spot_client if market_type is MarketType.spot else usdm_client
    return make(desk.site, desk.traders[market_type])


def held(desk: Desk, market_type: MarketType = MarketType.spot) -> Decimal:
    """The sum of the key's fills in bitcoin, fees in bitcoin taken off."""
    total = Decimal(0)
    for fill in desk.fills():
        if fill["key_id"] == desk.keys[market_type]:
            total += fill["amount"] if fill["side"] == "buy" else -fill["amount"]
            total -= fill["fee_amount"] if fill["fee_asset"] == "BTC" else 0
    return total


@contextmanager
def streaming(context: Context, markets: CatalogMarkets) -> Iterator[StreamProcess]:
    """The stream process in a thread of its own."""
    process = StreamProcess(context, markets)
    loop = asyncio.new_event_loop()
    stopping = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(process.run(stopping)))
    thread.start()
    try:
        yield process
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        assert not thread.is_alive()
        loop.close()


LIMIT = {"type": OrderType.limit, "price": Decimal("49000")}


def resting(desk: Desk, kind: MarketType) -> Any:
    assert desk.submit(desk.intent(kind, **LIMIT)) is OrderStatus.open
    return desk.orders()[-1]


def is_filled(desk: Desk, order: Any) -> bool:
    found = desk.order(order.id)
    return found.status is OrderStatus.filled and found.fills_complete
