"""`/api/scripts`: upload, content, versions, settings, and running a script."""

from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Query, Response, UploadFile

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.db import Database
from dollarclub.core.errors import Conflict, Invalid, NotFound
from dollarclub.core.schemas import Page
from dollarclub.core.settings import LARGEST_SOURCE_BYTES
from dollarclub.core.web import ContextDep, DatabaseDep, Limit, Offset, SessionDep, SettingsDep
from dollarclub.kit.paging import Slice
from dollarclub.scripts import flows
from dollarclub.scripts.queries import runs as run_queries
from dollarclub.scripts.queries import scripts as queries
from dollarclub.scripts.rules.problems import ScriptProblem
from dollarclub.scripts.rules.source import clean_filename
from dollarclub.scripts.rules.states import RunStatus
from dollarclub.scripts.schemas import (
    ContentIn,
    ContentOut,
    RunOut,
    ScriptOut,
    ScriptRenameIn,
    ScriptSettings,
    ScriptStatusOut,
    VersionOut,
)
from dollarclub.scripts.service import runs as run_service
from dollarclub.scripts.service import scripts as service
from dollarclub.scripts.service import secrets

router = APIRouter(prefix="/api/scripts", tags=["scripts"])

SOURCE_BODY_BYTES = 2 * LARGEST_SOURCE_BYTES + 1024**2
Text = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Sort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]
StatusFilter = RunStatus | Literal["uploaded"]


def found(db: Database, account_id: UUID, script_id: UUID) -> ScriptOut:
    """The script as it is now, or NotFound."""
    with db.transaction() as session:
        script = queries.script(session, account_id=account_id, script_id=script_id)
    if script is None:
        raise NotFound("No such script.", script_id=script_id)
    return script


@router.post("/upload", status_code=201, response_model=ScriptOut, max_body_size=SOURCE_BODY_BYTES)
def upload_script(
    file: Annotated[UploadFile, File(description="A Python file, UTF-8, at most 10 MiB.")],
    account: TraderDep,
    db: DatabaseDep,
    settings: SettingsDep,
) -> ScriptOut:
    limit = settings.scripts.max_upload_bytes
    content = file.file.read(limit + 1)
    script_id = flows.upload(
        db, account_id=account.id, filename=file.filename or "", content=content, max_bytes=limit
    )
    return found(db, account.id, script_id)


@router.get("", response_model=Page[ScriptOut])
@router.get("/list", response_model=Page[ScriptOut], include_in_schema=False)
def list_scripts(
    account: AccountDep,
    session: SessionDep,
    q: Text = "",
    status: StatusFilter | None = None,
    sort: Sort = "-updated_at",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[ScriptOut]:
    return queries.list_scripts(
        session, account_id=account.id, text=q, status=status, sort=sort, limit=limit, offset=offset
    )


@router.get("/{script_id}", response_model=ScriptOut)
def get_script(script_id: UUID, account: AccountDep, db: DatabaseDep) -> ScriptOut:
    return found(db, account.id, script_id)


@router.patch("/{script_id}", response_model=ScriptOut)
def rename_script(script_id: UUID, body: ScriptRenameIn, account: TraderDep, db: DatabaseDep) -> ScriptOut:
    try:
        name = clean_filename(body.name)
    except ScriptProblem as problem:
        raise flows.as_domain_error(problem) from problem
    with db.transaction() as session:
        service.rename(session, account_id=account.id, script_id=script_id, name=name)
    return found(db, account.id, script_id)


@router.delete("/{script_id}", status_code=204)
def delete_script(script_id: UUID, account: TraderDep, session: SessionDep) -> None:
    service.archive(session, account_id=account.id, script_id=script_id)


@router.get("/{script_id}/content", response_model=ContentOut)
def get_content(
    script_id: UUID, account: AccountDep, session: SessionDep, version: Number = None
) -> ContentOut:
    source = queries.content(session, account_id=account.id, script_id=script_id, number=version)
    if source is None:
        raise NotFound("No such script or version.", script_id=script_id)
    script, row, content = source
    return ContentOut(
        script_id=script_id,
        version=row.number,
        name=script.name,
        content=content.decode("utf-8-sig"),
        sha256=row.sha256,
        warnings=flows.warnings(
            row.imports,
            row.requirements,
            ScriptSettings.model_validate(script.settings),
            secrets.allowed_packages(session),
        ),
    )


@router.put("/{script_id}/content", response_model=ContentOut, max_body_size=SOURCE_BODY_BYTES)
def put_content(
    script_id: UUID, body: ContentIn, account: TraderDep, db: DatabaseDep, settings: SettingsDep
) -> ContentOut:
    found(db, account.id, script_id)
    number = flows.save(
        db,
        account_id=account.id,
        script_id=script_id,
        content=body.content.encode(),
        based_on=body.based_on,
        max_bytes=settings.scripts.max_upload_bytes,
    )
    with db.transaction() as session:
        return get_content(script_id, account, session, number)


@router.get("/{script_id}/download", response_class=Response)
def download(script_id: UUID, account: AccountDep, session: SessionDep, version: Number = None) -> Response:
    source = queries.content(session, account_id=account.id, script_id=script_id, number=version)
    if source is None:
        raise NotFound("No such script or version.", script_id=script_id)
    script, _, content = source
    return Response(
        content,
        media_type="text/x-python",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(script.name, safe='')}"},
    )


@router.get("/{script_id}/versions", response_model=Page[VersionOut])
def list_versions(
    script_id: UUID, account: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[VersionOut]:
    versions = queries.versions(
        session, account_id=account.id, script_id=script_id, limit=limit, offset=offset
    )
    if not versions.total:
        raise NotFound("No such script.", script_id=script_id)
    return versions


@router.put("/{script_id}/settings", response_model=ScriptOut)
def put_settings(script_id: UUID, body: ScriptSettings, account: TraderDep, db: DatabaseDep) -> ScriptOut:
    flows.configure(db, account_id=account.id, script_id=script_id, settings=body)
    return found(db, account.id, script_id)


@router.post("/{script_id}/execute", status_code=202, response_model=RunOut)
def execute(script_id: UUID, account: TraderDep, context: ContextDep) -> RunOut:
    with context.db.transaction() as session:
        run_id = run_service.enqueue(
            session,
            account_id=account.id,
            script_id=script_id,
            bounds=flows.bounds(context.settings.scripts),
            grace=context.settings.scripts.cancel_grace_seconds,
        )
    with context.db.transaction() as session:
        run = run_queries.run(session, account_id=account.id, run_id=run_id)
    if run is None:
        raise Conflict("The run was removed at once.")
    return run


@router.get("/{script_id}/status", response_model=ScriptStatusOut)
def get_status(script_id: UUID, account: AccountDep, db: DatabaseDep) -> ScriptStatusOut:
    script = found(db, account.id, script_id)
    return ScriptStatusOut(script_id=script_id, status=script.status, run=script.latest_run)


@router.post("/{script_id}/cancel", status_code=202, response_model=RunOut)
def cancel_current(script_id: UUID, account: TraderDep, db: DatabaseDep) -> RunOut:
    with db.transaction() as session:
        run_id = run_service.cancel_current(session, account_id=account.id, script_id=script_id)
        run = run_queries.run(session, account_id=account.id, run_id=run_id)
    if run is None:
        raise Invalid("The run was removed at once.")
    return run


@router.get("/{script_id}/runs", response_model=Page[RunOut])
def list_script_runs(
    script_id: UUID, account: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[RunOut]:
    runs = run_queries.list_runs(
        session, account_id=account.id, script_id=script_id, limit=limit, offset=offset
    )
    if not runs.total and queries.script(session, account_id=account.id, script_id=script_id) is None:
        raise NotFound("No such script.", script_id=script_id)
    return runs
