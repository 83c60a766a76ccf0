"""`/api/strategies`: strategies and what their webhooks need."""

from uuid import UUID

from fastapi import APIRouter, Request

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.schemas import Page
from dollarclub.core.security import Cipher
from dollarclub.core.settings import Settings
from dollarclub.core.web import ClockDep, Limit, Offset, SessionDep, SettingsDep
from dollarclub.kit.paging import Slice
from dollarclub.signals.queries import strategies as queries
from dollarclub.signals.rules.messages import messages
from dollarclub.signals.schemas import (
    MessagesOut,
    SignalRef,
    StrategyChange,
    StrategyHealthOut,
    StrategyIn,
    StrategyOut,
    TestIn,
    UrlsOut,
    WebhookOut,
)
from dollarclub.signals.service import copies
from dollarclub.signals.service import strategies as service
from dollarclub.signals.service.sealing import secret_context, token_context

router = APIRouter(prefix="/api/strategies", tags=["strategies"])


def _cipher(settings: Settings) -> Cipher:
    return Cipher(settings.security.encryption_key)


@router.get("", response_model=Page[StrategyOut])
def list_strategies(
    account: AccountDep, session: SessionDep, settings: SettingsDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[StrategyOut]:
    service.ensure_default(session, account_id=account.id, cipher=_cipher(settings))
    return queries.strategies_page(session, account_id=account.id, limit=limit, offset=offset)


@router.post("", status_code=201, response_model=StrategyOut)
def create_strategy(
    body: StrategyIn, account: TraderDep, session: SessionDep, settings: SettingsDep
) -> StrategyOut:
    cipher = _cipher(settings)
    service.ensure_default(session, account_id=account.id, cipher=cipher)
    made = service.create(session, account_id=account.id, values=body.model_dump(), cipher=cipher)
    return queries.strategy(session, account_id=account.id, strategy_id=made)


@router.get("/{strategy_id}", response_model=StrategyOut)
def get_strategy(strategy_id: UUID, account: AccountDep, session: SessionDep) -> StrategyOut:
    return queries.strategy(session, account_id=account.id, strategy_id=strategy_id)


@router.patch("/{strategy_id}", response_model=StrategyOut)
def change_strategy(
    strategy_id: UUID, body: StrategyChange, account: TraderDep, session: SessionDep
) -> StrategyOut:
    values = body.model_dump(exclude_unset=True)
    service.change(session, account_id=account.id, strategy_id=strategy_id, values=values)
    return queries.strategy(session, account_id=account.id, strategy_id=strategy_id)


@router.delete("/{strategy_id}", status_code=204)
def archive_strategy(strategy_id: UUID, account: TraderDep, session: SessionDep) -> None:
    service.archive(session, account_id=account.id, strategy_id=strategy_id)


@router.get("/{strategy_id}/webhook", response_model=WebhookOut)
def get_webhook(
    strategy_id: UUID, request: Request, account: TraderDep, session: SessionDep, settings: SettingsDep
) -> WebhookOut:
    """Addresses, secret and messages to copy; whoever has them can send alerts."""
    found = queries.strategy(session, account_id=account.id, strategy_id=strategy_id)
    token_sealed, secret_sealed = queries.sealed(session, account_id=account.id, strategy_id=strategy_id)
    cipher = _cipher(settings)
    token = cipher.decrypt_text(token_sealed, token_context(strategy_id))
    secret = cipher.decrypt_text(secret_sealed, secret_context(strategy_id))
    base = (settings.webhooks.public_url or str(request.base_url)).rstrip("/")
    texts = messages(secret, amount_known=found.amount is not None)
    return WebhookOut(
        urls=UrlsOut(
            token=f"{base}/api/webhook/t/{token}",
            account=f"{base}/api/webhook/{account.id}" if found.is_default else None,
            v1=f"{base}/api/v1/webhooks/{account.id}/tradingview" if found.is_default else None,
        ),
        secret=secret,
        messages=MessagesOut(entry=texts.entry, exit=texts.exit, simple=texts.simple),
    )


@router.post("/{strategy_id}/rotate-secret", response_model=WebhookOut)
def rotate_secret(
    strategy_id: UUID, request: Request, account: TraderDep, session: SessionDep, settings: SettingsDep
) -> WebhookOut:
    """A new secret at once; the old one is refused."""
    service.rotate_secret(session, account_id=account.id, strategy_id=strategy_id, cipher=_cipher(settings))
    return get_webhook(strategy_id, request, account, session, settings)


@router.post("/{strategy_id}/rotate-token", response_model=WebhookOut)
def rotate_token(
    strategy_id: UUID, request: Request, account: TraderDep, session: SessionDep, settings: SettingsDep
) -> WebhookOut:
    """A new address at once; the old one leads nowhere."""
    service.rotate_token(session, account_id=account.id, strategy_id=strategy_id, cipher=_cipher(settings))
    return get_webhook(strategy_id, request, account, session, settings)


@router.post("/{strategy_id}/test", status_code=202, response_model=SignalRef)
def send_test_alert(
    strategy_id: UUID, body: TestIn, account: TraderDep, session: SessionDep, clock: ClockDep
) -> SignalRef:
    """An alert for BTCUSDT as if it had come through the webhook, into paper only."""
    made = copies.test_alert(
        session, account_id=account.id, strategy_id=strategy_id, action=body.action, now=clock()
    )
    return SignalRef(signal_id=made)


@router.get("/{strategy_id}/health", response_model=StrategyHealthOut)
def get_health(
    strategy_id: UUID, account: AccountDep, session: SessionDep, clock: ClockDep
) -> StrategyHealthOut:
    return queries.health(session, account_id=account.id, strategy_id=strategy_id, now=clock())
