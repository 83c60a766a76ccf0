"""Who reacts to which event: upward news for the trading workers' relay."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from dollarclub.accounts.events import ACCOUNT_CREATED
from dollarclub.core.outbox import EventRow
from dollarclub.core.relay import Reaction
from dollarclub.core.security import Cipher
from dollarclub.core.settings import Settings
from dollarclub.orders.events import ORDER_CHANGED
from dollarclub.pool import reactions as pool
from dollarclub.pool.events import QUEUE_CHANGED
from dollarclub.positions import reactions as positions
from dollarclub.positions.events import GROUP_CLOSED
from dollarclub.risk.events import RISK_CHANGED
from dollarclub.signals import reactions as signals
from dollarclub.signals.service import strategies
from dollarclub.vault import service as vault

CONSUMER = "trading"


def reactions(settings: Settings) -> Mapping[str, Reaction]:
    """Reactions of the consumer `CONSUMER` by the event's name."""

    cipher = Cipher(settings.security.encryption_key)

    def account_created(session: Session, event: EventRow) -> None:
        vault.provision_paper(session, account_id=event.account_id, paper=settings.paper)
        strategies.ensure_default(session, account_id=event.account_id, cipher=cipher)

    return {
        ACCOUNT_CREATED: account_created,
        ORDER_CHANGED: positions.order_changed,
        GROUP_CLOSED: pool.queue_may_move,
        RISK_CHANGED: pool.queue_may_move,
        QUEUE_CHANGED: signals.queue_changed,
    }
