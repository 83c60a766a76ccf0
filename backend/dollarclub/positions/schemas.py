"""Position groups over HTTP. Amounts are base units, money and prices quote units, percents percents; decimals as text."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import Environment, MarketType, OrderType, Side
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.schemas.orders import Money
from dollarclub.positions.rules.config import PositionSide, TakeProfitMode
from dollarclub.positions.rules.states import CloseReason, Direction, GroupStatus, TriggerKind


class LegState(StrEnum):
    """`waiting`: the engine holds it until its price comes; `taken`: all that it filled is sold again."""

    waiting = "waiting"
    sending = "sending"
    resting = "resting"
    partially_filled = "partially_filled"
    filled = "filled"
    closing = "closing"
    taken = "taken"
    cancelled = "cancelled"
    refused = "refused"


class FiguresOut(Out):
    """What the ledger of fills adds up to; see `docs/positions.md` for each formula.

    `last` is the latest known price; what needs one is null without it. `percent` is `unrealised` of `invested`.
    """

    held: Money
    entered: Money
    exited: Money
    invested: Money
    average: Money | None
    average_entry: Money | None
    average_exit: Money | None
    gross_realised: Money
    realised: Money
    fees: Money
    break_even: Money | None
    last: Money | None
    gross_unrealised: Money | None
    unrealised: Money | None
    percent: Money | None


class TargetOut(Out):
    """A price that is watched. One with `trail_percent` is followed from `price` on."""

    kind: TriggerKind
    subject_id: UUID
    direction: Direction
    price: Money
    trail_percent: Money | None
    fired_at: datetime | None
    fired_price: Money | None


class GroupOut(Out):
    """One position group. `problem` is what a person should know; `legs_filled` counts those that filled at all."""

    id: UUID
    key_id: UUID
    strategy_id: UUID | None
    config_id: UUID | None
    venue: str
    environment: Environment
    market_type: MarketType
    symbol: str
    timeframe: int
    side: PositionSide
    status: GroupStatus
    is_manual: bool
    tp_mode: TakeProfitMode
    stop_price: Money | None
    close_reason: CloseReason | None
    close_note: str
    close_signal_id: UUID | None
    problem: str | None
    pyramids: int
    max_pyramids: int
    legs: int
    legs_filled: int
    resting: Money
    created_at: datetime
    closing_at: datetime | None
    closed_at: datetime | None
    figures: FiguresOut
    targets: list[TargetOut]


class LegOut(Out):
    """One leg. `target` is its take-profit price: by its fills, or as planned before there are any."""

    id: UUID
    number: int
    gap: Money
    weight: Money
    take_profit: Money
    price: Money
    amount: Money
    cost: Money
    is_market: bool
    is_held: bool
    state: LegState
    filled: Money
    average: Money | None
    held: Money
    realised: Money
    target: Money | None
    cancelled_at: datetime | None
    cancel_note: str
    closing_at: datetime | None


class PyramidOut(Out):
    id: UUID
    number: int
    signal_id: UUID | None
    entry_price: Money
    capital: Money
    close_reason: CloseReason | None
    closing_at: datetime | None
    created_at: datetime
    figures: FiguresOut
    legs: list[LegOut]


class GroupOrderOut(Out):
    """An order of the group; `origin` and `origin_id` say whose: a leg's, a pyramid's, the group's."""

    id: UUID
    origin: str
    origin_id: UUID
    leg: str
    purpose: Purpose
    side: Side
    type: OrderType
    status: OrderStatus
    amount: Money | None
    price: Money | None
    filled: Money
    average: Money | None
    code: str | None
    detail: str | None
    created_at: datetime


class GroupFillOut(Out):
    order_id: UUID | None
    side: Side
    amount: Money
    price: Money
    cost: Money
    fee_amount: Money
    fee_asset: str | None
    traded_at: datetime


class GroupDetailOut(GroupOut):
    """With everything that belongs to it. `plan` is the configuration as the group keeps it."""

    plan: dict[str, Any]
    parts: list[PyramidOut]
    orders: list[GroupOrderOut]
    fills: list[GroupFillOut]


class GroupRef(Out):
    """What was asked for; `changed` is false when it was so already."""

    group_id: UUID
    changed: bool


class CloseIn(In):
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class ManualIn(In):
    on: bool
