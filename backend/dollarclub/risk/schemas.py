"""Risk over HTTP, and the settings section `risk`."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainSerializer

from dollarclub.core.schemas import In, Out
from dollarclub.kit.money import plain
from dollarclub.risk.models import OffsetStatus
from dollarclub.risk.rules.limits import Effect
from dollarclub.risk.rules.losers import Hindrance
from dollarclub.risk.rules.offset import Knobs
from dollarclub.risk.rules.pretrade import Limits
from dollarclub.risk.rules.timers import TimerRules

Money = Annotated[Decimal, PlainSerializer(plain, return_type=str, when_used="json")]
_Limit = Annotated[Money, Field(gt=0, le=Decimal("1e15"), max_digits=33, decimal_places=18)]
_Note = Annotated[str, Field(max_length=500)]


def _blocks(what: str) -> Any:
    return Field(description=f"Blocks entries: {what} None is off.")


def _closes(what: str, **bounds: Any) -> Any:
    return Field(description=f"Closes positions: {what}", **bounds)


class RiskSettings(In):
    """Money in quote units; paper money and real money, and different quotes, are counted separately."""

    max_groups_per_symbol: Annotated[
        Annotated[int, Field(ge=1, le=1000)] | None, _blocks("active positions of one symbol.")
    ] = None
    max_exposure_per_symbol: Annotated[
        _Limit | None, _blocks("what is invested and resting in one symbol.")
    ] = None
    max_exposure: Annotated[_Limit | None, _blocks("what is invested and resting in all.")] = Decimal(10_000)
    max_daily_loss: Annotated[
        _Limit | None, _blocks("a realised loss of the day (UTC) pauses entries until they are restarted.")
    ] = Decimal(500)
    max_daily_trades: Annotated[
        Annotated[int, Field(ge=1, le=100_000)] | None, _blocks("entries opened on one day (UTC).")
    ] = None
    daily_loss_closes: Annotated[
        bool, _closes("when the day's loss pauses entries, all positions are closed too.")
    ] = False
    offset_enabled: Annotated[
        bool, _closes("whether losing positions are paid for with parts of winning ones by themselves.")
    ] = True
    loss_threshold_percent: Annotated[
        Money,
        _closes(
            "from this loss on, in percent of what is invested, a position's timer starts.",
            lt=0,
            ge=-100,
            max_digits=8,
            decimal_places=4,
        ),
    ] = Decimal("-1.5")
    required_pyramids: Annotated[
        int, _closes("so many entries, the first one included, a position must have.", ge=1, le=50)
    ] = 3
    wait_minutes: Annotated[int, _closes("how long the timer runs.", ge=0, le=10_080)] = 15
    max_winners: Annotated[
        int, _closes("so many winning positions pay for one loss at most.", ge=1, le=20)
    ] = 3
    max_winner_fraction_percent: Annotated[
        Money, _closes("at most so much of one winner.", gt=0, le=100, max_digits=8, decimal_places=4)
    ] = Decimal(100)
    min_close_notional: Annotated[
        Money,
        _closes("a part of a winner is worth at least this.", ge=0, le=Decimal("1e9"), decimal_places=8),
    ] = Decimal(20)

    @property
    def limits(self) -> Limits:
        return Limits(
            self.max_groups_per_symbol,
            self.max_exposure_per_symbol,
            self.max_exposure,
            self.max_daily_loss,
            self.max_daily_trades,
        )

    @property
    def timer_rules(self) -> TimerRules:
        wait = timedelta(minutes=self.wait_minutes)
        return TimerRules(self.loss_threshold_percent, self.required_pyramids, wait)

    @property
    def knobs(self) -> Knobs:
        return Knobs(self.max_winners, self.max_winner_fraction_percent, self.min_close_notional)


class RiskSettingsOut(Out):
    """`version` is to be sent back with a change."""

    version: int
    settings: RiskSettings
    effects: dict[str, Effect]


class RiskSettingsIn(In):
    """`version` is the one that the change was made from."""

    version: Annotated[int, Field(ge=0, le=2**31 - 2)]
    settings: RiskSettings
    note: _Note = ""


class StopIn(In):
    reason: _Note = ""


class RunIn(In):
    """Without a group the worst loser is taken."""

    group_id: UUID | None = None


class EngineState(StrEnum):
    running = "running"
    stopped = "stopped"
    paused = "paused"


class EngineOut(Out):
    """`paused`: the day's loss; both stand until they are lifted by hand."""

    state: EngineState
    reason: str
    stopped_at: datetime | None
    loss_paused_at: datetime | None
    restarted_at: datetime | None


class UsageOut(Out):
    """`purse` says whose money is counted: `live:USD`, `paper:BTC`. Limits per symbol show the fullest symbol."""

    purse: str
    name: str
    effect: Effect
    used: Money
    limit: Money | None
    is_reached: bool


class CandidateOut(Out):
    """A losing group. `hindrance` is what keeps it from being offset now; None when nothing does."""

    group_id: UUID
    symbol: str
    side: str
    purse: str
    pnl: Money | None
    pnl_percent: Money | None
    pyramids: int
    open_legs: int
    timer_started_at: datetime | None
    timer_expires_at: datetime | None
    is_blocked: bool
    skip_once: bool
    hindrance: Hindrance | None


class SliceOut(Out):
    group_id: UUID
    symbol: str
    amount: Money
    expected: Money
    is_whole: bool


class PlanOut(Out):
    """What `run` would do now. `is_due`: the engine does it by itself."""

    loser_id: UUID
    symbol: str
    need: Money
    expected: Money
    covers: bool
    note: str
    is_due: bool
    slices: list[SliceOut]


class RiskOut(Out):
    engine: EngineOut
    realised_today: dict[str, Money]
    limits: list[UsageOut]
    candidates: list[CandidateOut]
    plan: PlanOut | None
    running_offset_id: UUID | None


class OffsetOut(Out):
    """`realised` is what the winners truly brought, `loss` what was closed of the loser cost; None until it is known."""

    id: UUID
    loser_id: UUID
    status: OffsetStatus
    plan: dict[str, Any]
    needed: Money
    realised: Money | None
    loss: Money | None
    note: str
    created_at: datetime
    settled_at: datetime | None


class GroupRiskOut(Out):
    group_id: UUID
    is_blocked: bool
    skip_once: bool
    timer_started_at: datetime | None
    timer_expires_at: datetime | None


class AuditOut(Out):
    """`actor_id` is None for what the platform did by itself."""

    id: UUID
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str
    at: datetime
