"""Venues beside Binance, from ccxt's sources and the venues' documentation; not tried with real keys."""

from dataclasses import replace

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.exchanges.venues.venue import Call, Limit, Traffic, Venue

_BOTH = (MarketType.spot, MarketType.usdm)
_LIVE = (Environment.live,)
_WITH_TESTNET = (Environment.live, Environment.testnet)


def _everywhere(traffic: Traffic) -> dict[MarketType, Traffic]:
    return dict.fromkeys(MarketType, traffic)


BYBIT = Venue(
    name="bybit",
    title="Bybit",
    ccxt_id="bybit",
    market_types=_BOTH,
    environments=_WITH_TESTNET,
    client_id_parameter="orderLinkId",
    client_id_length=36,
    # ccxt's fetchOrder always sends an order id: orders are found in the lists of open and ended ones.
    cancels_by_client_id=True,
    market_by_cost=True,
    testnet="sandbox",
    spot_options={"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    usdm_options={"defaultType": "swap", "fetchMarkets": {"types": ["linear"]}},
    traffic=_everywhere(
        Traffic(
            (
                Limit("calls", 400, 5),
                Limit("orders", 10, 1, per="key", counts="orders"),
            )
        )
    ),
)
OKX = Venue(
    name="okx",
    title="OKX",
    ccxt_id="okx",
    market_types=_BOTH,
    environments=_WITH_TESTNET,
    needs_passphrase=True,
    client_id_parameter="clOrdId",
    client_id_length=32,
    signature_seconds=30,
    finds_by_client_id=True,
    cancels_by_client_id=True,
    market_by_cost=True,
    market_buy_by_amount={"tgtCcy": "base_ccy"},
    min_notional="none",
    testnet="sandbox",
    spot_options={"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    usdm_options={"defaultType": "swap", "fetchMarkets": {"types": ["swap"]}},
    traffic=_everywhere(
        Traffic(
            (
                Limit("calls", 20, 2, per="key"),
                Limit("orders", 60, 2, per="key", counts="orders"),
            )
        )
    ),
)
KUCOIN = Venue(
    name="kucoin",
    title="KuCoin",
    ccxt_id="kucoin",
    market_types=_BOTH,
    environments=_LIVE,
    needs_passphrase=True,
    client_id_parameter="clientOid",
    client_id_length=40,
    signature_seconds=5,
    finds_by_client_id=True,
    cancels_by_client_id=True,
    market_by_cost=True,
    market_buy_by_amount={},
    spot_options={"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    usdm_options={"defaultType": "swap", "fetchMarkets": {"types": ["swap"]}},
    traffic=_everywhere(
        Traffic(
            (Limit("weight", 2_000, 30, per="key"),), weights={Call.balances: 5, Call.my_trades: 5}, other=3
        )
    ),
)
GATEIO = Venue(
    name="gateio",
    title="Gate",
    ccxt_id="gate",
    market_types=_BOTH,
    environments=_WITH_TESTNET,
    client_id_parameter="text",
    client_id_length=28,
    client_id_prefix="t-",
    signature_seconds=60,
    finds_by_client_id=True,
    cancels_by_client_id=True,
    market_by_cost=True,
    testnet="sandbox",
    spot_options={"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    usdm_options={"defaultType": "swap", "fetchMarkets": {"types": ["swap"]}},
    traffic=_everywhere(
        Traffic(
            (
                Limit("calls", 200, 10, per="key"),
                Limit("orders", 10, 1, per="key", counts="orders"),
            )
        )
    ),
)
# Futures are left out: ccxt finds their orders by the exchange's id only, so that an order whose answer was lost could
# not be told from one that was never taken.
MEXC = Venue(
    name="mexc",
    title="MEXC",
    ccxt_id="mexc",
    market_types=(MarketType.spot,),
    environments=_LIVE,
    client_id_parameter="newClientOrderId",
    client_id_length=32,
    finds_by_client_id=True,
    cancels_by_client_id=True,
    market_by_cost=True,
    market_buy_by_amount={},
    options={
        "defaultType": "spot",
        "fetchCurrencies": False,
        "fetchMarkets": {"types": {"spot": True, "swap": {"linear": False, "inverse": False}}},
    },
    traffic=_everywhere(
        Traffic(
            (Limit("weight", 300, 10),),
            weights={Call.balances: 10, Call.my_trades: 10, Call.markets: 10, Call.find: 2},
        )
    ),
)

DELTA = Venue(
    name="delta",
    title="Delta Exchange (Global)",
    ccxt_id="delta",
    market_types=(MarketType.usdm,),
    environments=_WITH_TESTNET,
    client_id_parameter="client_order_id",
    client_id_length=32,
    signature_seconds=5,
    finds_by_client_id=True,
    min_notional="none",
    testnet="sandbox",
    traffic=_everywhere(
        Traffic(
            (Limit("units", 10_000, 300, per="key"),),
            weights={Call.place: 5, Call.cancel: 5, Call.my_trades: 10},
            other=3,
        )
    ),
)
# Another company's accounts on the same software: keys of one host are strangers on the other.
DELTA_INDIA = replace(
    DELTA,
    name="deltaindia",
    title="Delta Exchange (India)",
    testnet="urls",
    urls={
        Environment.live: dict.fromkeys(("public", "private"), "https://api.india.delta.exchange"),
        Environment.testnet: dict.fromkeys(("public", "private"), "https://cdn-ind.testnet.deltaex.org"),
    },
)

OTHERS = (BYBIT, OKX, KUCOIN, GATEIO, MEXC, DELTA, DELTA_INDIA)
