"""A worker that dies at any boundary while it executes a signal: the signal's orders are there once, whoever goes on.

The boundaries are not chosen: each commit and each exchange call of claiming, deciding, sending and settling is one, before
and after. The signal is executed again and again, dying one boundary later each time, until it ends without dying.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from dollarclub.core import presence
from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.exchanges.repository import CatalogRepository
from dollarclub.kit.ids import new_id
from dollarclub.signals.flows import Executor
from dollarclub.signals.models import AmountUnit, Signal, Strategy
from dollarclub.signals.rules.states import Outcome, SignalStatus
from dollarclub.vault.queries import key_access
from tests.support.mortality import Boundaries, Death, MortalGateways, mortal
from tests.support.orders_desk import QUICK, Desk, opened_desk
from tests.support.paper import PaperSite
from tests.support.waiting import eventually

ENDLESS = 60
A_DAY = timedelta(days=1)
ENTRY, EXIT = {"intent": "entry", "action": "buy"}, {"intent": "exit", "action": "close"}
REVERSE = {"intent": "reverse", "action": "sell"}


@dataclass(frozen=True)
class Case:
    """`before` is executed in peace; `told` is what the worker dies of. `legs` are (leg, side) of its orders."""

    name: str
    market_type: MarketType
    before: list[dict[str, str]]
    told: dict[str, str]
    legs: list[tuple[str, str]]
    fault: str | None = None

    def __str__(self) -> str:
        return "-".join([self.name, self.fault or "calm"])


CALM = [
    Case("entry", MarketType.spot, [], ENTRY, [("entry", "buy")]),
    Case("exit", MarketType.spot, [ENTRY], EXIT, [("exit", "sell")]),
    Case("reverse", MarketType.usdm, [ENTRY], REVERSE, [("exit", "sell"), ("entry", "sell")]),
]
CASES = CALM + [replace(case, fault="drop_answer") for case in (CALM[0], CALM[2])]


@pytest.fixture
def context(make_settings: Callable[..., Settings], exchange: PaperSite) -> Iterator[Context]:
    built = build_context(make_settings(PAPER_EXCHANGE_URL=exchange.url, **QUICK))
    yield built
    built.close()


@pytest.fixture
def desk(context: Context, exchange: PaperSite, tmp_path: Path) -> Iterator[Desk]:
    exchange.calm()
    exchange.price("50000")
    context.redis.flushdb()
    factory = CcxtGatewayFactory(context.settings, Budget.at(context.settings))
    opened = opened_desk(context, exchange, factory)
    for key_id in opened.keys.values():
        with context.db.transaction() as session:
            catalog = key_access(session, key_id, opened.account_id).catalog
            CatalogRepository(session).add(catalog)
        markets = factory.public(catalog).markets()
        with context.db.transaction() as session:
            CatalogRepository(session).replace(catalog, markets, again_after=A_DAY)
    yield opened
    opened.close()


class Life:
    """One account's strategy, and workers that execute what it is told."""

    def __init__(self, desk: Desk, market_type: MarketType) -> None:
        self.desk = desk
        self.market_type = market_type
        self.strategy = new_id()
        with desk.context.db.transaction() as session:
            session.add(
                Strategy(
                    id=self.strategy,
                    account_id=desk.account_id,
                    name="Mortal",
                    token_digest=self.strategy.bytes,
                    token_sealed=b"",
                    secret_digest=b"",
                    secret_sealed=b"",
                    key_id=desk.keys[market_type],
                    market_type=market_type,
                    order_type=OrderType.market,
                    amount=Decimal("0.01"),
                    amount_unit=AmountUnit.base,
                )
            )

    def tell(self, alert: dict[str, str]) -> UUID:
        signal_id = new_id()
        with self.desk.context.db.transaction() as session:
            session.add(
                Signal(
                    id=signal_id,
                    account_id=self.desk.account_id,
                    strategy_id=self.strategy,
                    status=SignalStatus.received,
                    lane=f"{self.strategy}:BTCUSDT",
                    body_hash=signal_id.bytes,
                    raw="",
                    alert={**alert, "raw_symbol": "BTCUSDT"},
                )
            )
        return signal_id

    def signal(self, signal_id: UUID) -> Signal:
        with self.desk.context.db.transaction() as session:
            found = session.get(Signal, signal_id)
            assert found is not None
            return found

    def live(self, signal_id: UUID) -> Signal:
        """Another worker goes on until nothing will change any more."""
        executor = Executor(self.desk.context, self.desk.gateways, self.desk.worker)

        def is_done() -> bool:
            executor.free_lost()
            executor.execute_due()
            self.desk.work()
            executor.follow_due()
            self.desk.pass_time(0.5)
            return self.signal(signal_id).status is SignalStatus.done

        eventually(is_done, what="the signal done")
        executor.stop(5)
        self.desk.settle(moving=True)
        return self.signal(signal_id)

    def die(self, boundaries: Boundaries) -> bool:
        """A worker that nobody sees on the list of living ones executes what is due; whether it died."""
        context = mortal(self.desk.context, boundaries)
        ghost = replace(presence.this_process("trading", {}), id="trading@ghost", pid=1, process_started=-1.0)
        with self.desk.context.db.transaction() as session:
            presence.renew(session, ghost)
        executor = Executor(context, MortalGateways(self.desk.gateways, boundaries), ghost)
        with suppress(Death):
            executor.execute_due()
        executor.stop(10)
        return len(boundaries.crossed) > boundaries.fatal


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_death_at_any_boundary_neither_doubles_nor_loses_an_order(desk: Desk, case: Case) -> None:
    life = Life(desk, case.market_type)
    deaths = 0
    for number in range(ENDLESS):
        for alert in case.before:
            life.live(life.tell(alert))
        told = life.tell(case.told)
        strike(desk, case)
        boundaries = Boundaries(number)
        died = life.die(boundaries)
        desk.site.admin.delete("/faults")
        check(desk, case, life.live(told), boundaries)
        flatten(life)
        if not died:
            break
        deaths += 1
    assert deaths >= 8, "hardly any boundary was crossed"
    assert not died


def strike(desk: Desk, case: Case) -> None:
    if case.fault is not None:
        path = "/api/v3/order" if case.market_type is MarketType.spot else "/fapi/v1/order"
        account = desk.traders[case.market_type].account
        desk.site.fault(case.fault, account=account, endpoint=f"POST {path}", times=1)


def check(desk: Desk, case: Case, signal: Signal, boundaries: Boundaries) -> None:
    story = f"died {boundaries.crossed[-1:]}: {signal.outcome} {signal.message}"
    orders = [order for order in desk.orders() if order.origin_id == signal.id]
    assert [(order.leg, order.side) for order in orders] == case.legs, story
    expected = Outcome.exit_executed if case.told is EXIT else Outcome.executed
    assert signal.outcome is expected, story
    assert signal.symbol == desk.symbol(case.market_type), story
    for order in orders:
        placed = desk.on_exchange(order.client_id)
        assert [Decimal(str(each["executed"])) for each in placed] == [order.filled], story


def flatten(life: Life) -> None:
    """The next round begins with nothing held."""
    life.live(life.tell(EXIT))
    step = Decimal("0.00001")
    assert abs(life.desk.held(life.market_type)) < step * 50
