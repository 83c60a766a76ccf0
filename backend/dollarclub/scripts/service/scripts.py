"""Creating, changing and removing scripts and their versions."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import emit
from dollarclub.scripts.events import script_changed, script_deleted
from dollarclub.scripts.inspection import Inspection
from dollarclub.scripts.models import Script, Version
from dollarclub.scripts.repository.runs import RunRepository
from dollarclub.scripts.repository.scripts import ScriptRepository
from dollarclub.scripts.schemas import ScriptSettings


def create(session: Session, *, account_id: UUID, name: str, content: bytes, inspected: Inspection) -> UUID:
    """Keep a new script with `content` as its first version; its id."""
    scripts = ScriptRepository(session)
    script = Script(account_id=account_id, name=name, version=1, settings={})
    scripts.add(script)
    _add_version(scripts, script.id, 1, account_id, content, inspected)
    emit(session, script_changed(account_id, script.id))
    return script.id


def add_version(
    session: Session,
    *,
    account_id: UUID,
    script_id: UUID,
    content: bytes,
    inspected: Inspection,
    based_on: int | None,
) -> int:
    """Make `content` the script's newest version, unless somebody saved one after `based_on`; the current number.

    Saving the same bytes again makes no new version.
    """
    script = _locked(session, script_id, account_id)
    if based_on is not None and based_on != script.version:
        raise Conflict(
            f"Version {script.version} was saved in the meantime; you edited version {based_on}.",
            code="version_conflict",
            current_version=script.version,
        )
    scripts = ScriptRepository(session)
    current = scripts.version(script_id, script.version)
    if current is not None and current.sha256 == inspected.sha256:
        return script.version
    number = script.version + 1
    _add_version(scripts, script_id, number, account_id, content, inspected)
    scripts.change(script_id, version=number)
    emit(session, script_changed(account_id, script_id))
    return number


def rename(session: Session, *, account_id: UUID, script_id: UUID, name: str) -> None:
    """Give the script another name to show."""
    _locked(session, script_id, account_id)
    ScriptRepository(session).change(script_id, name=name)
    emit(session, script_changed(account_id, script_id))


def configure(session: Session, *, account_id: UUID, script_id: UUID, settings: ScriptSettings) -> None:
    """Replace the settings that the script's next runs get."""
    _locked(session, script_id, account_id)
    stored: dict[str, Any] = settings.model_dump(mode="json")
    ScriptRepository(session).change(script_id, settings=stored)
    emit(session, script_changed(account_id, script_id))


def archive(session: Session, *, account_id: UUID, script_id: UUID) -> None:
    """Delete a script from every list; its runs and their logs stay readable."""
    _locked(session, script_id, account_id)
    if RunRepository(session).active_of(script_id, account_id):
        raise Conflict(
            "A run of this script is active; stop it first.", code="script_active", script_id=script_id
        )
    ScriptRepository(session).archive(script_id)
    emit(session, script_deleted(account_id, script_id))


def _locked(session: Session, script_id: UUID, account_id: UUID) -> Script:
    script = ScriptRepository(session).locked(script_id, account_id)
    if script is None:
        raise NotFound("No such script.", script_id=script_id)
    return script


def _add_version(
    scripts: ScriptRepository,
    script_id: UUID,
    number: int,
    author: UUID,
    content: bytes,
    inspected: Inspection,
) -> None:
    scripts.store_source(inspected.sha256, content)
    scripts.add(
        Version(
            script_id=script_id,
            number=number,
            sha256=inspected.sha256,
            size=len(content),
            imports=sorted(inspected.imports),
            requirements=[requirement.text for requirement in inspected.metadata.dependencies],
            author_id=author,
        )
    )
