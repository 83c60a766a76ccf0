"""Binance spot and USDT-M futures: options, weights as of its API documentation, limits per minute."""

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.exchanges.venues.venue import Call, Limit, Traffic, Venue

_EVERYWHERE = (Environment.live, Environment.testnet, Environment.paper)
_OPTIONS = {
    "fetchCurrencies": False,
    "fetchMargins": False,
    "fetchOpenOrders": {"warnWithoutSymbol": False},
    "watchTradesForSymbols": {"name": "aggTrade"},
}

SPOT_TRAFFIC = Traffic(
    limits=(
        Limit("weight", 6_000, 60),
        Limit("orders", 100, 10, per="key", counts="orders"),
    ),
    weights={
        Call.find: 4,
        Call.open_orders: 6,
        Call.all_open_orders: 80,
        Call.my_trades: 20,
        Call.balances: 20,
        Call.markets: 20,
        Call.ticker: 2,
        Call.prices: 40,
        Call.candles: 2,
    },
)
USDM_TRAFFIC = Traffic(
    limits=(
        Limit("weight", 2_400, 60),
        Limit("orders", 300, 10, per="key", counts="orders"),
        Limit("orders-minute", 1_200, 60, per="key", counts="orders"),
    ),
    weights={
        Call.place: 0,
        Call.all_open_orders: 40,
        Call.my_trades: 5,
        Call.balances: 5,
        Call.positions: 5,
        Call.prices: 50,
        Call.candles: 5,
    },
)

BINANCE = Venue(
    name="binance",
    title="Binance Spot",
    ccxt_id="binance",
    market_types=(MarketType.spot,),
    environments=_EVERYWHERE,
    tested=True,
    client_id_parameter="newClientOrderId",
    client_id_length=36,
    finds_by_client_id=True,
    cancels_by_client_id=True,
    pages_by_id=True,
    market_by_cost=True,
    market_buy_by_amount={},
    testnet="sandbox",
    options={**_OPTIONS, "defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    traffic={MarketType.spot: SPOT_TRAFFIC},
)
# The brackets feed figures of a position that the platform does not show; without an empty default each client would
# fetch and keep those of every symbol.
BINANCEUSDM = Venue(
    name="binanceusdm",
    title="Binance USDⓈ-M Futures",
    ccxt_id="binanceusdm",
    market_types=(MarketType.usdm,),
    environments=_EVERYWHERE,
    tested=True,
    client_id_parameter="newClientOrderId",
    client_id_length=36,
    finds_by_client_id=True,
    cancels_by_client_id=True,
    pages_by_id=True,
    testnet="demo",
    options={**_OPTIONS, "fetchMarkets": {"types": ["linear"]}, "leverageBrackets": {}},
    traffic={MarketType.usdm: USDM_TRAFFIC},
)
