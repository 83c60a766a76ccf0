"""`/api/monitor`: the machinery in figures."""

from fastapi import APIRouter

from dollarclub.accounts.deps import AccountDep
from dollarclub.core.web import ContextDep
from dollarclub.scripts.live import monitor_of
from dollarclub.scripts.schemas import MonitorOut

router = APIRouter(prefix="/api/monitor", tags=["monitor"])


@router.get("", response_model=MonitorOut)
def get_monitor(account: AccountDep, context: ContextDep) -> MonitorOut:
    return monitor_of(context, account)
