"""USDT-M orders: placing, cancelling, matching, conditional orders."""

from dataclasses import replace
from decimal import Decimal

from paper_exchange.engine import margin, positions
from paper_exchange.engine.book import Book, Level, eat, walk
from paper_exchange.engine.events import Execution
from paper_exchange.engine.filters import NewOrder, check_client_id
from paper_exchange.engine.futures_filters import (
    LIMITS,
    MARGIN,
    check,
    check_counts,
    check_reducing,
    closable,
    is_closing,
)
from paper_exchange.engine.model import Account, Kind, Market, Order, PositionSide, Side, Status, Tif, Trade
from paper_exchange.engine.money import ZERO
from paper_exchange.engine.refusal import Refusal, bad_symbol
from paper_exchange.engine.spot import is_reached
from paper_exchange.engine.state import Effects, Markets, State
from paper_exchange.engine.symbols import Steps, Symbol

USDM = Market.usdm
NOT_RECORDED = "The order will not be recorded in the order history"


def listed(state: State, name: str) -> tuple[Symbol, Steps]:
    """A perpetual that exists, with its steps."""
    symbol = state.symbols.get(name)
    if symbol is None or symbol.usdm is None:
        raise bad_symbol()
    return symbol, symbol.usdm


def place(
    state: State, effects: Effects, account: Account, new: NewOrder, markets: Markets, *, dry: bool = False
) -> tuple[Order | None, list[Trade]]:
    """Accept an order and match it; raises `Refusal` and changes nothing when it is not acceptable."""
    symbol, steps = listed(state, new.symbol)
    if not symbol.trading:
        raise Refusal(-4108, "Symbol is on delivering or delivered or settling or closed or pre-trading.")
    mark, book = markets.mark(symbol), markets.book(USDM, symbol)
    own = list(state.orders_of(USDM, account.id, new.symbol))
    regular = [order for order in own if not order.is_conditional]
    check(new, steps, mark, account)
    check_client_id(new.client_id, regular, code=-4116)
    check_counts(own, steps, conditional=False)
    check_reducing(new, account, regular)
    if new.reduce_only:
        left = closable(account, new.symbol, new.side, new.position_side)
        new = replace(new, quantity=min(new.quantity, left)) if new.kind is Kind.market else new
    plan = _plan(new, book)
    _check_margin(state, account, new, plan, markets)
    if dry:
        return None, []
    order = _record(state, account, new, markets.now_ms, working=True)
    effects.order(order, Execution.new)
    trades = _carry_out(state, effects, account, order, plan, book, markets)
    return order, trades


def place_conditional(
    state: State, effects: Effects, account: Account, new: NewOrder, markets: Markets
) -> Order:
    """Accept an order that waits for its price; it binds no margin until then."""
    symbol, steps = listed(state, new.symbol)
    own = [order for order in state.orders_of(USDM, account.id, new.symbol) if order.is_conditional]
    check(new, steps, markets.mark(symbol), account)
    check_client_id(new.client_id, own, code=-4116)
    check_counts(own, steps, conditional=True)
    reference = _reference(new.mark_triggered, symbol, markets)
    if is_reached(new.kind, new.side, new.stop_price, reference):
        raise Refusal(-2021, "Order would immediately trigger.")
    order = _record(state, account, new, markets.now_ms, working=False)
    effects.order(order, Execution.new)
    return order


def _reference(by_mark: bool, symbol: Symbol, markets: Markets) -> Decimal:
    return markets.mark(symbol) if by_mark else markets.book(USDM, symbol).last


def _plan(new: NewOrder, book: Book) -> list[Level]:
    found = walk(book, new.side, new.quantity, new.price if new.kind is Kind.limit else None)
    if new.tif is Tif.gtx and found:
        text = "Due to the order could not be executed as maker, the Post Only order will be rejected."
        raise Refusal(-5022, f"{text} {NOT_RECORDED}")
    if new.tif is Tif.fok and sum((level.quantity for level in found), ZERO) < new.quantity:
        raise Refusal(
            -5021,
            f"Due to the order could not be filled immediately, the FOK order has been rejected. {NOT_RECORDED}",
        )
    return found


def _check_margin(state: State, account: Account, new: NewOrder, plan: list[Level], markets: Markets) -> None:
    """The wallet can bear the order as if it rested at its worst price, and the fee."""
    if new.reduce_only or is_closing(new.side, new.position_side):
        return
    futures = account.futures
    own = list(state.orders_of(USDM, account.id))

    def mark(name: str) -> Decimal:
        return markets.mark(state.symbols[name])

    worst = new.price or (plan[-1].price if plan else mark(new.symbol))
    as_if = replace(_sketch(account, new, markets.now_ms), price=worst)
    before, after = margin.available(futures, own, mark), margin.available(futures, [*own, as_if], mark)
    if after == before:
        return
    if after < worst * new.quantity * account.fees.usdm_taker:
        raise MARGIN


def _sketch(account: Account, new: NewOrder, now_ms: int) -> Order:
    return Order(
        id=0, market=USDM, account=account.id, symbol=new.symbol, client_id=new.client_id, side=new.side, kind=new.kind,
        tif=new.tif, quantity=new.quantity, price=new.price, created_ms=now_ms, updated_ms=now_ms, stop_price=new.stop_price,
        working_ms=now_ms, position_side=new.position_side, reduce_only=new.reduce_only, close_position=new.close_position,
        mark_triggered=new.mark_triggered,
    )  # fmt: skip


def _record(state: State, account: Account, new: NewOrder, now_ms: int, *, working: bool) -> Order:
    order = _sketch(account, new, now_ms)
    order.id = state.next_id()
    order.working_ms = now_ms if working else None
    state.orders_on(USDM, order.symbol)[order.id] = order
    return order


def _carry_out(
    state: State,
    effects: Effects,
    account: Account,
    order: Order,
    plan: list[Level],
    book: Book,
    markets: Markets,
) -> list[Trade]:
    """Take what the book gives, never more than an order that only closes may."""
    trades = []
    for level in plan:
        quantity = allowed(account, order, level.quantity)
        if not quantity:
            break
        book.take(order.side.opposite, level.price, quantity)
        trades.append(
            positions.fill(state, effects, account, order, Level(level.price, quantity), markets, maker=False)
        )
    if order.status.is_open and (order.kind is not Kind.limit or order.tif in (Tif.ioc, Tif.fok)):
        finish(state, effects, account, order, Status.expired, markets.now_ms)
    if trades:
        after_fills(state, effects, account, order.symbol, markets)
    return trades


def fill_resting(
    state: State, effects: Effects, account: Account, order: Order, levels: list[Level], markets: Markets
) -> list[Trade]:
    """Fill a resting order as the maker, a trade a level."""
    trades = [positions.fill(state, effects, account, order, level, markets, maker=True) for level in levels]
    after_fills(state, effects, account, order.symbol, markets)
    return trades


def allowed(account: Account, order: Order, quantity: Decimal) -> Decimal:
    """How much of `quantity` the order may fill: one that only closes stops where the position ends."""
    if not (order.reduce_only or is_closing(order.side, order.position_side)):
        return quantity
    return min(quantity, closable(account, order.symbol, order.side, order.position_side))


def after_fills(state: State, effects: Effects, account: Account, symbol: str, markets: Markets) -> None:
    """Tell the account; orders that have nothing left to close expire."""
    positions.tell(effects, account, markets, state, "ORDER", symbol)
    for order in list(state.orders_of(USDM, account.id, symbol)):
        closes = order.reduce_only or order.close_position or is_closing(order.side, order.position_side)
        if closes and not closable(account, symbol, order.side, order.position_side):
            finish(state, effects, account, order, Status.expired, markets.now_ms)


def finish(
    state: State, effects: Effects, account: Account, order: Order, status: Status, now_ms: int
) -> None:
    """End an order that is not filled."""
    order.status = status
    order.updated_ms = account.updated_ms = now_ms
    state.orders_on(USDM, order.symbol).pop(order.id, None)
    effects.order(order, Execution.canceled if status is Status.canceled else Execution.expired)


def on_tick(state: State, effects: Effects, symbol: Symbol, markets: Markets) -> None:
    """Trigger conditional orders, then fill what the price came to."""
    orders = state.orders_on(USDM, symbol.name)
    if not orders or symbol.usdm is None or not symbol.trading:
        return
    for order in list(orders.values()):
        reference = _reference(order.mark_triggered, symbol, markets)
        if (
            order.id in orders
            and order.is_waiting
            and is_reached(order.kind, order.side, order.stop_price, reference)
        ):
            _trigger(state, effects, order, markets)
    book = markets.book(USDM, symbol)
    for side in Side:
        resting = [order for order in orders.values() if order.side is side and not order.is_waiting]
        resting.sort(key=lambda order: (-order.price if order.side is Side.buy else order.price, order.id))
        for order in resting:
            _let_fill(state, effects, order, book, markets)


def _let_fill(state: State, effects: Effects, order: Order, book: Book, markets: Markets) -> None:
    account = state.accounts[order.account]
    quantity = eat(book, order.side, order.price, allowed(account, order, order.remaining))
    if quantity and order.status.is_open:
        fill_resting(state, effects, account, order, [Level(order.price, quantity)], markets)


def _trigger(state: State, effects: Effects, order: Order, markets: Markets) -> None:
    """Place what the conditional order stands for; one that is refused now expires."""
    account = state.accounts[order.account]
    left = closable(account, order.symbol, order.side, order.position_side)
    now = markets.now_ms
    order.working_ms = order.updated_ms = now
    new = NewOrder(
        symbol=order.symbol, side=order.side, kind=Kind.limit if order.kind in LIMITS else Kind.market,
        client_id=order.client_id, tif=order.tif, quantity=left if order.close_position else order.quantity,
        price=order.price, position_side=order.position_side,
        reduce_only=(order.reduce_only or order.close_position) and order.position_side is PositionSide.both,
    )  # fmt: skip
    try:
        placed, _ = place(state, effects, account, new, markets)
    except Refusal:
        return finish(state, effects, account, order, Status.expired, now)
    order.child_id = placed.id if placed else 0
    order.status = Status.filled
    state.orders_on(USDM, order.symbol).pop(order.id, None)
    return effects.order(order, Execution.trade)
