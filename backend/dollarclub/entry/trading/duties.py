"""What a trading worker does all the time: every duty polls the database and is woken by nudges of its topics."""

from collections.abc import Callable
from functools import partial

from dollarclub.core.context import Context
from dollarclub.core.duties import Duty
from dollarclub.core.presence import WorkerIdentity
from dollarclub.core.relay import Relay
from dollarclub.entry.reactions import CONSUMER, reactions
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.flows import markets_reader, refresh_due
from dollarclub.orders.flows.cancel import cancel_due
from dollarclub.orders.flows.halt import halt_due
from dollarclub.orders.flows.resolve import resolve_due
from dollarclub.orders.flows.submit import send_waiting
from dollarclub.orders.flows.sweep import sweep_due
from dollarclub.orders.flows.tickets import decide_due
from dollarclub.pool.flows import promote_due
from dollarclub.positions.flows.engine import GroupEngine
from dollarclub.risk.flows.watching import risk_due
from dollarclub.signals.flows import Executor
from dollarclub.vault.flows import check_due
from dollarclub.vault.gateways import Gateways
from dollarclub.vault.paper import PaperAdmin

QUICK, STEADY, RARE = 0.25, 1.0, 30.0
SENDERS = RESOLVERS = SWEEPERS = 2
"""How many threads share a duty, so that one slow exchange does not hold up the others."""


def trading_duties(
    context: Context,
    gateways: Gateways,
    factory: CcxtGatewayFactory,
    executor: Executor,
    engine: GroupEngine,
    worker: WorkerIdentity,
) -> list[Duty]:
    """All duties of one trading worker."""
    paper = PaperAdmin.from_settings(context.settings.paper)
    relay = Relay(CONSUMER, reactions(context.settings))
    read_markets = markets_reader(factory)

    def of(action: Callable[[Context, Gateways, WorkerIdentity], bool]) -> Callable[[], bool]:
        return partial(action, context, gateways, worker)

    return [
        _duty("signals", executor.execute_due, QUICK, "signals"),
        _duty("signals-follow", executor.follow_due, QUICK, "orders"),
        _duty("signals-lost", executor.free_lost, STEADY),
        _duty("groups", engine.advance_due, QUICK, "groups"),
        _duty("groups-lost", engine.free_lost, STEADY),
        *_shared("send", of(send_waiting), SENDERS, STEADY, "orders"),
        *_shared("resolve", of(resolve_due), RESOLVERS, STEADY, "orders"),
        _duty("cancel", of(cancel_due), STEADY, "orders"),
        *_shared("sweep", of(sweep_due), SWEEPERS, QUICK, "watches"),
        _duty("tickets", of(decide_due), STEADY, "tickets"),
        _duty("halts", of(halt_due), QUICK, "halts"),
        _duty("keys", partial(check_due, context, gateways, paper, worker.id), STEADY, "keys"),
        _duty("markets", partial(refresh_due, context.db, read_markets), STEADY, "markets"),
        _duty("relay", partial(relay.deliver, context.db), QUICK, "relay"),
        _duty("pool", partial(promote_due, context), STEADY, "pool"),
        _duty("risk", of(risk_due), STEADY, "risk"),
        _duty("gateways", partial(_tidy, gateways), RARE),
    ]


def _duty(name: str, action: Callable[[], bool], every: float, *topics: str) -> Duty:
    return Duty(name, action, every, frozenset(topics))


def _shared(name: str, action: Callable[[], bool], count: int, every: float, *topics: str) -> list[Duty]:
    return [_duty(f"{name}-{number}", action, every, *topics) for number in range(1, count + 1)]


def _tidy(gateways: Gateways) -> bool:
    gateways.tidy()
    return False
