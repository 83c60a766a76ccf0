"""Watched prices: the book fires what a look at every trigger would fire, once, and follows trailing ones."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.positions.rules.states import Direction
from dollarclub.positions.rules.triggers import Armed, TriggerBook

SPOT = Catalog("binance", MarketType.spot, Environment.paper)
USDM = Catalog("binanceusdm", MarketType.usdm, Environment.paper)
BTC = "BTC/USDT"


def armed(
    number: int,
    direction: Direction,
    price: str,
    *,
    trail: str | None = None,
    extreme: str | None = None,
    catalog: Catalog = SPOT,
    symbol: str = BTC,
    revision: int = 1,
) -> Armed:
    return Armed(
        UUID(int=number),
        revision,
        catalog,
        symbol,
        direction,
        Decimal(price),
        None if trail is None else Decimal(trail),
        None if extreme is None else Decimal(extreme),
    )


def book_of(*triggers: Armed) -> TriggerBook:
    book = TriggerBook()
    book.replace(triggers)
    return book


def fired(book: TriggerBook, *prices: str, symbol: str = BTC) -> list[tuple[int, str]]:
    """(trigger, price) in the order of the prices."""
    return [
        (firing.trigger_id.int, str(firing.price))
        for price in prices
        for firing in book.on_price(SPOT, symbol, Decimal(price))
    ]


@pytest.mark.parametrize(
    ("direction", "missed", "hit"),
    [(Direction.above, "99.99", "100"), (Direction.below, "100.01", "100")],
)
def test_the_exact_price_fires_and_one_short_of_it_does_not(
    direction: Direction, missed: str, hit: str
) -> None:
    book = book_of(armed(1, direction, "100"))
    assert fired(book, missed) == []
    assert fired(book, hit, missed, hit) == [(1, hit)]


def test_a_jump_fires_everything_on_its_way_and_nothing_else() -> None:
    book = book_of(
        armed(1, Direction.below, "95"),
        armed(2, Direction.below, "90"),
        armed(3, Direction.below, "80"),
        armed(4, Direction.above, "110"),
        armed(5, Direction.below, "95", symbol="ETH/USDT"),
        armed(6, Direction.below, "95", catalog=USDM),
    )
    assert sorted(fired(book, "85")) == [(1, "85"), (2, "85")]
    assert fired(book, "110.5", "79") == [(4, "110.5"), (3, "79")]


def test_a_trailing_one_begins_at_its_price_and_fires_that_far_from_the_best_since() -> None:
    rising = book_of(armed(1, Direction.above, "102", trail="1"))
    assert fired(rising, "101", "100", "102", "110", "108.91", "109") == []
    assert fired(rising, "108.9", "100") == [(1, "108.9")]
    falling = book_of(armed(1, Direction.below, "98", trail="1"))
    assert fired(falling, "99", "98", "90", "90.89") == []
    assert fired(falling, "90.9") == [(1, "90.9")]


def test_the_best_price_is_told_once_and_goes_on_from_what_was_stored() -> None:
    book = book_of(armed(1, Direction.above, "102", trail="1"))
    fired(book, "105", "104.5")
    assert [each.price for each in book.moved_extremes()] == [Decimal(105)]
    assert book.moved_extremes() == []
    restarted = book_of(armed(1, Direction.above, "102", trail="1", extreme="105"))
    assert fired(restarted, "103.96", "103.95") == [(1, "103.95")]


def test_reading_the_triggers_again_forgets_no_best_price() -> None:
    trigger, other = armed(1, Direction.above, "102", trail="1"), armed(2, Direction.below, "50")
    book = book_of(trigger)
    fired(book, "105")
    assert book.replace([trigger, other]) == {trigger.place}
    assert fired(book, "103.9") == [(1, "103.9")]


def test_what_fired_is_not_watched_again_unless_it_was_changed() -> None:
    trigger = armed(1, Direction.above, "100")
    book = book_of(trigger)
    assert fired(book, "101") == [(1, "101")]
    book.replace([trigger])
    assert fired(book, "101") == []
    book.replace([replace(trigger, revision=2, price=Decimal(105))])
    assert fired(book, "104", "105") == [(1, "105")]


def test_what_is_dropped_fires_no_more() -> None:
    trigger = armed(1, Direction.above, "100")
    book = book_of(trigger)
    assert book.replace([trigger]) == set()
    book.replace([])
    assert book.places == set()
    assert fired(book, "101") == []


@dataclass
class Naive:
    """Looks at every trigger at every price."""

    armed: Armed
    best: Decimal | None = None
    done: bool = False

    def fires(self, price: Decimal) -> bool:
        up = self.armed.direction is Direction.above
        reached = price >= self.armed.price if up else price <= self.armed.price
        if self.armed.trail_percent is None:
            return reached
        if self.best is None:
            self.best = price if reached else None
            return False
        self.best = max(self.best, price) if up else min(self.best, price)
        off = self.armed.trail_percent / 100
        return price <= self.best * (1 - off) if up else price >= self.best * (1 + off)


prices = st.integers(80, 120).map(Decimal)
triggers = st.lists(
    st.tuples(
        st.sampled_from(Direction), prices, st.none() | st.integers(1, 20).map(Decimal), st.integers(1, 2)
    ),
    max_size=12,
)


@given(triggers, st.lists(st.tuples(prices, st.booleans()), max_size=30))
def test_the_book_fires_what_a_look_at_every_trigger_fires(
    drawn: list[tuple[Direction, Decimal, Decimal | None, int]], path: list[tuple[Decimal, bool]]
) -> None:
    all_armed = [
        Armed(UUID(int=number), 1, SPOT, f"S{symbol}", direction, price, trail)
        for number, (direction, price, trail, symbol) in enumerate(drawn, 1)
    ]
    book = book_of(*all_armed)
    naive = [Naive(each) for each in all_armed]
    for price, reread in path:
        if reread:
            book.replace([each.armed for each in naive if not each.done])
        seen = {firing.trigger_id for firing in book.on_price(SPOT, "S1", price)}
        expected = set()
        for each in naive:
            if each.armed.symbol == "S1" and not each.done and each.fires(price):
                each.done = True
                expected.add(each.armed.id)
        assert seen == expected
