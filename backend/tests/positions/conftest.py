"""Desks of `tests/orders`, with the exchange's markets read and the engine at them."""

import pytest

from tests.orders.conftest import context, exchange, factory, later  # noqa: F401
from tests.orders.conftest import desk as desk
from tests.support.orders_desk import Desk
from tests.support.position_floor import Floor, read_catalogs


@pytest.fixture
def floor(desk: Desk) -> Floor:
    read_catalogs(desk)
    return Floor(desk)
