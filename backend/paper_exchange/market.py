"""The moment's market for the engine and what the public endpoints show of the past: all computed from the courses."""

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal

from paper_exchange.clock import Clock
from paper_exchange.engine.book import Book
from paper_exchange.engine.model import Market, Side
from paper_exchange.engine.money import floor_to
from paper_exchange.engine.prices import Segment, Shape, price_at, symbol_seed, to_tick, turning_points, unit
from paper_exchange.engine.refusal import bad_symbol
from paper_exchange.engine.state import State
from paper_exchange.engine.symbols import Steps, Symbol

MOMENT_MS = 250
DAY_MS = 86_400_000
SAMPLES = 8
KEPT_CANDLES = 20_000
MOST_TURNS = 1_000


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar; `volume` in base, `trades` a count, times inclusive."""

    open_ms: int
    close_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trades: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A book as the public sees it: its number, and quantities by price, best first."""

    number: int
    moment: int
    bids: dict[Decimal, Decimal]
    asks: dict[Decimal, Decimal]


@dataclass(slots=True)
class Quotes:
    """Implements the engine's `Markets`, at the clock's time or at the one that is pinned.

    `followed` has the books of which somebody is told the differences: the public sees those as they were last told.
    """

    state: State
    clock: Clock
    pinned_ms: int | None = None
    followed: set[tuple[Market, str]] = field(default_factory=set)
    _samples: dict[tuple[Market, str], Sample] = field(default_factory=dict)
    _number: int = 0
    _books: dict[tuple[Market, str], Book] = field(default_factory=dict)
    _candles: OrderedDict[tuple[str, Market, int, int], Candle] = field(default_factory=OrderedDict)

    @property
    def now_ms(self) -> int:
        return self.clock.now_ms() if self.pinned_ms is None else self.pinned_ms

    def turns(self, since_ms: int, until_ms: int) -> list[int]:
        """When an operator's price turned in between: times at which orders must see it, however short it was there."""
        found: set[int] = set()
        for course in self.state.courses.values():
            found.update(turning_points(course.segments[-1], since_ms, until_ms))
        return sorted(found)[-MOST_TURNS:]

    def steps(self, market: Market, symbol: Symbol) -> Steps:
        """The symbol's steps on that market; refused when it is not listed there."""
        steps = symbol.spot if market is Market.spot else symbol.usdm
        if steps is None:
            raise bad_symbol()
        return steps

    def shown_ms(self, symbol: Symbol) -> int:
        """The time that public data is of: now, unless the operator froze it."""
        return self.now_ms if symbol.frozen_ms is None else symbol.frozen_ms

    def shown_book(self, market: Market, symbol: Symbol) -> Book:
        """The book as the public sees it."""
        if symbol.frozen_ms is None:
            return self.book(market, symbol)
        at = symbol.frozen_ms
        last = self.price(market, symbol, at)
        return Book(symbol, self.steps(market, symbol), last, at // MOMENT_MS, self.state.seed)

    def sample(self, market: Market, symbol: Symbol, *, anew: bool = False) -> "Sample":
        """The public's book with its number; a new one each moment, of a followed book only when asked for `anew`."""
        place, moment = (market, symbol.name), self.now_ms // MOMENT_MS
        known = self._samples.get(place)
        if known is not None and (known.moment == moment or (place in self.followed and not anew)):
            return known
        self._number = max(self._number + 1, self.now_ms)
        book = self.shown_book(market, symbol)
        sides = [{lvl.price: lvl.quantity for lvl in book.levels(side)} for side in (Side.buy, Side.sell)]
        made = Sample(self._number, moment, sides[0], sides[1])
        self._samples[place] = made
        return made

    def price(self, market: Market, symbol: Symbol, at_ms: int | None = None) -> Decimal:
        raw = price_at(
            self.state.courses[symbol.name], self.state.seed, self.now_ms if at_ms is None else at_ms
        )
        return to_tick(raw, self.steps(market, symbol).tick)

    def book(self, market: Market, symbol: Symbol) -> Book:
        """The book of this moment; what was taken from it stays taken until the next."""
        moment, last = self.now_ms // MOMENT_MS, self.price(market, symbol)
        known = self._books.get((market, symbol.name))
        if known is None or (known.moment, known.last, known.symbol) != (moment, last, symbol):
            known = Book(symbol, self.steps(market, symbol), last, moment, self.state.seed)
            self._books[market, symbol.name] = known
        return known

    def shape(self, symbol: Symbol) -> Shape:
        """How the price goes on from now; a path that came to its end stands still."""
        segment = self.state.courses[symbol.name].segments[-1]
        ended = segment.shape is Shape.path and self.now_ms >= segment.start_ms + segment.points[-1][0]
        return Shape.fixed if ended else segment.shape

    def average(self, market: Market, symbol: Symbol) -> Decimal:
        now = self.now_ms
        seen = [self.price(market, symbol, now - back * 30_000) for back in range(10)]
        tick = self.steps(market, symbol).tick
        return to_tick(sum(seen, Decimal(0)) / len(seen), tick)

    def mark(self, symbol: Symbol) -> Decimal:
        """The futures mark price: the price and the premium that the operator set."""
        raw = price_at(self.state.courses[symbol.name], self.state.seed, self.now_ms) * (1 + symbol.premium)
        return to_tick(raw, self.steps(Market.usdm, symbol).tick)

    def candle(self, market: Market, symbol: Symbol, open_ms: int, length_ms: int) -> Candle:
        """The bar that starts at `open_ms`; the present one ends now."""
        now = self.shown_ms(symbol)
        key = (symbol.name, market, open_ms, length_ms)
        if key in self._candles:
            return self._candles[key]
        end = min(open_ms + length_ms, now)
        made = self._make_candle(market, symbol, open_ms, length_ms, end)
        if open_ms + length_ms < now:
            self._candles[key] = made
            if len(self._candles) > KEPT_CANDLES:
                self._candles.popitem(last=False)
        return made

    def forget(self) -> None:
        """Drop what was computed from courses that have changed."""
        self._candles.clear()
        self._forget_present()

    def _forget_present(self) -> None:
        self._books.clear()
        for place in [place for place in self._samples if place not in self.followed]:
            del self._samples[place]

    def _make_candle(self, market: Market, symbol: Symbol, open_ms: int, length_ms: int, end: int) -> Candle:
        course = self.state.courses[symbol.name]
        times = [open_ms + (end - open_ms) * part // SAMPLES for part in range(SAMPLES + 1)]
        for segment in course.segments[-200:]:
            if open_ms < segment.start_ms < end:
                times += [segment.start_ms - 1, segment.start_ms]
            times += [
                segment.start_ms + at for at, _ in segment.points if open_ms < segment.start_ms + at < end
            ]
        times.sort()
        prices = [self.price(market, symbol, at) for at in times]
        step = self.steps(market, symbol).step
        busy = unit(symbol_seed(self.state.seed, symbol.name), open_ms, length_ms) + 0.5
        value = symbol.level_quote * 4_000 * Decimal(repr(busy)) * (end - open_ms) / DAY_MS * 24
        mean = sum(prices, Decimal(0)) / len(prices)
        volume = floor_to(value / mean, step)
        return Candle(
            open_ms, open_ms + length_ms - 1, prices[0], max(prices), min(prices), prices[-1], volume, volume * mean,
            max(1, int((end - open_ms) / 500 * busy)),
        )  # fmt: skip

    def day(self, market: Market, symbol: Symbol) -> Candle:
        """The last 24 hours that the public sees; extremes and volume are of full minutes, the rest is of now."""
        now = self.shown_ms(symbol)
        minute = now // 60_000 * 60_000
        hours = [
            self.candle(market, symbol, minute - back * 3_600_000, 3_600_000) for back in range(24, 0, -1)
        ]
        last = self.price(market, symbol, now)
        volume = sum((bar.volume for bar in hours), Decimal(0))
        value = sum((bar.quote_volume for bar in hours), Decimal(0))
        return Candle(
            now - DAY_MS, now, self.price(market, symbol, now - DAY_MS), max(last, *(bar.high for bar in hours)),
            min(last, *(bar.low for bar in hours)), last, volume, value, sum(bar.trades for bar in hours),
        )  # fmt: skip

    def move(self, symbol: Symbol, price: Decimal, shape: Shape) -> None:
        """Set the price now; it stays or, with the shape `walk`, goes on from there."""
        self.state.courses[symbol.name].add(Segment(self._turn_ms(symbol), shape, price))
        self._forget_present()

    def run_path(self, symbol: Symbol, points: list[tuple[int, Decimal]]) -> None:
        """Follow (ms from now, price); before the first point the present price leads to it, after the last one it stays."""
        present = price_at(self.state.courses[symbol.name], self.state.seed, self.now_ms)
        self.state.courses[symbol.name].add(
            Segment(self._turn_ms(symbol), Shape.path, present, sorted(points))
        )
        self._forget_present()

    def _turn_ms(self, symbol: Symbol) -> int:
        """When a new course begins: now, but not at the very moment that the public sees frozen."""
        return self.now_ms if symbol.frozen_ms is None else max(self.now_ms, symbol.frozen_ms + 1)
