"""An account whose webhook can be posted to."""

import pytest
from fastapi.testclient import TestClient

from tests.support.people import Person
from tests.support.webhooks import Sender, sender_of


@pytest.fixture
def sender(client: TestClient, admin: Person) -> Sender:
    return sender_of(client, admin)
