"""Making and changing strategies, and the tokens and secrets of their webhooks."""

from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.errors import Conflict, Invalid, NotFound
from dollarclub.core.outbox import emit
from dollarclub.core.security import Cipher
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.kit.ids import new_id
from dollarclub.kit.money import plain
from dollarclub.signals.events import strategy_changed
from dollarclub.signals.models import Strategy
from dollarclub.signals.repository.strategies import StrategyRepository
from dollarclub.signals.service.sealing import Sealed, new_sealed, secret_context, token_context
from dollarclub.vault import queries as vault

DEFAULT_NAME = "Default"
_REQUIRED = (
    "name",
    "enabled",
    "market_type",
    "mode",
    "order_type",
    "amount_unit",
    "require_secret",
    "require_signature",
    "allowed_addresses",
)


def ensure_default(session: Session, *, account_id: UUID, cipher: Cipher) -> UUID:
    """The account's default strategy, made when there is none: market orders on its paper key."""
    strategies = StrategyRepository(session)
    number = 1
    while (found := strategies.default_of(account_id)) is None:
        name = DEFAULT_NAME if number == 1 else f"{DEFAULT_NAME} {number}"
        values = {"name": name, "is_default": True, "market_type": MarketType.spot}
        made = _add(session, account_id, cipher, {**values, "order_type": OrderType.market})
        if made is not None:
            return made
        number += 1
    return found


def create(session: Session, *, account_id: UUID, values: dict[str, Any], cipher: Cipher) -> UUID:
    """A new strategy with a webhook of its own. Raises Conflict (`name_taken`), NotFound for a key that is not there."""
    _check_key(session, account_id, values["key_id"], values["market_type"])
    made = _add(session, account_id, cipher, values)
    if made is None:
        raise _name_taken(values["name"])
    _record(session, account_id, made, "created", None, values)
    return made


def change(session: Session, *, account_id: UUID, strategy_id: UUID, values: dict[str, Any]) -> None:
    """Set the given columns. Raises NotFound, Conflict (`name_taken`), Invalid for what may not be empty."""
    strategy = _locked(session, account_id, strategy_id)
    for name in _REQUIRED:
        if name in values and values[name] is None:
            raise Invalid(f"{name} may not be empty.")
    if {"key_id", "market_type"} & set(values):
        market_type = values.get("market_type", strategy.market_type)
        _check_key(session, account_id, values.get("key_id", strategy.key_id), market_type)
    name = values.get("name", strategy.name)
    if name != strategy.name and StrategyRepository(session).name_taken(account_id, name):
        raise _name_taken(name)
    if not values:
        return
    before = {name: getattr(strategy, name) for name in values}
    try:
        with session.begin_nested():
            StrategyRepository(session).change(strategy_id, **values)
    except IntegrityError as error:
        raise _name_taken(name) from error
    _record(session, account_id, strategy_id, "changed", before, values)
    emit(session, strategy_changed(account_id, strategy_id))


def archive(session: Session, *, account_id: UUID, strategy_id: UUID) -> None:
    """Take a strategy and its webhook away; its signals stay. Raises Conflict (`default_strategy`)."""
    if _locked(session, account_id, strategy_id).is_default:
        raise Conflict(
            "The default strategy serves the account's own webhook addresses; switch it off instead.",
            code="default_strategy",
        )
    StrategyRepository(session).change(strategy_id, archived_at=func.clock_timestamp())
    _record(session, account_id, strategy_id, "archived", None, None)
    emit(session, strategy_changed(account_id, strategy_id))


def rotate_secret(session: Session, *, account_id: UUID, strategy_id: UUID, cipher: Cipher) -> None:
    """A new secret; alerts with the old one are refused from now on."""
    _locked(session, account_id, strategy_id)
    sealed = new_sealed(cipher, secret_context(strategy_id))
    StrategyRepository(session).change(
        strategy_id, secret_digest=sealed.digest, secret_sealed=sealed.ciphertext
    )
    _record(session, account_id, strategy_id, "secret_rotated", None, None)
    emit(session, strategy_changed(account_id, strategy_id))


def rotate_token(session: Session, *, account_id: UUID, strategy_id: UUID, cipher: Cipher) -> None:
    """A new address; the old one leads nowhere from now on."""
    _locked(session, account_id, strategy_id)
    sealed = new_sealed(cipher, token_context(strategy_id))
    StrategyRepository(session).change(
        strategy_id, token_digest=sealed.digest, token_sealed=sealed.ciphertext
    )
    _record(session, account_id, strategy_id, "token_rotated", None, None)
    emit(session, strategy_changed(account_id, strategy_id))


def rotate(session: Session, cipher: Cipher) -> int:
    """Encrypt the tokens and secrets of all strategies under the newest key; how many strategies."""
    strategies = StrategyRepository(session)
    rows = strategies.sealed()
    for strategy_id, token, secret in rows:
        strategies.change(strategy_id, token_sealed=cipher.rotate(token), secret_sealed=cipher.rotate(secret))
    return len(rows)


def _add(session: Session, account_id: UUID, cipher: Cipher, values: dict[str, Any]) -> UUID | None:
    strategy_id = new_id()
    token: Sealed = new_sealed(cipher, token_context(strategy_id))
    secret: Sealed = new_sealed(cipher, secret_context(strategy_id))
    added = StrategyRepository(session).add(
        id=strategy_id,
        account_id=account_id,
        token_digest=token.digest,
        token_sealed=token.ciphertext,
        secret_digest=secret.digest,
        secret_sealed=secret.ciphertext,
        **values,
    )
    if not added:
        return None
    emit(session, strategy_changed(account_id, strategy_id))
    return strategy_id


def _record(
    session: Session,
    account_id: UUID,
    strategy_id: UUID,
    verb: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    audit.record(
        session,
        account_id=account_id,
        actor_id=account_id,
        action=f"strategy.{verb}",
        subject_kind="strategy",
        subject_id=strategy_id,
        before=None if before is None else {name: _told(value) for name, value in before.items()},
        after=None if after is None else {name: _told(value) for name, value in after.items()},
    )


def _told(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, UUID | StrEnum) else value


def _locked(session: Session, account_id: UUID, strategy_id: UUID) -> Strategy:
    strategy = StrategyRepository(session).locked(strategy_id, account_id)
    if strategy is None:
        raise NotFound("No such strategy.", strategy_id=strategy_id)
    return strategy


def _check_key(session: Session, account_id: UUID, key_id: UUID | None, market_type: MarketType) -> None:
    if key_id is None:
        return
    traded = vault.key_access(session, key_id, account_id).catalog.market_type
    if traded is not market_type:
        raise Invalid(f"The key trades {traded}, the strategy {market_type}.", code="market_type_mismatch")


def _name_taken(name: str) -> Conflict:
    message = "There is a strategy with this name already."
    return Conflict(message, code="name_taken", errors=[{"field": "name", "message": message}], name=name)
