"""Whether a key's queue is open, and the wish to read its exchange again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.errors import NotFound
from dollarclub.core.outbox import Event, emit
from dollarclub.exchanges.gateway import Balance, MarketType, Position
from dollarclub.kit.money import plain
from dollarclub.orders.queries import watches as queries
from dollarclub.orders.repository.halts import HaltRepository
from dollarclub.orders.repository.tickets import Finding
from dollarclub.orders.repository.watches import ClaimedWatch, WatchRepository
from dollarclub.orders.rules.differences import (
    BALANCE,
    POSITION,
    Difference,
    position_differences,
    seen_again,
    shortages,
)
from dollarclub.orders.service import tickets
from dollarclub.vault.queries import KeyAccess, refused_keys, tradable_keys

BALANCES_CHANGED = "balances.changed"
SLOW = timedelta(minutes=5)
"""How often a key is swept on which nothing goes on."""

_DRIFTING = ("mark_price", "unrealized_pnl", "liquidation_price")
"""What changes with every price, so that no news is made of it."""


@dataclass(frozen=True)
class Sighting:
    """What a sweep read of a key: its money, and what it found wrong, each finding with its kind."""

    balances: Sequence[Balance]
    positions: Sequence[Position]
    findings: Sequence[Finding]
    missing: Sequence[Finding]


def is_open(session: Session, key_id: UUID) -> bool:
    """Whether the key was reconciled since the trading worker started; a key that was never swept is not."""
    return WatchRepository(session).is_open(key_id)


def ensure_watch(session: Session, key_id: UUID, account_id: UUID) -> None:
    """Have the key swept from now on; it opens with its first sweep."""
    WatchRepository(session).ensure([(key_id, account_id)])
    wake(session)


def request_sweep(session: Session, key_id: UUID) -> None:
    """Have the key's exchange read as soon as possible, from its beginning if a sweep is at it now."""
    WatchRepository(session).request_sweep(key_id)
    wake(session)


def close_all(session: Session) -> int:
    """At the start of a trading worker: keys with orders that are not final wait for their sweep; how many they are.

    A key without such orders has nothing that the exchange could contradict, so its queue stays open.
    """
    closed = WatchRepository(session).close_with_live_orders()
    if closed:
        wake(session)
    return closed


def claim_sweep(
    session: Session, *, worker: str, lease: timedelta, quick: timedelta
) -> tuple[ClaimedWatch, KeyAccess] | None:
    """Take the key whose sweep is due most; keys that have come new are watched from now on.

    A watched key that was refused since is swept on: what it held is still at the exchange.
    """
    keys = {key.id: key for key in tradable_keys(session)}
    refused = refused_keys(session)
    if not keys and not refused:
        return None
    watches = WatchRepository(session)
    known = watches.known()
    watches.ensure([(key_id, keys[key_id].account_id) for key_id in keys.keys() - known])
    keys |= {key.id: key for key in refused if key.id in known}
    claimed = watches.claim(worker, keys=keys.keys(), lease=lease, quick=quick, slow=SLOW)
    return (claimed, keys[claimed.key_id]) if claimed else None


def finish_sweep(
    session: Session, claimed: ClaimedWatch, sighting: Sighting, *, worker: str, market_type: MarketType
) -> bool:
    """Store what a sweep read and report what is wrong; false when somebody else has taken the key meanwhile."""
    watches = WatchRepository(session)
    row = watches.locked(claimed.key_id, worker)
    if row is None:
        return False
    moving = queries.moving_symbols(session, claimed.key_id)
    explained = tickets.has_open_trades(session, claimed.key_id)
    found = _differences(session, claimed.key_id, sighting, market_type, moving | explained)
    again, suspects = seen_again(found, row.suspects)
    for finding in sighting.missing:
        suspects[f"{finding.kind}:{finding.subject}"] = "1"
    missing = [each for each in sighting.missing if f"{each.kind}:{each.subject}" in row.suspects]
    changed = tickets.report(
        session,
        account_id=claimed.account_id,
        key_id=claimed.key_id,
        findings=[*sighting.findings, *missing, *map(tickets.difference, again)],
        complete=(tickets.FOREIGN_ORDER, tickets.ORDER_MISSING, POSITION, BALANCE),
        unsure={
            *moving,
            *explained,
            *(each.subject for each in found),
            *(each.subject for each in sighting.missing),
        },
    )
    balances, positions = list(map(_balance, sighting.balances)), list(map(_position, sighting.positions))
    is_news = row.read_at is None or row.balances != balances or _steady(row.positions) != _steady(positions)
    is_news = is_news or row.problem is not None or row.opened_at is None
    watches.finish(
        claimed.key_id,
        began_at=claimed.began_at,
        balances=balances,
        positions=positions,
        suspects=suspects,
    )
    events = [tickets.ticket_changed(claimed.account_id, ticket_id) for ticket_id in changed]
    if is_news:
        events.append(balances_changed(claimed.account_id, claimed.key_id))
        # Whoever waits for the key's queue to open looks now.
        nudge(
            session,
            ChannelNudge("trading", {"topic": "signals"}),
            ChannelNudge("trading", {"topic": "orders"}),
        )
    emit(session, *events)
    return True


def fail_sweep(
    session: Session, claimed: ClaimedWatch, *, worker: str, problem: str, again_in: timedelta
) -> None:
    """Say why a key could not be read; it is tried again after `again_in`."""
    watches = WatchRepository(session)
    row = watches.locked(claimed.key_id, worker)
    if row is None:
        return
    is_news = row.problem != problem
    watches.fail(claimed.key_id, worker, problem=problem, again_in=again_in)
    if is_news:
        emit(session, balances_changed(claimed.account_id, claimed.key_id))


def refresh(session: Session, *, account_id: UUID, key_id: UUID) -> None:
    """Have the account's key read now. Raises NotFound."""
    if queries.watch(session, key_id, account_id) is None:
        raise NotFound("No such key, or it is not watched yet.", key_id=key_id)
    request_sweep(session, key_id)


def free_leases_of(session: Session, workers: Sequence[str]) -> None:
    """What dead workers were at can be taken over at once."""
    if workers:
        WatchRepository(session).free_of(workers)
        HaltRepository(session).free_of(workers)


def stream_began(session: Session, key_id: UUID, account_id: UUID) -> None:
    """The key's stream is subscribed from now on; what came before it is swept."""
    watches = WatchRepository(session)
    watches.ensure([(key_id, account_id)])
    watches.stream_began(key_id)
    wake(session)


def stream_heard(session: Session, key_ids: Collection[UUID]) -> None:
    """Signs of life have come from the streams of these keys."""
    WatchRepository(session).stream_heard(key_ids)


def stream_ended(session: Session, key_ids: Collection[UUID]) -> None:
    """Nobody hears these keys now; only sweeps do."""
    WatchRepository(session).stream_ended(key_ids)


def balances_changed(account_id: UUID, key_id: UUID) -> Event:
    return Event(account_id, BALANCES_CHANGED, {"key_id": str(key_id)})


def _differences(
    session: Session, key_id: UUID, sighting: Sighting, market_type: MarketType, moving: set[str]
) -> list[Difference]:
    turnovers = queries.turnovers(session, key_id)
    if market_type is MarketType.spot:
        return shortages(
            turnovers, {each.asset: each.free + each.used for each in sighting.balances}, moving=moving
        )
    positions: dict[str, Any] = {}
    for each in sighting.positions:
        positions[each.symbol] = positions.get(each.symbol, 0) + each.amount
    return position_differences(turnovers, positions, moving=moving)


def _balance(balance: Balance) -> dict[str, Any]:
    return {"asset": balance.asset, "free": plain(balance.free), "used": plain(balance.used)}


def _position(position: Position) -> dict[str, Any]:
    texts = {
        name: None if value is None else plain(value)
        for name, value in (
            ("amount", position.amount),
            ("entry_price", position.entry_price),
            ("mark_price", position.mark_price),
            ("unrealized_pnl", position.unrealized_pnl),
            ("leverage", position.leverage),
            ("liquidation_price", position.liquidation_price),
        )
    }
    return {"symbol": position.symbol, **texts}


def _steady(positions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in position.items() if name not in _DRIFTING} for position in positions
    ]


def wake(session: Session) -> None:
    """Make the sweeping duties look now."""
    nudge(session, ChannelNudge("trading", {"topic": "watches"}))
