"""A trading desk for tests of orders: an account with keys at a real paper exchange, and the real gateway to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import text

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.core.security import Cipher
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.gateway import Environment, MarketType, OrderType, Side, TimeInForce
from dollarclub.kit.clock import utc_now
from dollarclub.kit.ids import new_id
from dollarclub.orders.flows.cancel import cancel_due
from dollarclub.orders.flows.resolve import resolve_due
from dollarclub.orders.flows.submit import send, send_waiting
from dollarclub.orders.models import KeyWatch, Order
from dollarclub.orders.queries.book import book_position
from dollarclub.orders.rules.states import RESTING, OrderStatus, Purpose
from dollarclub.orders.service.intents import Intent, Reserved, reserve
from dollarclub.vault.gateways import Gateways
from dollarclub.vault.models import ExchangeKey, KeyStatus
from dollarclub.vault.sealing import Secrets, mask_of, sealed
from tests.support.paper import Keys, PaperSite
from tests.support.servers import settings_for
from tests.support.waiting import eventually

SPOT, USDM = "BTC/USDT", "BTC/USDT:USDT"
QUICK = {
    "TRADING_RECEIVE_WINDOW_MS": "1000",
    "TRADING_ANSWER_SECONDS": "0.5",
    "TRADING_LEASE_SECONDS": "3",
    "TRADING_ENTRY_SECONDS": "60",
}
LEASE = timedelta(seconds=3)


@dataclass
class Later:
    """A clock that a test sets forward: what the request budget goes by."""

    offset: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.offset


@dataclass
class Desk:
    """One account of the platform with a spot and a futures key over one account of the exchange."""

    context: Context
    site: PaperSite
    factory: CcxtGatewayFactory
    account_id: UUID = field(default_factory=new_id)
    keys: dict[MarketType, UUID] = field(default_factory=dict)
    traders: dict[MarketType, Keys] = field(default_factory=dict)
    later: Later = field(default_factory=Later)
    worker: presence.WorkerIdentity = field(default_factory=lambda: presence.this_process("trading", {}))

    def __post_init__(self) -> None:
        self.cipher = Cipher(self.context.settings.security.encryption_key)
        self.gateways = Gateways(self.context.db, self.cipher, self.factory)

    def symbol(self, market_type: MarketType) -> str:
        return SPOT if market_type is MarketType.spot else USDM

    def intent(self, market_type: MarketType = MarketType.spot, **changes: Any) -> Intent:
        """A market entry of 0.01 BTC, unless changed."""
        wish: dict[str, Any] = {
            "account_id": self.account_id,
            "key_id": self.keys[market_type],
            "book_id": None,
            "origin": "test",
            "origin_id": new_id(),
            "leg": "entry",
            "purpose": Purpose.entry,
            "symbol": self.symbol(market_type),
            "market_type": market_type,
            "side": Side.buy,
            "type": OrderType.market,
            "amount": Decimal("0.01"),
        }
        if changes.get("type") is OrderType.limit:
            wish["time_in_force"] = TimeInForce.gtc
        return Intent(**(wish | changes))

    def reserve(self, intent: Intent) -> Reserved:
        with self.context.db.transaction() as session:
            return reserve(session, intent, worker=self.worker.id, lease=LEASE)

    def submit(self, intent: Intent) -> OrderStatus:
        """Reserve and send, as whoever executes a signal does."""
        return self.send(self.reserve(intent), intent)

    def send(self, reserved: Reserved, intent: Intent) -> OrderStatus:
        return send(
            self.context.db,
            self.gateways,
            reserved,
            intent.key_id,
            exit=intent.purpose is Purpose.exit,
        )

    def order(self, order_id: UUID) -> Order:
        with self.context.db.transaction() as session:
            found = session.get(Order, order_id)
            assert found is not None
            return found

    def orders(self) -> list[Order]:
        with self.context.db.transaction() as session:
            return list(session.query(Order).order_by(Order.created_at))

    def steps(self, order_id: UUID) -> list[str]:
        with self.context.db.transaction() as session:
            rows = session.execute(
                text("SELECT name FROM order_steps WHERE order_id = :order ORDER BY at, id"),
                {"order": order_id},
            )
            return [name for (name,) in rows]

    def work(self) -> bool:
        """Everything that the duties of a trading worker do about orders, once."""
        sent = send_waiting(self.context, self.gateways, self.worker)
        resolved = resolve_due(self.context, self.gateways, self.worker)
        return cancel_due(self.context, self.gateways, self.worker) or resolved or sent

    def settle(self, *, seconds: float = 30.0, moving: bool = False) -> None:
        """Work until nothing is left to do: all orders rest or are settled.

        `moving`: whenever there is nothing to do yet, some of the next 20 seconds pass at once.
        """
        jumps = iter([2.5] * 8 if moving else [])

        def quiet() -> bool:
            busy = self.work()
            left = [
                order
                for order in self.orders()
                if order.settled_at is None
                and (order.status not in RESTING or order.cancel_requested_at is not None)
            ]
            if left and not busy and (jump := next(jumps, None)):
                self.pass_time(jump)
            return not busy and not left

        eventually(quiet, seconds=seconds, every=0.01, what="orders settled")

    def held(self, market_type: MarketType) -> Decimal:
        """What the book says is held."""
        with self.context.db.transaction() as session:
            return book_position(
                session, key_id=self.keys[market_type], symbol=self.symbol(market_type)
            ).amount

    def pass_time(self, seconds: float) -> None:
        """As if so much time had passed since everything that is stored about orders and since any exchange's wish to pause."""
        columns = ("sent_at", "unknown_at", "lease_until", "check_at", "created_at", "cancel_requested_at")
        moved = ", ".join(f"{name} = {name} - make_interval(secs => :seconds)" for name in columns)
        with self.context.db.transaction() as session:
            session.execute(text(f"UPDATE orders SET {moved}"), {"seconds": seconds})
        self.later.offset += timedelta(seconds=seconds)
        self.context.redis.flushdb()

    def fills(self, order_id: UUID | None = None) -> list[dict[str, Any]]:
        query = "SELECT * FROM fills WHERE (:order)::uuid IS NULL OR order_id = :order ORDER BY traded_at, trade_id"
        with self.context.db.transaction() as session:
            return [dict(row) for row in session.execute(text(query), {"order": order_id}).mappings()]

    def on_exchange(self, client_id: str) -> list[dict[str, Any]]:
        """All orders that the exchange ever took under a client id, by its own books."""
        return [order for order in self.exchange_orders() if order["client_id"] == client_id]

    def exchange_orders(self) -> list[dict[str, Any]]:
        account = self.traders[MarketType.spot].account
        return list(self.site.admin.get("/orders", params={"account": account}).json())

    def exchange_books(self) -> dict[str, Any]:
        """The account as the exchange has it: balances, wallet, positions."""
        return dict(self.site.admin.get(f"/accounts/{self.traders[MarketType.spot].account}").json())

    @contextmanager
    def unreachable_exchange(self) -> Iterator[None]:
        """No connection to the exchange can be made meanwhile: nobody listens where it was."""
        settings = settings_for(
            "",
            self.context.settings.redis.url.get_secret_value(),
            self.context.settings.server.data_dir,
            PAPER_EXCHANGE_URL="http://127.0.0.1:1",
            **QUICK,
        )
        reachable = self.gateways
        away = CcxtGatewayFactory(settings, Budget.at(settings))
        self.gateways = Gateways(self.context.db, self.cipher, away)
        try:
            yield
        finally:
            self.gateways.close()
            self.gateways = reachable

    def close(self) -> None:
        self.gateways.close()


def opened_desk(
    context: Context,
    site: PaperSite,
    factory: CcxtGatewayFactory,
    later: Later | None = None,
    *,
    account_id: UUID | None = None,
) -> Desk:
    """A desk with funded keys whose queues are open, of a new account or of one that is there."""
    desk = Desk(context, site, factory, account_id or new_id(), later=later or Later())
    keys = site.account()
    with context.db.transaction() as session:
        session.execute(
            text(
                "INSERT INTO accounts (id, email, username, password_hash, role, is_active, created_at, updated_at)"
                " VALUES (:id, :email, 'desk', '', 'trader', true, now(), now()) ON CONFLICT DO NOTHING"
            ),
            {"id": desk.account_id, "email": f"{desk.account_id}@example.com"},
        )
        for market_type in MarketType:
            key_id = new_id()
            desk.keys[market_type], desk.traders[market_type] = key_id, keys
            secrets = Secrets(SecretStr(keys.key), SecretStr(keys.secret))
            session.add(
                ExchangeKey(
                    id=key_id,
                    account_id=desk.account_id,
                    label=market_type.value,
                    venue="binance" if market_type is MarketType.spot else "binanceusdm",
                    market_type=market_type,
                    environment=Environment.paper,
                    status=KeyStatus.ready,
                    mask=mask_of(secrets.key),
                    sealed=sealed(secrets, key_id, desk.cipher),
                )
            )
            session.flush()
            session.add(KeyWatch(key_id=key_id, account_id=desk.account_id))
            session.flush()
        session.execute(text("UPDATE key_watches SET opened_at = now()"))
    return desk
