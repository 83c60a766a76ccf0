"""The order book that the exchange shows and that takers eat into: made from the price, the same for the same moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from paper_exchange.engine.model import Side
from paper_exchange.engine.money import floor_to
from paper_exchange.engine.prices import symbol_seed, unit
from paper_exchange.engine.symbols import Steps, Symbol

DEPTH = 100


@dataclass(frozen=True, slots=True)
class Level:
    price: Decimal
    quantity: Decimal


@dataclass(slots=True)
class Book:
    """One moment's book; `taken` is what trades ate of it since it was made, by side and price.

    `gap` is the distance between two levels in ticks.
    """

    symbol: Symbol
    steps: Steps
    last: Decimal
    moment: int
    seed: int
    taken: dict[tuple[Side, Decimal], Decimal] = field(default_factory=dict)

    @property
    def bid(self) -> Decimal:
        return max(self.last - self.symbol.spread * self.steps.tick, self.steps.tick)

    @property
    def ask(self) -> Decimal:
        return self.last + self.symbol.spread * self.steps.tick

    @property
    def gap(self) -> Decimal:
        return max(floor_to(self.last * Decimal("0.00002"), self.steps.tick), self.steps.tick)

    def levels(self, side: Side, depth: int = DEPTH) -> Iterator[Level]:
        """Resting orders of a side, best first; what was taken is gone."""
        seed = symbol_seed(self.seed, self.symbol.name) ^ (1 if side is Side.buy else 2)
        for place in range(depth):
            price = self.ask + place * self.gap if side is Side.sell else self.bid - place * self.gap
            if price <= 0:
                return
            share = Decimal(50 + int(100 * unit(seed, self.moment, place))) / 100
            value = self.symbol.level_quote * share * (5 + place) / 5
            quantity = max(floor_to(value / price, self.steps.step), self.steps.step)
            left = quantity - self.taken.get((side, price), Decimal(0))
            if left > 0:
                yield Level(price, left)

    def take(self, side: Side, price: Decimal, quantity: Decimal) -> None:
        """A trade ate `quantity` of a side's level."""
        self.taken[side, price] = self.taken.get((side, price), Decimal(0)) + quantity


def walk(book: Book, side: Side, quantity: Decimal, limit: Decimal | None) -> list[Level]:
    """What a taker of `side` would get, best price first, not beyond `limit`; less than `quantity` when the book is too thin."""
    found: list[Level] = []
    for level in book.levels(side.opposite):
        if quantity <= 0 or (limit is not None and _beyond(level.price, limit, side)):
            break
        part = min(level.quantity, quantity)
        found.append(Level(level.price, part))
        quantity -= part
    return found


def walk_by_value(book: Book, side: Side, value: Decimal, step: Decimal) -> list[Level]:
    """Like `walk` for an amount of quote: whole steps only, the rest of the value stays."""
    found: list[Level] = []
    for level in book.levels(side.opposite):
        part = min(level.quantity, floor_to(value / level.price, step))
        if part <= 0:
            break
        found.append(Level(level.price, part))
        value -= part * level.price
        if part < level.quantity:
            break
    return found


def eat(book: Book, side: Side, limit: Decimal, wanted: Decimal) -> Decimal:
    """What a resting order of `side` at `limit` gets now that the price is at or through it; the book is that much thinner."""
    if _beyond(book.last, limit, side):
        return Decimal(0)
    got = Decimal(0)
    for place, level in enumerate(book.levels(side.opposite)):
        if got >= wanted or (place and _beyond(level.price, limit, side)):
            break
        part = min(level.quantity, wanted - got)
        book.take(side.opposite, level.price, part)
        got += part
    return got


def _beyond(price: Decimal, limit: Decimal, side: Side) -> bool:
    return price > limit if side is Side.buy else price < limit
