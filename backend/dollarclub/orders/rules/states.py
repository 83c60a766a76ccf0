"""The life of an order as a state machine. A state can only be left for the states named here."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """`cancelled` may have filled in part; `unknown`: sent, and not known whether the exchange took it."""

    new = "new"
    sending = "sending"
    open = "open"
    partially_filled = "partially_filled"
    filled = "filled"
    cancelled = "cancelled"
    rejected = "rejected"
    unknown = "unknown"


class Purpose(StrEnum):
    """An exit only reduces what is held: it goes through while entries wait or are halted."""

    entry = "entry"
    exit = "exit"


RESTING = frozenset({OrderStatus.open, OrderStatus.partially_filled})
"""States in which the exchange holds the order."""

FINAL = frozenset({OrderStatus.filled, OrderStatus.cancelled, OrderStatus.rejected})
"""States that nothing may ever change."""

UNSETTLED = frozenset({OrderStatus.sending, OrderStatus.unknown})
"""States in which it is not known what the exchange holds."""

_NEXT: dict[OrderStatus, frozenset[OrderStatus]] = {
    # An order that was said not to have been placed is `new` again; an exchange that shows it all the same is believed.
    OrderStatus.new: RESTING | FINAL | {OrderStatus.sending},
    OrderStatus.sending: RESTING | FINAL | {OrderStatus.unknown, OrderStatus.new},
    OrderStatus.unknown: RESTING | FINAL | {OrderStatus.sending},
    OrderStatus.open: FINAL | {OrderStatus.partially_filled},
    OrderStatus.partially_filled: FINAL,
}


def sources_of(target: OrderStatus) -> frozenset[OrderStatus]:
    """The states from which `target` may be entered: the guard of every status update."""
    return frozenset(state for state, targets in _NEXT.items() if target in targets)
