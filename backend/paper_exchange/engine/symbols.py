"""What is traded and in which steps."""

from dataclasses import dataclass, field
from decimal import Decimal

from paper_exchange.engine.money import decimals

SPOT_KINDS = (
    "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT",
)  # fmt: skip
USDM_KINDS = ("LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET")


@dataclass(frozen=True, slots=True)
class Steps:
    """One market's limits of one symbol; prices in quote, quantities in base, `min_notional` in quote."""

    tick: Decimal
    step: Decimal
    max_quantity: Decimal
    max_market_quantity: Decimal
    min_notional: Decimal
    max_notional: Decimal = Decimal(9_000_000)
    max_price: Decimal = Decimal(10_000_000)
    price_up: Decimal = Decimal(5)
    price_down: Decimal = Decimal("0.2")
    max_orders: int = 200
    max_stop_orders: int = 5

    def __post_init__(self) -> None:
        if decimals(self.tick * self.step) > 8:
            raise ValueError("tick × step needs more than eight decimals")


@dataclass(slots=True)
class Symbol:
    """A traded pair: how it is called, its steps, and how its book looks around the price.

    `level_quote` is the value (in quote) of the first level of the book; `spread` is in ticks on each side; `volatility` is
    a year's, as a fraction; with `frozen_ms` the public data stands still at that time while trading goes on.
    """

    name: str
    base: str
    quote: str
    spot: Steps | None
    usdm: Steps | None
    start_price: Decimal
    level_quote: Decimal = Decimal(20_000)
    spread: int = 1
    volatility: float = 0.6
    frozen_ms: int | None = None
    trading: bool = True
    premium: Decimal = Decimal(0)
    funded_ms: int = 0
    listed_ms: int = field(default=1_569_398_400_000)


def make(
    base: str,
    quote: str,
    price: str,
    tick: str,
    step: str,
    *,
    usdm: tuple[str, str] | None = None,
    level: int = 20_000,
) -> Symbol:
    """A pair with the limits that follow from its price; `usdm` gives tick and step of its perpetual."""
    start = Decimal(price)
    most = (Decimal(9_000_000) / start * 10).quantize(Decimal(1))
    small = Decimal("0.0001") if quote == "BTC" else Decimal(5)
    spot = Steps(Decimal(tick), Decimal(step), most, most / 10, small)
    perpetual = None
    if usdm is not None:
        least = Decimal(100) if base == "BTC" else Decimal(20) if base == "ETH" else Decimal(5)
        perpetual = Steps(
            Decimal(usdm[0]), Decimal(usdm[1]), most, most / 10, least,
            price_up=Decimal("1.05") if base in ("BTC", "ETH") else Decimal("1.15"),
            price_down=Decimal("0.95") if base in ("BTC", "ETH") else Decimal("0.85"),
            max_stop_orders=10,
        )  # fmt: skip
    return Symbol(f"{base}{quote}", base, quote, spot, perpetual, start, Decimal(level))


def defaults() -> list[Symbol]:
    """The pairs of a new exchange."""
    return [
        make("BTC", "USDT", "96347.55", "0.01", "0.00001", usdm=("0.10", "0.001"), level=60_000),
        make("ETH", "USDT", "3412.80", "0.01", "0.0001", usdm=("0.01", "0.001"), level=40_000),
        make("BNB", "USDT", "655.30", "0.01", "0.001", usdm=("0.01", "0.01")),
        make("SOL", "USDT", "214.55", "0.01", "0.001", usdm=("0.01", "0.01")),
        make("XRP", "USDT", "2.2841", "0.0001", "0.1", usdm=("0.0001", "0.1")),
        make("ADA", "USDT", "0.8812", "0.0001", "0.1", usdm=("0.0001", "1")),
        make("DOGE", "USDT", "0.31842", "0.00001", "1", usdm=("0.00001", "1")),
        make("LTC", "USDT", "104.27", "0.01", "0.001", usdm=("0.01", "0.001")),
        make("AVAX", "USDT", "38.91", "0.01", "0.01", usdm=("0.001", "1")),
        make("LINK", "USDT", "23.14", "0.01", "0.01", usdm=("0.001", "0.01")),
        make("DOT", "USDT", "7.216", "0.001", "0.01", usdm=("0.001", "0.1")),
        make("TRX", "USDT", "0.2557", "0.0001", "0.1", usdm=("0.00001", "1")),
        make("ATOM", "USDT", "6.731", "0.001", "0.01", usdm=("0.001", "0.01")),
        make("UNI", "USDT", "13.48", "0.001", "0.01", usdm=("0.001", "1")),
        make("SHIB", "USDT", "0.00002217", "0.00000001", "1"),
        make("PEPE", "USDT", "0.00001893", "0.00000001", "1"),
        make("USDC", "USDT", "0.9998", "0.0001", "1", usdm=None, level=200_000),
        make("BTC", "USDC", "96341.20", "0.01", "0.00001"),
        make("ETH", "USDC", "3412.60", "0.01", "0.0001"),
        make("ETH", "BTC", "0.03542", "0.00001", "0.001", level=1),
        make("BNB", "BTC", "0.006801", "0.000001", "0.01", level=1),
    ]
