"""What becomes of an entry that asks for a slot."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dollarclub.positions.rules.config import GridPlan
from dollarclub.positions.rules.grid import Grid


class Code(StrEnum):
    """The first ones are outcomes of an entry; the last ones tell only why it waits."""

    position_opened = "position_opened"
    pyramid_added = "pyramid_added"
    queued = "queued"
    replaced = "replaced"
    exit_executed = "exit_executed"
    opposite_ignored = "opposite_ignored"
    duplicate_bar = "duplicate_bar"
    max_pyramids = "max_pyramids"
    no_config = "no_config"
    below_min_notional = "below_min_notional"
    amount_too_large = "amount_too_large"
    amount_missing = "amount_missing"
    symbol_unknown = "symbol_unknown"
    market_closed = "market_closed"
    entry_invalid = "entry_invalid"
    queue_full = "queue_full"
    already_queued = "already_queued"
    risk_symbol_limit = "risk_symbol_limit"
    risk_exposure = "risk_exposure"
    risk_daily_loss = "risk_daily_loss"
    risk_daily_trades = "risk_daily_trades"
    halted = "halted"
    circuit_breaker = "circuit_breaker"
    pool_full = "pool_full"
    opposite_open = "opposite_open"
    group_closing = "group_closing"


class Step(StrEnum):
    open = "open"
    extend = "extend"
    wait = "wait"
    close = "close"
    refuse = "refuse"


@dataclass(frozen=True)
class Verdict:
    """`closes` are groups of the other side that make way. `continues`: the entry adds to what is open.

    `plan` and `grid` are there for `open` and `extend`, `group_id` for `extend`.
    """

    step: Step
    code: Code
    message: str
    closes: tuple[UUID, ...] = ()
    continues: bool = False
    group_id: UUID | None = None
    config_id: UUID | None = None
    plan: GridPlan | None = None
    grid: Grid | None = None


def refuse(code: Code, message: str) -> Verdict:
    return Verdict(Step.refuse, code, message)


def wait(code: Code, message: str, *, continues: bool = False, closes: tuple[UUID, ...] = ()) -> Verdict:
    return Verdict(Step.wait, code, message, closes=closes, continues=continues)
