"""The desks of positions, with risk looking at them."""

import pytest

from tests.positions.conftest import context, desk, exchange, factory, floor, later  # noqa: F401
from tests.support.position_floor import Floor
from tests.support.risk_floor import RiskFloor


@pytest.fixture
def risk(floor: Floor) -> RiskFloor:  # noqa: F811
    made = RiskFloor(floor)
    made.set()
    return made
