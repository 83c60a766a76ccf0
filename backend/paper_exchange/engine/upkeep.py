"""What happens to futures positions by themselves: funding and liquidation."""

from decimal import Decimal

from paper_exchange.engine import futures, margin, positions
from paper_exchange.engine.book import Level
from paper_exchange.engine.events import Execution
from paper_exchange.engine.model import Account, Kind, Market, Order, Position, Side, Status, Tif
from paper_exchange.engine.money import ZERO, cut, minus, plus
from paper_exchange.engine.prices import symbol_seed, unit
from paper_exchange.engine.state import Effects, Markets, State
from paper_exchange.engine.symbols import Symbol

FUNDING_MS = 8 * 3_600_000
CLEARANCE = Decimal("0.0125")


def funding_rate(seed: int, symbol: str, at_ms: int) -> Decimal:
    """The rate of the funding at `at_ms`: around a hundredth of a percent, the same for the same seed."""
    share = unit(symbol_seed(seed, symbol), at_ms // FUNDING_MS, 99)
    return Decimal(int(share * 40_000) - 10_000) / Decimal(100_000_000)


def due_funding(state: State, effects: Effects, symbol: Symbol, markets: Markets) -> None:
    """Pay every funding that has come due since the last one; a pair's first one is only noted."""
    latest = markets.now_ms // FUNDING_MS * FUNDING_MS
    if symbol.usdm is None or symbol.funded_ms >= latest:
        return
    first = symbol.funded_ms == 0
    due = range(symbol.funded_ms + FUNDING_MS, latest + 1, FUNDING_MS) if not first else range(0)
    for at_ms in due:
        pay_funding(state, effects, symbol, funding_rate(state.seed, symbol.name, at_ms), markets)
    symbol.funded_ms = latest
    effects.symbols.add(symbol.name)


def pay_funding(state: State, effects: Effects, symbol: Symbol, rate: Decimal, markets: Markets) -> None:
    """Longs pay the rate of their value, shorts receive it; with a negative rate the other way round."""
    mark = markets.mark(symbol)
    for account in state.accounts.values():
        paid = ZERO
        for position in account.futures.positions.values():
            if position.symbol != symbol.name or not position.amount:
                continue
            amount = cut(-margin.notional(position, mark) * rate)
            if symbol.name in account.futures.isolated:
                position.isolated = plus(position.isolated, amount)
            else:
                account.futures.wallet = plus(account.futures.wallet, amount)
            paid = plus(paid, amount)
        if paid:
            now = markets.now_ms
            positions.book_income(state, effects, account, symbol.name, "FUNDING_FEE", paid, now, None)
            positions.tell(effects, account, markets, state, "FUNDING_FEE", symbol.name, change=paid)


def liquidate(state: State, effects: Effects, account: Account, markets: Markets) -> None:
    """Close what is not backed any more: an isolated position alone, or all cross ones."""
    futures_ = account.futures

    def mark(name: str) -> Decimal:
        return markets.mark(state.symbols[name])

    for position in list(futures_.positions.values()):
        if position.amount and position.symbol in futures_.isolated:
            backed = position.isolated + margin.unrealized(position, mark(position.symbol))
            if backed <= margin.maintenance(position, mark(position.symbol)):
                _close(state, effects, account, position, markets)
    cross = margin.cross_positions(futures_)
    if not cross:
        return
    equity = futures_.wallet + sum((margin.unrealized(one, mark(one.symbol)) for one in cross), ZERO)
    if equity > sum((margin.maintenance(one, mark(one.symbol)) for one in cross), ZERO):
        return
    for position in cross:
        _close(state, effects, account, position, markets)
    _insure(state, effects, account, ZERO, markets)


def _close(state: State, effects: Effects, account: Account, position: Position, markets: Markets) -> None:
    """Cancel the symbol's orders and close the position at the mark price, for the liquidation fee."""
    now, symbol = markets.now_ms, position.symbol
    for order in list(state.orders_of(Market.usdm, account.id, symbol)):
        futures.finish(state, effects, account, order, Status.canceled, now)
    mark = markets.mark(state.symbols[symbol])
    isolated = position.isolated if symbol in account.futures.isolated else None
    before = account.futures.wallet
    side = Side.sell if position.amount > 0 else Side.buy
    order = Order(
        id=state.next_id(), market=Market.usdm, account=account.id, symbol=symbol, client_id=f"autoclose-{now}", side=side,
        kind=Kind.liquidation, tif=Tif.ioc, quantity=abs(position.amount), price=mark, created_ms=now, updated_ms=now,
        working_ms=now, position_side=position.side,
    )  # fmt: skip
    effects.order(order, Execution.new)
    level = Level(mark, abs(position.amount))
    positions.fill(state, effects, account, order, level, markets, maker=False, fee_rate=CLEARANCE)
    if isolated is not None:
        _insure(state, effects, account, before, markets)
    positions.tell(effects, account, markets, state, "ORDER", symbol)


def _insure(state: State, effects: Effects, account: Account, least: Decimal, markets: Markets) -> None:
    """The insurance fund bears what the wallet cannot."""
    gap = minus(least, account.futures.wallet)
    if gap > 0:
        account.futures.wallet = plus(account.futures.wallet, gap)
        positions.book_income(state, effects, account, "", "INSURANCE_CLEAR", gap, markets.now_ms, None)
        positions.tell(effects, account, markets, state, "INSURANCE_CLEAR", change=gap)
