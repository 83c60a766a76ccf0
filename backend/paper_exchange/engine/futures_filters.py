"""USDT-M's rules for orders, with the futures' own codes."""

from decimal import Decimal

from paper_exchange.engine.filters import NewOrder
from paper_exchange.engine.model import Account, Kind, Order, PositionSide, Side
from paper_exchange.engine.money import decimals, is_multiple
from paper_exchange.engine.positions import position_key
from paper_exchange.engine.refusal import Refusal
from paper_exchange.engine.symbols import Steps

CONDITIONAL = (Kind.stop, Kind.stop_market, Kind.take_profit, Kind.take_profit_market)
LIMITS = (Kind.limit, Kind.stop, Kind.take_profit)
MARGIN = Refusal(-2019, "Margin is insufficient.")


def check(new: NewOrder, steps: Steps, mark: Decimal, account: Account) -> None:
    """Everything about an order that needs neither book nor wallet."""
    check_side(new, account)
    if not new.close_position:
        _check_quantity(new, steps)
    if new.kind in LIMITS:
        _check_price(new.price, steps)
        if new.kind is Kind.limit:
            _check_band(new, steps, mark)
    if new.stop_price:
        _check_price(new.stop_price, steps)
    closes = new.reduce_only or new.close_position or is_closing(new.side, new.position_side)
    value = (new.price or new.stop_price or mark) * new.quantity
    if not closes and value < steps.min_notional:
        least = steps.min_notional.normalize()
        raise Refusal(
            -4164, f"Order's notional must be no smaller than {least:f} (unless you choose reduce only)."
        )


def check_side(new: NewOrder, account: Account) -> None:
    if (new.position_side is PositionSide.both) == account.futures.hedge:
        raise Refusal(-4061, "Order's position side does not match user's setting.")
    if account.futures.hedge and new.reduce_only:
        raise Refusal(-1106, "Parameter 'reduceonly' sent when not required.")


def is_closing(side: Side, position_side: PositionSide) -> bool:
    """In hedge mode the sides tell whether an order opens or closes."""
    return (side, position_side) in ((Side.sell, PositionSide.long), (Side.buy, PositionSide.short))


def closable(account: Account, symbol: str, side: Side, position_side: PositionSide) -> Decimal:
    """How much of a position an order of this side can close."""
    position = account.futures.positions.get(position_key(symbol, position_side))
    if position is None or (position.amount > 0) == (side is Side.buy):
        return Decimal(0)
    return abs(position.amount)


def check_reducing(new: NewOrder, account: Account, own: list[Order]) -> None:
    """An order that may only close finds something to close."""
    left = closable(account, new.symbol, new.side, new.position_side)
    if new.reduce_only and not left:
        raise Refusal(-2022, "ReduceOnly Order is rejected.")
    if is_closing(new.side, new.position_side):
        resting = sum(
            (o.remaining for o in own if o.side is new.side and o.position_side is new.position_side),
            Decimal(0),
        )
        if new.quantity + resting > left:
            raise Refusal(-2022, "ReduceOnly Order is rejected.")


def check_counts(own: list[Order], steps: Steps, *, conditional: bool) -> None:
    waiting = sum(order.is_waiting for order in own)
    if conditional and waiting >= steps.max_stop_orders:
        raise Refusal(-4045, "Reach max stop order limit.")
    if not conditional and len(own) - waiting >= steps.max_orders:
        raise Refusal(-2025, "Reach max open order limit.")


def _check_quantity(new: NewOrder, steps: Steps) -> None:
    if new.quantity <= 0:
        raise Refusal(-4003, "Quantity less than or equal to zero.")
    if decimals(new.quantity) > decimals(steps.step) or not is_multiple(new.quantity, steps.step):
        raise Refusal(-1111, "Precision is over the maximum defined for this asset.")
    most = steps.max_quantity if new.kind in LIMITS else steps.max_market_quantity
    if new.quantity > most:
        raise Refusal(-4005, "Quantity greater than max quantity.")


def _check_price(price: Decimal, steps: Steps) -> None:
    if price <= 0:
        raise Refusal(-4001, "Price less than or equal to zero.")
    if price > steps.max_price:
        raise Refusal(-4002, "Price greater than max price.")
    if not is_multiple(price, steps.tick):
        raise Refusal(-4014, "Price not increased by tick size.")


def _check_band(new: NewOrder, steps: Steps, mark: Decimal) -> None:
    highest, lowest = mark * steps.price_up, mark * steps.price_down
    if new.side is Side.buy and new.price > highest:
        raise Refusal(-4016, f"Limit price can't be higher than {highest.quantize(steps.tick)}.")
    if new.side is Side.sell and new.price < lowest:
        raise Refusal(-4024, f"Limit price can't be lower than {lowest.quantize(steps.tick)}.")
