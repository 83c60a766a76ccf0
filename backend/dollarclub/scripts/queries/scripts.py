"""Scripts, versions, secrets and packages as people see them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dollarclub.accounts import queries as accounts
from dollarclub.kit.paging import Slice
from dollarclub.scripts.models import AllowedPackage, Script, Secret, Source, Version
from dollarclub.scripts.queries.runs import latest_runs
from dollarclub.scripts.rules.states import RunStatus
from dollarclub.scripts.schemas import (
    PackageOut,
    RunOut,
    ScriptOut,
    ScriptSettings,
    ScriptSettingsOut,
    SecretOut,
    VersionOut,
)

SORTS: dict[str, Any] = {
    "name": func.lower(Script.name),
    "created_at": Script.created_at,
    "updated_at": Script.updated_at,
}


def _view(script: Script, version: Version, latest: RunOut | None) -> ScriptOut:
    settings = ScriptSettings.model_validate(script.settings)
    return ScriptOut(
        id=script.id,
        name=script.name,
        version=script.version,
        sha256=version.sha256,
        size=version.size,
        status=latest.status if latest else "uploaded",
        latest_run=latest,
        settings=ScriptSettingsOut.model_validate(settings),
        created_at=script.created_at,
        updated_at=script.updated_at,
    )


def _base(account_id: UUID) -> Select[Script, Version]:
    return (
        select(Script, Version)
        .join(Version, (Version.script_id == Script.id) & (Version.number == Script.version))
        .where(Script.account_id == account_id, Script.archived_at.is_(None))
    )


def script(session: Session, *, account_id: UUID, script_id: UUID) -> ScriptOut | None:
    """One script of the account."""
    row = session.execute(_base(account_id).where(Script.id == script_id)).first()
    if row is None:
        return None
    latest = latest_runs(session, account_id=account_id, script_ids=[script_id])
    return _view(*row, latest.get(script_id))


def list_scripts(
    session: Session,
    *,
    account_id: UUID,
    text: str = "",
    status: RunStatus | str | None = None,
    sort: str = "-updated_at",
    limit: int = 50,
    offset: int = 0,
) -> Slice[ScriptOut]:
    """The account's scripts. A status filter looks at the latest run, so it is applied after it was found."""
    query = _base(account_id)
    if text:
        query = query.where(Script.name.icontains(text, autoescape=True))
    column = SORTS[sort.removeprefix("-")]
    query = query.order_by(column.desc() if sort.startswith("-") else column.asc(), Script.id)
    if status is None:
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        rows = session.execute(query.limit(limit).offset(offset)).all()
        latest = latest_runs(session, account_id=account_id, script_ids=[row[0].id for row in rows])
        return Slice([_view(*row, latest.get(row[0].id)) for row in rows], total, limit, offset)
    rows = session.execute(query).all()
    latest = latest_runs(session, account_id=account_id, script_ids=[row[0].id for row in rows])
    views = [_view(*row, latest.get(row[0].id)) for row in rows]
    matching = [view for view in views if view.status == status]
    return Slice(matching[offset : offset + limit], len(matching), limit, offset)


def content(
    session: Session, *, account_id: UUID, script_id: UUID, number: int | None = None
) -> tuple[Script, Version, bytes] | None:
    """The source of a version (the current one by default), also of an archived script."""
    wanted = Version.number == (Script.version if number is None else number)
    row = session.execute(
        select(Script, Version, Source.content)
        .join(Version, (Version.script_id == Script.id) & wanted)
        .join(Source, Source.sha256 == Version.sha256)
        .where(Script.id == script_id, Script.account_id == account_id)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def versions(
    session: Session, *, account_id: UUID, script_id: UUID, limit: int = 50, offset: int = 0
) -> Slice[VersionOut]:
    """A script's versions, newest first; empty for a script that is not the account's."""
    query = (
        select(Version, Script.version)
        .join(Script, Script.id == Version.script_id)
        .where(Script.id == script_id, Script.account_id == account_id)
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(Version.number.desc()).limit(limit).offset(offset)).all()
    names = accounts.usernames(session, {row[0].author_id for row in rows})
    items = [
        VersionOut(
            number=version.number,
            sha256=version.sha256,
            size=version.size,
            created_at=version.created_at,
            author=names.get(version.author_id, ""),
            is_current=version.number == current,
        )
        for version, current in rows
    ]
    return Slice(items, total, limit, offset)


def _uses(session: Session, account_id: UUID) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    scripts = select(Script.name, Script.settings).where(
        Script.account_id == account_id, Script.archived_at.is_(None)
    )
    for name, settings in session.execute(scripts.order_by(Script.name)):
        for secret in settings.get("secrets", []):
            used.setdefault(secret, []).append(name)
    return used


def _secret(row: Secret, used: dict[str, list[str]]) -> SecretOut:
    return SecretOut(
        name=row.name, created_at=row.created_at, updated_at=row.updated_at, used_by=used.get(row.name, [])
    )


def secrets(session: Session, *, account_id: UUID, limit: int = 100, offset: int = 0) -> Slice[SecretOut]:
    """Names of the account's secrets and of the scripts that use them; never a value."""
    used = _uses(session, account_id)
    query = select(Secret).where(Secret.account_id == account_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(Secret.name).limit(limit).offset(offset))
    return Slice([_secret(row, used) for row in rows], total, limit, offset)


def secret(session: Session, *, account_id: UUID, name: str) -> SecretOut:
    """One secret that exists."""
    row = session.scalars(select(Secret).where(Secret.account_id == account_id, Secret.name == name)).one()
    return _secret(row, _uses(session, account_id))


def packages(session: Session, *, limit: int = 200, offset: int = 0) -> Slice[PackageOut]:
    """The allow-list of the installation."""
    total = session.scalar(select(func.count()).select_from(AllowedPackage)) or 0
    rows = session.scalars(select(AllowedPackage).order_by(AllowedPackage.name).limit(limit).offset(offset))
    return Slice([PackageOut.model_validate(row) for row in rows], total, limit, offset)


def package(session: Session, *, name: str) -> PackageOut | None:
    """One package of the allow-list by its canonical name."""
    row = session.get(AllowedPackage, name)
    return PackageOut.model_validate(row) if row else None
