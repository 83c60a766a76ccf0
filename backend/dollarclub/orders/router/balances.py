"""`/api/balances`: what each key has at its exchange."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.web import SessionDep
from dollarclub.orders.models import KeyWatch
from dollarclub.orders.queries import watches as queries
from dollarclub.orders.schemas.watches import KeyBalancesOut
from dollarclub.orders.service import watches as service

router = APIRouter(prefix="/api/balances", tags=["balances"])


@router.get("", response_model=list[KeyBalancesOut])
def list_balances(account: AccountDep, session: SessionDep) -> Sequence[KeyWatch]:
    return queries.watches(session, account.id)


@router.post("/{key_id}/refresh", status_code=202, response_model=KeyBalancesOut)
def refresh(key_id: UUID, account: TraderDep, session: SessionDep) -> KeyWatch | None:
    """Have the exchange read again; the news is pushed as `balances.changed`."""
    service.refresh(session, account_id=account.id, key_id=key_id)
    return queries.watch(session, key_id, account.id)
