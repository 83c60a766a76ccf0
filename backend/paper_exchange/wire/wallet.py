"""The wallet's endpoints that trading clients ask: what a key may do, coins, fees."""

from paper_exchange.engine.model import Market
from paper_exchange.engine.money import ZERO
from paper_exchange.wire.auth import Security
from paper_exchange.wire.call import Call, Route, listed_symbols, named_symbol
from paper_exchange.wire.market_data import Wire
from paper_exchange.wire.spot_views import eight

SPOT = Market.spot


def restrictions(call: Call) -> Wire:
    if call.key is None:
        raise LookupError("the route asks for a key")
    return {
        "ipRestrict": bool(call.key.addresses),
        "createTime": call.key.created_ms,
        "enableReading": True,
        "enableWithdrawals": call.key.withdraw,
        "enableInternalTransfer": False,
        "enableMargin": False,
        "enableFutures": call.key.futures,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enableSpotAndMarginTrading": call.key.trade,
        "enablePortfolioMarginTrading": False,
    }


def account_status(call: Call) -> Wire:
    return {"data": "Normal"}


def trading_status(call: Call) -> Wire:
    may_not = call.key is not None and not call.key.trade
    return {
        "data": {
            "isLocked": may_not,
            "plannedRecoverTime": 0,
            "triggerCondition": {},
            "updateTime": call.owner.updated_ms,
        }
    }


def trade_fee(call: Call) -> list[Wire]:
    name, fees = call.params.get("symbol"), call.owner.fees
    symbols = [named_symbol(call.exchange, SPOT, name)] if name else listed_symbols(call.exchange, SPOT)
    return [
        {
            "symbol": symbol.name,
            "makerCommission": f"{fees.spot_maker.normalize():f}",
            "takerCommission": f"{fees.spot_taker.normalize():f}",
        }
        for symbol in symbols
    ]


def coins(call: Call) -> list[Wire]:
    listed = listed_symbols(call.exchange, SPOT)
    names = sorted(
        {symbol.base for symbol in listed} | {symbol.quote for symbol in listed} | set(call.owner.spot)
    )
    return [_coin(call, name) for name in names]


def _coin(call: Call, name: str) -> Wire:
    balance = call.owner.spot.get(name)
    return {
        "coin": name,
        "depositAllEnable": False,
        "free": eight(balance.free if balance else ZERO),
        "freeze": "0",
        "ipoable": "0",
        "ipoing": "0",
        "isLegalMoney": False,
        "locked": eight(balance.locked if balance else ZERO),
        "name": name,
        "networkList": [],
        "storage": "0",
        "trading": True,
        "withdrawAllEnable": False,
        "withdrawing": "0",
    }


def user_assets(call: Call) -> list[Wire]:
    wanted = call.params.get("asset")
    return [
        {
            "asset": asset,
            "free": eight(balance.free),
            "locked": eight(balance.locked),
            "freeze": "0",
            "withdrawing": "0",
            "ipoable": "0",
            "btcValuation": "0",
        }
        for asset, balance in sorted(call.owner.spot.items())
        if (balance.free or balance.locked) and wanted in (None, asset)
    ]


def bnb_burn(call: Call) -> Wire:
    return {"spotBNBBurn": call.owner.fees.burn_bnb, "interestBNBBurn": False}


def nothing(call: Call) -> list[Wire]:
    return []


READ = Security.read
ROUTES = [
    Route("GET", "/sapi/v1/account/apiRestrictions", SPOT, restrictions, READ),
    Route("GET", "/sapi/v1/account/status", SPOT, account_status, READ),
    Route("GET", "/sapi/v1/account/apiTradingStatus", SPOT, trading_status, READ),
    Route("GET", "/sapi/v1/asset/tradeFee", SPOT, trade_fee, READ),
    Route("GET", "/sapi/v1/capital/config/getall", SPOT, coins, READ, weight=10),
    Route("POST", "/sapi/v3/asset/getUserAsset", SPOT, user_assets, READ, weight=5),
    Route("GET", "/sapi/v1/bnbBurn", SPOT, bnb_burn, READ),
    Route("GET", "/sapi/v1/margin/allPairs", SPOT, nothing, Security.key),
    Route("GET", "/sapi/v1/margin/isolated/allPairs", SPOT, nothing, Security.key),
    Route("GET", "/sapi/v1/system/status", SPOT, lambda call: {"status": 0, "msg": "normal"}),
]
