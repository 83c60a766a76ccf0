"""What the admin API works on."""

import asyncio
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from paper_exchange.exchange import Exchange
from paper_exchange.faults.plan import Plan
from paper_exchange.operations import Unusable
from paper_exchange.wire.limits import Limits, Meter

TICKS_AT_ONCE = 50


@dataclass(slots=True)
class Desk:
    """The exchange, its faults and limits, which are kept in the data file too; `mirror` is whose prices it follows."""

    exchange: Exchange
    plan: Plan
    meter: Meter
    snapshots: Path
    mirror: str | None = None

    def keep_faults(self) -> None:
        self.exchange.store.put_setting("faults", self.plan.dump())

    def keep_limits(self) -> None:
        self.exchange.store.put_setting("limits", TypeAdapter(Limits).dump_json(self.meter.limits).decode())

    def recall(self) -> None:
        """Take faults and limits from the data file."""
        faults, limits = self.exchange.store.setting("faults"), self.exchange.store.setting("limits")
        self.plan.load(faults or "[]")
        kept = TypeAdapter(Limits).validate_json(limits) if limits else Limits()
        for name, value in asdict(kept).items():
            setattr(self.meter.limits, name, value)

    def restore(self, source: Path) -> None:
        """Back to a snapshot: state, history, faults, limits."""
        self.exchange.store.restore(source)
        self.exchange.reload()
        self.recall()
        self.meter.forgive()

    async def advance(self, milliseconds: int, tick_ms: int) -> int:
        """Move a virtual clock in ticks; other requests are answered on the way."""
        try:
            for number, done in enumerate(range(0, milliseconds, tick_ms)):
                self.exchange.clock.advance(min(tick_ms, milliseconds - done))
                self.exchange.tick()
                if number % TICKS_AT_ONCE == 0:
                    await asyncio.sleep(0)
        except ValueError as error:
            raise Unusable(str(error)) from error
        return self.exchange.clock.now_ms()
