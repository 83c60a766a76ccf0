"""What is open, and what there is at the exchange, on a real paper exchange: equal to its own books."""

from datetime import timedelta
from decimal import Decimal

from dollarclub.analytics.flows import take_snapshots
from dollarclub.analytics.queries.overview import trading_overview
from dollarclub.analytics.queries.performance import Span, performance
from dollarclub.analytics.schemas import AnalyticsOut, TradingOverviewOut
from dollarclub.exchanges.gateway import MarketType
from tests.support.risk_floor import RiskFloor

D = Decimal


def overview(risk: RiskFloor) -> TradingOverviewOut:
    with risk.desk.context.db.transaction() as session:
        return trading_overview(session, account_id=risk.account_id, now=risk.now())


def analytics(risk: RiskFloor) -> AnalyticsOut:
    with risk.desk.context.db.transaction() as session:
        return performance(session, account_id=risk.account_id, span=Span(), now=risk.now())


def dollars(risk: RiskFloor) -> Decimal:
    """What the exchange says the account has in USDT, in both wallets."""
    books = risk.desk.exchange_books()
    spot = books["spot"]["USDT"]
    return D(spot["free"]) + D(spot["locked"]) + D(books["futures"]["wallet"])


def test_open_positions_and_capital(risk: RiskFloor) -> None:
    before = dollars(risk)
    risk.losing_and_winning()
    for market_type in MarketType:
        risk.floor.hear(market_type)
    risk.tick("49000")
    found = overview(risk)
    (purse,) = found.purses
    assert (found.groups, purse.purse, purse.unpriced) == (2, "paper:USD", 0)
    assert D(2990) < purse.invested < D(3000)
    assert D(10) < purse.unrealised < D(25)
    assert purse.total == purse.realised + purse.unrealised
    spot = next(key for key in found.keys if key.market_type is MarketType.spot)
    books = risk.desk.exchange_books()["spot"]
    assert spot.free == D(books["USDT"]["free"])
    coins = {asset: D(held["free"]) + D(held["locked"]) for asset, held in books.items()}
    assert spot.total is not None
    assert spot.total == coins["USDT"] + coins["BTC"] * 49_000
    assert (spot.groups, spot.invested) == (2, purse.invested)
    (pair,) = found.allocation
    assert (pair.groups, pair.percent) == (2, D(100))
    told = analytics(risk)
    assert told.starting_equity == before
    assert told.unrealised == purse.unrealised


def test_the_total_is_written_down_as_time_goes_by(risk: RiskFloor) -> None:
    risk.losing_and_winning()
    purse = overview(risk).purses[0]
    take_snapshots(risk.desk.context)
    take_snapshots(risk.desk.context)
    (point,) = analytics(risk).total_curve
    assert point.total == purse.total
    assert point.at.minute % 15 == 0
    assert risk.now() - point.at < timedelta(minutes=15, seconds=30)
    for group_id in risk.open_groups():
        risk.floor.close(group_id)
    risk.floor.work()
    for _ in range(20):
        if not risk.open_groups():
            break
        risk.floor.hear()
    assert risk.open_groups() == []
    take_snapshots(risk.desk.context)
    found = analytics(risk)
    assert found.total_curve[-1].total == found.ratios.total == overview(risk).purses[0].realised
    for market_type in MarketType:
        risk.floor.hear(market_type)
    started = analytics(risk).starting_equity
    assert started is not None
    assert started + found.ratios.total == dollars(risk)
