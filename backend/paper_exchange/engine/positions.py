"""How a fill changes a futures position and its wallet, to the last digit."""

from decimal import Decimal

from paper_exchange.engine import margin
from paper_exchange.engine.book import Level
from paper_exchange.engine.events import Execution, FuturesUpdate
from paper_exchange.engine.model import Account, Market, Order, Position, PositionSide, Side, Status, Trade
from paper_exchange.engine.money import ZERO, cut, minus, plus, ratio, times
from paper_exchange.engine.state import Effects, Income, Markets, State

QUOTE = "USDT"


def position_key(symbol: str, side: PositionSide) -> str:
    return f"{symbol}:{side.value}"


def position_of(account: Account, symbol: str, side: PositionSide) -> Position:
    """The account's position, an empty one when it never had one."""
    return account.futures.positions.setdefault(position_key(symbol, side), Position(symbol, side))


def fill(
    state: State, effects: Effects, account: Account, order: Order, level: Level, markets: Markets, *, maker: bool,
    fee_rate: Decimal | None = None,
) -> Trade:  # fmt: skip
    """One trade of an order: position, wallet, fee, history."""
    fees, now = account.fees, markets.now_ms
    quote = times(level.price, level.quantity)
    rate = fee_rate if fee_rate is not None else fees.usdm_maker if maker else fees.usdm_taker
    fee = cut(times(quote, rate))
    position = position_of(account, order.symbol, order.position_side)
    pnl = _apply(account, position, order.side, level)
    position.updated_ms = account.updated_ms = order.updated_ms = now
    account.futures.wallet = minus(plus(account.futures.wallet, pnl), fee)
    order.executed = plus(order.executed, level.quantity)
    order.cost = plus(order.cost, quote)
    order.status = Status.partially_filled if order.remaining else Status.filled
    if not order.remaining:
        state.orders_on(Market.usdm, order.symbol).pop(order.id, None)
    trade = Trade(
        state.next_id(), Market.usdm, account.id, order.symbol, order.id, order.side, level.price, level.quantity, quote, fee,
        QUOTE, maker, now, pnl, order.position_side,
    )  # fmt: skip
    book_income(state, effects, account, order.symbol, "COMMISSION", -fee, now, trade.id)
    book_income(state, effects, account, order.symbol, "REALIZED_PNL", pnl, now, trade.id)
    effects.order(order, Execution.trade, trade)
    return trade


def _apply(account: Account, position: Position, side: Side, level: Level) -> Decimal:
    """Change amount, cost and isolated margin; gives what was realised."""
    futures = account.futures
    signed = level.quantity if side is Side.buy else -level.quantity
    closing = min(abs(signed), abs(position.amount)) if position.amount * signed < 0 else ZERO
    pnl = ZERO
    if closing:
        direction = 1 if position.amount > 0 else -1
        whole = closing == abs(position.amount)
        gone = position.cost if whole else cut(ratio(position.cost * closing, abs(position.amount)))
        freed = position.isolated if whole else cut(ratio(position.isolated * closing, abs(position.amount)))
        pnl = minus(direction * times(closing, level.price), gone)
        position.amount = minus(position.amount, direction * closing)
        position.cost = minus(position.cost, gone)
        position.isolated = minus(position.isolated, freed)
        futures.wallet = plus(futures.wallet, freed)
    opening = abs(signed) - closing
    if opening:
        added = opening if side is Side.buy else -opening
        position.amount = plus(position.amount, added)
        position.cost = plus(position.cost, times(added, level.price))
        if position.symbol in futures.isolated:
            leverage = Decimal(margin.leverage_of(futures, position.symbol))
            bound = cut(ratio(times(opening, level.price), leverage))
            position.isolated = plus(position.isolated, bound)
            futures.wallet = minus(futures.wallet, bound)
    return pnl


def book_income(
    state: State,
    effects: Effects,
    account: Account,
    symbol: str,
    kind: str,
    amount: Decimal,
    now_ms: int,
    trade: int | None,
) -> None:
    """A line of the account's history, when there is anything to tell."""
    if amount:
        effects.income.append(Income(state.next_id(), account.id, symbol, kind, amount, QUOTE, now_ms, trade))


def tell(
    effects: Effects,
    account: Account,
    markets: Markets,
    state: State,
    reason: str,
    *symbols: str,
    change: Decimal = ZERO,
) -> None:
    """The wallet and the positions on these symbols changed."""
    effects.accounts.add(account.id)
    touched = [one for one in account.futures.positions.values() if one.symbol in symbols]
    copies = tuple(Position(p.symbol, p.side, p.amount, p.cost, p.isolated, p.updated_ms) for p in touched)
    results = {
        position_key(p.symbol, p.side): margin.unrealized(p, markets.mark(state.symbols[p.symbol]))
        for p in touched
    }
    isolated = frozenset(account.futures.isolated)
    wallet = account.futures.wallet + sum((one.isolated for one in account.futures.positions.values()), ZERO)
    effects.events.append(
        FuturesUpdate(
            account.id,
            markets.now_ms,
            reason,
            wallet,
            account.futures.wallet,
            change,
            copies,
            results,
            isolated,
        )
    )
