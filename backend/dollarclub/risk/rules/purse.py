"""What may be added up: money of one kind. Paper money pays no real loss, and coins are no dollars."""

from dollarclub.exchanges.gateway import Environment

DOLLARS = frozenset({"USD", "USDT", "USDC", "BUSD", "FDUSD", "TUSD", "DAI", "USDP"})


def purse_of(environment: Environment, quote: str) -> str:
    """The name of the purse that results in `quote` belong to: `live:USD`, `paper:BTC`. Dollar coins count as dollars."""
    return f"{environment}:{'USD' if quote in DOLLARS else quote}"


def quote_of(symbol: str) -> str:
    """`USDT` of `BTC/USDT` and of `BTC/USDT:USDT`."""
    return symbol.split("/", 1)[-1].split(":", 1)[0]
