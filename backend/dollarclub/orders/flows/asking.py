"""What the flows that ask an exchange about an order have in common."""

from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.exchanges.errors import ExchangeError, RateLimited
from dollarclub.kit.clock import utc_now
from dollarclub.orders.repository.claims import Asking
from dollarclub.orders.rules.sending import next_look
from dollarclub.orders.service import resolving

_log = logger(__name__)


def ask_later(context: Context, asking: Asking, error: Exception, *, step: str, event: str) -> None:
    """The exchange could not be asked: log it as `event`, write the step, and have it asked again.

    Not before the pause that a limit told is over.
    """
    pause = next_look(asking.waited)
    if isinstance(error, RateLimited):
        pause = max(pause, error.retry_at - utc_now())
    known = isinstance(error, ExchangeError)
    _log.warning(event, order_id=str(asking.order_id), error=type(error).__name__, exc_info=not known)
    with context.db.transaction() as session:
        resolving.look_later(session, asking, pause, step=step, error=error)
