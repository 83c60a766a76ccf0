"""USDT-M's signed endpoints for the account: balances, positions, leverage, modes, history, transfers, listen keys."""

from decimal import Decimal

from paper_exchange.engine import margin, positions
from paper_exchange.engine.events import LeverageChange, SpotDeposit
from paper_exchange.engine.model import Account, Market
from paper_exchange.engine.money import decimals, minus, plus
from paper_exchange.engine.refusal import Refusal, rejected
from paper_exchange.engine.state import Effects
from paper_exchange.exchange import Exchange
from paper_exchange.wire import futures_views as views
from paper_exchange.wire.auth import Security
from paper_exchange.wire.call import Call, Route
from paper_exchange.wire.futures_views import Margins
from paper_exchange.wire.market_data import Wire

USDM = Market.usdm
DONE: Wire = {"code": 200, "msg": "success"}
TRANSFERS = {"MAIN_UMFUTURE": 1, "UMFUTURE_MAIN": -1}


def account(call: Call) -> Wire:
    return views.account_view(Margins(call.exchange, call.owner))


def account_v2(call: Call) -> Wire:
    return views.account_v2_view(Margins(call.exchange, call.owner))


def balance(call: Call) -> list[Wire]:
    return views.balance_view(Margins(call.exchange, call.owner))


def risk(call: Call) -> list[Wire]:
    margins, name = Margins(call.exchange, call.owner), call.params.get("symbol")
    return [views.risk_view(margins, one) for one in margins.held() if name in (None, one.symbol)]


def risk_v2(call: Call) -> list[Wire]:
    margins, name = Margins(call.exchange, call.owner), call.params.get("symbol")
    return [views.risk_v2_view(margins, one) for one in margins.held() if name in (None, one.symbol)]


def set_leverage(call: Call) -> Wire:
    symbol, wanted, owner = call.symbol(USDM), call.params.whole("leverage"), call.owner
    rows = margin.brackets(symbol.name)
    if wanted is None or not 1 <= wanted <= rows[0].leverage:
        raise Refusal(-4028, f"Leverage {wanted} is not valid")
    margins = Margins(call.exchange, owner)
    before = margin.leverage_of(owner.futures, symbol.name)
    owner.futures.leverage[symbol.name] = wanted
    if wanted < before and margin.available(owner.futures, margins.orders, margins.mark) < 0:
        owner.futures.leverage[symbol.name] = before
        raise Refusal(-2019, "Margin is insufficient.")

    def change(effects: Effects) -> None:
        effects.accounts.add(owner.id)
        effects.events.append(LeverageChange(owner.id, call.exchange.quotes.now_ms, symbol.name, wanted))

    call.exchange.act(change)
    cap = max((row.cap for row in rows if row.leverage >= wanted), default=rows[0].cap)
    return {"leverage": wanted, "maxNotionalValue": views.plain(cap), "symbol": symbol.name}


def set_margin_type(call: Call) -> Wire:
    symbol, wanted, owner = call.symbol(USDM), call.params.text("marginType"), call.owner
    if wanted not in ("ISOLATED", "CROSSED"):
        raise Refusal(-1130, "Data sent for parameter 'marginType' is not valid.")
    if (wanted == "ISOLATED") == (symbol.name in owner.futures.isolated):
        raise Refusal(-4046, "No need to change margin type.")
    if any(True for _ in call.exchange.state.orders_of(USDM, owner.id, symbol.name)):
        raise Refusal(-4047, "Margin type cannot be changed if there exists open orders.")
    if any(one.amount for one in owner.futures.positions.values() if one.symbol == symbol.name):
        raise Refusal(-4048, "Margin type cannot be changed if there exists position.")

    def change(effects: Effects) -> None:
        isolated = owner.futures.isolated
        if wanted == "ISOLATED":
            isolated.add(symbol.name)
        else:
            isolated.discard(symbol.name)
        effects.accounts.add(owner.id)

    call.exchange.act(change)
    return DONE


def position_mode(call: Call) -> Wire:
    return {"dualSidePosition": call.owner.futures.hedge}


def set_position_mode(call: Call) -> Wire:
    call.params.text("dualSidePosition")
    wanted, owner = call.params.flag("dualSidePosition"), call.owner
    if wanted == owner.futures.hedge:
        raise Refusal(-4059, "No need to change position side.")
    if any(True for _ in call.exchange.state.orders_of(USDM, owner.id)):
        raise Refusal(-4067, "Position side cannot be changed if there exists open orders.")
    if any(one.amount for one in owner.futures.positions.values()):
        raise Refusal(-4068, "Position side cannot be changed if there exists position.")

    def change(effects: Effects) -> None:
        owner.futures.hedge = wanted
        effects.accounts.add(owner.id)

    call.exchange.act(change)
    return DONE


def multi_assets(call: Call) -> Wire:
    return {"multiAssetsMargin": False}


def commission_rate(call: Call) -> Wire:
    symbol, fees = call.symbol(USDM), call.owner.fees
    return {
        "symbol": symbol.name,
        "makerCommissionRate": f"{fees.usdm_maker:.6f}",
        "takerCommissionRate": f"{fees.usdm_taker:.6f}",
    }


def income(call: Call) -> list[Wire]:
    kind, name = call.params.get("incomeType"), call.params.get("symbol")
    start, end = call.params.whole("startTime"), call.params.whole("endTime")
    lines = call.exchange.store.income(call.owner.id, limit=10_000)
    chosen = [
        line
        for line in lines
        if kind in (None, line.kind)
        and name in (None, line.symbol)
        and (start is None or line.time_ms >= start)
        and (end is None or line.time_ms <= end)
    ]
    limit = call.params.limit(100, 1000)
    return [views.income_view(line) for line in (chosen[:limit] if start is not None else chosen[-limit:])]


def move(exchange: Exchange, owner: Account, amount: Decimal, *, spot: bool) -> int:
    """Put into the futures wallet (or take out, negative), from or to spot or from nowhere; gives the transfer's number."""

    def carry_out(effects: Effects) -> int:
        now = exchange.quotes.now_ms
        owner.updated_ms = now
        owner.futures.wallet = plus(owner.futures.wallet, amount)
        number = exchange.state.next_id()
        positions.book_income(exchange.state, effects, owner, "", "TRANSFER", amount, now, None)
        reason = "DEPOSIT" if amount > 0 else "WITHDRAW"
        positions.tell(effects, owner, exchange.quotes, exchange.state, reason, change=amount)
        if spot:
            held = owner.balance(positions.QUOTE)
            held.free = minus(held.free, amount)
            effects.events.append(SpotDeposit(owner.id, now, positions.QUOTE, -amount))
            effects.spot_balances(owner, positions.QUOTE)
        return number

    return exchange.act(carry_out)


def transfer(call: Call) -> Wire:
    """Between the spot and the futures wallet."""
    direction, amount = TRANSFERS.get(call.params.text("type")), call.params.needed_number("amount")
    if (
        direction is None
        or call.params.text("asset") != positions.QUOTE
        or amount <= 0
        or decimals(amount) > 8
    ):
        raise Refusal(-1130, "Data sent for parameter 'type' is not valid.")
    margins = Margins(call.exchange, call.owner)
    free = call.owner.balance(positions.QUOTE).free
    if direction < 0:
        free = min(margin.available(margins.futures, margins.orders, margins.mark), margins.futures.wallet)
    if amount > free:
        raise rejected("Account has insufficient balance for requested action.")
    return {"tranId": move(call.exchange, call.owner, amount * direction, spot=True)}


def open_listen_key(call: Call) -> Wire:
    return {"listenKey": call.exchange.listen_keys.open(call.owner.id)}


def keep_listen_key(call: Call) -> Wire:
    key = call.exchange.listen_keys.extend(call.owner.id)
    if key is None:
        raise Refusal(-1125, "This listenKey does not exist.")
    return {"listenKey": key}


def close_listen_key(call: Call) -> Wire:
    call.exchange.listen_keys.close(call.owner.id)
    return {}


READ, TRADE = Security.read, Security.futures
ROUTES = [
    Route("GET", "/fapi/v3/account", USDM, account, READ, weight=5),
    Route("GET", "/fapi/v2/account", USDM, account_v2, READ, weight=5),
    Route("GET", "/fapi/v3/balance", USDM, balance, READ, weight=5),
    Route("GET", "/fapi/v2/balance", USDM, balance, READ, weight=5),
    Route("GET", "/fapi/v3/positionRisk", USDM, risk, READ, weight=5),
    Route("GET", "/fapi/v2/positionRisk", USDM, risk_v2, READ, weight=5),
    Route("POST", "/fapi/v1/leverage", USDM, set_leverage, TRADE),
    Route("POST", "/fapi/v1/marginType", USDM, set_margin_type, TRADE),
    Route("GET", "/fapi/v1/positionSide/dual", USDM, position_mode, READ, weight=30),
    Route("POST", "/fapi/v1/positionSide/dual", USDM, set_position_mode, TRADE),
    Route("GET", "/fapi/v1/multiAssetsMargin", USDM, multi_assets, READ, weight=30),
    Route("GET", "/fapi/v1/commissionRate", USDM, commission_rate, READ, weight=20),
    Route("GET", "/fapi/v1/income", USDM, income, READ, weight=30),
    Route("POST", "/fapi/v1/listenKey", USDM, open_listen_key, Security.key),
    Route("PUT", "/fapi/v1/listenKey", USDM, keep_listen_key, Security.key),
    Route("DELETE", "/fapi/v1/listenKey", USDM, close_listen_key, Security.key),
    Route("POST", "/sapi/v1/asset/transfer", Market.spot, transfer, TRADE),
]
