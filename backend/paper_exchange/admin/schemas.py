"""What the operator sends and gets; decimals are texts."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from paper_exchange.engine.model import Fees
from paper_exchange.faults.plan import FaultKind

Positive = Annotated[Decimal, Field(gt=0, max_digits=24, decimal_places=12)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:@-]{1,64}$")]
SymbolName = Annotated[str, Field(pattern=r"^[A-Z0-9]{3,20}$")]
Asset = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}$")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountIn(Body):
    """`spot` and `futures` are opening balances."""

    name: Name
    spot: dict[Asset, Annotated[Decimal, Field(ge=0, max_digits=24, decimal_places=8)]] = Field(
        default_factory=dict
    )
    futures: Annotated[Decimal, Field(ge=0, max_digits=24, decimal_places=8)] = Decimal(0)
    fees: Fees | None = None


class KeyIn(Body):
    """Without `key` and `secret` they are made up; `addresses` restricts where it may come from."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,128}$")] | None = None
    secret: Annotated[str, Field(min_length=8, max_length=128)] | None = None
    trade: bool = True
    futures: bool = True
    withdraw: bool = False
    addresses: list[str] = Field(default_factory=list)


class FundingIn(Body):
    """A positive rate is paid by longs."""

    rate: Annotated[Decimal, Field(ge=-1, le=1, decimal_places=8)]


class DepositIn(Body):
    """A negative amount takes away; with `futures` the USDT-M wallet is meant."""

    futures: bool = False

    asset: Asset
    amount: Annotated[Decimal, Field(max_digits=24, decimal_places=8)]


class PriceIn(Body):
    """With `hold` the price stays, else it walks on from there."""

    price: Positive
    hold: bool = True


class Point(Body):
    after_ms: Annotated[int, Field(ge=0)]
    price: Positive


class PathIn(Body):
    """Straight lines between the points; after the last one its price stays."""

    points: Annotated[list[Point], Field(min_length=1, max_length=100_000)]


class SymbolIn(Body):
    """A new pair; `usdm_tick` and `usdm_step` together list its perpetual as well."""

    base: Asset
    quote: Asset
    price: Positive
    tick: Positive
    step: Positive
    usdm_tick: Positive | None = None
    usdm_step: Positive | None = None


class SymbolChange(Body):
    """What is not given stays. `frozen` stops public data, not trading; `premium` moves the mark price (0.01 is one percent)."""

    spread: Annotated[int, Field(ge=1, le=10_000)] | None = None
    level_quote: Positive | None = None
    trading: bool | None = None
    frozen: bool | None = None
    premium: Annotated[Decimal, Field(gt=-1, lt=10)] | None = None


class FillIn(Body):
    """Without a quantity all of the rest, without a price the order's own."""

    quantity: Positive | None = None
    price: Positive | None = None
    parts: Annotated[int, Field(ge=1, le=100)] = 1


class LimitsIn(Body):
    """Zero is no limit; what is not given stays."""

    spot_weight: Annotated[int, Field(ge=0)] | None = None
    usdm_weight: Annotated[int, Field(ge=0)] | None = None
    spot_orders_10s: Annotated[int, Field(ge=0)] | None = None
    usdm_orders_10s: Annotated[int, Field(ge=0)] | None = None
    usdm_orders_1m: Annotated[int, Field(ge=0)] | None = None


class AdvanceIn(Body):
    """`tick_ms` is how often the orders see the price on the way."""

    milliseconds: Annotated[int, Field(ge=1, le=366 * 86_400_000)]
    tick_ms: Annotated[int, Field(ge=1)] = 250

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        if self.milliseconds / self.tick_ms > 100_000:
            raise ValueError("at most 100,000 ticks at once")
        return self


class FaultIn(Body):
    """See the documentation's table of faults; empty scopes match everything."""

    kind: FaultKind
    key: str | None = None
    account: str | None = None
    symbol: str | None = None
    endpoint: str | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    delay_ms: Annotated[int, Field(ge=0, le=3_600_000)] = 1_000
    skew_ms: int = 0
    status: Annotated[int, Field(ge=400, lt=600)] = 503
    code: int | None = None
    message: str = "Service Unavailable"
