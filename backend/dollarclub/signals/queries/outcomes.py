"""Which signals count as executed, and which as refused."""

from dollarclub.signals.models import Signal
from dollarclub.signals.rules.states import Outcome

EXECUTED = Signal.outcome.in_((Outcome.executed, Outcome.exit_executed, Outcome.resting))
REFUSED = Signal.outcome.is_not(None) & Signal.outcome.not_in(
    (Outcome.executed, Outcome.exit_executed, Outcome.resting, Outcome.unknown, Outcome.exit_no_position)
)
