"""News of an order in any order, doubled and late: the end is always the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import (
    MarketType,
    OrderReport,
    OrderType,
    ReportedState,
    Side,
    TradeReport,
)
from dollarclub.kit.ids import new_id
from dollarclub.orders.models import Fill, Order
from dollarclub.orders.repository.fills import FillRepository
from dollarclub.orders.rules.states import FINAL, OrderStatus, Purpose
from dollarclub.orders.service.fills import record_fills
from dollarclub.orders.service.intents import Intent, client_id_of, reserve
from dollarclub.orders.service.outcomes import apply_report, mark_unknown
from tests.support.orders_desk import LEASE, Desk

AMOUNT = Decimal(10)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
CALM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Life:
    """What really happens to an order at the exchange: its fills one after another, then perhaps a cancel."""

    parts: tuple[Decimal, ...]
    cancelled: bool
    by_cost: bool

    @property
    def filled(self) -> Decimal:
        return sum(self.parts, Decimal(0))

    @property
    def end(self) -> OrderStatus:
        return OrderStatus.cancelled if self.cancelled else OrderStatus.filled


@st.composite
def lives(draw: st.DrawFn) -> Life:
    parts = tuple(Decimal(part) for part in draw(st.lists(st.integers(1, 3), min_size=0, max_size=3)))
    rest = AMOUNT - sum(parts)
    cancelled = draw(st.booleans())
    return Life(parts if cancelled else (*parts, rest), cancelled, draw(st.booleans()))


def trade(number: int, amount: Decimal, client_id: str | None) -> TradeReport:
    price = Decimal(100 + number)
    return TradeReport(
        trade_id=str(number),
        symbol="BTC/USDT",
        side=Side.buy,
        amount=amount,
        price=price,
        cost=price * amount,
        fee_amount=Decimal("0.1"),
        fee_asset="USDT",
        is_maker=False,
        traded_at=BEGAN + timedelta(seconds=number),
        venue_order_id="v1",
        client_id=client_id,
    )


def report(life: Life, client_id: str, told: int, *, with_trades: bool, ended: bool) -> OrderReport:
    """The order after its first `told` fills, and after its end."""
    trades = tuple(trade(number, part, None) for number, part in enumerate(life.parts[:told]))
    filled = sum((each.amount for each in trades), Decimal(0))
    cost = sum((each.cost for each in trades), Decimal(0))
    state = ReportedState.partially_filled if filled else ReportedState.open
    if ended:
        state = ReportedState(life.end.value)
    return OrderReport(
        client_id=client_id,
        venue_order_id="v1",
        symbol="BTC/USDT",
        side=Side.buy,
        type=OrderType.market,
        state=state,
        amount=AMOUNT,
        filled=filled,
        average=cost / filled if filled else None,
        price=None,
        reported_at=None,
        trades=trades if with_trades else (),
        raw={"state": state.value},
    )


News = tuple[str, Any]


@st.composite
def tellings(draw: st.DrawFn) -> tuple[Life, list[News]]:
    """A life, and what is told of it: some old states, doubled trades, a lost answer; the end at any place."""
    life = draw(lives())
    count = len(life.parts)
    some: list[News] = draw(
        st.lists(
            st.one_of(
                st.tuples(st.just("report"), st.tuples(st.integers(0, max(count - 1, 0)), st.booleans())),
                st.tuples(st.just("trades"), st.lists(st.integers(0, count - 1), max_size=4))
                if count
                else st.just(("unknown", None)),
                st.just(("unknown", None)),
            ),
            max_size=6,
        )
    )
    must: list[News] = [("end", draw(st.booleans())), ("end", False)]
    must += [("trades", [number]) for number in range(count)]
    return life, draw(st.permutations([*some, *must]))


def tell(session: Session, desk: Desk, order: Order, life: Life, news: News) -> None:
    kind, what = news
    client_id = client_id_of(order.id)
    match kind:
        case "unknown":
            mark_unknown(session, order.id, TimeoutError())
        case "report":
            told, with_trades = what
            apply_report(
                session,
                order.id,
                report(life, client_id, told, with_trades=with_trades, ended=False),
                source="answer",
            )
        case "end":
            apply_report(
                session,
                order.id,
                report(life, client_id, len(life.parts), with_trades=what, ended=True),
                source="sweep",
            )
        case "trades":
            trades = [trade(number, life.parts[number], client_id) for number in what]
            record_fills(
                session,
                account_id=desk.account_id,
                key_id=order.key_id,
                trades=[*trades, *trades],
                source="stream",
            )


def new_order(session: Session, desk: Desk, life: Life) -> Order:
    intent = Intent(
        account_id=desk.account_id,
        key_id=desk.keys[MarketType.spot],
        book_id=None,
        origin="test",
        origin_id=new_id(),
        leg="entry",
        purpose=Purpose.entry,
        symbol="BTC/USDT",
        market_type=MarketType.spot,
        side=Side.buy,
        type=OrderType.market,
        amount=None if life.by_cost else AMOUNT,
        cost=Decimal(1000) if life.by_cost else None,
    )
    reserved = reserve(session, intent, worker="test", lease=LEASE)
    return session.get_one(Order, reserved.order_id)


def play(desk: Desk, life: Life, news: Sequence[News]) -> None:
    with desk.context.db.transaction() as session:
        session.execute(delete(Fill))
        session.execute(delete(Order))
        order = new_order(session, desk, life)
        seen: list[OrderStatus] = []
        for each in news:
            tell(session, desk, order, life, each)
            session.refresh(order)
            if seen and seen[-1] in FINAL:
                assert order.status is seen[-1]
            seen.append(order.status)
        sums = FillRepository(session).sums(order.id)
        assert order.status is life.end, seen
        assert order.filled == sums.amount == life.filled
        assert order.fills_complete
        assert order.settled_at is not None
        assert order.acknowledged_at is not None
        assert order.venue_order_id == "v1"
        assert order.answer is not None
        if life.filled:
            assert order.average is not None
            assert abs(order.average - sums.cost / sums.amount) < Decimal("1e-17")


@CALM
@given(tellings())
def test_any_order_of_news_has_the_same_end(desk: Desk, telling: tuple[Life, list[News]]) -> None:
    life, news = telling
    play(desk, life, news)


@pytest.mark.parametrize("cancelled", [True, False])
def test_the_stream_is_quicker_than_the_answer(desk: Desk, cancelled: bool) -> None:
    life = Life((Decimal(4), Decimal(6))[: 1 if cancelled else 2], cancelled, False)
    count = len(life.parts)
    news: list[News] = [("trades", list(range(count))), ("end", True), ("report", (0, False))]
    play(desk, life, news)
