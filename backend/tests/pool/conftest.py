"""An account whose entries ask for slots."""

from uuid import UUID

import pytest

from dollarclub.core.context import Context
from tests.support.people import Person
from tests.support.pool_desk import PoolDesk


@pytest.fixture
def desk(context: Context, admin: Person) -> PoolDesk:
    return PoolDesk(context, UUID(admin.id))
