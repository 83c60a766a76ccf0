"""What an operator does to the exchange; every action is stored like a client's."""

import secrets
from decimal import Decimal

from paper_exchange.engine import futures, spot, upkeep
from paper_exchange.engine.book import Level
from paper_exchange.engine.events import KeyRemoved, SpotDeposit
from paper_exchange.engine.model import Account, ApiKey, Fees, Market, Order, Trade
from paper_exchange.engine.money import ZERO, floor_to, plus
from paper_exchange.engine.prices import Shape
from paper_exchange.engine.state import Effects
from paper_exchange.engine.symbols import Steps, Symbol
from paper_exchange.exchange import Exchange, list_symbol
from paper_exchange.wire.futures_account import move

RECENT_MS = 600_000


class Unusable(Exception):
    """The operator asked for something that cannot be done; the text says why."""


def symbol_named(exchange: Exchange, name: str) -> Symbol:
    symbol = exchange.state.symbols.get(name)
    if symbol is None:
        raise Unusable(f"there is no symbol {name}")
    return symbol


def account_named(exchange: Exchange, name: str) -> Account:
    account = exchange.state.accounts.get(name)
    if account is None:
        raise Unusable(f"there is no account {name}")
    return account


def create_account(
    exchange: Exchange,
    name: str,
    *,
    spot_funds: dict[str, Decimal],
    futures_funds: Decimal,
    fees: Fees | None,
) -> Account:
    """A new account with these spot balances and this futures wallet."""
    if name in exchange.state.accounts:
        raise Unusable(f"the account {name} exists")

    def create(effects: Effects) -> Account:
        now = exchange.quotes.now_ms
        account = Account(name, exchange.state.next_id(), now, fees=fees or Fees(), updated_ms=now)
        for asset, amount in spot_funds.items():
            account.balance(asset).free = amount
        account.futures.wallet = futures_funds
        exchange.state.accounts[name] = account
        effects.accounts.add(name)
        return account

    return exchange.act(create)


def create_key(
    exchange: Exchange,
    account: str,
    *,
    key: str | None,
    secret: str | None,
    trade: bool,
    futures: bool,
    withdraw: bool,
    addresses: list[str],
) -> ApiKey:
    """A new API key of an account; key and secret are made up when they are not given."""
    owner = account_named(exchange, account)
    name = key or secrets.token_hex(32)
    if name in exchange.state.keys:
        raise Unusable("the key exists")

    def create(effects: Effects) -> ApiKey:
        made = ApiKey(
            name,
            secret or secrets.token_hex(32),
            owner.id,
            exchange.clock.wall_ms(),
            trade,
            futures,
            withdraw,
            addresses,
        )
        exchange.state.keys[name] = made
        effects.keys.add(name)
        return made

    return exchange.act(create)


def delete_key(exchange: Exchange, key: str) -> None:
    def delete(effects: Effects) -> None:
        gone = exchange.state.keys.pop(key, None)
        if gone is None:
            raise Unusable("there is no such key")
        effects.keys.add(key)
        effects.events.append(KeyRemoved(gone.account, exchange.quotes.now_ms, key))

    exchange.act(delete)


def deposit(exchange: Exchange, account: str, asset: str, amount: Decimal) -> Account:
    """Add to a spot balance, or take from it with a negative amount."""
    owner = account_named(exchange, account)

    def move(effects: Effects) -> Account:
        balance = owner.balance(asset)
        if plus(balance.free, amount) < ZERO:
            raise Unusable(f"only {balance.free} {asset} is free")
        balance.free = plus(balance.free, amount)
        owner.updated_ms = exchange.quotes.now_ms
        effects.events.append(SpotDeposit(owner.id, owner.updated_ms, asset, amount))
        effects.spot_balances(owner, asset)
        return owner

    return exchange.act(move)


def deposit_futures(exchange: Exchange, account: str, amount: Decimal) -> Account:
    """Add to a futures wallet, or take from it with a negative amount."""
    owner = account_named(exchange, account)
    if plus(owner.futures.wallet, amount) < ZERO:
        raise Unusable(f"the wallet has only {owner.futures.wallet}")
    move(exchange, owner, amount, spot=False)
    return owner


def fund(exchange: Exchange, name: str, rate: Decimal) -> None:
    """Pay funding on a perpetual now, at this rate."""
    symbol = symbol_named(exchange, name)
    if symbol.usdm is None:
        raise Unusable(f"{name} has no perpetual")
    exchange.act(lambda effects: upkeep.pay_funding(exchange.state, effects, symbol, rate, exchange.quotes))


def add_symbol(exchange: Exchange, symbol: Symbol) -> Symbol:
    """List a new pair."""
    if symbol.name in exchange.state.symbols:
        raise Unusable(f"{symbol.name} is listed")
    exchange.act(lambda effects: list_symbol(exchange.state, effects, symbol, exchange.quotes.now_ms))
    return symbol


def set_price(exchange: Exchange, name: str, price: Decimal, *, hold: bool) -> None:
    """Set a pair's price on both markets and let the orders see it; it stays, or walks on from there."""
    symbol = symbol_named(exchange, name)

    def move(effects: Effects) -> None:
        exchange.quotes.move(symbol, price, Shape.fixed if hold else Shape.walk)
        effects.symbols.add(name)

    exchange.act(move)
    exchange.tick()
    exchange.moved(name)


def mirror_price(exchange: Exchange, symbol: Symbol, price: Decimal, *, store: bool) -> None:
    """Set a pair's price to what another exchange has; orders see it at the next tick. Not each one needs to be stored."""

    def move(effects: Effects) -> None:
        exchange.quotes.move(symbol, price, Shape.mirror)
        if store:
            exchange.state.courses[symbol.name].thin(exchange.quotes.now_ms - RECENT_MS)
            effects.symbols.add(symbol.name)

    exchange.act(move)


def run_path(exchange: Exchange, name: str, points: list[tuple[int, Decimal]]) -> None:
    """Lead a pair's price along (ms from now, price)."""
    symbol = symbol_named(exchange, name)

    def move(effects: Effects) -> None:
        exchange.quotes.run_path(symbol, points)
        effects.symbols.add(name)

    exchange.act(move)


def change_symbol(exchange: Exchange, name: str, changes: dict[str, object]) -> Symbol:
    """Set attributes of a pair (`spread`, `level_quote`, `trading`, `frozen_ms`, `premium`)."""
    symbol = symbol_named(exchange, name)

    def change(effects: Effects) -> Symbol:
        for attribute, value in changes.items():
            setattr(symbol, attribute, value)
        effects.symbols.add(name)
        exchange.quotes.forget()
        return symbol

    return exchange.act(change)


def fill_order(
    exchange: Exchange, order_id: int, *, quantity: Decimal | None, price: Decimal | None, parts: int
) -> list[Trade]:
    """Fill a resting order whatever the book says, at its own or a better price, in so many trades."""
    order = _resting(exchange, order_id)
    symbol = exchange.state.symbols[order.symbol]
    steps = exchange.quotes.steps(order.market, symbol)
    wanted = min(quantity or order.remaining, order.remaining)
    at = price or order.price
    if (at - order.price) * (1 if order.side == "BUY" else -1) > 0:
        raise Unusable(f"{at} is worse than the order's price {order.price}")

    def fill(effects: Effects) -> list[Trade]:
        account = exchange.state.accounts[order.account]
        if order.market is Market.usdm:
            allowed = futures.allowed(account, order, wanted)
            if not allowed:
                raise Unusable("the order may only close, and there is nothing left to close")
            levels = [Level(at, part) for part in split(allowed, parts, steps)]
            return futures.fill_resting(exchange.state, effects, account, order, levels, exchange.quotes)
        trades = [
            spot.fill(exchange.state, effects, account, order, Level(at, part), exchange.quotes, maker=True)
            for part in split(wanted, parts, steps)
        ]
        effects.spot_balances(account, symbol.base, symbol.quote)
        return trades

    return exchange.act(fill)


def split(quantity: Decimal, parts: int, steps: Steps) -> list[Decimal]:
    """Equal parts in whole steps, the last one takes the rest; fewer when there are not enough steps."""
    each = max(floor_to(quantity / parts, steps.step), steps.step)
    found: list[Decimal] = []
    while quantity > 0:
        part = quantity if len(found) == parts - 1 else min(each, quantity)
        found.append(part)
        quantity -= part
    return found


def _resting(exchange: Exchange, order_id: int) -> Order:
    for orders in exchange.state.open_orders.values():
        if order_id in orders:
            if orders[order_id].is_waiting:
                raise Unusable("the order waits for its stop price")
            return orders[order_id]
    raise Unusable(f"there is no open order {order_id}")


def markets_of(symbol: Symbol) -> list[Market]:
    return [
        market
        for market, steps in ((Market.spot, symbol.spot), (Market.usdm, symbol.usdm))
        if steps is not None
    ]
