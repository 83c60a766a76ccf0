"""What positions and orders ask of a futures wallet, as Binance documents it (single-asset mode)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from paper_exchange.engine.model import Futures, Order, Position, PositionSide, Side
from paper_exchange.engine.money import ZERO, cut_up, ratio

DEFAULT_LEVERAGE = 20
Mark = Callable[[str], Decimal]


@dataclass(frozen=True, slots=True)
class Bracket:
    """From `floor` to `cap` (quote): the most leverage, the maintenance rate, and what is taken off it again."""

    number: int
    floor: Decimal
    cap: Decimal
    leverage: int
    rate: Decimal
    cumulated: Decimal


def _brackets(*rows: tuple[int, int, str]) -> list[Bracket]:
    """(cap, leverage, maintenance rate) in rising order."""
    found: list[Bracket] = []
    floor, rate, cumulated = ZERO, ZERO, ZERO
    for number, (cap, leverage, text) in enumerate(rows, start=1):
        cumulated += floor * (Decimal(text) - rate)
        rate = Decimal(text)
        found.append(Bracket(number, floor, Decimal(cap), leverage, rate, cumulated))
        floor = Decimal(cap)
    return found


LARGE = _brackets(
    (50_000, 125, "0.004"), (600_000, 100, "0.005"), (3_000_000, 75, "0.0065"), (300_000_000, 50, "0.01")
)
SMALL = _brackets((10_000, 50, "0.01"), (100_000, 25, "0.025"), (30_000_000, 10, "0.05"))


def brackets(symbol: str) -> list[Bracket]:
    return LARGE if symbol.startswith(("BTC", "ETH")) else SMALL


def bracket_of(symbol: str, notional: Decimal) -> Bracket:
    """The bracket that a position of this value is in."""
    return next((row for row in brackets(symbol) if notional <= row.cap), brackets(symbol)[-1])


def leverage_of(futures: Futures, symbol: str) -> int:
    return futures.leverage.get(symbol, DEFAULT_LEVERAGE)


def notional(position: Position, mark: Decimal) -> Decimal:
    """Signed value."""
    return position.amount * mark


def unrealized(position: Position, mark: Decimal) -> Decimal:
    return position.amount * mark - position.cost


def maintenance(position: Position, mark: Decimal) -> Decimal:
    """What the position must be backed with."""
    value = abs(notional(position, mark))
    row = bracket_of(position.symbol, value)
    return cut_up(value * row.rate - row.cumulated) if value else ZERO


def entry_price(position: Position) -> Decimal:
    return ratio(position.cost, position.amount) if position.amount else ZERO


def initial(futures: Futures, symbol: str, orders: Iterable[Order], mark: Decimal) -> tuple[Decimal, Decimal]:
    """(for positions, for positions and orders): the margin that one symbol binds.

    One-way: max(|P + B|, |P - A|) / leverage with position value P, open buys B and open sells A; hedge: each side its own.
    """
    buys: dict[PositionSide, Decimal] = {}
    sells: dict[PositionSide, Decimal] = {}
    for order in orders:
        if order.reduce_only or order.is_waiting:
            continue
        resting = buys if order.side is Side.buy else sells
        resting[order.position_side] = resting.get(order.position_side, ZERO) + order.price * order.remaining
    held = {
        position.side: notional(position, mark)
        for position in futures.positions.values()
        if position.symbol == symbol
    }
    alone = sum((abs(value) for value in held.values()), ZERO)
    together = ZERO
    for side in PositionSide:
        value = held.get(side, ZERO)
        more, less = buys.get(side, ZERO), sells.get(side, ZERO)
        if side is PositionSide.both:
            together += max(abs(value + more), abs(value - less))
        else:
            together += abs(value) + (more if side is PositionSide.long else less)
    leverage = leverage_of(futures, symbol)
    return cut_up(ratio(alone, Decimal(leverage))), cut_up(ratio(together, Decimal(leverage)))


def cross_positions(futures: Futures) -> list[Position]:
    return [one for one in futures.positions.values() if one.amount and one.symbol not in futures.isolated]


def available(futures: Futures, orders: list[Order], mark: Mark) -> Decimal:
    """What is free for new margin: the cross wallet with its unrealised results, less what is bound."""
    free = futures.wallet + sum((unrealized(one, mark(one.symbol)) for one in cross_positions(futures)), ZERO)
    symbols = {one.symbol for one in futures.positions.values() if one.amount} | {
        order.symbol for order in orders
    }
    for symbol in symbols:
        own = [order for order in orders if order.symbol == symbol]
        alone, together = initial(futures, symbol, own, mark(symbol))
        free -= together - alone if symbol in futures.isolated else together
    return free


def liquidation_price(futures: Futures, position: Position, mark: Mark) -> Decimal:
    """Where the position would be closed; zero when it never would."""
    if not position.amount:
        return ZERO
    isolated = position.symbol in futures.isolated
    backing = position.isolated if isolated else futures.wallet
    if not isolated:
        for other in cross_positions(futures):
            if other is not position:
                backing += unrealized(other, mark(other.symbol)) - maintenance(other, mark(other.symbol))
    row = bracket_of(position.symbol, abs(notional(position, mark(position.symbol))))
    size = abs(position.amount)
    below = size * row.rate - position.amount
    price = ratio(backing + row.cumulated - position.cost, below) if below else ZERO
    return max(price, ZERO)
