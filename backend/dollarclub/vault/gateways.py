"""Open ways to the exchanges: one Gateway for a key and process, for as long as the key stays as it is."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.db import Database
from dollarclub.core.logging import logger
from dollarclub.core.security import CannotDecrypt, Cipher
from dollarclub.exchanges.errors import CredentialsRefused, Rejected
from dollarclub.exchanges.gateway import Catalog, Credentials, Gateway, GatewayFactory
from dollarclub.vault.models import KeyStatus
from dollarclub.vault.repository import KeyRepository, SealedKey
from dollarclub.vault.sealing import opened

LOOK_AGAIN_SECONDS = 1.0
_NEVER = float("-inf")
_log = logger(__name__)


@dataclass
class _Slot:
    """What is known of one key; `held` is its gateway, or why there is none, and is replaced in one step.

    `refused` is why the key may not trade, while there may be a gateway all the same.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    looked_at: float = _NEVER
    version: int | None = None
    held: Gateway | CredentialsRefused | None = None
    refused: CredentialsRefused | None = None

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.looked_at < LOOK_AGAIN_SECONDS

    def usable(self, *, for_trading: bool) -> Gateway:
        """Raises CredentialsRefused."""
        held = self.refused if for_trading and self.refused is not None else self.held
        assert held is not None
        if isinstance(held, CredentialsRefused):
            raise CredentialsRefused(held.message, code=held.code, venue_code=held.venue_code)
        return held

    def hold(self, held: Gateway | CredentialsRefused | None, version: int | None = None) -> None:
        before, self.held, self.version = self.held, held, version
        if before is not None and not isinstance(before, CredentialsRefused):
            before.close()


def read_credentials(session: Session, key_id: UUID, cipher: Cipher) -> Credentials:
    """A key's credentials for whoever opens its exchange by other means than a Gateway; whose key it is was judged before.

    Raises CredentialsRefused for a key that is deleted, has no secret yet or cannot be decrypted.
    """
    row = KeyRepository(session).sealed(key_id)
    if row is None or row.archived:
        raise _gone()
    return credentials_of(row, cipher)


def credentials_of(row: SealedKey, cipher: Cipher) -> Credentials:
    """What a sealed key opens to. Raises CredentialsRefused (`not_ready`, `cannot_decrypt`)."""
    if row.sealed is None:
        raise _not_ready()
    try:
        secrets = opened(row.sealed, row.key_id, cipher)
    except CannotDecrypt as error:
        raise CredentialsRefused(error.message, code=error.code) from error
    return Credentials(
        key_id=row.key_id,
        account_id=row.account_id,
        catalog=row.catalog,
        key=secrets.key,
        secret=secrets.secret,
        passphrase=secrets.passphrase,
        version=row.version,
    )


class Gateways:
    """Opens gateways by key id. Safe for use by several threads; the database is asked once a second a key at most."""

    def __init__(self, db: Database, cipher: Cipher, factory: GatewayFactory) -> None:
        self._db = db
        self._cipher = cipher
        self._factory = factory
        self._slots: dict[UUID, _Slot] = {}
        self._catalogs: dict[UUID, Catalog] = {}

    def get(self, key_id: UUID, *, for_trading: bool = True) -> Gateway:
        """The key's gateway, opened anew after a rotation. Whose key it is was judged before.

        Without `for_trading` also that of a refused key, to look after what it has at its exchange: the reason of
        the refusal may leave reading and cancelling possible. Raises CredentialsRefused for a key that is deleted,
        refused or has no secret yet.
        """
        slot = self._slots.get(key_id) or self._slots.setdefault(key_id, _Slot())
        if not slot.is_fresh:
            with slot.lock:
                if not slot.is_fresh:
                    self._look(slot, key_id)
        return slot.usable(for_trading=for_trading)

    def catalog(self, key_id: UUID) -> Catalog:
        """Whose markets the key trades on; a key never changes that. Raises CredentialsRefused when there is no such key."""
        found = self._catalogs.get(key_id)
        if found is None:
            row = self._read(key_id)
            if row is None:
                raise _gone()
            found = self._catalogs.setdefault(key_id, row.catalog)
        return found

    @contextmanager
    def opened_once(self, row: SealedKey) -> Iterator[Gateway]:
        """A gateway of its own for trying a key, whatever its status. Raises CredentialsRefused, Rejected."""
        gateway = self._factory.open(self._credentials(row))
        try:
            yield gateway
        finally:
            gateway.close()

    def forget(self, key_id: UUID) -> None:
        """The key has changed: look at it before the next use."""
        slot = self._slots.get(key_id)
        if slot is not None:
            slot.looked_at = _NEVER

    def tidy(self) -> None:
        """Close what belongs to keys that may no longer be used; `get` does so only for keys that are asked for."""
        for key_id, slot in list(self._slots.items()):
            with slot.lock:
                if slot.version is not None and not slot.is_fresh:
                    self._look(slot, key_id)

    def close(self) -> None:
        """Close every gateway."""
        for slot in list(self._slots.values()):
            with slot.lock:
                slot.looked_at = _NEVER
                slot.hold(None)

    def _look(self, slot: _Slot, key_id: UUID) -> None:
        row = self._read(key_id)
        absent = _absence(row)
        slot.refused = _refusal(row) if row is not None and absent is None else None
        if row is None or absent is not None:
            slot.hold(absent)
        elif slot.version != row.version:
            try:
                slot.hold(self._factory.open(self._credentials(row)), row.version)
            except CredentialsRefused as error:
                slot.hold(error)
            except Rejected as error:
                slot.hold(CredentialsRefused(error.message, code=error.code))
        slot.looked_at = time.monotonic()

    def _credentials(self, row: SealedKey) -> Credentials:
        try:
            return credentials_of(row, self._cipher)
        except CredentialsRefused as error:
            if error.code == CannotDecrypt.code:
                _log.error("key_not_opened", key_id=str(row.key_id))
            raise

    def _read(self, key_id: UUID) -> SealedKey | None:
        with self._db.transaction() as session:
            return KeyRepository(session).sealed(key_id)


def _gone() -> CredentialsRefused:
    return CredentialsRefused("This key was deleted.", code="invalid_key")


def _not_ready() -> CredentialsRefused:
    return CredentialsRefused("This key has no secret yet; it is being made.", code="not_ready")


def _absence(row: SealedKey | None) -> CredentialsRefused | None:
    if row is None or row.archived:
        return _gone()
    return None if row.sealed is not None else _not_ready()


def _refusal(row: SealedKey) -> CredentialsRefused | None:
    if row.status is not KeyStatus.refused:
        return None
    problem = next(iter(row.problems), {})
    message = problem.get("message", "This key was refused when it was last tried.")
    return CredentialsRefused(message, code=problem.get("code", "invalid_key"))
