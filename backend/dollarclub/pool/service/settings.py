"""The pool's settings: a section of the account's configuration, in force at once."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit, configuration
from dollarclub.core.bus import nudge
from dollarclub.pool.events import POOL_DUE
from dollarclub.pool.repository import PoolRepository
from dollarclub.pool.schemas import PoolSettings

SECTION = "pool"


def current(session: Session, account_id: UUID) -> tuple[PoolSettings, int]:
    """What is in force, and its version; defaults of version 0 when nothing was ever set."""
    found = configuration.read(session, account_id, SECTION)
    return PoolSettings.model_validate(found.body), found.version


def replace(
    session: Session,
    *,
    account_id: UUID,
    actor_id: UUID,
    settings: PoolSettings,
    version: int,
    note: str = "",
) -> int:
    """The new version. The queue is looked at with it at once. Raises Conflict (`changed_meanwhile`)."""
    before, _ = current(session, account_id)
    stored = settings.model_dump(mode="json")
    written = configuration.write(
        session,
        account_id=account_id,
        section=SECTION,
        body=stored,
        author_id=actor_id,
        after=version,
        note=note,
    )
    audit.record(
        session,
        account_id=account_id,
        actor_id=actor_id,
        action="pool_settings.changed",
        subject_kind="pool",
        before=before.model_dump(mode="json"),
        after=stored,
        note=note,
    )
    PoolRepository(session).make_due(account_id)
    nudge(session, POOL_DUE)
    return written
