"""What the analytics do by themselves, in a transaction for each account."""

from dollarclub.analytics.service import QUARTER, take_snapshot
from dollarclub.core.context import Context
from dollarclub.positions.queries.closed import accounts_with_groups


def take_snapshots(context: Context) -> bool:
    """Of every account that has positions or had some lately. Several workers may do it at once: the later one stays.

    There is never more to do at once, so it is always false.
    """
    now = context.clock()
    with context.db.transaction() as session:
        accounts = accounts_with_groups(session, since=now - 2 * QUARTER)
    for account_id in sorted(accounts):
        with context.db.transaction() as session:
            take_snapshot(session, account_id=account_id, now=now)
    return False
