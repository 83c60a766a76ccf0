"""A desk with the position engine at it: groups by hand, prices by hand, and everything that a trading worker does about them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dollarclub.core.context import Context
from dollarclub.core.relay import Relay
from dollarclub.entry.reactions import CONSUMER, reactions
from dollarclub.exchanges import queries as catalogs
from dollarclub.exchanges.flows import markets_reader, refresh_due
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.exchanges.service import request_catalog
from dollarclub.exchanges.steps import steps_of
from dollarclub.orders.flows.sweep import sweep_due
from dollarclub.orders.service import watches
from dollarclub.positions.flows.engine import GroupEngine
from dollarclub.positions.models import PositionGroup
from dollarclub.positions.queries.views import steps_by_market, views_of
from dollarclub.positions.rules.config import EntryType, GridPlan, Level, PositionSide
from dollarclub.positions.rules.grid import Grid, grid
from dollarclub.positions.rules.request import EntryRequest
from dollarclub.positions.rules.states import CloseReason, GroupStatus
from dollarclub.positions.rules.triggers import Firing
from dollarclub.positions.rules.view import GroupView, TriggerView
from dollarclub.positions.service import closing, groups, triggers
from tests.support.orders_desk import Desk
from tests.support.waiting import eventually

D = Decimal
LEVELS = (
    Level(D(0), D(40), D(1)),
    Level(D(-1), D(30), D(1)),
    Level(D(-2), D(30), D(1)),
)
PLAN = GridPlan(entry_type=EntryType.limit, levels=LEVELS, capital=D(10_000))


def venue_of(market_type: MarketType) -> str:
    return "binance" if market_type is MarketType.spot else "binanceusdm"


def read_catalogs(desk: Desk) -> None:
    """Have the exchange's lists of markets in the database."""
    with desk.context.db.transaction() as session:
        for market_type in MarketType:
            request_catalog(session, Catalog(venue_of(market_type), market_type, Environment.paper))
    while refresh_due(desk.context.db, markets_reader(desk.factory)):
        pass


@dataclass
class Floor:
    """One desk's groups."""

    desk: Desk
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.desk.context
        self.engine = GroupEngine(self.context, self.desk.gateways, self.desk.worker)
        self.relay = Relay(CONSUMER, reactions(self.context.settings))

    def request(
        self,
        market_type: MarketType = MarketType.spot,
        side: PositionSide = PositionSide.long,
        **changes: Any,
    ) -> EntryRequest:
        wish: dict[str, Any] = {
            "account_id": self.desk.account_id,
            "key_id": self.desk.keys[market_type],
            "venue": venue_of(market_type),
            "environment": Environment.paper,
            "market_type": market_type,
            "symbol": self.desk.symbol(market_type),
            "timeframe": 15,
            "side": side,
            "price": D(50_000),
            "amount": None,
            "unit": "quote",
            "strategy_id": None,
            "signal_id": None,
            "told_at": None,
            "received_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        return EntryRequest(**(wish | changes))

    def planned(self, request: EntryRequest, plan: GridPlan, number: int = 1) -> Grid:
        catalog = Catalog(request.venue, request.market_type, request.environment)
        with self.context.db.transaction() as session:
            market = catalogs.market(session, catalog, request.symbol)
        assert market is not None
        capital = plan.capital_of(number, request.asked_capital())
        assert capital is not None
        made = grid(
            side=request.side,
            base=request.price,
            capital=capital,
            levels=plan.levels_of(number),
            steps=steps_of(market),
            entry_type=plan.entry_type,
        )
        assert isinstance(made, Grid)
        return made

    def open(self, request: EntryRequest, plan: GridPlan = PLAN) -> UUID:
        made = self.planned(request, plan)
        with self.context.db.transaction() as session:
            return groups.open_group(session, request, config_id=None, plan=plan, grid=made)

    def add(self, group_id: UUID, request: EntryRequest, plan: GridPlan = PLAN) -> UUID:
        made = self.planned(request, plan, 2)
        with self.context.db.transaction() as session:
            return groups.add_pyramid(session, group_id, request, plan=plan, grid=made)

    def close(self, group_id: UUID, reason: CloseReason = CloseReason.signal) -> bool:
        with self.context.db.transaction() as session:
            return closing.request_close(
                session, account_id=self.desk.account_id, group_id=group_id, reason=reason
            )

    def work(self) -> None:
        """Everything that can be done now, without news from the exchange."""
        for _ in range(500):
            busy = self.relay.deliver(self.context.db)
            busy = self.desk.work() or busy
            busy = self.engine.advance_one() or busy
            if not busy:
                return
        raise AssertionError("the engine does not come to rest")

    def hear(self, market_type: MarketType = MarketType.spot) -> None:
        """Read the exchange, and do what follows. The budget of requests is always full."""
        self.context.redis.flushdb()
        self.desk.later.offset += timedelta(minutes=2)
        self.work()
        with self.context.db.transaction() as session:
            watches.request_sweep(session, self.desk.keys[market_type])
        eventually(self._sweep, seconds=10, what="a sweep")
        self.work()

    def _sweep(self) -> bool:
        return sweep_due(self.context, self.desk.gateways, self.desk.worker)

    def price(self, value: str | Decimal, market_type: MarketType = MarketType.spot) -> None:
        """The market goes there, and what it filled is heard of."""
        self.desk.site.price(str(value))
        self.hear(market_type)

    def reach(self, watched: TriggerView) -> None:
        """Latch a watched price, as whoever sees the prices does."""
        with self.context.db.transaction() as session:
            (armed,) = [each for each in triggers.armed(session) if each.id == watched.id]
            firing = Firing(armed.id, armed.revision, armed.price)
            assert triggers.fire(session, [firing], by="stream")

    def group(self, group_id: UUID) -> PositionGroup:
        with self.context.db.transaction() as session:
            found = session.get(PositionGroup, group_id)
            assert found is not None
            return found

    def view(self, group_id: UUID) -> GroupView:
        with self.context.db.transaction() as session:
            group = session.get(PositionGroup, group_id)
            assert group is not None
            return views_of(session, [group], steps_by_market(session, [group]), {})[group_id]

    def resting(self) -> list[dict[str, Any]]:
        """What rests at the exchange, by its own books."""
        return [
            order for order in self.desk.exchange_orders() if order["status"] in ("NEW", "PARTIALLY_FILLED")
        ]

    def ends(self, group_id: UUID, market_type: MarketType = MarketType.spot) -> PositionGroup:
        """The group when it has ended."""

        def over() -> PositionGroup | None:
            self.hear(market_type)
            found = self.group(group_id)
            return found if found.status in (GroupStatus.closed, GroupStatus.failed) else None

        found = eventually(over, seconds=20, what="the group's end")
        assert found is not None
        return found

    def mortal(self, desk: Desk) -> "Floor":
        """The same floor worked by another process."""
        return replace(self, desk=desk)
