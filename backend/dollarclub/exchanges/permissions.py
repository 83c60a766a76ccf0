"""What a key may do, read where a venue tells it, in the venue's own form."""

from collections.abc import Mapping
from typing import Any

from dollarclub.exchanges.gateway import MarketType, Permissions

UNKNOWN = Permissions(read=None, trade=None, withdraw=None, address_bound=None)
_BINANCE_TRADE = {MarketType.spot: "enableSpotAndMarginTrading", MarketType.usdm: "enableFutures"}


def read_permissions(client: Any, market_type: MarketType) -> Permissions:
    """Asks through ccxt's endpoints by name; a venue that does not tell gives None for everything."""
    match client.id:
        case "binance" | "binanceusdm":
            if "sapi" not in client.urls["api"]:
                return UNKNOWN  # the test networks have no such endpoint
            return of_binance(client.sapi_get_account_apirestrictions(), market_type)
        case "bybit":
            return of_bybit(client.private_get_v5_user_query_api(), market_type)
        case "okx":
            return of_okx(client.private_get_account_config())
    return UNKNOWN


def of_binance(answer: Mapping[str, Any], market_type: MarketType) -> Permissions:
    return Permissions(
        read=_flag(answer, "enableReading"),
        trade=_flag(answer, _BINANCE_TRADE[market_type]),
        withdraw=_flag(answer, "enableWithdrawals"),
        address_bound=_flag(answer, "ipRestrict"),
    )


def of_bybit(answer: Mapping[str, Any], market_type: MarketType) -> Permissions:
    told = answer.get("result") or {}
    granted = told.get("permissions") or {}
    kinds = ("Spot",) if market_type is MarketType.spot else ("ContractTrade", "Derivatives")
    addresses = told.get("ips") or []
    return Permissions(
        read=True,
        trade=str(told.get("readOnly")) == "0" and any(granted.get(kind) for kind in kinds),
        withdraw="Withdraw" in (granted.get("Wallet") or []),
        address_bound=bool(addresses) and addresses != ["*"],
    )


def of_okx(answer: Mapping[str, Any]) -> Permissions:
    rows = answer.get("data") or [{}]
    granted = {word.strip() for word in str(rows[0].get("perm", "")).split(",")}
    return Permissions(
        read=True,
        trade="trade" in granted,
        withdraw="withdraw" in granted,
        address_bound=bool(rows[0].get("ip")),
    )


def _flag(answer: Mapping[str, Any], name: str) -> bool | None:
    value = answer.get(name)
    return value if isinstance(value, bool) else None
