"""What the dashboard's paper exchange panel sends and gets; decimals are texts."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import MarketType


class PaperFaultKind(StrEnum):
    """`…_after` and `drop_answer`, `late_answer`: the exchange carried the request out."""

    drop_answer = "drop_answer"
    late_answer = "late_answer"
    error_before = "error_before"
    error_after = "error_after"
    disconnect = "disconnect"
    too_many_requests = "too_many_requests"
    clock_skew = "clock_skew"
    stream_delay = "stream_delay"
    stream_reorder = "stream_reorder"
    stream_duplicate = "stream_duplicate"
    stream_drop = "stream_drop"
    stream_disconnect = "stream_disconnect"


class PaperCourse(StrEnum):
    """How a price goes on: by itself, not at all, along a path that the operator gave it, or as another exchange's does."""

    walk = "walk"
    fixed = "fixed"
    path = "path"
    mirror = "mirror"


class PaperMarketOut(Out):
    """A pair; `frozen` ones show old prices to the public while they trade on, `premium` moves the mark price."""

    symbol: str
    base: str
    quote: str
    market_types: list[MarketType]
    price: Decimal
    course: PaperCourse
    trading: bool
    frozen: bool
    premium: Decimal


class PaperOut(Out):
    """`available` is false where the installation has no paper exchange. `mirror` is the public feed that leads its prices."""

    available: bool
    url: str = ""
    now: datetime | None = None
    open_orders: int = 0
    faults: int = 0
    mirror: str | None = None
    markets: list[PaperMarketOut] = Field(default_factory=list)


class PaperPriceOut(Out):
    symbol: str
    price: Decimal
    course: PaperCourse


class PaperPriceIn(In):
    """With `hold` the price stays, else it walks on from there."""

    price: Annotated[Decimal, Field(gt=0, max_digits=24, decimal_places=12)]
    hold: bool = True


class PaperFaultIn(In):
    """A drill. What is not given matches everything: `account` and `symbol` of the paper exchange, `endpoint` a pattern of
    `METHOD /path` (for streams of the event). `times` is how often it strikes (absent: until it is switched off).
    """

    kind: PaperFaultKind
    account: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    symbol: Annotated[str, Field(pattern=r"^[A-Z0-9]{3,20}$")] | None = None
    endpoint: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    times: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    delay_ms: Annotated[int, Field(ge=0, le=3_600_000)] = 1_000
    skew_ms: Annotated[int, Field(ge=-3_600_000, le=3_600_000)] = 0
    status: Annotated[int, Field(ge=400, lt=600)] = 503
    code: Annotated[int, Field(ge=-99_999, le=99_999)] | None = None
    message: Annotated[str, Field(max_length=200)] = "Service Unavailable"


class PaperFaultOut(PaperFaultIn):
    """`struck` is how often it struck so far."""

    model_config = Out.model_config

    id: int
    struck: int
