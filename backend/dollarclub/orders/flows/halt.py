"""Carrying out a halt: cancel what rests, flatten if wished, read the exchange again, until it shows that nothing is left.

Every step may be done twice: cancels are idempotent, and the flattening orders are numbered by what the book has of them.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges.errors import ExchangeError
from dollarclub.exchanges.gateway import Balance, Gateway, MarketType, OrderReport, Position
from dollarclub.kit.money import plain
from dollarclub.orders.flows.flatten import Flattener
from dollarclub.orders.queries import halts as queries
from dollarclub.orders.queries import watches as watch_queries
from dollarclub.orders.queries.halts import LiveOrder
from dollarclub.orders.rules.states import RESTING
from dollarclub.orders.service import cancels, halts, outcomes, tickets
from dollarclub.orders.service.halts import HaltWork
from dollarclub.vault.gateways import Gateways
from dollarclub.vault.queries import KeyAccess

AT_ONCE = 8
_log = logger(__name__)


@dataclass(frozen=True)
class Shown:
    """What the exchange showed after everything was tried."""

    open_orders: Sequence[OrderReport]
    positions: Sequence[Position]
    balances: Sequence[Balance]


def halt_due(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """Work on one halt that is not proven; false when there is none. Several workers may run it together."""
    lease = timedelta(seconds=context.settings.trading.lease_seconds)
    with context.db.transaction() as session:
        work = halts.next_halt(session, worker=worker.id, lease=lease)
    if work is None:
        return False

    def on_key(key: KeyAccess) -> dict[str, Any]:
        return _on_key(context, gateways, worker, work, key)

    with ThreadPoolExecutor(min(AT_ONCE, len(work.keys)) or 1, thread_name_prefix="halt") as threads:
        proof = dict(zip((str(key.id) for key in work.keys), threads.map(on_key, work.keys), strict=True))
    with context.db.transaction() as session:
        proven = halts.store_proof(session, work, proof, worker=worker.id)
    _log.warning("halt_worked_on", halt_id=str(work.halt.halt_id), proven=proven, keys=len(work.keys))
    return False


def _on_key(
    context: Context, gateways: Gateways, worker: WorkerIdentity, work: HaltWork, key: KeyAccess
) -> dict[str, Any]:
    """One key's entry of the proof. Whatever goes wrong is written there and tried again with the next pass."""
    try:
        gateway = gateways.get(key.id, for_trading=False)
        _cancel_all(context, gateway, work, key)
        refusals: dict[str, str] = {}
        if work.halt.flatten:
            flattener = Flattener(context, gateways, worker, work.halt.halt_id, key)
            refusals = flattener.run()
        return _proof(context, gateway, work, key, refusals)
    except ExchangeError as error:
        return _entry(context, key, ok=False, problem=error.message)
    except Exception as error:  # noqa: BLE001 the other keys must not wait for this one
        _log.exception("halt_failed", key_id=str(key.id))
        return _entry(context, key, ok=False, problem=f"It failed here: {type(error).__name__}.")


def _cancel_all(context: Context, gateway: Gateway, work: HaltWork, key: KeyAccess) -> None:
    live = _live(context, work, key.id)
    with context.db.transaction() as session:
        cancels.request_cancel_all(session, [order.order_id for order in live])
    for order in live:
        if order.status in RESTING:
            report = gateway.cancel(order.symbol, order.client_id)
            report = report or gateway.find(order.symbol, order.client_id, exit=True)
            if report is not None:
                with context.db.transaction() as session:
                    outcomes.apply_report(session, order.order_id, report, source="answer")


def _live(context: Context, work: HaltWork, key_id: UUID) -> list[LiveOrder]:
    """The key's orders that are to go: all but those that flatten."""
    with context.db.transaction() as session:
        live = queries.live_orders(session, key_id, work.halt.halt_id)
    return [order for order in live if not order.is_flattening]


def _proof(
    context: Context, gateway: Gateway, work: HaltWork, key: KeyAccess, refusals: dict[str, str]
) -> dict[str, Any]:
    """Read the exchange again, then the book, so that nothing that came in between is overlooked."""
    shown = Shown(gateway.open_orders(exit=True), gateway.positions(exit=True), gateway.balances(exit=True))
    with context.db.transaction() as session:
        waiting = queries.live_orders(session, key.id, work.halt.halt_id)
        owners = watch_queries.orders_by_client_id(session, {order.client_id for order in shown.open_orders})
        held = watch_queries.holdings(session, key.id) if key.catalog.market_type is MarketType.spot else []
    own = [order for order in shown.open_orders if order.client_id in owners]
    foreign = [order for order in shown.open_orders if order.client_id not in owners]
    positions = [{"symbol": each.symbol, "amount": plain(each.amount)} for each in shown.positions]
    dust = []
    if work.halt.flatten and held:
        left, small = Flattener.judged(context, gateway, key, held, shown.balances)
        positions += [{"symbol": each.symbol, "amount": plain(each.amount)} for each in left]
        dust = [{"symbol": each.symbol, "amount": plain(each.amount)} for each in small]
    problem = None
    if waiting:
        problem = f"{len(waiting)} order(s) are not settled yet."
    if refusals and positions:
        problem = "; ".join(f"{symbol}: {text}" for symbol, text in sorted(refusals.items()))
    return _entry(
        context,
        key,
        ok=not own and not waiting and not (work.halt.flatten and positions),
        problem=problem,
        open_orders=[tickets.order_evidence(order) for order in own],
        foreign_orders=[tickets.order_evidence(order) for order in foreign],
        positions=positions,
        dust=dust,
    )


def _entry(
    context: Context, key: KeyAccess, *, ok: bool, problem: str | None, **shown: Any
) -> dict[str, Any]:
    return {
        "account_id": str(key.account_id),
        "label": key.label,
        "ok": ok,
        "at": context.clock().isoformat(),
        "problem": problem,
        "open_orders": [],
        "foreign_orders": [],
        "positions": [],
        "dust": [],
        **shown,
    }
