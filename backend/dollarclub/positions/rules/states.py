"""What a position group is, and why it was closed. How far it is filled is derived from its fills, never stored."""

from enum import StrEnum


class GroupStatus(StrEnum):
    """`closing`: nothing is entered any more, and everything it holds is being sold. `failed`: a person must look."""

    open = "open"
    closing = "closing"
    closed = "closed"
    failed = "failed"


class CloseReason(StrEnum):
    """The first of these wins; what comes later finds the group closing already."""

    signal = "signal"
    take_profit = "take_profit"
    stop_loss = "stop_loss"
    trailing = "trailing"
    risk_offset = "risk_offset"
    daily_loss = "daily_loss"
    manual = "manual"
    reverse = "reverse"
    kill_switch = "kill_switch"
    never_filled = "never_filled"


class TriggerKind(StrEnum):
    """What a watched price is for."""

    entry = "entry"
    leg_take_profit = "leg_take_profit"
    take_profit = "take_profit"
    stop_loss = "stop_loss"
    trailing = "trailing"
    cancel_beyond = "cancel_beyond"


class Direction(StrEnum):
    """`above`: fires at a price ≥ the trigger's; `below`: at a price ≤ it."""

    above = "above"
    below = "below"


ACTIVE = frozenset({GroupStatus.open, GroupStatus.closing})
"""States in which a group takes a slot and is the one of its pair, timeframe and side."""
