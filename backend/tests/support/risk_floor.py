"""Positions that lose and win, and the risk engine that looks at them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from dollarclub.core.audit import AuditEntry
from dollarclub.exchanges.gateway import MarketType
from dollarclub.exchanges.models import LastPrice
from dollarclub.kit.clock import utc_now
from dollarclub.positions.rules.config import EntryType, GridPlan, Level, PositionSide
from dollarclub.risk.flows.watching import risk_due
from dollarclub.risk.models import OffsetStatus, RiskOffset
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.schemas import RiskSettings
from dollarclub.risk.service import planning, settings
from tests.support.orders_desk import Desk
from tests.support.position_floor import Floor, venue_of

D = Decimal
ONE_LEG = GridPlan(
    entry_type=EntryType.market, levels=(Level(D(0), D(100), D(20)),), capital=D(1_000), max_pyramids=2
)
"""Bought at once; its take profit rests far away and holds all of it."""

SETTINGS = RiskSettings(
    loss_threshold_percent=D("-1.5"), required_pyramids=1, wait_minutes=15, min_close_notional=D(10)
)


@dataclass
class RiskFloor:
    """One account with groups and with risk."""

    floor: Floor
    moved: timedelta = field(default=timedelta(0))
    version: int = 0

    def __post_init__(self) -> None:
        self.desk = self.floor.desk
        self.account_id = self.desk.account_id
        with self.desk.context.db.transaction() as session:
            EngineRepository(session).ensure(self.account_id)

    def now(self) -> datetime:
        return utc_now() + self.moved

    def set(self, values: RiskSettings = SETTINGS) -> None:
        with self.desk.context.db.transaction() as session:
            written = settings.write(
                session,
                account_id=self.account_id,
                values=values,
                after=self.version,
                author_id=self.account_id,
            )
        self.version = written.version

    def tick(self, price: str, market_type: MarketType = MarketType.spot) -> None:
        """The market goes there, and the stream has told it."""
        self.desk.site.price(price)
        self.floor.work()
        with self.desk.context.db.transaction() as session:
            session.merge(
                LastPrice(
                    venue=venue_of(market_type),
                    market_type=market_type,
                    environment="paper",
                    symbol=self.desk.symbol(market_type),
                    last=D(price),
                    mark=None,
                    told_at=utc_now(),
                    seen_at=utc_now(),
                )
            )

    def enter(
        self,
        price: str,
        capital: str,
        timeframe: int,
        market_type: MarketType = MarketType.spot,
        side: PositionSide = PositionSide.long,
    ) -> UUID:
        """A group that bought for `capital` at `price` and whose take profit rests."""
        self.tick(price, market_type)
        request = self.floor.request(market_type, side, price=D(price), timeframe=timeframe)
        group_id = self.floor.open(request, replace(ONE_LEG, capital=D(capital)))
        self.floor.work()
        return group_id

    def losing_and_winning(
        self, market_type: MarketType = MarketType.spot, side: PositionSide = PositionSide.long
    ) -> tuple[UUID, UUID]:
        """At a price of 49,000: 1,000 that lost 2 %, and 2,000 that won about 2 %."""
        high, low = ("50000", "48000") if side is PositionSide.long else ("48000", "50000")
        loser = self.enter(high, "1000", 15, market_type, side)
        winner = self.enter(low, "2000", 60, market_type, side)
        self.tick("49000", market_type)
        return loser, winner

    def look(self, desk: Desk | None = None) -> None:
        """What the duty does, at once."""
        self.make_due()
        who = desk or self.desk
        risk_due(replace(who.context, clock=self.now), who.gateways, who.worker)

    def make_due(self) -> None:
        with self.desk.context.db.transaction() as session:
            EngineRepository(session).make_due(self.account_id)
            session.execute(text("UPDATE risk_engines SET lease_until = NULL"))

    def run(self, group_id: UUID | None = None) -> UUID:
        with self.desk.context.db.transaction() as session:
            return planning.run_now(
                session, account_id=self.account_id, group_id=group_id, by=self.account_id, now=self.now()
            )

    def offsets(self) -> list[RiskOffset]:
        with self.desk.context.db.transaction() as session:
            return list(session.query(RiskOffset).order_by(RiskOffset.created_at))

    def offset(self) -> RiskOffset:
        (only,) = self.offsets()
        return only

    def ended(self) -> RiskOffset:
        """The one offset, when it is over."""
        for _ in range(20):
            found = self.offset()
            if found.status in (OffsetStatus.done, OffsetStatus.aborted):
                self.floor.work()
                return found
            self.floor.work()
            self.look()
        raise AssertionError(f"the offset does not end: {self.offset().status} {self.offset().note}")

    def audited(self, action: str) -> list[AuditEntry]:
        with self.desk.context.db.transaction() as session:
            rows = session.query(AuditEntry).filter(AuditEntry.action == action)
            return list(rows.order_by(AuditEntry.at))

    def risk_orders(self) -> list[dict[str, Any]]:
        query = "SELECT * FROM orders WHERE origin = 'risk' ORDER BY created_at"
        with self.desk.context.db.transaction() as session:
            return [dict(row) for row in session.execute(text(query)).mappings()]

    def open_groups(self) -> list[UUID]:
        query = "SELECT id FROM position_groups WHERE status IN ('open', 'closing') ORDER BY created_at"
        with self.desk.context.db.transaction() as session:
            return [each for (each,) in session.execute(text(query))]
