"""A market as the rules of precision take it."""

from dollarclub.exchanges.gateway import Market
from dollarclub.exchanges.rules.precision import Steps


def steps_of(market: Market) -> Steps:
    """The market's steps and bounds."""
    return Steps(
        price_tick=market.price_tick,
        amount_step=market.amount_step,
        min_amount=market.min_amount,
        max_amount=market.max_amount,
        market_step=market.market_step,
        market_max_amount=market.market_max_amount,
        min_cost=market.min_cost,
        active=market.active,
    )
