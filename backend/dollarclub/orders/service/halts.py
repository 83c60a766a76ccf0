"""The kill switch: engaging it, carrying it out, lifting it. A halt is a row, so it survives every restart."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import Event, emit
from dollarclub.orders.models import Halt
from dollarclub.orders.queries import halts as queries
from dollarclub.orders.repository.halts import ClaimedHalt, HaltRepository
from dollarclub.vault.queries import KeyAccess, key_access, tradable_keys

HALT_CHANGED = "halt.changed"
_LONGEST_PAUSE = timedelta(seconds=5)
_SHORTEST_PAUSE = timedelta(milliseconds=300)


@dataclass(frozen=True)
class HaltWork:
    """A halt to be carried out, on these keys."""

    halt: ClaimedHalt
    keys: list[KeyAccess]


def engage(session: Session, *, account_id: UUID | None, by: UUID, reason: str, flatten: bool) -> Halt:
    """Refuse entries from the commit on and have open orders cancelled; None is the whole installation.

    The locks see to it that no intent is written down between the look at the halts and this commit. A halt that only
    cancels can be made one that flattens. Raises Conflict (`already_halted`).
    """
    halts = HaltRepository(session)
    halts.lock_exclusive(account_id)
    halt_id = halts.engage(account_id=account_id, by=by, reason=reason, flatten=flatten)
    if halt_id is None:
        active = halts.active(account_id)
        if active is None or active.flatten or not flatten:
            raise Conflict("Trading is halted already.", code="already_halted")
        halts.begin_to_flatten(active.id)
    halt = halts.active(account_id)
    assert halt is not None
    nudge(session, ChannelNudge("trading", {"topic": "halts"}))
    _tell(session, halt.id, _audience(session, account_id) | {by})
    return halt


def lift(session: Session, *, account_id: UUID | None, by: UUID) -> Halt:
    """Let entries through again. Raises Conflict (`not_halted`)."""
    halts = HaltRepository(session)
    halts.lock_exclusive(account_id)
    halt = halts.active(account_id)
    if halt is None:
        raise Conflict("Trading is not halted.", code="not_halted")
    halts.lift(halt.id, by)
    session.refresh(halt)
    nudge(session, ChannelNudge("trading", {"topic": "signals"}))
    _tell(session, halt.id, _audience(session, account_id) | {by})
    return halt


def is_halted(session: Session, account_id: UUID) -> bool:
    """Whether entries of the account are refused now. What `reserve` says is what counts."""
    return HaltRepository(session).is_active(account_id)


def next_halt(session: Session, *, worker: str, lease: timedelta) -> HaltWork | None:
    """Take a halt that is not proven yet, with every key that it concerns."""
    claimed = HaltRepository(session).claim(worker, lease)
    if claimed is None:
        return None
    keys = {
        key.id: key
        for key in tradable_keys(session)
        if claimed.account_id is None or key.account_id == claimed.account_id
    }
    for key_id, owner in queries.keys_with_live_orders(session, claimed.account_id):
        if key_id not in keys:
            # A deleted key has no secret any more: nothing can be done with it.
            with suppress(NotFound):
                keys[key_id] = key_access(session, key_id, owner)
    return HaltWork(claimed, list(keys.values()))


def store_proof(session: Session, work: HaltWork, proof: dict[str, Any], *, worker: str) -> bool:
    """Write what the exchanges showed; whether nothing is left to do."""
    halt = work.halt
    proven = all(entry["ok"] for entry in proof.values())
    pause = min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, halt.age / 20))
    stored = HaltRepository(session).store_proof(
        halt.halt_id, worker, proof=proof, proven=proven, again_in=pause
    )
    if stored and (proven or _shown(proof) != _shown(halt.proof)):
        _tell(
            session, halt.halt_id, {key.account_id for key in work.keys} | _audience(session, halt.account_id)
        )
    return proven


def _shown(proof: dict[str, Any]) -> dict[str, Any]:
    """What of a proof is news: all but the times."""
    return {
        key: {name: value for name, value in entry.items() if name != "at"} for key, entry in proof.items()
    }


def _audience(session: Session, account_id: UUID | None) -> set[UUID]:
    if account_id is not None:
        return {account_id}
    return {key.account_id for key in tradable_keys(session)}


def _tell(session: Session, halt_id: UUID, accounts: set[UUID]) -> None:
    emit(session, *(Event(account, HALT_CHANGED, {"halt_id": str(halt_id)}) for account in accounts))
