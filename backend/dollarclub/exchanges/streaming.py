"""One key's orders and trades as its exchange pushes them, through ccxt.pro.

A stream lives until anything goes wrong with it; then whoever listens opens another and has a sweep repair what was
missed. ccxt drops all subscriptions of a socket with its first error, so nothing is patched up here.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from dollarclub.core.settings import Settings
from dollarclub.exchanges import ccxt_values as values
from dollarclub.exchanges.ccxt_clients import SharedMarkets
from dollarclub.exchanges.ccxt_errors import failure_of, verdict_of
from dollarclub.exchanges.ccxt_pro import PINGS_PER_SILENCE, StreamLost, heard_ms, pro_client, sockets
from dollarclub.exchanges.gateway import Credentials, OrderReport, TradeReport
from dollarclub.exchanges.venues.binance_codes import Reaction

LOOK_SECONDS = 0.02
_CLIENT_ID_NAMES = ("C", "c", "clientOrderId", "orderLinkId", "clOrdId")


@dataclass(frozen=True)
class Told:
    """News of a key: what its orders are now, and trades."""

    orders: tuple[OrderReport, ...] = ()
    trades: tuple[TradeReport, ...] = ()


class UserStream:
    """One subscription to the news of one key."""

    def __init__(self, credentials: Credentials, shared: SharedMarkets, settings: Settings) -> None:
        self._credentials, self._shared, self._settings = credentials, shared, settings
        self._silence = settings.trading.stream_silence_seconds
        self.heard_at: float | None = None
        """When anything last came from the exchange, also an answer to a ping; by the loop's clock."""
        self._strange: str | None = None

    async def follow(
        self, on_subscribed: Callable[[], Awaitable[None]], on_told: Callable[[Told], None]
    ) -> None:
        """Subscribe, say so, and hand on all news until the stream is lost; always ends by raising StreamLost.

        `on_told` must not block.
        """
        client = None
        try:
            await asyncio.to_thread(self._shared.ensure)
            client = pro_client(
                self._shared.venue,
                self._credentials.catalog,
                self._settings,
                silence=self._silence,
                credentials=self._credentials,
            )
            self._shared.lend(client)
            await self._listen(client, on_subscribed, on_told)
        except StreamLost:
            raise
        except Exception as error:
            raise self._lost(error) from error
        finally:
            if client is not None:
                with contextlib.suppress(Exception):
                    await client.close()

    async def _listen(
        self, client: Any, on_subscribed: Callable[[], Awaitable[None]], on_told: Callable[[Told], None]
    ) -> None:
        async def orders() -> None:
            while True:
                rows = await client.watch_orders()
                on_told(Told(orders=tuple(_each(rows, self._order))))

        async def trades() -> None:
            while True:
                rows = await client.watch_my_trades()
                on_told(Told(trades=tuple(_each(rows, self._trade))))

        async with asyncio.TaskGroup() as group:
            group.create_task(orders())
            group.create_task(trades())
            group.create_task(self._guard(client, on_subscribed))

    async def _guard(self, client: Any, on_subscribed: Callable[[], Awaitable[None]]) -> None:
        """Tell when the subscription stands, then notice silence and subscriptions that ccxt dropped."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while not _is_subscribed(client):
            if loop.time() - begun > self._settings.trading.answer_seconds:
                raise StreamLost("The exchange did not confirm the subscription.")
            await asyncio.sleep(LOOK_SECONDS)
        self.heard_at = loop.time()
        subscribed = _subscriptions(client)
        await on_subscribed()
        latest_ms = 0
        while True:
            await asyncio.sleep(min(1.0, self._silence / PINGS_PER_SILENCE))
            told_ms = max((heard_ms(socket) for socket in sockets(client)), default=0)
            if told_ms > latest_ms:
                latest_ms, self.heard_at = told_ms, loop.time()
            if loop.time() - self.heard_at > self._silence:
                raise StreamLost(f"Nothing was heard for {self._silence:g} s.")
            if not subscribed <= _subscriptions(client):
                raise StreamLost("The exchange ended the subscription.")
            await self._learn(client)

    async def _learn(self, client: Any) -> None:
        """Begin anew with a fresh list of markets once a pair was told that the present one does not have."""
        if self._strange is not None:
            await asyncio.to_thread(self._shared.market, self._strange)
            if not self._shared.is_newest(client):
                raise StreamLost("A pair is told that was listed later.")

    def _size(self, row: Mapping[str, Any]) -> Decimal:
        """Base units in one contract. What is told of a pair that is not listed bears no name that anybody knows."""
        if not self._shared.lists(row["symbol"]):
            self._strange = row["symbol"]
            raise values.Unreadable(f"{row['symbol']} is not listed.")
        return self._shared.size(row["symbol"])

    def _order(self, row: Mapping[str, Any]) -> OrderReport:
        """Without trades, which are told on their own, and without the raw event, which is no answer to the order."""
        report = values.order_report(row, self._size(row))
        own_id = report.client_id.removeprefix(self._shared.venue.client_id_prefix)
        return replace(report, client_id=own_id, trades=(), raw=None)

    def _trade(self, row: Mapping[str, Any]) -> TradeReport:
        told = row.get("info") or {}
        own_id = next((str(told[name]) for name in _CLIENT_ID_NAMES if told.get(name)), None)
        if own_id is not None:
            own_id = own_id.removeprefix(self._shared.venue.client_id_prefix)
        return values.trade_report(row, self._size(row), client_id=own_id)

    def _lost(self, error: BaseException) -> StreamLost:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, StreamLost):
            return error
        refused = False
        if isinstance(error, Exception):
            reaction = verdict_of(failure_of(error), self._shared.venue.name).reaction
            refused = reaction is Reaction.credentials
        return StreamLost(type(error).__name__, refused=refused)


def _each(rows: Any, convert: Callable[[Mapping[str, Any]], Any]) -> Iterator[Any]:
    """What can be read; a sweep tells the rest."""
    for row in rows:
        with contextlib.suppress(values.Unreadable, KeyError, ValueError):
            yield convert(row)


def _is_subscribed(client: Any) -> bool:
    """Every socket is open, and no answer to a sign-in or subscription is awaited any more."""
    opened = sockets(client)
    waiting = [str(name) for socket in client.clients.values() for name in socket.futures]
    return (
        bool(opened)
        and all(socket.isConnected for socket in opened)
        and any("orders" in socket.futures for socket in opened)
        and not any(name.startswith("authenticat") or name.isdigit() for name in waiting)
    )


def _subscriptions(client: Any) -> set[tuple[str, str]]:
    return {(url, str(name)) for url, socket in client.clients.items() for name in socket.subscriptions}
