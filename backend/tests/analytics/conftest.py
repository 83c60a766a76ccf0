"""The desks of positions, with risk looking at them."""

from tests.positions.conftest import context, desk, exchange, factory, floor, later  # noqa: F401
from tests.risk.conftest import risk  # noqa: F401
