"""The one call that places an order, between two transactions: before it the row says `sending`, after it what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from dollarclub.core.db import Database
from dollarclub.core.logging import logger
from dollarclub.exchanges.errors import CredentialsRefused, ExchangeError, NotSent, RateLimited, Rejected
from dollarclub.exchanges.gateway import Gateway, OrderRequest
from dollarclub.orders.flows.completing import complete_fills
from dollarclub.orders.repository.claims import Dispatch
from dollarclub.orders.rules.sending import deadline
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.service import outcomes
from dollarclub.vault.gateways import Gateways

_log = logger(__name__)
_NOTHING_PLACED = (Rejected, CredentialsRefused, RateLimited, NotSent)


@dataclass(frozen=True)
class Sending:
    """An order whose row says that this process is sending it, since `since` by `steady_seconds`."""

    order_id: UUID
    key_id: UUID
    is_exit: bool
    attempt: int
    request: OrderRequest
    since: float

    @classmethod
    def of(cls, taken: Dispatch, since: float) -> "Sending":
        is_exit = taken.purpose is Purpose.exit
        return cls(taken.order_id, taken.key_id, is_exit, taken.attempt, taken.request, since)


def transmit(db: Database, gateways: Gateways, order: Sending) -> OrderStatus:
    """Place it, store the outcome, and fetch the fills that the answer did not tell; its status now.

    Never raises for an exchange's errors. When the outcome cannot be stored, the row's lease runs out and the resolver
    goes on with it.
    """
    gateway = _gateway(gateways, order)
    if isinstance(gateway, ExchangeError):
        return _refused(db, order, gateway)
    try:
        report = gateway.place(order.request, exit=order.is_exit, deadline=deadline(order.since))
    except _NOTHING_PLACED as error:
        return _refused(db, order, error)
    except Exception as error:  # noqa: BLE001 whatever it is, the exchange may have the order
        return _store(db, order, error, outcomes.mark_unknown)
    with db.transaction() as session:
        now = outcomes.take_report(session, order.order_id, report, source="answer")
    if now.complete:
        return now.status
    return complete_fills(db, gateway, order.order_id) or now.status


def _gateway(gateways: Gateways, order: Sending) -> Gateway | ExchangeError:
    """What goes wrong here goes wrong before anything is sent."""
    try:
        return gateways.get(order.key_id)
    except ExchangeError as error:
        return error
    except Exception as error:  # noqa: BLE001 nothing was sent, whatever it is
        _log.warning("gateway_not_opened", key_id=str(order.key_id), error=type(error).__name__)
        return NotSent("The way to the exchange could not be opened.", code="unreachable")


def _refused(db: Database, order: Sending, error: ExchangeError) -> OrderStatus:
    return _store(db, order, error, outcomes.apply_refusal)


def _store(db: Database, order: Sending, error: Exception, step: Callable[..., OrderStatus]) -> OrderStatus:
    _log.info(
        "order_not_confirmed",
        order_id=str(order.order_id),
        attempt=order.attempt,
        error=type(error).__name__,
        code=getattr(error, "code", None),
    )
    with db.transaction() as session:
        return step(session, order.order_id, error, attempt=order.attempt)
