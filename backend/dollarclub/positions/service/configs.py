"""Making, changing and trying out DCA configurations."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.errors import Conflict, Invalid, NotFound
from dollarclub.exchanges import queries as markets
from dollarclub.exchanges.gateway import Catalog, MarketType
from dollarclub.exchanges.steps import steps_of
from dollarclub.positions.config_schemas import (
    ConfigIn,
    FlawOut,
    PlannedLegOut,
    PreviewIn,
    PreviewOut,
    ShortfallOut,
)
from dollarclub.positions.models import DcaConfig
from dollarclub.positions.repository.configs import ConfigRepository
from dollarclub.positions.rules.config import GridPlan, PositionSide, TakeProfitMode, flaws
from dollarclub.positions.rules.grid import Grid, grid, least_capital
from dollarclub.positions.rules.percents import moved
from dollarclub.positions.rules.take_profit import aggregate_target
from dollarclub.vault.queries import key_access

SUBJECT = "dca_config"


def create(session: Session, *, account_id: UUID, actor_id: UUID, body: ConfigIn) -> DcaConfig:
    """A new configuration. Raises Invalid (`plan_invalid`), NotFound for the key, Conflict (`duplicate_scope`)."""
    values = checked(session, account_id, body)
    made = ConfigRepository(session).add(account_id=account_id, **values)
    if made is None:
        raise _duplicate(body)
    _record(session, actor_id, "created", made, None)
    return made


def change(
    session: Session, *, account_id: UUID, actor_id: UUID, config_id: UUID, body: ConfigIn, version: int
) -> DcaConfig:
    """Replace a configuration. Raises as `create` does, NotFound, and Conflict (`changed_meanwhile`)."""
    row = _locked(session, account_id, config_id)
    if row.version != version:
        raise Conflict(
            "This configuration was changed by someone else meanwhile.",
            code="changed_meanwhile",
            version=row.version,
        )
    values = checked(session, account_id, body)
    before = as_json(row)
    if not ConfigRepository(session).change(row, **values):
        raise _duplicate(body)
    _record(session, actor_id, "changed", row, before)
    return row


def delete(session: Session, *, account_id: UUID, actor_id: UUID, config_id: UUID) -> None:
    """Take a configuration away; positions that follow it keep their copy. Raises NotFound."""
    row = _locked(session, account_id, config_id)
    before = as_json(row)
    ConfigRepository(session).delete(row)
    audit.record(
        session,
        account_id=account_id,
        actor_id=actor_id,
        action="dca_config.deleted",
        subject_kind=SUBJECT,
        subject_id=config_id,
        before=before,
    )


def as_json(row: DcaConfig) -> dict[str, Any]:
    """What a configuration says, as it is exported and audited."""
    return {
        "pair": row.pair,
        "timeframe": row.timeframe,
        "key_id": None if row.key_id is None else str(row.key_id),
        "enabled": row.enabled,
        "plan": row.plan,
    }


def checked(session: Session, account_id: UUID, body: ConfigIn) -> dict[str, Any]:
    """The columns of a sound configuration. Raises Invalid (`plan_invalid`), NotFound for the key."""
    plan = body.plan.grid_plan()
    if found := flaws(plan):
        raise Invalid(
            "This configuration cannot be traded: " + found[0].message,
            code="plan_invalid",
            errors=[{"field": f"plan.{each.field}", "message": each.message} for each in found],
        )
    if body.key_id is not None:
        key_access(session, body.key_id, account_id)
    return {
        "pair": body.pair,
        "timeframe": body.timeframe,
        "key_id": body.key_id,
        "enabled": body.enabled,
        "plan": plan.as_json(),
    }


def preview(session: Session, wanted: PreviewIn) -> PreviewOut:
    """What an entry at a price would place. Raises NotFound for the market, Invalid (`short_not_supported`)."""
    market = markets.market(
        session, Catalog(wanted.venue, wanted.market_type, wanted.environment), wanted.symbol
    )
    if market is None:
        raise NotFound("There is no such market on this exchange.", symbol=wanted.symbol)
    if wanted.side is PositionSide.short and wanted.market_type is MarketType.spot:
        raise Invalid("Spot cannot be sold short.", code="short_not_supported")
    plan = wanted.plan.grid_plan()
    found = [FlawOut(field=each.field, message=each.message) for each in flaws(plan)]
    capital = plan.capital_of(wanted.pyramid, wanted.capital)
    if capital is None:
        found.append(FlawOut(field="capital", message="Neither the configuration nor the alert names one."))
    if found or capital is None:
        return PreviewOut(flaws=found)
    planned = grid(
        side=wanted.side,
        base=wanted.price,
        capital=capital,
        levels=plan.levels_of(wanted.pyramid),
        steps=steps_of(market),
        entry_type=plan.entry_type,
    )
    if not isinstance(planned, Grid):
        return PreviewOut(
            shortfalls=[ShortfallOut.model_validate(each) for each in planned],
            least_capital=least_capital(planned),
        )
    return _previewed(plan, wanted, planned)


def _previewed(plan: GridPlan, wanted: PreviewIn, planned: Grid) -> PreviewOut:
    percent = {
        TakeProfitMode.per_leg: None,
        TakeProfitMode.aggregate: plan.tp_percent,
        TakeProfitMode.hybrid: plan.tp_percent,
        TakeProfitMode.pyramid_aggregate: plan.tp_percent_of(wanted.pyramid),
    }[plan.tp_mode]
    stop = plan.stop_loss_percent
    return PreviewOut(
        legs=[PlannedLegOut.model_validate(leg) for leg in planned.legs],
        cost=planned.cost,
        average=planned.average,
        dust=planned.dust,
        target=None if percent is None else aggregate_target(wanted.side, planned.average, percent),
        stop=None if stop is None else moved(planned.average, -wanted.side.sign * stop),
    )


def _locked(session: Session, account_id: UUID, config_id: UUID) -> DcaConfig:
    row = ConfigRepository(session).locked(config_id, account_id)
    if row is None:
        raise NotFound("No such configuration.", config_id=config_id)
    return row


def _record(
    session: Session, actor_id: UUID, verb: str, row: DcaConfig, before: dict[str, Any] | None
) -> None:
    audit.record(
        session,
        account_id=row.account_id,
        actor_id=actor_id,
        action=f"dca_config.{verb}",
        subject_kind=SUBJECT,
        subject_id=row.id,
        before=before,
        after=as_json(row),
    )


def _duplicate(body: ConfigIn) -> Conflict:
    message = "There is a configuration for this pair, timeframe and key already."
    return Conflict(
        message, code="duplicate_scope", errors=[{"field": "pair", "message": message}], pair=body.pair
    )
