"""Signals that their owner makes: test alerts and replays. They trade on paper only."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import nudge
from dollarclub.core.errors import Conflict
from dollarclub.core.outbox import emit
from dollarclub.kit.ids import new_id
from dollarclub.signals.events import SIGNALS_WAIT, signal_changed
from dollarclub.signals.queries import signals as queries
from dollarclub.signals.queries.strategies import strategy
from dollarclub.signals.repository.signals import SignalRepository
from dollarclub.signals.rules.identity import body_hash, lane
from dollarclub.signals.rules.payload import Action, Alert, Intent, Unit
from dollarclub.signals.rules.states import SignalStatus
from dollarclub.signals.schemas import TestAction

TEST_SYMBOL = "BTCUSDT"
TEST_AMOUNT = Decimal(100)
_ACTIONS = {
    TestAction.buy: (Intent.entry, Action.buy),
    TestAction.sell: (Intent.entry, Action.sell),
    TestAction.exit: (Intent.exit, Action.close),
}


def test_alert(
    session: Session, *, account_id: UUID, strategy_id: UUID, action: TestAction, now: datetime
) -> UUID:
    """Send an alert for BTCUSDT through the strategy, into paper; the signal's id. Raises NotFound."""
    found = strategy(session, account_id=account_id, strategy_id=strategy_id)
    intent, side = _ACTIONS[action]
    amount = TEST_AMOUNT if found.amount is None and intent is Intent.entry else None
    alert = Alert(
        intent,
        side,
        TEST_SYMBOL,
        amount=amount,
        unit=Unit.quote if amount else None,
        told_at=now,
        message="Test",
        into_paper=True,
    )
    raw = {"action": str(action), "symbol": TEST_SYMBOL, "timestamp": now.isoformat(), "message": "Test"}
    return _add(session, account_id, strategy_id, alert, raw=json.dumps(raw), content_type="application/json")


def replay(session: Session, *, account_id: UUID, signal_id: UUID) -> UUID:
    """Send a signal's alert once more, into paper; the new signal's id. Raises NotFound, Conflict (`nothing_to_replay`)."""
    row = queries.signal_row(session, account_id=account_id, signal_id=signal_id)
    if not row.alert:
        raise Conflict("This signal was refused before it became an alert.", code="nothing_to_replay")
    strategy(session, account_id=account_id, strategy_id=row.strategy_id)
    alert = replace(Alert.from_json(row.alert), into_paper=True)
    return _add(
        session,
        account_id,
        row.strategy_id,
        alert,
        raw=row.raw,
        content_type=row.content_type,
        replay_of=row.id,
    )


def _add(session: Session, account_id: UUID, strategy_id: UUID, alert: Alert, **values: Any) -> UUID:
    signal_id = new_id()
    SignalRepository(session).add(
        id=signal_id,
        account_id=account_id,
        strategy_id=strategy_id,
        status=SignalStatus.received,
        lane=lane(strategy_id, alert.raw_symbol),
        body_hash=body_hash(values["raw"], str(signal_id)),
        alert=alert.as_json(),
        told_at=alert.told_at,
        **values,
    )
    emit(session, signal_changed(account_id, signal_id))
    nudge(session, SIGNALS_WAIT)
    return signal_id
