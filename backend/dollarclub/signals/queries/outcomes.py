"""Which signals count as executed, and which as refused."""

from dollarclub.signals.models import Signal
from dollarclub.signals.rules.states import Outcome

_EXECUTED = (
    Outcome.executed,
    Outcome.exit_executed,
    Outcome.resting,
    Outcome.position_opened,
    Outcome.pyramid_added,
)
_NEITHER = (
    Outcome.unknown,
    Outcome.exit_no_position,
    Outcome.queued,
    Outcome.replaced,
    Outcome.superseded,
    Outcome.unqueued,
)
EXECUTED = Signal.outcome.in_(_EXECUTED)
REFUSED = Signal.outcome.is_not(None) & Signal.outcome.not_in((*_EXECUTED, *_NEITHER))
