"""What fills leave held, and at which mean price."""

from decimal import Decimal

import pytest

from dollarclub.exchanges.gateway import Side
from dollarclub.orders.rules.book import Entry, average_entry, base_of, is_spot

BUY, SELL = Side.buy, Side.sell


def _entries(*rows: tuple[Side, str, str]) -> list[Entry]:
    return [Entry(side, Decimal(amount), Decimal(amount), Decimal(price)) for side, amount, price in rows]


@pytest.mark.parametrize(
    ("rows", "average"),
    [
        ([], None),
        ([(BUY, "1", "100")], "100"),
        ([(BUY, "1", "100"), (BUY, "3", "200")], "175"),
        ([(BUY, "2", "100"), (SELL, "1", "500")], "100"),
        ([(BUY, "2", "100"), (SELL, "2", "500")], None),
        ([(BUY, "2", "100"), (SELL, "2", "500"), (BUY, "1", "300")], "300"),
        ([(BUY, "1", "100"), (SELL, "3", "200")], "200"),
        ([(SELL, "1", "100"), (SELL, "1", "300"), (BUY, "1", "10")], "200"),
    ],
)
def test_the_mean_is_of_what_is_held_now(rows: list[tuple[Side, str, str]], average: str | None) -> None:
    found = average_entry(_entries(*rows))
    assert found == (None if average is None else Decimal(average))


def test_symbols_tell_their_base_and_their_market() -> None:
    assert (base_of("BTC/USDT"), is_spot("BTC/USDT")) == ("BTC", True)
    assert (base_of("BTC/USDT:USDT"), is_spot("BTC/USDT:USDT")) == ("BTC", False)
