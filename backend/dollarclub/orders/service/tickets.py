"""Tickets: what is reported, what vanished by itself, and what people decide about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import Event, emit
from dollarclub.exchanges.gateway import OrderReport, TradeReport
from dollarclub.kit.money import plain
from dollarclub.orders.models import Ticket, TicketStatus
from dollarclub.orders.repository.tickets import Finding, TicketRepository
from dollarclub.orders.rules.differences import BALANCE, POSITION, Difference, base_of

TICKET_CHANGED = "ticket.changed"
FOREIGN_ORDER = "foreign_order"
FOREIGN_TRADE = "foreign_trade"
ORDER_MISSING = "order_missing"
DECISIONS = {
    FOREIGN_ORDER: ("adopt", "close", "ignore"),
    FOREIGN_TRADE: ("adopt", "ignore"),
    POSITION: ("adopt", "close", "ignore"),
    BALANCE: ("adopt", "ignore"),
    ORDER_MISSING: ("adopt", "ignore"),
}
"""What can be done about each kind. See `flows.tickets` for what it does."""

_SETTLED = {
    "adopt": TicketStatus.adopted,
    "close": TicketStatus.closed,
    "ignore": TicketStatus.ignored,
}


def ticket_changed(account_id: UUID, ticket_id: UUID) -> Event:
    return Event(account_id, TICKET_CHANGED, {"ticket_id": str(ticket_id)})


def tell(session: Session, account_id: UUID, ticket_ids: Iterable[UUID]) -> None:
    """The last step of a transaction that changed tickets."""
    emit(session, *(ticket_changed(account_id, ticket_id) for ticket_id in ticket_ids))


def report(
    session: Session,
    *,
    account_id: UUID,
    key_id: UUID,
    findings: Sequence[Finding],
    complete: Iterable[str],
    unsure: Iterable[str] = (),
) -> list[UUID]:
    """Open or renew the tickets of what was found; the ids of those that changed, to be told.

    `findings` are all there is of the kinds `complete`, so that other open tickets of these kinds have resolved
    themselves, except those of subjects that are `unsure` now. What was decided before is not asked again.
    """
    tickets = TicketRepository(session)
    changed = []
    found = set()
    decided = _decided(tickets, key_id, {finding.kind for finding in findings})
    for finding in findings:
        found.add((finding.kind, finding.subject))
        if not _is_decided(finding, decided):
            ticket_id = tickets.report(account_id=account_id, key_id=key_id, finding=finding)
            if ticket_id is not None:
                changed.append(ticket_id)
    kept = set(unsure)
    vanished = [
        ticket.id
        for ticket in tickets.of_key(key_id, set(complete), {TicketStatus.open})
        if (ticket.kind, ticket.subject) not in found
        and ticket.subject not in kept
        and ticket.requested is None
    ]
    return changed + tickets.settle(vanished, TicketStatus.resolved)


def foreign_trades(session: Session, key_id: UUID, trades: Sequence[TradeReport]) -> list[Finding]:
    """Findings for trades of no order of ours, one for each of their orders; what was decided before is left out.

    An open ticket keeps the trades that it has: whoever reports may see only some of them. Trades from before a
    difference was booked are part of that booking.
    """
    tickets = TicketRepository(session)
    settled = tickets.of_key(key_id, {FOREIGN_TRADE}, {TicketStatus.ignored, TicketStatus.adopted})
    decided = {trade["trade_id"] for ticket in settled for trade in ticket.evidence["exchange"]["trades"]}
    booked = _booked_at(tickets, key_id)
    by_subject: dict[str, dict[str, dict[str, Any]]] = {}
    for trade in trades:
        before = booked.get(trade.symbol) or booked.get(base_of(trade.symbol))
        is_booked = before is not None and trade.traded_at <= before
        if trade.trade_id not in decided and not is_booked:
            subject = f"{trade.venue_order_id or 'none'}:{trade.symbol}"[:120]
            by_subject.setdefault(subject, {})[trade.trade_id] = trade_evidence(trade)
    for ticket in tickets.of_key(key_id, {FOREIGN_TRADE}, {TicketStatus.open}):
        if ticket.subject in by_subject:
            known = {trade["trade_id"]: trade for trade in ticket.evidence["exchange"]["trades"]}
            by_subject[ticket.subject] = known | by_subject[ticket.subject]
    return [_foreign_trades(subject, list(own.values())) for subject, own in sorted(by_subject.items())]


def has_open_trades(session: Session, key_id: UUID) -> set[str]:
    """Symbols with foreign trades that wait for a decision: they explain differences of positions."""
    tickets = TicketRepository(session).of_key(key_id, {FOREIGN_TRADE}, {TicketStatus.open})
    return {ticket.symbol for ticket in tickets if ticket.symbol is not None}


def request(session: Session, *, account_id: UUID, ticket_id: UUID, decision: str) -> Ticket:
    """Write down what shall be done about a ticket; a trading worker does it. Raises NotFound, Conflict."""
    tickets = TicketRepository(session)
    ticket = tickets.locked(ticket_id, account_id)
    if ticket is None:
        raise NotFound("No such ticket.", ticket_id=ticket_id)
    if ticket.status is not TicketStatus.open:
        raise Conflict(f"The ticket is already {ticket.status}.", code="already_decided", ticket_id=ticket_id)
    if decision not in DECISIONS.get(ticket.kind, ()):
        possible = ", ".join(DECISIONS.get(ticket.kind, ()))
        raise Conflict(
            f"A ticket of this kind cannot be decided by {decision}; possible: {possible}.",
            code="not_possible",
            ticket_id=ticket_id,
        )
    if ticket.requested is not None and ticket.requested != decision:
        raise Conflict(
            f"It is already being decided by {ticket.requested}.", code="already_decided", ticket_id=ticket_id
        )
    tickets.request(ticket_id, decision)
    nudge(session, ChannelNudge("trading", {"topic": "tickets"}))
    tell(session, account_id, [ticket_id])
    session.refresh(ticket)
    return ticket


def carried_out(session: Session, ticket: Ticket) -> None:
    """The wish of a locked ticket has been fulfilled."""
    assert ticket.requested is not None
    TicketRepository(session).settle([ticket.id], _SETTLED[ticket.requested])
    tell(session, ticket.account_id, [ticket.id])


def not_possible(session: Session, ticket: Ticket, problem: str) -> None:
    """Take the wish of a locked ticket back and say why."""
    TicketRepository(session).request(ticket.id, None, problem)
    tell(session, ticket.account_id, [ticket.id])


def foreign_order(order: OrderReport) -> Finding:
    price = f" at {plain(order.price)}" if order.price else ""
    return Finding(
        kind=FOREIGN_ORDER,
        subject=order.venue_order_id[:120],
        symbol=order.symbol,
        summary=f"The exchange holds an order that this platform did not place: {order.side} "
        f"{plain(order.amount)} {order.symbol}{price}.",
        evidence={"book": None, "exchange": {"order": order_evidence(order)}},
    )


def _foreign_trades(subject: str, own: list[dict[str, Any]]) -> Finding:
    symbol = own[0]["symbol"]
    return Finding(
        kind=FOREIGN_TRADE,
        subject=subject,
        symbol=symbol,
        summary=f"{len(own)} trade(s) in {symbol} belong to no order of this platform.",
        evidence={
            "book": None,
            "exchange": {"trades": sorted(own, key=lambda trade: (trade["traded_at"], trade["trade_id"]))},
        },
    )


def difference(found: Difference) -> Finding:
    is_position = found.kind == POSITION
    what = "position in" if is_position else "balance of"
    return Finding(
        kind=found.kind,
        subject=found.subject,
        symbol=found.subject if is_position else None,
        summary=f"The {what} {found.subject} is {plain(found.exchange)} at the exchange and {plain(found.book)} "
        "by the sum of fills.",
        evidence={
            "book": {"amount": plain(found.book)},
            "exchange": {"amount": plain(found.exchange)},
            "difference": plain(found.size),
        },
    )


def missing_order(order_id: UUID, client_id: str, symbol: str, status: str, filled: str) -> Finding:
    return Finding(
        kind=ORDER_MISSING,
        subject=str(order_id),
        symbol=symbol,
        summary=f"An order in {symbol} that the exchange had accepted is not known there any more.",
        evidence={
            "book": {"order_id": str(order_id), "client_id": client_id, "status": status, "filled": filled},
            "exchange": None,
        },
    )


def order_evidence(order: OrderReport) -> dict[str, Any]:
    return {
        "client_id": order.client_id,
        "venue_order_id": order.venue_order_id,
        "symbol": order.symbol,
        "side": order.side.value,
        "type": order.type.value,
        "state": order.state.value,
        "amount": plain(order.amount),
        "filled": plain(order.filled),
        "price": None if order.price is None else plain(order.price),
    }


def trade_evidence(trade: TradeReport) -> dict[str, Any]:
    return {
        "trade_id": trade.trade_id,
        "venue_order_id": trade.venue_order_id,
        "symbol": trade.symbol,
        "side": trade.side.value,
        "amount": plain(trade.amount),
        "price": plain(trade.price),
        "cost": plain(trade.cost),
        "fee_amount": plain(trade.fee_amount),
        "fee_asset": trade.fee_asset,
        "is_maker": trade.is_maker,
        "traded_at": trade.traded_at.isoformat(),
    }


def _booked_at(tickets: TicketRepository, key_id: UUID) -> dict[str, datetime]:
    """When a difference of each symbol or asset was put into the book last."""
    done = tickets.of_key(key_id, {POSITION, BALANCE}, {TicketStatus.adopted, TicketStatus.closed})
    found: dict[str, datetime] = {}
    for ticket in done:
        if ticket.decided_at is not None:
            found[ticket.subject] = max(ticket.decided_at, found.get(ticket.subject, ticket.decided_at))
    return found


def _decided(tickets: TicketRepository, key_id: UUID, kinds: set[str]) -> dict[tuple[str, str], Ticket]:
    """The newest decided ticket of each subject."""
    found: dict[tuple[str, str], Ticket] = {}
    for ticket in tickets.of_key(key_id, kinds, {TicketStatus.ignored, TicketStatus.adopted}):
        found.setdefault((ticket.kind, ticket.subject), ticket)
    return found


def _is_decided(finding: Finding, decided: dict[tuple[str, str], Ticket]) -> bool:
    """Whether a person has judged just this. A difference that has changed since is another one."""
    ticket = decided.get((finding.kind, finding.subject))
    if ticket is None or finding.kind == FOREIGN_TRADE:
        return False
    if finding.kind in (POSITION, BALANCE):
        same = ticket.evidence.get("difference") == finding.evidence["difference"]
        return same and ticket.status is TicketStatus.ignored
    return True
