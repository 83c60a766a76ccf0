"""A desk with the duties of watching at hand."""

import pytest

from tests.support.orders_desk import Desk
from tests.support.watching import Watcher


@pytest.fixture
def watcher(desk: Desk) -> Watcher:
    return Watcher(desk)
