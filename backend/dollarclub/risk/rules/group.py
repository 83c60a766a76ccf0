"""A position group as risk looks at it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.rules import ledger
from dollarclub.positions.rules.states import GroupStatus
from dollarclub.positions.rules.view import GroupView, LegView, OrderView
from dollarclub.risk.rules.losers import LosingGroup
from dollarclub.risk.rules.purse import purse_of, quote_of
from dollarclub.risk.rules.timers import Standing, Timer
from dollarclub.risk.rules.winners import Holding

TAKER_RATE = Decimal("0.001")
"""What an exit is reckoned to cost in figures that are shown, as a fraction of its worth: the dearest usual rate."""

EXIT_RATES = {MarketType.spot: TAKER_RATE, MarketType.usdm: Decimal("0.0005")}
"""What a part is planned with: the usual rate of its market. What it truly cost is in its fills."""


@dataclass(frozen=True)
class Group:
    account_id: UUID
    key_id: UUID
    environment: Environment
    symbol: str
    opened_at: datetime
    view: GroupView

    @property
    def id(self) -> UUID:
        return self.view.id

    @property
    def is_open(self) -> bool:
        return self.view.status is GroupStatus.open

    @property
    def purse(self) -> str:
        return purse_of(self.environment, quote_of(self.symbol))

    @property
    def fee_rate(self) -> Decimal:
        return TAKER_RATE

    @property
    def pnl(self) -> Decimal | None:
        """Gross price result of what is held, in quote units; None without a price."""
        if self.view.last is None:
            return None
        return ledger.gross_unrealised(self.view.side, self.view.figures, self.view.last)

    @property
    def exposure(self) -> Decimal:
        """What is invested and what the entries that may still fill would cost, in quote units."""
        return self.view.figures.invested + sum((_to_come(self.view, leg) for leg in self.view.legs), ZERO)

    @property
    def standing(self) -> Standing:
        pnl = self.pnl
        percent = None if pnl is None else ledger.percent(pnl, self.view.figures.invested)
        open_legs = sum(1 for leg in self.view.legs if _to_come(self.view, leg) > ZERO)
        return Standing(len(self.view.pyramids), open_legs, percent)

    @property
    def holding(self) -> Holding | None:
        """What it holds at the present price; None when that is nothing or the price is not known."""
        figures, last = self.view.figures, self.view.last
        if figures.average is None or last is None or figures.held <= ZERO or not self.view.steps.active:
            return None
        return Holding(
            id=self.id,
            side=self.view.side,
            held=figures.held,
            average=figures.average,
            last=last,
            fee_rate=EXIT_RATES[self.view.market_type],
            steps=self.view.steps,
        )

    def losing(self, timer: Timer, *, is_blocked: bool, skip_once: bool) -> LosingGroup:
        return LosingGroup(
            id=self.id,
            is_open=self.is_open,
            is_manual=self.view.is_manual,
            is_blocked=is_blocked,
            skip_once=skip_once,
            held=self.view.figures.held,
            pnl=self.pnl,
            standing=self.standing,
            timer=timer,
            opened_at=self.opened_at,
        )

    def realised_since(self, since: datetime) -> Decimal:
        """What was realised at or after `since`, net of fees, in quote units."""
        before = [fill for fill in self.view.fills if fill.at < since]
        return self.view.figures.realised - ledger.figures(self.view.side, before).realised


def _to_come(view: GroupView, leg: LegView) -> Decimal:
    """What the leg's entry may still cost."""
    entry: OrderView | None = view.entry_of(leg)
    if entry is None:
        amount = leg.amount if view.may_enter(leg) and view.status is GroupStatus.open else ZERO
    else:
        amount = entry.to_come
    return PRECISE.multiply(amount, leg.price)
