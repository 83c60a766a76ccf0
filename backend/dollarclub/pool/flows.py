"""Seeing to queues: a step needs no exchange, so each is one transaction and a crash undoes it whole."""

from dollarclub.core.context import Context
from dollarclub.pool.service.promotion import promote_next


def promote_due(context: Context) -> bool:
    """See to one account whose queue is due; whether there may be more at once."""
    with context.db.transaction() as session:
        return promote_next(session, now=context.clock()) is not None
