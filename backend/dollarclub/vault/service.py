"""Steps that keep exchange keys. Each takes an open session and never commits; none speaks to an exchange."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.accounts import service as accounts
from dollarclub.core.bus import nudge
from dollarclub.core.errors import Conflict, Invalid, NotFound
from dollarclub.core.outbox import emit
from dollarclub.core.security import Cipher
from dollarclub.core.settings import PaperSettings
from dollarclub.exchanges import service as exchanges
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.exchanges.venues.table import is_listed, venue_named
from dollarclub.kit.ids import new_id
from dollarclub.vault.events import WORK, key_changed
from dollarclub.vault.models import ExchangeKey, KeyStatus
from dollarclub.vault.repository import KeyRepository, SealedKey
from dollarclub.vault.rules import Problem
from dollarclub.vault.schemas import KeyIn, RotateIn
from dollarclub.vault.sealing import Secrets, mask_of, sealed

KEYS_PER_ACCOUNT = 50
PAPER_VENUES = {MarketType.spot: "binance", MarketType.usdm: "binanceusdm"}
_PAPER_LABELS = {MarketType.spot: "Paper spot", MarketType.usdm: "Paper futures"}
KeyUse = Callable[[Session, UUID], str | None]
"""Tells why a key is still needed, or None: bound in `entry`, since those who use keys are above the vault."""

_UNTRIED: dict[str, Any] = {"status": KeyStatus.checking, "problems": [], "attempts": 0}


def add(
    session: Session, *, account_id: UUID, wanted: KeyIn, cipher: Cipher, paper: PaperSettings
) -> ExchangeKey:
    """Keep a key, encrypted, and have it tried.

    Raises Invalid (`venue_unsuitable`, `passphrase_missing`, `paper_unavailable`), Conflict (`label_taken`,
    `too_many_keys`).
    """
    _check_place(wanted, paper)
    _check_passphrase(wanted.venue, wanted)
    _make_room(session, account_id)
    key_id = new_id()
    row = KeyRepository(session).add(
        id=key_id,
        account_id=account_id,
        label=wanted.label,
        venue=wanted.venue,
        market_type=wanted.market_type,
        environment=wanted.environment,
        status=KeyStatus.checking,
        allow_withdraw=wanted.allow_withdraw,
        mask=mask_of(wanted.key),
        sealed=sealed(_secrets(wanted), key_id, cipher),
    )
    if row is None:
        raise _label_taken(wanted.label)
    exchanges.request_catalog(session, Catalog(wanted.venue, wanted.market_type, wanted.environment))
    _tell(session, row)
    return row


def change(
    session: Session,
    *,
    account_id: UUID,
    key_id: UUID,
    label: str | None = None,
    allow_withdraw: bool | None = None,
) -> ExchangeKey:
    """Rename a key, or accept that it can withdraw (or no longer), which has it tried again.

    Raises NotFound, Conflict (`label_taken`).
    """
    keys = KeyRepository(session)
    if label is not None:
        accounts.lock_account(session, account_id)
    row = _locked(keys, key_id, account_id)
    if label is not None and label != row.label:
        if keys.label_taken(account_id, label):
            raise _label_taken(label)
        row = keys.change(key_id, label=label)
    if allow_withdraw is not None and allow_withdraw != row.allow_withdraw:
        row = keys.change(key_id, allow_withdraw=allow_withdraw)
        row = _try_again(keys, row)
    _tell(session, row)
    return row


def request_check(session: Session, *, account_id: UUID, key_id: UUID) -> ExchangeKey:
    """Have a key tried by the trading worker. Raises NotFound."""
    keys = KeyRepository(session)
    row = _try_again(keys, _locked(keys, key_id, account_id))
    _tell(session, row)
    return row


def replace_secret(
    session: Session, *, account_id: UUID, key_id: UUID, wanted: RotateIn, cipher: Cipher
) -> ExchangeKey:
    """Put another key and secret of the same exchange account in place of the old ones, and have them tried.

    Raises NotFound, Conflict (`provisioned`), Invalid (`passphrase_missing`).
    """
    keys = KeyRepository(session)
    row = _locked(keys, key_id, account_id)
    if row.provisioned:
        raise Conflict(
            "The platform made this paper key; delete it and make new paper keys instead.",
            code="provisioned",
            key_id=key_id,
        )
    _check_passphrase(row.venue, wanted)
    row = keys.change(
        key_id,
        try_now=True,
        version=row.version + 1,
        mask=mask_of(wanted.key),
        sealed=sealed(_secrets(wanted), key_id, cipher),
        rotated_at=keys.now(),
        permissions=None,
        **_UNTRIED,
    )
    _tell(session, row)
    return row


def archive(session: Session, *, account_id: UUID, key_id: UUID, use_of: KeyUse) -> None:
    """Delete a key: its secret is gone, its row stays since orders name it.

    Until the transaction ends no order can be written down for it. Raises NotFound, Conflict (`key_in_use`).
    """
    keys = KeyRepository(session)
    row = _locked(keys, key_id, account_id, alone=True)
    reason = use_of(session, key_id)
    if reason is not None:
        raise Conflict(reason, code="key_in_use", key_id=key_id)
    keys.change(
        key_id,
        sealed=None,
        archived_at=keys.now(),
        version=row.version + 1,
        worker=None,
        lease_until=None,
        check_requested_at=None,
    )
    _tell(session, row)


def provision_paper(session: Session, *, account_id: UUID, paper: PaperSettings, again: bool = False) -> int:
    """Queue the account's paper keys that never were, one for each kind of market; how many.

    With `again` also those that were deleted or that the paper exchange no longer knows. Nothing without a paper exchange.
    """
    if not is_paper_there(paper):
        return 0
    accounts.lock_account(session, account_id)
    keys = KeyRepository(session)
    there = keys.provisioned_markets(account_id, archived_too=not again)
    added = [_add_paper(keys, account_id, kind) for kind in PAPER_VENUES if kind not in there]
    if again:
        added += keys.provision_again(account_id)
    for kind, name in PAPER_VENUES.items():
        exchanges.request_catalog(session, Catalog(name, kind, Environment.paper))
    if added:
        nudge(session, WORK)
        emit(session, *(key_changed(account_id, key_id) for key_id in added))
    return len(added)


def never_provisioned(session: Session, account_ids: Collection[UUID]) -> list[UUID]:
    """Those of `account_ids` that never had a complete set of paper keys."""
    return KeyRepository(session).never_provisioned(account_ids, len(PAPER_VENUES))


def is_paper_there(paper: PaperSettings) -> bool:
    """Whether the installation has a paper exchange that accounts can be opened on."""
    return bool(paper.exchange_url and paper.admin_url and paper.admin_token.get_secret_value())


def claim(session: Session, *, worker: str, lease: timedelta, provisioning: bool) -> SealedKey | None:
    """Take a key to be tried or, if asked for, to be made; None when none is due."""
    return KeyRepository(session).claim(worker, lease, provisioning=provisioning)


def release(session: Session, workers: Sequence[str]) -> int:
    """Free what workers that are known to be dead had claimed."""
    return KeyRepository(session).release(workers)


def store_made(session: Session, row: SealedKey, *, worker: str, secrets: Secrets, cipher: Cipher) -> bool:
    """Give a provisioned key its secret and have it tried; False when another worker did or it was deleted."""
    kept = KeyRepository(session).settle(
        row.key_id,
        worker=worker,
        version=row.version,
        wait=timedelta(),
        mask=mask_of(secrets.key),
        sealed=sealed(secrets, row.key_id, cipher),
        **_UNTRIED,
    )
    if kept:
        nudge(session, WORK)
        emit(session, key_changed(row.account_id, row.key_id))
    return kept


def store_verdict(
    session: Session,
    row: SealedKey,
    *,
    worker: str,
    status: KeyStatus,
    problems: Sequence[Problem],
    permissions: dict[str, bool | None] | None,
    again_after: timedelta | None,
) -> bool:
    """Keep what a key was found to be; False when it was changed, deleted or claimed by another since.

    Without `permissions` those that were read before stay. With `again_after` the exchange could not be reached.
    """
    keys = KeyRepository(session)
    values: dict[str, Any] = {
        "status": status,
        "problems": [{"code": problem.code, "message": problem.message} for problem in problems],
        "attempts": 0 if again_after is None else row.attempts + 1,
        "checked_at": keys.now(),
    }
    if permissions is not None:
        values["permissions"] = permissions
    kept = keys.settle(row.key_id, worker=worker, version=row.version, wait=again_after, **values)
    if kept:
        emit(session, key_changed(row.account_id, row.key_id))
    return kept


def rotate(session: Session, cipher: Cipher) -> int:
    """Encrypt every stored secret under the newest ENCRYPTION_KEY; how many. Raises CannotDecrypt."""
    keys = KeyRepository(session)
    rows = keys.all_sealed()
    for key_id, ciphertext in rows:
        keys.replace_sealed(key_id, cipher.rotate(ciphertext))
    return len(rows)


def _locked(keys: KeyRepository, key_id: UUID, account_id: UUID, *, alone: bool = False) -> ExchangeKey:
    row = keys.locked(key_id, account_id, alone=alone)
    if row is None:
        raise NotFound("No such key.", key_id=key_id)
    return row


def _try_again(keys: KeyRepository, row: ExchangeKey) -> ExchangeKey:
    """A refused key is trusted only after it was found good; another may be used while it is tried."""
    if row.status is KeyStatus.provisioning:
        return keys.change(row.id, try_now=True, attempts=0)
    forgotten = {"permissions": None} if row.status is KeyStatus.refused else {}
    return keys.change(row.id, try_now=True, **_UNTRIED, **forgotten)


def _tell(session: Session, row: ExchangeKey) -> None:
    nudge(session, WORK)
    emit(session, key_changed(row.account_id, row.id))


def _make_room(session: Session, account_id: UUID) -> None:
    accounts.lock_account(session, account_id)
    if KeyRepository(session).count(account_id) >= KEYS_PER_ACCOUNT:
        raise Conflict(
            f"An account can have {KEYS_PER_ACCOUNT} keys; delete one first.", code="too_many_keys"
        )


def _add_paper(keys: KeyRepository, account_id: UUID, kind: MarketType) -> UUID:
    for label in _labels(_PAPER_LABELS[kind]):
        row = keys.add(
            id=new_id(),
            account_id=account_id,
            label=label,
            venue=PAPER_VENUES[kind],
            market_type=kind,
            environment=Environment.paper,
            status=KeyStatus.provisioning,
            provisioned=True,
        )
        if row is not None:
            return row.id
    raise AssertionError("labels never end")


def _labels(wished: str) -> Iterator[str]:
    """`wished`, then `wished 2` and so on, since the person may have used the name."""
    yield wished
    number = 2
    while True:
        yield f"{wished} {number}"
        number += 1


def _secrets(wanted: RotateIn) -> Secrets:
    return Secrets(wanted.key, wanted.secret, wanted.passphrase)


def _label_taken(label: str) -> Conflict:
    message = f"There is a key with the label {label} already."
    return Conflict(message, code="label_taken", errors=[{"field": "label", "message": message}])


def _unsuitable(field: str, message: str, code: str = "venue_unsuitable") -> Invalid:
    return Invalid(message, code=code, errors=[{"field": field, "message": message}])


def _check_place(wanted: KeyIn, paper: PaperSettings) -> None:
    known = venue_named(wanted.venue)
    if wanted.environment is Environment.paper:
        if not paper.exchange_url:
            raise _unsuitable("environment", "This installation has no paper exchange.", "paper_unavailable")
        if wanted.venue != PAPER_VENUES[wanted.market_type]:
            raise _unsuitable(
                "venue", f"On the paper exchange this kind of market is {PAPER_VENUES[wanted.market_type]}."
            )
    elif not is_listed(wanted.venue):
        raise _unsuitable("venue", f"There is no exchange called {wanted.venue} here.")
    elif wanted.market_type not in known.market_types:
        raise _unsuitable("market_type", f"{known.title} has no {wanted.market_type} market here.")
    elif wanted.environment not in known.environments:
        raise _unsuitable("environment", f"{known.title} has no environment {wanted.environment} here.")


def _check_passphrase(name: str, wanted: RotateIn) -> None:
    known = venue_named(name)
    if known.needs_passphrase and wanted.passphrase is None:
        raise _unsuitable(
            "passphrase", f"A key of {known.title} has a passphrase as well.", "passphrase_missing"
        )
