"""Groups whose prices are watched: rows by hand, and the process `stream` in a thread or as itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from dollarclub.core.context import Context
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.kit.ids import new_id
from dollarclub.positions.models import PositionGroup, PriceTrigger
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.states import Direction, TriggerKind
from dollarclub.positions.service import triggers
from tests.support.orders_desk import Desk

BACKEND = Path(__file__).resolve().parents[2]
SPOT = Catalog("binance", MarketType.spot, Environment.paper)
USDM = Catalog("binanceusdm", MarketType.usdm, Environment.paper)


@dataclass
class Watched:
    """An open group of the desk, with no order and no engine."""

    desk: Desk
    market_type: MarketType = MarketType.spot
    pair: str = ""
    group_id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        catalog = self.catalog
        with self.desk.context.db.transaction() as session:
            session.add(
                PositionGroup(
                    id=self.group_id,
                    account_id=self.desk.account_id,
                    key_id=self.desk.keys[self.market_type],
                    venue=catalog.venue,
                    environment=catalog.environment,
                    market_type=catalog.market_type,
                    symbol=self.symbol,
                    timeframe=15,
                    side=PositionSide.long,
                    plan={},
                )
            )

    @property
    def catalog(self) -> Catalog:
        return SPOT if self.market_type is MarketType.spot else USDM

    @property
    def symbol(self) -> str:
        return self.pair or self.desk.symbol(self.market_type)

    def arm(
        self,
        direction: Direction,
        price: str,
        *,
        trail: str | None = None,
        kind: TriggerKind = TriggerKind.take_profit,
        subject: UUID | None = None,
    ) -> UUID:
        """Have a price watched; the trigger's id."""
        subject = subject or self.group_id
        with self.desk.context.db.transaction() as session:
            triggers.arm(
                session,
                group=self.row(),
                kind=kind,
                subject_id=subject,
                direction=direction,
                price=Decimal(price),
                trail_percent=None if trail is None else Decimal(trail),
            )
        with self.desk.context.db.transaction() as session:
            return session.query(PriceTrigger).filter_by(kind=kind, subject_id=subject).one().id

    def row(self) -> PositionGroup:
        with self.desk.context.db.transaction() as session:
            found = session.get(PositionGroup, self.group_id)
            assert found is not None
            return found

    def trigger(self, trigger_id: UUID) -> PriceTrigger:
        with self.desk.context.db.transaction() as session:
            found = session.get(PriceTrigger, trigger_id)
            assert found is not None
            return found

    def has_fired(self, trigger_id: UUID) -> bool:
        return self.trigger(trigger_id).fired_at is not None

    def last(self) -> dict[str, Any] | None:
        """The latest stored price of the pair."""
        query = "SELECT * FROM last_prices WHERE venue = :venue AND symbol = :symbol"
        with self.desk.context.db.transaction() as session:
            found = session.execute(text(query), {"venue": self.catalog.venue, "symbol": self.symbol})
            row = found.mappings().first()
            return None if row is None else dict(row)


@contextmanager
def stream_process(context: Context) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m dollarclub.entry.stream` on the same servers."""
    settings = context.settings
    environment = {
        **os.environ,
        "PYTHONPATH": str(BACKEND),
        "DATABASE_URL": settings.database.url.get_secret_value(),
        "REDIS_URL": settings.redis.url.get_secret_value(),
        "SECRET_KEY": settings.security.secret_key.get_secret_value(),
        "ENCRYPTION_KEY": settings.security.encryption_key.get_secret_value(),
        "PAPER_EXCHANGE_URL": settings.paper.exchange_url,
        "TRADING_PRICE_SILENCE_SECONDS": str(settings.trading.price_silence_seconds),
        "DATA_DIR": str(settings.server.data_dir),
    }
    process = subprocess.Popen([sys.executable, "-m", "dollarclub.entry.stream"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
