"""Spot orders: placing, cancelling, matching. Every balance change happens in `_hold`, `_release` and `_fill`."""

from decimal import Decimal

from paper_exchange.engine.book import Book, Level, eat, walk, walk_by_value
from paper_exchange.engine.events import Execution
from paper_exchange.engine.filters import NewOrder, check_client_id, check_count, check_spot
from paper_exchange.engine.model import Account, Kind, Market, Order, Side, Status, Tif, Trade
from paper_exchange.engine.money import ZERO, cut, minus, plus, ratio, times
from paper_exchange.engine.refusal import (
    INSUFFICIENT_BALANCE,
    WOULD_TAKE,
    WOULD_TRIGGER,
    bad_symbol,
    rejected,
)
from paper_exchange.engine.state import Effects, Markets, State
from paper_exchange.engine.symbols import Steps, Symbol

STOPS = (Kind.stop_loss, Kind.stop_loss_limit, Kind.take_profit, Kind.take_profit_limit)
STOP_LIMITS = (Kind.stop_loss_limit, Kind.take_profit_limit)
BNB_SHARE = Decimal("0.75")


def listed(state: State, name: str) -> tuple[Symbol, Steps]:
    """A spot symbol that exists, with its steps."""
    symbol = state.symbols.get(name)
    if symbol is None or symbol.spot is None:
        raise bad_symbol()
    return symbol, symbol.spot


def place(
    state: State, effects: Effects, account: Account, new: NewOrder, markets: Markets, *, dry: bool = False
) -> tuple[Order | None, list[Trade]]:
    """Accept an order and match it; raises `Refusal` and changes nothing when it is not acceptable.

    With `dry` nothing is carried out and no order comes back.
    """
    symbol, steps = listed(state, new.symbol)
    if not symbol.trading:
        raise rejected("Market is closed.")
    own = list(state.orders_of(Market.spot, account.id, new.symbol))
    book = markets.book(Market.spot, symbol)
    check_spot(new, steps, markets.average(Market.spot, symbol))
    check_client_id(new.client_id, own)
    check_count(own, steps, waiting=new.kind in STOPS)
    plan = _plan(new, book, steps)
    needed = _needed(new, plan, book)
    asset = symbol.quote if new.side is Side.buy else symbol.base
    if account.balance(asset).free < needed:
        raise rejected(INSUFFICIENT_BALANCE)
    if dry:
        return None, []
    order = _order(state, account, new, markets.now_ms, plan)
    state.orders_on(Market.spot, symbol.name)[order.id] = order
    _hold(account, order, asset, needed)
    effects.order(order, Execution.new)
    trades = [] if order.is_waiting else _carry_out(state, effects, account, order, plan, book, markets)
    effects.spot_balances(account, symbol.base, symbol.quote)
    return order, trades


def _plan(new: NewOrder, book: Book, steps: Steps) -> list[Level]:
    """What the order gets from the book at once."""
    if new.kind in STOPS:
        if is_reached(new.kind, new.side, new.stop_price, book.last):
            raise rejected(WOULD_TRIGGER)
        return []
    if new.kind is Kind.market:
        if new.quote_quantity:
            found = walk_by_value(book, new.side, new.quote_quantity, steps.step)
            if not found:
                raise rejected("Order book liquidity is less than LOT_SIZE filter minimum quantity.")
            return found
        return walk(book, new.side, new.quantity, None)
    found = walk(book, new.side, new.quantity, new.price)
    if new.kind is Kind.limit_maker and found:
        raise rejected(WOULD_TAKE)
    if new.tif is Tif.fok and sum((level.quantity for level in found), ZERO) < new.quantity:
        return []
    return found


def _needed(new: NewOrder, plan: list[Level], book: Book) -> Decimal:
    """What the order has to hold of the asset that it gives."""
    if new.side is Side.sell:
        return new.quantity or sum((level.quantity for level in plan), ZERO)
    if new.kind is Kind.market:
        return sum((times(level.price, level.quantity) for level in plan), ZERO)
    return times(new.price or new.stop_price, new.quantity)


def is_reached(kind: Kind, side: Side, stop_price: Decimal, last: Decimal) -> bool:
    """A stop order's price was reached: a stop follows the price, a profit waits for it."""
    stops = kind in (Kind.stop_loss, Kind.stop_loss_limit, Kind.stop, Kind.stop_market)
    upwards = stops == (side is Side.buy)
    return last >= stop_price if upwards else last <= stop_price


def _order(state: State, account: Account, new: NewOrder, now_ms: int, plan: list[Level]) -> Order:
    quantity = new.quantity or sum((level.quantity for level in plan), ZERO)
    return Order(
        id=state.next_id(), market=Market.spot, account=account.id, symbol=new.symbol, client_id=new.client_id,
        side=new.side, kind=new.kind, tif=new.tif, quantity=quantity, price=new.price, created_ms=now_ms, updated_ms=now_ms,
        stop_price=new.stop_price, quote_quantity=new.quote_quantity,
        working_ms=None if new.kind in STOPS else now_ms,
    )  # fmt: skip


def _carry_out(
    state: State,
    effects: Effects,
    account: Account,
    order: Order,
    plan: list[Level],
    book: Book,
    markets: Markets,
) -> list[Trade]:
    """Take what the book gives; the rest of anything that may not rest expires."""
    trades = []
    for level in plan:
        book.take(order.side.opposite, level.price, level.quantity)
        trades.append(fill(state, effects, account, order, level, markets, maker=False))
    may_rest = order.kind in (Kind.limit, Kind.limit_maker, *STOP_LIMITS) and order.tif is Tif.gtc
    if order.status.is_open and not may_rest:
        finish(state, effects, account, order, Status.expired, markets.now_ms)
    return trades


def fill(
    state: State,
    effects: Effects,
    account: Account,
    order: Order,
    level: Level,
    markets: Markets,
    *,
    maker: bool,
) -> Trade:
    """One trade of an order: balances, fee, order. The order holds enough."""
    symbol = state.symbols[order.symbol]
    quote = times(level.price, level.quantity)
    gives, gets = (symbol.quote, symbol.base) if order.side is Side.buy else (symbol.base, symbol.quote)
    paid, received = (quote, level.quantity) if order.side is Side.buy else (level.quantity, quote)
    held = times(order.price or level.price, level.quantity) if order.side is Side.buy else paid
    _release(account, order, gives, held)
    giving, getting = account.balance(gives), account.balance(gets)
    giving.free = minus(giving.free, paid)
    getting.free = plus(getting.free, received)
    fee, fee_asset = _fee(state, account, symbol, gets, received, quote, markets, maker=maker)
    account.balance(fee_asset).free = minus(account.balance(fee_asset).free, fee)
    order.executed = plus(order.executed, level.quantity)
    order.cost = plus(order.cost, quote)
    order.status = Status.partially_filled if order.remaining else Status.filled
    order.updated_ms = account.updated_ms = markets.now_ms
    trade = Trade(
        state.next_id(), Market.spot, account.id, order.symbol, order.id, order.side, level.price, level.quantity, quote,
        fee, fee_asset, maker, markets.now_ms,
    )  # fmt: skip
    if not order.remaining:
        _close(state, account, order, gives)
    effects.order(order, Execution.trade, trade)
    if fee_asset not in (gives, gets):
        effects.spot_balances(account, fee_asset)
    return trade


def _fee(
    state: State,
    account: Account,
    symbol: Symbol,
    gets: str,
    received: Decimal,
    quote: Decimal,
    markets: Markets,
    *,
    maker: bool,
) -> tuple[Decimal, str]:
    rate = account.fees.spot_maker if maker else account.fees.spot_taker
    pair = state.symbols.get(f"BNB{symbol.quote}")
    if account.fees.burn_bnb and pair is not None:
        price = markets.book(Market.spot, pair).last
        in_bnb = cut(ratio(times(times(quote, rate), BNB_SHARE), price))
        if account.balance("BNB").free >= in_bnb:
            return in_bnb, "BNB"
    return cut(times(received, rate)), gets


def finish(
    state: State,
    effects: Effects,
    account: Account,
    order: Order,
    status: Status,
    now_ms: int,
    *,
    cancel_id: str = "",
) -> None:
    """End an order that is not filled; what it held is free again."""
    symbol = state.symbols[order.symbol]
    order.status, order.cancel_id = status, cancel_id
    order.updated_ms = account.updated_ms = now_ms
    _close(state, account, order, symbol.quote if order.side is Side.buy else symbol.base)
    effects.order(order, Execution.canceled if status is Status.canceled else Execution.expired)
    effects.spot_balances(account, symbol.base, symbol.quote)


def on_tick(state: State, effects: Effects, symbol: Symbol, markets: Markets) -> None:
    """Trigger stops whose price was reached, then fill what the price came to, best price first."""
    orders = state.orders_on(Market.spot, symbol.name)
    if not orders or symbol.spot is None or not symbol.trading:
        return
    book = markets.book(Market.spot, symbol)
    for order in list(orders.values()):
        if order.is_waiting and is_reached(order.kind, order.side, order.stop_price, book.last):
            trigger(state, effects, order, symbol.spot, book, markets)
    for side in Side:
        resting = [order for order in orders.values() if order.side is side and not order.is_waiting]
        resting.sort(key=lambda order: (-order.price if order.side is Side.buy else order.price, order.id))
        for order in resting:
            quantity = eat(book, side, order.price, order.remaining)
            if quantity:
                account = state.accounts[order.account]
                fill(state, effects, account, order, Level(order.price, quantity), markets, maker=True)
                effects.spot_balances(account, symbol.base, symbol.quote)


def trigger(state: State, effects: Effects, order: Order, steps: Steps, book: Book, markets: Markets) -> None:
    """A stop becomes the order it stands for; one that cannot be paid any more expires."""
    account, symbol = state.accounts[order.account], state.symbols[order.symbol]
    gives = symbol.quote if order.side is Side.buy else symbol.base
    order.working_ms = order.updated_ms = markets.now_ms
    limit = order.price if order.kind in STOP_LIMITS else None
    plan = walk(book, order.side, order.quantity, limit)
    if limit is None and order.side is Side.buy:
        _release(account, order, gives, order.locked)
        needed = sum((times(level.price, level.quantity) for level in plan), ZERO)
        if account.balance(gives).free < needed:
            return finish(state, effects, account, order, Status.expired, markets.now_ms)
        _hold(account, order, gives, needed)
    effects.order(order, Execution.new)
    if order.tif is Tif.fok and sum((level.quantity for level in plan), ZERO) < order.quantity:
        plan = []
    _carry_out(state, effects, account, order, plan, book, markets)
    return effects.spot_balances(account, symbol.base, symbol.quote)


def _hold(account: Account, order: Order, asset: str, amount: Decimal) -> None:
    balance = account.balance(asset)
    balance.free, balance.locked = minus(balance.free, amount), plus(balance.locked, amount)
    order.locked = plus(order.locked, amount)


def _release(account: Account, order: Order, asset: str, amount: Decimal) -> None:
    balance = account.balance(asset)
    balance.free, balance.locked = plus(balance.free, amount), minus(balance.locked, amount)
    order.locked = minus(order.locked, amount)


def _close(state: State, account: Account, order: Order, asset: str) -> None:
    _release(account, order, asset, order.locked)
    del state.orders_on(Market.spot, order.symbol)[order.id]
