"""`/api/dca-configs`: how entries are spread over prices, and what a configuration would do."""

from uuid import UUID

from fastapi import APIRouter

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.schemas import Page
from dollarclub.core.web import Limit, Offset, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.positions.config_schemas import ConfigChange, ConfigIn, ConfigOut, PreviewIn, PreviewOut
from dollarclub.positions.models import DcaConfig
from dollarclub.positions.queries import configs as queries
from dollarclub.positions.service import configs as service

router = APIRouter(prefix="/api/dca-configs", tags=["positions"])


@router.get("", response_model=Page[ConfigOut])
def list_configs(
    account: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[DcaConfig]:
    return queries.configs_page(session, account_id=account.id, limit=limit, offset=offset)


@router.post("", status_code=201, response_model=ConfigOut)
def create_config(body: ConfigIn, account: TraderDep, session: SessionDep) -> DcaConfig:
    return service.create(session, account_id=account.id, actor_id=account.id, body=body)


@router.post("/preview", response_model=PreviewOut)
def preview(body: PreviewIn, account: AccountDep, session: SessionDep) -> PreviewOut:
    """What an entry would place, or which leg the exchange would refuse and the capital that would work."""
    return service.preview(session, body)


@router.get("/{config_id}", response_model=ConfigOut)
def get_config(config_id: UUID, account: AccountDep, session: SessionDep) -> DcaConfig:
    return queries.config(session, account_id=account.id, config_id=config_id)


@router.put("/{config_id}", response_model=ConfigOut)
def change_config(config_id: UUID, body: ConfigChange, account: TraderDep, session: SessionDep) -> DcaConfig:
    """In force at once for new positions; those that are open keep the configuration they were opened with."""
    return service.change(
        session,
        account_id=account.id,
        actor_id=account.id,
        config_id=config_id,
        body=body,
        version=body.version,
    )


@router.delete("/{config_id}", status_code=204)
def delete_config(config_id: UUID, account: TraderDep, session: SessionDep) -> None:
    service.delete(session, account_id=account.id, actor_id=account.id, config_id=config_id)
