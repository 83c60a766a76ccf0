"""Changing ENCRYPTION_KEY: everything stored is put under the new key, and the old one can go."""

from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from dollarclub.core.context import Context
from dollarclub.core.security import CannotDecrypt, Cipher
from dollarclub.entry.stored_secrets import reencrypt_all
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.scripts.service import secrets
from dollarclub.signals.service import strategies
from dollarclub.vault import service as vault
from dollarclub.vault.schemas import KeyIn
from dollarclub.vault.sealing import opened
from tests.support.station import new_trader

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def key_id(context: Context) -> UUID:
    """An account with a secret variable, a strategy and an exchange key, kept under the old key."""
    account = new_trader(context).id
    cipher = Cipher(OLD)
    wanted = KeyIn(
        label="mine",
        venue="binance",
        market_type=MarketType.spot,
        environment=Environment.live,
        key=SecretStr("key-of-anna"),
        secret=SecretStr("secret-of-anna"),
    )
    with context.db.transaction() as session:
        secrets.put(session, account_id=account, name="TOKEN", value=SecretStr("hidden"), cipher=cipher)
        strategies.ensure_default(session, account_id=account, cipher=cipher)
        return vault.add(
            session, account_id=account, wanted=wanted, cipher=cipher, paper=context.settings.paper
        ).id


def test_what_was_kept_under_the_old_key_opens_with_the_new_one_alone(context: Context, key_id: UUID) -> None:
    done = reencrypt_all(context.db, Cipher(f"{NEW},{OLD}"))
    assert set(done) == {"secrets of scripts", "exchange keys", "webhooks"}
    assert all(count >= 1 for count in done.values())
    fresh = Cipher(NEW)
    with context.db.transaction() as session:
        sealed, owner = session.execute(text("SELECT sealed, account_id FROM exchange_keys")).one()
        found = opened(bytes(sealed), key_id, fresh)
        variable = session.scalar(text("SELECT ciphertext FROM secrets"))
        assert secrets.opened(owner, {"TOKEN": bytes(variable)}, fresh) == {"TOKEN": "hidden"}
    assert found.key.get_secret_value() == "key-of-anna"
    assert found.secret.get_secret_value() == "secret-of-anna"
    assert sum(reencrypt_all(context.db, fresh).values()) == sum(done.values())


def test_without_the_old_key_nothing_is_changed(context: Context, key_id: UUID) -> None:
    with pytest.raises(CannotDecrypt):
        reencrypt_all(context.db, Cipher(NEW))
    assert sum(reencrypt_all(context.db, Cipher(OLD)).values()) >= 3
