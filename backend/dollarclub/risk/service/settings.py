"""The settings section `risk`: versioned, audited, in force at once."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit, configuration
from dollarclub.core.outbox import emit
from dollarclub.risk.events import risk_changed, wake_risk
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.schemas import RiskSettings

SECTION = "risk"


@dataclass(frozen=True)
class Settings:
    """What is in force; version 0 are the defaults."""

    version: int
    values: RiskSettings


def read(session: Session, account_id: UUID) -> Settings:
    document = configuration.read(session, account_id, SECTION)
    return Settings(document.version, RiskSettings.model_validate(document.body))


def write(
    session: Session,
    *,
    account_id: UUID,
    values: RiskSettings,
    after: int,
    author_id: UUID,
    note: str = "",
) -> Settings:
    """Store the version that follows `after`. Raises Conflict (`changed_meanwhile`)."""
    before = read(session, account_id)
    body = values.model_dump(mode="json")
    version = configuration.write(
        session,
        account_id=account_id,
        section=SECTION,
        body=body,
        author_id=author_id,
        after=after,
        note=note,
    )
    audit.record(
        session,
        account_id=account_id,
        action="risk.settings",
        subject_kind="settings",
        actor_id=author_id,
        before=before.values.model_dump(mode="json"),
        after=body,
        note=note,
    )
    engines = EngineRepository(session)
    engines.ensure(account_id)
    engines.make_due(account_id)
    wake_risk(session)
    emit(session, risk_changed(account_id))
    return Settings(version, values)
