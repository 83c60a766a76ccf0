"""The Gateway over ccxt's ordinary client: one contract for every venue, errors named by what the caller should do."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from dollarclub.core.settings import Settings
from dollarclub.exchanges import ccxt_public as public
from dollarclub.exchanges import ccxt_values as values
from dollarclub.exchanges.budget import Budget, Spender
from dollarclub.exchanges.ccxt_clients import (
    CatalogMarkets,
    ClientPool,
    PoolBusy,
    dated,
    is_known_to_ccxt,
)
from dollarclub.exchanges.ccxt_errors import failure_of, translated, verdict_of
from dollarclub.exchanges.ccxt_lists import ended_orders, trades_since
from dollarclub.exchanges.errors import (
    ExchangeError,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Retryable,
)
from dollarclub.exchanges.gateway import (
    Balance,
    Candle,
    Catalog,
    Credentials,
    Environment,
    Gateway,
    MarginMode,
    Market,
    MarketType,
    OrderReport,
    OrderRequest,
    OrderType,
    Permissions,
    Position,
    PriceReport,
    Side,
    Ticker,
    TimeInForce,
    TradeReport,
)
from dollarclub.exchanges.permissions import read_permissions
from dollarclub.exchanges.rules.precision import Flaw, flaw
from dollarclub.exchanges.steps import steps_of
from dollarclub.exchanges.venues.binance_codes import NO_CHANGE, Reaction
from dollarclub.exchanges.venues.table import venue_named
from dollarclub.exchanges.venues.venue import Call, Venue
from dollarclub.kit.clock import Clock, steady_seconds, utc_now
from dollarclub.kit.money import plain

Result = TypeVar("Result")
_FLAW_CODES = {Flaw.market_closed: "market_closed", Flaw.below_min_notional: "below_min_notional"}


class CcxtGateway:
    """One key's way to its exchange through ccxt. Safe for use by several threads."""

    def __init__(
        self, venue: Venue, pool: ClientPool, budget: Budget, spender: Spender, clock: Clock = utc_now
    ) -> None:
        self._venue, self._pool, self._shared = venue, pool, pool.shared
        self._budget, self._spender, self._clock = budget, spender, clock

    def place(self, order: OrderRequest, *, exit: bool = False, deadline: float | None = None) -> OrderReport:
        listed = self._sendable(order)
        size = listed.contract_size
        amount = None if order.amount is None else plain(order.amount / size)
        # Never with a price: on a spot market order ccxt would turn it into a cost.
        price = None if order.price is None or order.type is OrderType.market else plain(order.price)

        def send(client: Any) -> OrderReport:
            params = self._parameters(order)
            with dated(client):
                # Its date is fixed by now: a process that stands still after this line sends what is refused as too old.
                if deadline is not None and steady_seconds() > deadline:
                    raise NotSent("This process was held up before it could send.", code="late")
                if order.cost is not None:
                    row = client.create_market_buy_order_with_cost(order.symbol, plain(order.cost), params)
                else:
                    row = client.create_order(
                        order.symbol, order.type.value, order.side.value, amount, price, params
                    )
            return values.order_report(row, size, client_id=order.client_id)

        report = self._call(Call.place, send, exit=exit, placing=True)
        if report is None:
            raise OutcomeUnknown("The exchange's answer cannot be understood.", code="unreadable")
        return report

    def find(self, symbol: str, client_id: str, *, exit: bool = False) -> OrderReport | None:
        if not self._venue.finds_by_client_id:
            return self._search(symbol, client_id, exit=exit)
        size = self._size(symbol)
        params = self._identified(client_id)
        return self._call(
            Call.find,
            lambda client: values.order_report(
                client.fetch_order(None, symbol, params), size, client_id=client_id
            ),
            exit=exit,
        )

    def cancel(self, symbol: str, client_id: str) -> OrderReport | None:
        size = self._size(symbol)
        venue_order_id, params = None, self._identified(client_id)
        if not self._venue.cancels_by_client_id:
            found = self.find(symbol, client_id, exit=True)
            if found is None:
                return None
            venue_order_id, params = found.venue_order_id, {}
        return self._call(
            Call.cancel,
            lambda client: values.order_report(
                client.cancel_order(venue_order_id, symbol, params), size, client_id=client_id
            ),
            exit=True,
        )

    def open_orders(self, symbol: str | None = None, *, exit: bool = False) -> Sequence[OrderReport]:
        call = Call.all_open_orders if symbol is None else Call.open_orders
        return self._orders(call, lambda client: client.fetch_open_orders(symbol), exit=exit)

    def my_trades(self, symbol: str, *, since: datetime, exit: bool = False) -> Sequence[TradeReport]:
        size = self._size(symbol)

        def page(start: int | None, limit: int | None, params: dict[str, Any]) -> list[Any]:
            return self._read(
                Call.my_trades,
                lambda client: client.fetch_my_trades(symbol, start, limit, dict(params)),
                exit=exit,
            )

        rows = trades_since(page, since, self._clock(), by_id=self._venue.pages_by_id)
        return [values.trade_report(row, size) for row in rows]

    def balances(self, *, exit: bool = False) -> Sequence[Balance]:
        return self._read(Call.balances, lambda client: values.balances(client.fetch_balance()), exit=exit)

    def positions(self, *, exit: bool = False) -> Sequence[Position]:
        if self._shared.catalog.market_type is MarketType.spot:
            return []

        def read(client: Any) -> list[Position]:
            rows = client.fetch_positions()
            found = [values.position(row, self._shared.size(row["symbol"])) for row in rows]
            return [position for position in found if position.amount]

        return self._read(Call.positions, read, exit=exit)

    def markets(self) -> Sequence[Market]:
        return self._read(Call.markets, lambda _: self._shared.read(), needs_markets=False)

    def ticker(self, symbol: str) -> Ticker:
        self._size(symbol)
        return self._read(
            Call.ticker, lambda client: values.ticker(client.fetch_ticker(symbol), self._clock()), exit=True
        )

    def prices(self, symbols: Sequence[str]) -> Sequence[PriceReport]:
        return self._read(
            Call.prices, lambda client: public.prices(client, symbols, self._clock()), exit=True
        )

    def candles(
        self, symbol: str, timeframe: str, *, since: datetime | None = None, limit: int = 500
    ) -> Sequence[Candle]:
        return self._read(
            Call.candles, lambda client: public.candles(client, symbol, timeframe, since, limit)
        )

    def set_leverage(self, symbol: str, leverage: int) -> None:
        self._set(lambda client: client.set_leverage(leverage, symbol))

    def set_margin_mode(self, symbol: str, mode: MarginMode) -> None:
        self._set(lambda client: client.set_margin_mode(mode.value, symbol))

    def set_position_mode(self, *, hedged: bool) -> None:
        self._set(lambda client: client.set_position_mode(hedged))

    def permissions(self) -> Permissions:
        market_type = self._shared.catalog.market_type
        return self._read(
            Call.permissions, lambda client: read_permissions(client, market_type), needs_markets=False
        )

    def validity(self) -> timedelta:
        fixed = self._venue.signature_seconds
        return self._shared.receive_window if fixed is None else timedelta(seconds=fixed)

    def clock_skew(self) -> timedelta:
        return self._read(Call.time, lambda client: public.skew(client, self._clock), needs_markets=False)

    def close(self) -> None:
        self._pool.close()

    # What all calls go through.

    def _set(self, work: Callable[[Any], Any]) -> None:
        """Change a setting of the account; that it is so already is fine."""
        try:
            self._read(Call.setting, lambda client: work(client) or True)
        except Rejected as refused:
            if refused.code != NO_CHANGE.code:
                raise

    def _read(
        self,
        call: Call,
        work: Callable[[Any], Result],
        *,
        exit: bool = False,
        needs_markets: bool = True,
    ) -> Result:
        """A reading call; raises Retryable for an answer that says that something is not there."""
        found = self._call(call, work, exit=exit, needs_markets=needs_markets)
        if found is None:
            raise Retryable("The exchange's answer cannot be understood.", code="network")
        return found

    def _call(
        self,
        call: Call,
        work: Callable[[Any], Result],
        *,
        exit: bool = False,
        placing: bool = False,
        needs_markets: bool = True,
    ) -> Result | None:
        """Spend, call, translate. None when the exchange says that there is no such order.

        A refusal of the timestamp is definite: nothing was carried out. So the clocks are compared and the same request
        is signed and sent once more; only a second refusal is raised.
        """
        error = self._tried(call, work, exit=exit, placing=placing, needs_markets=needs_markets)
        if isinstance(error, ExchangeError) and error.code == "clock_skew" and self._compare_clocks():
            error = self._tried(call, work, exit=exit, placing=placing, needs_markets=needs_markets)
        if isinstance(error, ExchangeError):
            raise error
        return error

    def _tried(
        self, call: Call, work: Callable[[Any], Result], *, exit: bool, placing: bool, needs_markets: bool
    ) -> Result | ExchangeError | None:
        """The result, or the error as a value: nothing may be called while an exception is being handled, since ccxt
        tells the HTTP answer only by the exception that its own was raised in."""
        self._budget.spend(self._spender, call, exit=exit)
        try:
            with self._pool.borrowed(exit=exit) as client:
                if needs_markets:
                    self._shared.ensure()
                    self._shared.lend(client)
                return work(client)
        except PoolBusy:
            text = "All connections of this key are waiting for answers."
            return NotSent(text, code="busy") if placing else Retryable(text, code="busy")
        except ExchangeError as error:
            return error
        except Exception as error:  # noqa: BLE001 whatever went wrong on the way: an order may be there
            return self._translated(error, placing=placing)

    def _translated(self, error: Exception, *, placing: bool) -> ExchangeError | None:
        failure = failure_of(error)
        meaning = verdict_of(failure, self._venue.name)
        if meaning.reaction is Reaction.no_such_order:
            return None
        told = translated(failure, meaning, placing=placing, now=self._clock())
        if isinstance(told, RateLimited):
            self._budget.pause(self._spender, told.retry_at)
        return told

    def _orders(self, call: Call, work: Callable[[Any], Any], *, exit: bool) -> list[OrderReport]:
        rows = self._read(call, work, exit=exit)
        prefix = self._venue.client_id_prefix
        return [
            values.order_report(
                row,
                self._shared.size(row["symbol"]),
                client_id=(row.get("clientOrderId") or "").removeprefix(prefix),
            )
            for row in rows
        ]

    def _search(self, symbol: str, client_id: str, *, exit: bool) -> OrderReport | None:
        """Where a venue does not find by client id: its lists of open and of ended orders."""
        lists = (
            (Call.open_orders, lambda client: client.fetch_open_orders(symbol)),
            (Call.find, lambda client: ended_orders(client, symbol)),
        )
        for call, work in lists:
            for report in self._orders(call, work, exit=exit):
                if report.client_id == client_id:
                    return report
        return None

    def _sendable(self, order: OrderRequest) -> Market:
        """The pair, when the exchange would not refuse the order for its numbers."""
        listed = self._market(order.symbol, placing=True)
        if listed is None:
            raise Rejected(f"The exchange has no pair {order.symbol}.", code="symbol_unknown")
        by_cost = order.cost is not None
        if by_cost and not (self._venue.market_by_cost and self._is_spot_market_buy(order)):
            raise Rejected("Only market buys on spot may be given by their cost.", code="not_supported")
        if not by_cost and self._is_spot_market_buy(order) and self._venue.market_buy_by_amount is None:
            raise Rejected("This venue takes market buys by their cost only.", code="not_supported")
        found = flaw(steps_of(listed), values.draft(order))
        if found is not None:
            text = f"Not sent: {found.value.replace('_', ' ')}."
            raise Rejected(text, code=_FLAW_CODES.get(found, "precision"))
        return listed

    def _market(self, symbol: str, *, placing: bool = False) -> Market | None:
        if not self._shared.is_loaded:
            self._budget.spend(self._spender, Call.markets)
        try:
            return self._shared.market(symbol)
        except Exception as error:  # noqa: BLE001 any failure to read the list
            told = self._translated(error, placing=False)
        if placing and not isinstance(told, RateLimited):
            raise NotSent(f"The list of markets could not be read: {told}", code="no_markets")
        raise told or Retryable("The list of markets could not be read.", code="network")

    def _size(self, symbol: str) -> Decimal:
        listed = self._market(symbol)
        if listed is None:
            raise Rejected(f"The exchange has no pair {symbol}.", code="symbol_unknown")
        return listed.contract_size

    def _parameters(self, order: OrderRequest) -> dict[str, Any]:
        params = self._identified(order.client_id)
        if order.cost is None and self._is_spot_market_buy(order):
            params |= self._venue.market_buy_by_amount or {}
        if order.time_in_force is TimeInForce.post_only:
            params["postOnly"] = True
        elif order.time_in_force is not None and order.type is OrderType.limit:
            params["timeInForce"] = order.time_in_force.value.upper()
        if order.reduce_only:
            params["reduceOnly"] = True
        return params

    def _is_spot_market_buy(self, order: OrderRequest) -> bool:
        spot = self._shared.catalog.market_type is MarketType.spot
        return spot and order.type is OrderType.market and order.side is Side.buy

    def _identified(self, client_id: str) -> dict[str, Any]:
        return {"clientOrderId": client_id}

    def _compare_clocks(self) -> bool:
        try:
            skew = self.clock_skew()
        except ExchangeError:
            return False
        self._shared.clock_ahead_ms = round(skew / timedelta(milliseconds=1))
        return True


class CcxtGatewayFactory:
    """Makes gateways that share one list of markets per catalog. One per process: ccxt's list is what costs memory."""

    def __init__(
        self,
        settings: Settings,
        budget: Budget,
        clock: Clock = utc_now,
        markets: CatalogMarkets | None = None,
    ) -> None:
        self._settings, self._budget, self._clock = settings, budget, clock
        self._markets = markets or CatalogMarkets(settings)

    def open(self, credentials: Credentials) -> Gateway:
        """A gateway for one key. Raises Rejected (`not_supported`) for what no such venue has."""
        return self._gateway(credentials.catalog, credentials, str(credentials.key_id))

    def public(self, catalog: Catalog) -> Gateway:
        """A gateway without a key, for markets, tickers and the clock."""
        return self._gateway(catalog, None, "")

    def _gateway(self, catalog: Catalog, credentials: Credentials | None, key: str) -> Gateway:
        venue = self._venue(catalog)
        pool = ClientPool(self._markets.of(catalog), credentials, self._settings.trading.answer_seconds)
        spender = Spender(f"{venue.name}:{catalog.environment}", key, venue.limits_of(catalog.market_type))
        return CcxtGateway(venue, pool, self._budget, spender, self._clock)

    def _venue(self, catalog: Catalog) -> Venue:
        venue = venue_named(catalog.venue)
        if not is_known_to_ccxt(venue) or not venue.offers(catalog.market_type, catalog.environment):
            text = (
                f"{venue.title} has no {catalog.market_type} market in the environment {catalog.environment}."
            )
            raise Rejected(text, code="not_supported")
        if catalog.environment is Environment.paper and not self._settings.paper.exchange_url:
            raise Rejected("This installation has no paper exchange.", code="not_supported")
        return venue
