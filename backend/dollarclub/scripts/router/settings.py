"""`/api/secrets` and `/api/packages`: what scripts may use besides their source."""

from typing import Annotated

from fastapi import APIRouter, Path

from dollarclub.accounts.deps import AccountDep, AdminDep, TraderDep
from dollarclub.core.errors import NotFound
from dollarclub.core.schemas import Page
from dollarclub.core.security import Cipher
from dollarclub.core.web import Limit, Offset, SessionDep, SettingsDep
from dollarclub.kit.paging import Slice
from dollarclub.scripts import flows
from dollarclub.scripts.queries import scripts as queries
from dollarclub.scripts.rules.packages import canonical_name
from dollarclub.scripts.rules.problems import ScriptProblem
from dollarclub.scripts.schemas import PackageIn, PackageOut, SecretOut, SecretValueIn
from dollarclub.scripts.service import secrets as service

secrets_router = APIRouter(prefix="/api/secrets", tags=["secrets"])
packages_router = APIRouter(prefix="/api/packages", tags=["packages"])

SecretPath = Annotated[str, Path(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
PackagePath = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._-]+$")]


@secrets_router.get("", response_model=Page[SecretOut])
def list_secrets(
    account: AccountDep, session: SessionDep, limit: Limit = 100, offset: Offset = 0
) -> Slice[SecretOut]:
    return queries.secrets(session, account_id=account.id, limit=limit, offset=offset)


@secrets_router.put("/{name}", response_model=SecretOut)
def put_secret(
    name: SecretPath, body: SecretValueIn, account: TraderDep, session: SessionDep, settings: SettingsDep
) -> SecretOut:
    """Set a secret; nothing ever shows its value again."""
    cipher = Cipher(settings.security.encryption_key)
    service.put(session, account_id=account.id, name=name, value=body.value, cipher=cipher)
    return queries.secret(session, account_id=account.id, name=name)


@secrets_router.delete("/{name}", status_code=204)
def delete_secret(name: SecretPath, account: TraderDep, session: SessionDep) -> None:
    service.delete(session, account_id=account.id, name=name)


@packages_router.get("", response_model=Page[PackageOut])
def list_packages(
    _account: AccountDep, session: SessionDep, limit: Limit = 200, offset: Offset = 0
) -> Slice[PackageOut]:
    return queries.packages(session, limit=limit, offset=offset)


@packages_router.post("", status_code=201, response_model=PackageOut)
def allow_package(body: PackageIn, _account: AdminDep, session: SessionDep) -> PackageOut:
    try:
        name = service.allow_package(session, name=canonical_name(body.name), note=body.note)
    except ScriptProblem as problem:
        raise flows.as_domain_error(problem) from problem
    package = queries.package(session, name=name)
    if package is None:
        raise NotFound("No such package on the list.", name=name)
    return package


@packages_router.delete("/{name}", status_code=204)
def disallow_package(name: PackagePath, _account: AdminDep, session: SessionDep) -> None:
    service.disallow_package(session, name=name)
