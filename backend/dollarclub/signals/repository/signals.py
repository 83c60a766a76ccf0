"""Signals that do not come through a webhook."""

from typing import Any

from sqlalchemy.orm import Session

from dollarclub.signals.models import Signal


class SignalRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> None:
        self._session.add(Signal(**values))
        self._session.flush()
