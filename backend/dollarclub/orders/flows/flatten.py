"""Flattening one key for a halt: market orders that only reduce, ledger by ledger, so that every ledger ends at nothing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from dollarclub.core.context import Context
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges import queries as catalog
from dollarclub.exchanges.errors import ExchangeError, Rejected
from dollarclub.exchanges.gateway import Balance, Gateway, Market, MarketType, OrderType, Side
from dollarclub.exchanges.rules.precision import largest_amount, rounded_amount, smallest_amount
from dollarclub.exchanges.steps import steps_of
from dollarclub.kit.money import ZERO
from dollarclub.orders.flows.submit import send
from dollarclub.orders.queries import halts as queries
from dollarclub.orders.queries import watches as watch_queries
from dollarclub.orders.queries.halts import ORIGIN, Flattening
from dollarclub.orders.rules.differences import Holding, base_of, shares
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.service.intents import Intent, reserve
from dollarclub.vault.gateways import Gateways
from dollarclub.vault.queries import KeyAccess

LONGEST_PAUSE = timedelta(seconds=60)


class Flattener:
    """One pass over one key."""

    def __init__(
        self, context: Context, gateways: Gateways, worker: WorkerIdentity, halt_id: UUID, key: KeyAccess
    ) -> None:
        self._context, self._gateways, self._worker = context, gateways, worker
        self._halt_id, self._key = halt_id, key
        self._gateway = gateways.get(key.id)

    def run(self) -> dict[str, str]:
        """Order whatever is held away; by symbol, why an order for it was refused."""
        if self._key.catalog.market_type is MarketType.spot:
            return self._sell_holdings()
        return self._close_positions()

    @staticmethod
    def judged(
        context: Context,
        gateway: Gateway,
        key: KeyAccess,
        held: Sequence[Holding],
        balances: Sequence[Balance],
    ) -> tuple[list[Holding], list[Holding]]:
        """What the book holds on spot, split into what can be sold and what is too little for the exchange.

        Of what the exchange does not have nothing can be sold either: a ticket tells about that.
        """
        wallet = {balance.asset: balance.free + balance.used for balance in balances}
        left: list[Holding] = []
        small: list[Holding] = []
        for each in held:
            if each.amount > 0:
                market = _market(context, gateway, key, each.symbol)
                amount = _sellable(market, gateway, min(each.amount, wallet.get(base_of(each.symbol), ZERO)))
                (left if amount else small).append(each)
        return left, small

    def _close_positions(self) -> dict[str, str]:
        refusals: dict[str, str] = {}
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for position in self._gateway.positions(exit=True):
            sums[position.symbol] += position.amount
        for symbol, amount in sums.items():
            with self._context.db.transaction() as session:
                holdings = watch_queries.holdings(session, self._key.id, [symbol])
            parts = shares(-amount, holdings or [Holding(symbol, None, ZERO)])
            self._order_away(symbol, [(book, size) for book, _, size in parts], refusals)
        return refusals

    def _sell_holdings(self) -> dict[str, str]:
        refusals: dict[str, str] = {}
        free = {balance.asset: balance.free for balance in self._gateway.balances(exit=True)}
        with self._context.db.transaction() as session:
            held = watch_queries.holdings(session, self._key.id)
        parts: dict[str, list[tuple[UUID | None, Decimal]]] = defaultdict(list)
        for each in held:
            asset = base_of(each.symbol)
            if each.amount <= 0:
                continue
            market = _market(self._context, self._gateway, self._key, each.symbol)
            amount = _sellable(market, self._gateway, min(each.amount, free.get(asset, ZERO)))
            if amount:
                free[asset] -= amount
                parts[each.symbol].append((each.book_id, -amount))
        for symbol, own in parts.items():
            self._order_away(symbol, own, refusals)
        return refusals

    def _order_away(
        self, symbol: str, parts: Sequence[tuple[UUID | None, Decimal]], refusals: dict[str, str]
    ) -> None:
        """One order a ledger; nothing while earlier ones are under way, and later each time they are refused."""
        with self._context.db.transaction() as session:
            before = queries.flattening(session, self._halt_id, self._key.id, symbol)
        if before.latest in (OrderStatus.rejected, OrderStatus.cancelled) and before.detail:
            refusals[symbol] = before.detail
        if before.live or self._must_wait(before):
            return
        market = _market(self._context, self._gateway, self._key, symbol)
        largest = largest_amount(steps_of(market), is_market=True)
        for number, (book_id, size) in enumerate(parts):
            amount = abs(size) if largest is None else min(abs(size), largest)
            self._send(symbol, book_id, amount, size, before.count, number)

    def _must_wait(self, before: Flattening) -> bool:
        if before.latest is not OrderStatus.rejected or before.latest_at is None:
            return False
        pause = min(LONGEST_PAUSE, timedelta(seconds=0.25 * 2 ** min(before.count, 10)))
        return self._context.clock() < before.latest_at + pause

    def _send(
        self, symbol: str, book_id: UUID | None, amount: Decimal, size: Decimal, count: int, number: int
    ) -> None:
        lane = sha256(f"{self._key.id}:{symbol}".encode()).hexdigest()[:20]
        intent = Intent(
            account_id=self._key.account_id,
            key_id=self._key.id,
            book_id=book_id,
            origin=ORIGIN,
            origin_id=self._halt_id,
            leg=f"{lane}-{count}-{number}",
            purpose=Purpose.exit,
            symbol=symbol,
            market_type=self._key.catalog.market_type,
            side=Side.sell if size < 0 else Side.buy,
            type=OrderType.market,
            amount=amount,
            reduce_only=self._key.catalog.market_type is MarketType.usdm,
        )
        lease = timedelta(seconds=self._context.settings.trading.lease_seconds)
        with self._context.db.transaction() as session:
            reserved = reserve(session, intent, worker=self._worker.id, lease=lease)
        send(self._context.db, self._gateways, reserved, self._key.id, exit=True)


def _market(context: Context, gateway: Gateway, key: KeyAccess, symbol: str) -> Market:
    with context.db.transaction() as session:
        market = catalog.market(session, key.catalog, symbol)
    if market is None:
        market = next((each for each in gateway.markets() if each.symbol == symbol), None)
    if market is None:
        raise Rejected(f"The exchange has no pair {symbol}.", code="symbol_unknown")
    return market


def _sellable(market: Market, gateway: Gateway, amount: Decimal) -> Decimal:
    """`amount` as the exchange takes it; 0 when that is less than its minimum."""
    steps = steps_of(market)
    rounded = rounded_amount(steps, amount, is_market=True)
    if rounded <= 0:
        return ZERO
    try:
        price = gateway.ticker(market.symbol).last
    except ExchangeError:
        return rounded
    return rounded if rounded >= smallest_amount(steps, price, is_market=True) else ZERO
