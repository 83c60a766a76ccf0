"""Carrying out what people decided about tickets, with the exchange read anew and the key kept from sweepers meanwhile.

adopt: the book follows the exchange (a foreign order becomes a row of the book, foreign trades and differences become
fills, an order that is missing is given up). close: the exchange follows the book (a foreign order is cancelled, a
position's surplus is sold off by a reduce-only market order). ignore: both stay as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.context import Context
from dollarclub.core.errors import Conflict
from dollarclub.core.logging import logger
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges.errors import ExchangeError
from dollarclub.exchanges.gateway import Gateway, MarketType, OrderType, Side
from dollarclub.kit.money import ZERO
from dollarclub.orders.flows.submit import send
from dollarclub.orders.models import Ticket
from dollarclub.orders.queries import watches as queries
from dollarclub.orders.repository.tickets import CLOSING, TicketRepository
from dollarclub.orders.repository.watches import WatchRepository
from dollarclub.orders.rules.differences import BALANCE, POSITION, assets_held, base_of, positions_by_symbol
from dollarclub.orders.rules.states import FINAL, OrderStatus, Purpose
from dollarclub.orders.service import corrections, tickets
from dollarclub.orders.service.intents import Intent, Reserved, reserve
from dollarclub.vault.gateways import Gateways

MOVING = "An order of this symbol is under way; it is tried again when that is over."
ONLY_SURPLUS = "The exchange holds less than the book, or the opposite, so no order can close the difference; adopt it instead."
Step = Callable[[Session, Ticket], None]
_log = logger(__name__)


class Later(Exception):
    """It cannot be done now; the message says why."""


@dataclass(frozen=True)
class Position:
    """What the exchange has more than the book of a symbol, and at which price."""

    size: Decimal
    held: Decimal
    price: Decimal | None


def decide_due(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """Carry out one decision; false when there is none that can be. Several workers may run it together."""
    lease = timedelta(seconds=context.settings.trading.lease_seconds)
    tried: set[UUID] = set()
    while True:
        with context.db.transaction() as session:
            found = TicketRepository(session).next_decision(tried)
            if found is None:
                return False
            ticket_id, key_id = found
            tried.add(ticket_id)
            taken = WatchRepository(session).take(key_id, worker.id, lease)
        if not taken:
            continue
        done = False
        try:
            done = _try(context, gateways, worker, ticket_id, key_id)
        finally:
            with context.db.transaction() as session:
                WatchRepository(session).give_back(key_id, worker.id, sweep=done)
        if done:
            return True


def _try(context: Context, gateways: Gateways, worker: WorkerIdentity, ticket_id: UUID, key_id: UUID) -> bool:
    """Whether it was carried out, or found to be impossible."""
    problem = None
    try:
        _carry_out(context, gateways, worker, ticket_id, key_id)
    except Later as error:
        problem = str(error)
    except ExchangeError as error:
        problem = error.message
    if problem is None:
        return True
    with context.db.transaction() as session:
        repository = TicketRepository(session)
        ticket = repository.locked(ticket_id)
        if ticket is not None and ticket.problem != problem:
            repository.request(ticket_id, ticket.requested, problem)
            tickets.tell(session, ticket.account_id, [ticket_id])
    return False


def _carry_out(
    context: Context, gateways: Gateways, worker: WorkerIdentity, ticket_id: UUID, key_id: UUID
) -> None:
    with context.db.transaction() as session:
        ticket = TicketRepository(session).locked(ticket_id)
    if ticket is None or ticket.requested is None:
        return
    _log.info("ticket_decision", ticket_id=str(ticket_id), kind=ticket.kind, decision=ticket.requested)
    match ticket.kind, ticket.requested:
        case _, "ignore":
            _settle(context, ticket_id)
        case tickets.FOREIGN_TRADE, "adopt":
            _settle(context, ticket_id, corrections.adopt_trades)
        case tickets.ORDER_MISSING, "adopt":
            _settle(context, ticket_id, corrections.give_up_missing)
        case tickets.FOREIGN_ORDER, _:
            market_type = gateways.catalog(key_id).market_type
            _foreign_order(context, gateways.get(key_id), ticket, market_type)
        case _, "adopt" if ticket.kind == BALANCE:
            _adopt_shortage(context, gateways.get(key_id), ticket)
        case _, "adopt" if ticket.kind == POSITION:
            _adopt_position(context, gateways.get(key_id), ticket)
        case _:
            _close_position(context, gateways, worker, ticket)


def _settle(context: Context, ticket_id: UUID, *steps: Step) -> None:
    """Do the steps and close the ticket, in one transaction; a Conflict takes the wish back."""
    try:
        with context.db.transaction() as session:
            ticket = _wished(session, ticket_id)
            if ticket is None:
                return
            for step in steps:
                step(session, ticket)
            tickets.carried_out(session, ticket)
    except Conflict as error:
        _refuse(context, ticket_id, error.message)


def _wished(session: Session, ticket_id: UUID) -> Ticket | None:
    ticket = TicketRepository(session).locked(ticket_id)
    return ticket if ticket is not None and ticket.requested is not None and ticket.status == "open" else None


def _refuse(context: Context, ticket_id: UUID, problem: str) -> None:
    with context.db.transaction() as session:
        ticket = _wished(session, ticket_id)
        if ticket is not None:
            tickets.not_possible(session, ticket, problem)


def _foreign_order(context: Context, gateway: Gateway, ticket: Ticket, market_type: MarketType) -> None:
    order = ticket.evidence["exchange"]["order"]
    if ticket.requested == "close":
        gateway.cancel(order["symbol"], order["client_id"])
        _settle(context, ticket.id)
        return
    report = gateway.find(order["symbol"], order["client_id"])
    if report is None or report.state in ("cancelled", "rejected"):
        _refuse(context, ticket.id, "The exchange does not hold this order any more.")
        return

    def adopt(session: Session, locked: Ticket) -> None:
        corrections.adopt_order(session, locked, report, market_type)

    _settle(context, ticket.id, adopt)


def _adopt_shortage(context: Context, gateway: Gateway, ticket: Ticket) -> None:
    asset = ticket.subject
    balances = {balance.asset: balance.free + balance.used for balance in gateway.balances(exit=True)}

    def adopt(session: Session, locked: Ticket) -> None:
        moving = queries.moving_symbols(session, locked.key_id)
        if any(base_of(symbol) == asset for symbol in moving):
            raise Later(MOVING)
        held = assets_held(queries.turnovers(session, locked.key_id)).get(asset, ZERO)
        size = balances.get(asset, ZERO) - held
        if size < 0:
            corrections.adopt_shortage(session, locked, asset, size)

    _settle(context, ticket.id, adopt)


def _difference(session: Session, ticket: Ticket, gateway_says: Position) -> Position:
    """With what the book says now; raises Later while that may change."""
    if ticket.subject in queries.moving_symbols(session, ticket.key_id):
        raise Later(MOVING)
    book = positions_by_symbol(queries.turnovers(session, ticket.key_id)).get(ticket.subject, ZERO)
    return Position(gateway_says.held - book, gateway_says.held, gateway_says.price)


def _position(gateway: Gateway, symbol: str) -> Position:
    own = [position for position in gateway.positions(exit=True) if position.symbol == symbol]
    price = next((position.entry_price or position.mark_price for position in own), None)
    return Position(ZERO, sum((position.amount for position in own), ZERO), price)


def _adopt_position(context: Context, gateway: Gateway, ticket: Ticket) -> None:
    told = _position(gateway, ticket.subject)

    def adopt(session: Session, locked: Ticket) -> None:
        found = _difference(session, locked, told)
        if found.size:
            corrections.adopt_position(session, locked, locked.subject, found.size, found.price)

    _settle(context, ticket.id, adopt)


def _close_position(context: Context, gateways: Gateways, worker: WorkerIdentity, ticket: Ticket) -> None:
    """The surplus is booked and its closing order written down in one transaction, so that it is closed once."""
    with context.db.transaction() as session:
        before = TicketRepository(session).order_of(ticket.id)
    if before is None:
        reserved = _reserve_closing(context, gateways.get(ticket.key_id), worker, ticket)
        if reserved is None:
            return
        send(context.db, gateways, reserved, ticket.key_id, exit=True)
        with context.db.transaction() as session:
            before = TicketRepository(session).order_of(ticket.id)
    assert before is not None
    _order_id, status, detail = before
    if status not in FINAL:
        raise Later("The closing order is under way.")
    if status is OrderStatus.filled:
        _settle(context, ticket.id)
    else:
        _refuse(context, ticket.id, f"The closing order was {status}: {detail or 'no reason given'}.")


def _reserve_closing(
    context: Context, gateway: Gateway, worker: WorkerIdentity, ticket: Ticket
) -> Reserved | None:
    told = _position(gateway, ticket.subject)
    lease = timedelta(seconds=context.settings.trading.lease_seconds)
    with context.db.transaction() as session:
        locked = _wished(session, ticket.id)
        if locked is None:
            return None
        found = _difference(session, locked, told)
        if not found.size:
            tickets.carried_out(session, locked)
            return None
        if found.size * found.held < 0 or abs(found.size) > abs(found.held):
            tickets.not_possible(session, locked, ONLY_SURPLUS)
            return None
        corrections.surplus(session, locked, locked.subject, found.size, found.price)
        intent = Intent(
            account_id=locked.account_id,
            key_id=locked.key_id,
            book_id=None,
            origin=CLOSING,
            origin_id=locked.id,
            leg="close",
            purpose=Purpose.exit,
            symbol=locked.subject,
            market_type=MarketType.usdm,
            side=Side.sell if found.size > 0 else Side.buy,
            type=OrderType.market,
            amount=abs(found.size),
            reduce_only=True,
        )
        return reserve(session, intent, worker=worker.id, lease=lease)
