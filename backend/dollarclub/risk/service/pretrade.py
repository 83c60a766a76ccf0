"""Whether an entry may be opened now. To be asked in the transaction that opens it, under the account's pool lock."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.kit.clock import utc_now
from dollarclub.kit.money import ZERO
from dollarclub.risk.queries import groups as queries
from dollarclub.risk.queries.exposure import GroupExposure, exposures
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.rules.pretrade import Exposure, Limits, Refusal, judge
from dollarclub.risk.rules.purse import purse_of, quote_of
from dollarclub.risk.service import settings
from dollarclub.risk.service.state import counted_since
from dollarclub.vault.queries import key_access


def check(
    session: Session,
    *,
    account_id: UUID,
    key_id: UUID,
    symbol: str,
    planned_cost: Decimal,
    is_pyramid: bool,
) -> Refusal | None:
    """Why an entry of `planned_cost` quote units is refused; None when it is not. Raises NotFound for a key that is gone.

    The stop and the pause are not judged here (`state.is_stopped`).
    """
    engines = EngineRepository(session)
    engines.ensure(account_id)
    limits = settings.read(session, account_id).values.limits
    if limits == Limits():
        return None
    environment = key_access(session, key_id, account_id).catalog.environment
    purse = purse_of(environment, quote_of(symbol))
    now = utc_now()
    since = counted_since(engines.read(account_id), now)
    midnight = counted_since(None, now)
    own = [each for each in exposures(session, account_id) if each.purse == purse]
    lost = queries.realised_since(session, account_id, since) if limits.max_daily_loss is not None else {}
    entered = queries.entries_since(session, account_id, midnight) if limits.max_daily_trades else {}
    exposure = exposure_of(
        own, symbol, realised_today=lost.get(purse, ZERO), trades_today=entered.get(purse, 0)
    )
    return judge(limits, exposure, planned_cost, opens_group=not is_pyramid)


def exposure_of(
    groups: Sequence[GroupExposure], symbol: str, *, realised_today: Decimal, trades_today: int
) -> Exposure:
    """Of groups of one purse. Groups of one symbol count together on whatever key they are."""
    of_symbol = [each for each in groups if each.symbol == symbol]
    return Exposure(
        groups_of_symbol=len(of_symbol),
        exposure_of_symbol=sum((each.amount for each in of_symbol), ZERO),
        exposure_total=sum((each.amount for each in groups), ZERO),
        realised_today=realised_today,
        trades_today=trades_today,
    )
