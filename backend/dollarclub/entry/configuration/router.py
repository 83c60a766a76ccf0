"""`/api/configuration`: all settings of an account as one document."""

from fastapi import APIRouter

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core import configuration
from dollarclub.core.schemas import Page
from dollarclub.core.security import Cipher
from dollarclub.core.web import ClockDep, Limit, Offset, SessionDep, SettingsDep
from dollarclub.entry.configuration.documents import exported
from dollarclub.entry.configuration.importing import apply, compared, reset
from dollarclub.entry.configuration.schemas import (
    ChangeOut,
    DiffOut,
    Document,
    ImportIn,
    ResetIn,
    Section,
    VersionOut,
)
from dollarclub.kit.paging import Slice

router = APIRouter(prefix="/api/configuration", tags=["configuration"])


@router.get("/export", response_model=Document)
def export(account: AccountDep, session: SessionDep, clock: ClockDep) -> Document:
    """Pool, risk, configurations and strategies, without keys' and webhooks' secrets."""
    return exported(session, account.id).model_copy(update={"exported_at": clock()})


@router.post("/diff", response_model=DiffOut)
def diff(body: Document, account: AccountDep, session: SessionDep) -> DiffOut:
    """What an import would change, and everything that keeps it from being done."""
    return compared(session, account.id, body)


@router.post("/import", response_model=list[ChangeOut])
def import_document(
    body: ImportIn, account: TraderDep, session: SessionDep, settings: SettingsDep
) -> list[ChangeOut]:
    """All of it or nothing; in force at once."""
    return apply(
        session,
        account_id=account.id,
        document=body.document,
        seen=body.seen,
        cipher=Cipher(settings.security.encryption_key),
    )


@router.post("/reset", status_code=204)
def reset_section(body: ResetIn, account: TraderDep, session: SessionDep) -> None:
    """Back to the defaults, as the section's next version."""
    reset(session, account_id=account.id, section=body.section)


@router.get("/history", response_model=Page[VersionOut])
def history(
    section: Section, account: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[configuration.ConfigurationRow]:
    """The versions of a section, newest first."""
    total = configuration.read(session, account.id, section).version
    rows = configuration.history(session, account.id, section, limit=offset + limit)
    return Slice(rows[offset:], total, limit, offset)
