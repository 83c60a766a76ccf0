"""Steps of the analytics: writing down now and then what trading has come to."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.analytics.queries.standing import unrealised
from dollarclub.analytics.repository import store_snapshots
from dollarclub.kit.money import ZERO
from dollarclub.positions.queries.closed import realised_by_pair
from dollarclub.risk.queries.groups import active_groups
from dollarclub.risk.rules.purse import purse_of, quote_of

QUARTER = timedelta(minutes=15)


def take_snapshot(session: Session, *, account_id: UUID, now: datetime) -> bool:
    """Store what the account has by key and purse; false, storing nothing, when a price is not known."""
    realised: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    open_result: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for group in active_groups(session, account_id):
        result = unrealised(group)
        if result is None:
            return False
        place = (group.key_id, group.purse)
        realised[place] += group.view.figures.realised
        open_result[place] += result
    for each in realised_by_pair(session, account_id=account_id):
        realised[each.key_id, purse_of(each.environment, quote_of(each.symbol))] += each.realised
    sums = {place: (value, open_result.get(place, ZERO)) for place, value in realised.items()}
    store_snapshots(session, account_id, quarter_of(now), sums)
    return True


def quarter_of(moment: datetime) -> datetime:
    """The begin of its quarter of an hour."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
