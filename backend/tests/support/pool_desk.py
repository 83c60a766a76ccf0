"""An account with configurations and a market of its own making, for tests of slots and queues that need no exchange."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from dollarclub.core.context import Context
from dollarclub.core.outbox import EventRow
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.exchanges.models import CatalogRow, LastPrice, MarketRow
from dollarclub.kit.clock import utc_now
from dollarclub.kit.ids import new_id
from dollarclub.pool import reactions
from dollarclub.pool.flows import promote_due
from dollarclub.pool.models import QueueEntry
from dollarclub.pool.schemas import PoolSettings
from dollarclub.pool.service.admission import Admission, admit
from dollarclub.pool.service.settings import current, replace
from dollarclub.positions.models import DcaConfig, PositionGroup
from dollarclub.positions.rules.config import EntryType, GridPlan, Level, PositionSide
from dollarclub.positions.rules.request import EntryRequest
from dollarclub.vault.models import ExchangeKey, KeyStatus

D = Decimal
LEVELS = (Level(D(0), D(50), D(1)), Level(D(-1), D(50), D(2)))
PLAN = GridPlan(entry_type=EntryType.limit, levels=LEVELS, capital=D(1000), max_pyramids=3)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
VENUES = {MarketType.spot: "binance", MarketType.usdm: "binanceusdm"}


@dataclass
class PoolDesk:
    """Everything commits; the account's keys trade markets that `market` lists."""

    context: Context
    account_id: UUID
    keys: dict[MarketType, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.context.db.transaction() as session:
            for market_type, venue in VENUES.items():
                key = ExchangeKey(
                    id=new_id(),
                    account_id=self.account_id,
                    label=market_type.value,
                    venue=venue,
                    market_type=market_type,
                    environment=Environment.paper,
                    status=KeyStatus.ready,
                )
                catalog = CatalogRow(
                    venue=venue,
                    market_type=market_type,
                    environment=Environment.paper,
                    fetched_at=utc_now(),
                )
                session.add_all([key, catalog])
                session.flush()
                self.keys[market_type] = key.id
        self.market("BTC")

    def market(self, *bases: str) -> None:
        """List pairs of these against USDT on both kinds of market."""
        with self.context.db.transaction() as session:
            for base in bases:
                for market_type, venue in VENUES.items():
                    futures = market_type is MarketType.usdm
                    session.add(
                        MarketRow(
                            venue=venue,
                            market_type=market_type,
                            environment=Environment.paper,
                            symbol=f"{base}/USDT:USDT" if futures else f"{base}/USDT",
                            venue_symbol=f"{base}USDT",
                            base=base,
                            quote="USDT",
                            settle="USDT" if futures else None,
                            price_tick=D("0.01"),
                            amount_step=D("0.00001"),
                            min_amount=D("0.00001"),
                            max_amount=D(0),
                            market_step=D(0),
                            market_max_amount=D(0),
                            min_cost=D(5),
                            contract_size=D(1),
                            active=True,
                        )
                    )

    def price(self, last: str, base: str = "BTC") -> None:
        """The last price of a pair on spot."""
        with self.context.db.transaction() as session:
            session.merge(
                LastPrice(
                    venue=VENUES[MarketType.spot],
                    market_type=MarketType.spot,
                    environment=Environment.paper,
                    symbol=f"{base}/USDT",
                    last=D(last),
                    told_at=utc_now(),
                )
            )

    def config(self, plan: GridPlan = PLAN, pair: str = "*") -> UUID:
        with self.context.db.transaction() as session:
            row = DcaConfig(account_id=self.account_id, pair=pair, plan=plan.as_json())
            session.add(row)
            session.flush()
            return row.id

    def set(self, **changes: Any) -> None:
        """Change the pool's settings."""
        with self.context.db.transaction() as session:
            settings, version = current(session, self.account_id)
            changed = PoolSettings.model_validate(settings.model_dump() | changes)
            replace(
                session,
                account_id=self.account_id,
                actor_id=self.account_id,
                settings=changed,
                version=version,
            )

    def request(
        self,
        base: str = "BTC",
        market_type: MarketType = MarketType.spot,
        side: PositionSide = PositionSide.long,
        *,
        bar: int = 0,
        **changes: Any,
    ) -> EntryRequest:
        """An entry at 50,000 in the bar `bar` of 15 minutes."""
        futures = market_type is MarketType.usdm
        wish: dict[str, Any] = {
            "account_id": self.account_id,
            "key_id": self.keys[market_type],
            "venue": VENUES[market_type],
            "environment": Environment.paper,
            "market_type": market_type,
            "symbol": f"{base}/USDT:USDT" if futures else f"{base}/USDT",
            "timeframe": 15,
            "side": side,
            "price": D(50_000),
            "amount": None,
            "unit": "quote",
            "strategy_id": None,
            "signal_id": None,
            "told_at": None,
            "received_at": BEGAN + timedelta(minutes=15 * bar),
        }
        return EntryRequest(**(wish | changes))

    def admit(self, request: EntryRequest, **options: Any) -> Admission:
        with self.context.db.transaction() as session:
            return admit(session, request, now=utc_now(), **options)

    def code(self, request: EntryRequest, **options: Any) -> str:
        return self.admit(request, **options).code.value

    def groups(self) -> list[PositionGroup]:
        """Active ones, oldest first."""
        with self.context.db.transaction() as session:
            query = select(PositionGroup).where(PositionGroup.status.in_(("open", "closing")))
            return list(session.scalars(query.order_by(PositionGroup.created_at)))

    def queue(self) -> list[QueueEntry]:
        """All entries, those that wait and those that do no more, oldest first."""
        with self.context.db.transaction() as session:
            return list(session.scalars(select(QueueEntry).order_by(QueueEntry.first_queued_at)))

    def states(self) -> dict[str, str]:
        """The status of each entry by its base asset."""
        return {row.symbol.split("/")[0]: row.status.value for row in self.queue()}

    def close(self, group_id: UUID | None) -> None:
        """The group ends, as the engine would end it, and the pool hears of it."""
        with self.context.db.transaction() as session:
            session.execute(
                text("UPDATE position_groups SET status = 'closed', closed_at = now() WHERE id = :id"),
                {"id": group_id},
            )
            event = EventRow(account_id=self.account_id, number=0, name="group.closed", payload={})
            reactions.queue_may_move(session, event)

    def promote(self) -> None:
        """Everything that is due."""
        while promote_due(self.context):
            pass

    def execute(self, statement: str, **values: Any) -> None:
        with self.context.db.transaction() as session:
            session.execute(text(statement), values)
