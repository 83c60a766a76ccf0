"""`/api/keys`: adding, testing, rotating and deleting exchange keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.requests import HTTPConnection

from dollarclub.accounts.deps import AccountDep, PersonDep, TraderDep
from dollarclub.accounts.rules import CurrentAccount
from dollarclub.core.schemas import Page
from dollarclub.core.security import Cipher
from dollarclub.core.web import Limit, SessionDep, SettingsDep
from dollarclub.kit.paging import Slice
from dollarclub.vault import queries, service
from dollarclub.vault.models import ExchangeKey
from dollarclub.vault.schemas import KeyChangeIn, KeyIn, KeyOut, ProvisionedOut, RotateIn

router = APIRouter(prefix="/api/keys", tags=["keys"])

Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]


def _keeper(trader: TraderDep, _person: PersonDep) -> CurrentAccount:
    """Who may put in, replace or delete a key: a signed-in person, since a leaked API token must not redirect trading."""
    return trader


KeeperDep = Annotated[CurrentAccount, Depends(_keeper)]


def _key_use(connection: HTTPConnection) -> service.KeyUse:
    use: service.KeyUse = connection.app.state.key_use
    return use


KeyUseDep = Annotated[service.KeyUse, Depends(_key_use)]


@router.get("", response_model=Page[KeyOut])
def list_keys(
    account: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[ExchangeKey]:
    """The account's keys, masked."""
    return queries.keys_page(session, account_id=account.id, limit=limit, offset=offset)


@router.post("", status_code=202, response_model=KeyOut)
def add_key(body: KeyIn, account: KeeperDep, session: SessionDep, settings: SettingsDep) -> ExchangeKey:
    """Keep a key, encrypted; it is tried in the background, and `key.changed` tells when that is done."""
    return service.add(
        session,
        account_id=account.id,
        wanted=body,
        cipher=Cipher(settings.security.encryption_key),
        paper=settings.paper,
    )


@router.post("/paper", status_code=202, response_model=ProvisionedOut)
def provision_paper(account: TraderDep, session: SessionDep, settings: SettingsDep) -> ProvisionedOut:
    """Make the paper keys that are missing; nothing happens without a paper exchange."""
    added = service.provision_paper(session, account_id=account.id, paper=settings.paper, again=True)
    return ProvisionedOut(added=added)


@router.get("/{key_id}", response_model=KeyOut)
def get_key(key_id: UUID, account: AccountDep, session: SessionDep) -> ExchangeKey:
    return queries.key(session, account_id=account.id, key_id=key_id)


@router.patch("/{key_id}", response_model=KeyOut)
def change_key(key_id: UUID, body: KeyChangeIn, account: KeeperDep, session: SessionDep) -> ExchangeKey:
    """Rename a key, or accept that it can withdraw."""
    return service.change(
        session,
        account_id=account.id,
        key_id=key_id,
        label=body.label,
        allow_withdraw=body.allow_withdraw,
    )


@router.delete("/{key_id}", status_code=204)
def delete_key(key_id: UUID, account: KeeperDep, session: SessionDep, use: KeyUseDep) -> None:
    """Delete a key and its secret; its orders stay readable."""
    service.archive(session, account_id=account.id, key_id=key_id, use_of=use)


@router.post("/{key_id}/test", status_code=202, response_model=KeyOut)
def test_key(key_id: UUID, account: TraderDep, session: SessionDep) -> ExchangeKey:
    """Have a key tried again in the background."""
    return service.request_check(session, account_id=account.id, key_id=key_id)


@router.post("/{key_id}/rotate", status_code=202, response_model=KeyOut)
def rotate_key(
    key_id: UUID, body: RotateIn, account: KeeperDep, session: SessionDep, settings: SettingsDep
) -> ExchangeKey:
    """Replace key and secret by new ones of the same exchange account; the old ones are no longer used from now on."""
    return service.replace_secret(
        session,
        account_id=account.id,
        key_id=key_id,
        wanted=body,
        cipher=Cipher(settings.security.encryption_key),
    )
