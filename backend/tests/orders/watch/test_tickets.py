"""Tickets: what does not fit is shown with evidence, and every decision does what it says."""

from decimal import Decimal
from uuid import UUID

import pytest

from dollarclub.core.errors import Conflict, NotFound
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.kit.ids import new_id
from dollarclub.orders.models import Ticket
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.service import tickets
from tests.support.orders_desk import SPOT, USDM, Desk
from tests.support.watching import Watcher, held, stranger

LIMIT = {"type": OrderType.limit, "price": Decimal("49000")}


def open_on_exchange(desk: Desk) -> list[str]:
    return [order["client_id"] for order in desk.exchange_orders() if order["status"] == "NEW"]


@pytest.fixture(params=list(MarketType))
def foreign_order(request: pytest.FixtureRequest, desk: Desk, watcher: Watcher) -> Ticket:
    """A ticket about an order that rests at the exchange without the platform's doing."""
    client = stranger(desk, request.param)
    client.create_order(
        desk.symbol(request.param), "limit", "buy", 0.01, 48000, {"clientOrderId": f"mine{new_id().hex[:20]}"}
    )
    watcher.sweep(request.param)
    (ticket,) = watcher.tickets()
    assert ticket.kind == "foreign_order"
    return ticket


def market_of(desk: Desk, ticket: Ticket) -> MarketType:
    return next(kind for kind, key_id in desk.keys.items() if key_id == ticket.key_id)


def test_an_adopted_order_is_followed_to_its_end(desk: Desk, watcher: Watcher, foreign_order: Ticket) -> None:
    assert watcher.decide(foreign_order, "adopt").status == "adopted"
    (order,) = desk.orders()
    assert (order.origin, order.status, order.book_id) == ("adopted", OrderStatus.open, None)
    desk.site.price("47000")
    watcher.sweep(market_of(desk, foreign_order))
    assert desk.order(order.id).status is OrderStatus.filled
    assert sum(fill["amount"] for fill in desk.fills(order.id)) == Decimal("0.01")
    assert watcher.tickets() == []


def test_closing_a_foreign_order_cancels_it(desk: Desk, watcher: Watcher, foreign_order: Ticket) -> None:
    assert watcher.decide(foreign_order, "close").status == "closed"
    assert open_on_exchange(desk) == []
    watcher.sweep(market_of(desk, foreign_order))
    assert watcher.tickets() == []


def test_an_ignored_order_rests_and_is_not_asked_about_again(
    desk: Desk, watcher: Watcher, foreign_order: Ticket
) -> None:
    assert watcher.decide(foreign_order, "ignore").status == "ignored"
    watcher.sweep(market_of(desk, foreign_order))
    assert watcher.tickets() == []
    assert len(open_on_exchange(desk)) == 1
    assert desk.orders() == []


def test_a_foreign_order_that_went_away_resolves_its_ticket(
    desk: Desk, watcher: Watcher, foreign_order: Ticket
) -> None:
    order = foreign_order.evidence["exchange"]["order"]
    client = stranger(desk, market_of(desk, foreign_order))
    client.cancel_order(None, order["symbol"], {"clientOrderId": order["client_id"]})
    watcher.sweep(market_of(desk, foreign_order))
    assert [ticket.status for ticket in watcher.tickets(None)] == ["resolved"]


def test_adopting_what_is_gone_says_so(desk: Desk, watcher: Watcher, foreign_order: Ticket) -> None:
    order = foreign_order.evidence["exchange"]["order"]
    client = stranger(desk, market_of(desk, foreign_order))
    client.cancel_order(None, order["symbol"], {"clientOrderId": order["client_id"]})
    decided = watcher.decide(foreign_order, "adopt")
    assert (decided.status, decided.requested) == ("open", None)
    assert decided.problem is not None
    assert desk.orders() == []


def foreign_trade(desk: Desk, watcher: Watcher, market_type: MarketType = MarketType.spot) -> Ticket:
    """Somebody trades by hand on a pair that the platform trades too."""
    desk.submit(desk.intent(market_type))
    stranger(desk, market_type).create_order(desk.symbol(market_type), "market", "buy", 0.02)
    watcher.sweep(market_type)
    (ticket,) = watcher.tickets()
    assert ticket.kind == "foreign_trade"
    return ticket


def test_adopted_trades_are_in_the_book(desk: Desk, watcher: Watcher) -> None:
    ticket = foreign_trade(desk, watcher)
    assert len(desk.fills()) == len([fill for fill in desk.fills() if fill["order_id"]])
    assert watcher.decide(ticket, "adopt").status == "adopted"
    strange = [fill for fill in desk.fills() if fill["order_id"] is None]
    assert sum(fill["amount"] for fill in strange) == Decimal("0.02")
    free, locked = desk.site.spot_balance(desk.traders[MarketType.spot].account, "BTC")
    assert free + locked == 2 + held(desk)
    watcher.sweep()
    assert watcher.tickets() == []


def test_ignored_trades_stay_outside_and_trades_after_them_are_new(desk: Desk, watcher: Watcher) -> None:
    ticket = foreign_trade(desk, watcher)
    watcher.decide(ticket, "ignore")
    watcher.sweep()
    assert watcher.tickets() == []
    stranger(desk, MarketType.spot).create_order(SPOT, "market", "sell", 0.02)
    watcher.sweep()
    (fresh,) = watcher.tickets()
    assert fresh.subject != ticket.subject
    assert {trade["side"] for trade in fresh.evidence["exchange"]["trades"]} == {"sell"}


def test_trades_cannot_be_closed(desk: Desk, watcher: Watcher) -> None:
    ticket = foreign_trade(desk, watcher)
    with pytest.raises(Conflict, match="adopt, ignore"):
        watcher.decide(ticket, "close")


@pytest.fixture
def surplus(desk: Desk, watcher: Watcher) -> Ticket:
    """The exchange holds 0.03 more than the book, and nobody knows why."""
    stranger(desk, MarketType.usdm).create_order(USDM, "market", "buy", 0.03)
    watcher.sweep(MarketType.usdm)
    assert watcher.tickets() == []
    watcher.sweep(MarketType.usdm)
    (ticket,) = watcher.tickets()
    assert (ticket.kind, ticket.subject) == ("position_mismatch", USDM)
    assert ticket.evidence["book"]["amount"] == "0"
    assert ticket.evidence["exchange"]["amount"] == "0.03"
    return ticket


def position(watcher: Watcher) -> Decimal:
    watcher.sweep(MarketType.usdm)
    return sum((Decimal(row["amount"]) for row in watcher.watch(MarketType.usdm).positions), Decimal(0))


def test_an_adopted_difference_becomes_part_of_the_book(
    desk: Desk, watcher: Watcher, surplus: Ticket
) -> None:
    assert watcher.decide(surplus, "adopt").status == "adopted"
    assert held(desk, MarketType.usdm) == position(watcher) == Decimal("0.03")
    (correction,) = desk.fills()
    assert (correction["source"], correction["book_id"]) == ("ticket", None)
    assert str(surplus.id) in correction["trade_id"]
    watcher.sweep(MarketType.usdm)
    assert watcher.tickets() == []


def test_closing_a_surplus_sells_it_off_once(desk: Desk, watcher: Watcher, surplus: Ticket) -> None:
    assert watcher.decide(surplus, "close").status == "closed"
    (order,) = desk.orders()
    assert (order.origin, order.origin_id, order.reduce_only) == ("ticket", surplus.id, True)
    assert position(watcher) == held(desk, MarketType.usdm) == 0
    watcher.sweep(MarketType.usdm)
    assert watcher.tickets() == []


def test_an_ignored_difference_is_only_asked_about_when_it_changes(
    desk: Desk, watcher: Watcher, surplus: Ticket
) -> None:
    watcher.decide(surplus, "ignore")
    for _ in range(2):
        watcher.sweep(MarketType.usdm)
    assert watcher.tickets() == []
    stranger(desk, MarketType.usdm).create_order(USDM, "market", "buy", 0.01)
    for _ in range(2):
        watcher.sweep(MarketType.usdm)
    (ticket,) = watcher.tickets()
    assert ticket.evidence["exchange"]["amount"] == "0.04"


def test_a_difference_that_vanishes_resolves_its_ticket(
    desk: Desk, watcher: Watcher, surplus: Ticket
) -> None:
    stranger(desk, MarketType.usdm).create_order(USDM, "market", "sell", 0.03)
    watcher.sweep(MarketType.usdm)
    assert [ticket.status for ticket in watcher.tickets(None)] == ["resolved"]


def test_a_position_that_is_less_than_the_book_can_be_adopted_but_not_closed(
    desk: Desk, watcher: Watcher
) -> None:
    ledger = new_id()
    desk.submit(desk.intent(MarketType.usdm, book_id=ledger, amount=Decimal("0.05")))
    watcher.sweep(MarketType.usdm)
    ticket = foreign_sale(desk, watcher)
    refused = watcher.decide(ticket, "close")
    assert (refused.status, refused.requested) == ("open", None)
    assert refused.problem is not None
    assert watcher.decide(refused, "adopt").status == "adopted"
    (correction,) = [fill for fill in desk.fills() if fill["source"] == "ticket"]
    assert (correction["book_id"], correction["side"]) == (ledger, "sell")
    assert held(desk, MarketType.usdm) == position(watcher) == Decimal("0.03")


def foreign_sale(desk: Desk, watcher: Watcher) -> Ticket:
    """Part of the position is sold by hand; the trade itself is ignored, so the difference stays."""
    stranger(desk, MarketType.usdm).create_order(USDM, "market", "sell", 0.02, None, {"reduceOnly": True})
    watcher.sweep(MarketType.usdm)
    (trade,) = watcher.tickets()
    watcher.decide(trade, "ignore")
    for _ in range(2):
        watcher.sweep(MarketType.usdm)
    (ticket,) = watcher.tickets()
    assert ticket.kind == "position_mismatch"
    return ticket


def test_bitcoin_that_left_the_wallet_is_a_difference_and_a_deposit_is_none(
    desk: Desk, watcher: Watcher
) -> None:
    ledger = new_id()
    desk.submit(desk.intent(book_id=ledger, amount=Decimal("0.5")))
    account = desk.traders[MarketType.spot].account
    deposit = f"/accounts/{account}/deposit"
    for amount in ("1", "-3.2"):
        answer = desk.site.admin.post(deposit, json={"asset": "BTC", "amount": amount})
        assert answer.status_code < 300, answer.text
    watcher.sweep()
    assert watcher.tickets() == []
    watcher.sweep()
    (ticket,) = watcher.tickets()
    assert (ticket.kind, ticket.subject) == ("balance_mismatch", "BTC")
    watcher.decide(ticket, "adopt")
    free, locked = desk.site.spot_balance(account, "BTC")
    assert held(desk) == free + locked
    assert {fill["book_id"] for fill in desk.fills() if fill["source"] == "ticket"} == {ledger}


def test_another_account_cannot_decide(desk: Desk, watcher: Watcher, surplus: Ticket) -> None:
    with desk.context.db.transaction() as session, pytest.raises(NotFound):
        tickets.request(session, account_id=UUID(int=1), ticket_id=surplus.id, decision="ignore")


def test_a_decided_ticket_is_not_decided_again(desk: Desk, watcher: Watcher, surplus: Ticket) -> None:
    watcher.decide(surplus, "ignore")
    with pytest.raises(Conflict, match="already"):
        watcher.decide(surplus, "adopt")
