"""Whether an entry may be opened now, has to wait, or is refused. Call it with the account's pool locked."""

from decimal import Decimal

from sqlalchemy.orm import Session

from dollarclub.exchanges import queries as markets
from dollarclub.exchanges.gateway import Catalog, Market
from dollarclub.exchanges.steps import steps_of
from dollarclub.kit.money import plain
from dollarclub.orders.service.halts import is_halted
from dollarclub.pool.rules.verdict import Code, Step, Verdict, refuse, wait
from dollarclub.pool.schemas import PoolSettings
from dollarclub.positions.queries import slots
from dollarclub.positions.queries.configs import Choices, Chosen
from dollarclub.positions.queries.slots import ActiveGroup
from dollarclub.positions.rules.config import GridPlan, OppositePolicy
from dollarclub.positions.rules.grid import Grid, grid, least_capital
from dollarclub.positions.rules.request import EntryRequest, flaw
from dollarclub.positions.rules.states import GroupStatus
from dollarclub.risk.service.pretrade import check
from dollarclub.risk.service.state import is_stopped


def judge(
    session: Session,
    request: EntryRequest,
    settings: PoolSettings,
    *,
    reverses: bool = False,
    promoting: bool = False,
    forced: bool = False,
    max_cost: Decimal | None = None,
) -> Verdict:
    """What is to be done about `request`.

    `reverses`: positions of the other side make way, whatever the configuration says. `promoting`: it waited already,
    so the other side is never touched for it. `forced`: it needs no slot. `max_cost` bounds it, in quote units.
    """
    if words := flaw(request):
        return refuse(Code.entry_invalid, words)
    catalog = Catalog(request.venue, request.market_type, request.environment)
    market = markets.market(session, catalog, request.symbol)
    if market is None:
        return refuse(Code.symbol_unknown, f"There is no market {request.symbol}.")
    if not market.active:
        return refuse(Code.market_closed, "The exchange does not trade this market at present.")
    groups = slots.active_groups(
        session, account_id=request.account_id, key_id=request.key_id, symbol=request.symbol
    )
    against = [group for group in groups if group.side is not request.side]
    if against:
        return _against(against, request, reverses=reverses, promoting=promoting)
    same = next((group for group in groups if group.timeframe == request.timeframe), None)
    if same is not None and same.status is GroupStatus.closing:
        return wait(Code.group_closing, "Waits until the position before it is closed.")
    chosen = Choices(session, request.account_id).choose(
        symbol=request.symbol, timeframe=request.timeframe, key_id=request.key_id
    )
    planned = _planned(request, market, same, chosen, max_cost)
    if planned.grid is None:
        return planned
    needs_slot = not forced and not (same is not None and settings.pyramids_bypass)
    if needs_slot and slots.slots_used(session, request.account_id) >= settings.max_groups:
        slots_told = (
            "The only slot is" if settings.max_groups == 1 else f"All {settings.max_groups} slots are"
        )
        words = f"{slots_told} taken."
        return wait(Code.pool_full, words, continues=planned.continues)
    # Last, since it is judged again when the entry has its slot.
    return (
        _blocked(session, request, planned.grid, continues=planned.continues, promoting=promoting) or planned
    )


def _against(
    against: list[ActiveGroup], request: EntryRequest, *, reverses: bool, promoting: bool
) -> Verdict:
    """A key holds one side of a symbol: what is open on the other side decides."""
    still_open = [group for group in against if group.status is GroupStatus.open]
    other = against[0].side
    if promoting or not still_open:
        return wait(Code.opposite_open, f"Waits until the {other} position is closed.", continues=reverses)
    closes = tuple(group.id for group in still_open)
    own = next((group for group in still_open if group.timeframe == request.timeframe), None)
    policy = OppositePolicy.reverse if reverses else (own or still_open[0]).plan.opposite
    if policy is OppositePolicy.queue:
        return wait(Code.opposite_open, f"Waits until the {other} position is closed.")
    if own is None and not reverses:
        words = f"A {other} position of another timeframe is open, and a key holds one side of a symbol."
        return refuse(Code.opposite_ignored, words)
    if policy is OppositePolicy.ignore:
        return refuse(Code.opposite_ignored, f"A {other} position is open, and it says to ignore this.")
    if policy is OppositePolicy.close:
        assert own is not None
        return Verdict(Step.close, Code.exit_executed, f"Closes the {other} position.", closes=(own.id,))
    words = f"The {other} position is closed first, then this one is opened."
    return wait(Code.opposite_open, words, continues=True, closes=closes)


def _blocked(
    session: Session, request: EntryRequest, laid: Grid, *, continues: bool, promoting: bool
) -> Verdict | None:
    """Why the kill switch or risk says no, for now or altogether; None when they do not."""
    if is_halted(session, request.account_id):
        words = "Trading is halted."
        return wait(Code.halted, words, continues=continues) if promoting else refuse(Code.halted, words)
    if stopped := is_stopped(session, request.account_id):
        return wait(Code.circuit_breaker, stopped, continues=continues)
    refusal = check(
        session,
        account_id=request.account_id,
        key_id=request.key_id,
        symbol=request.symbol,
        planned_cost=laid.cost,
        is_pyramid=continues,
    )
    if refusal is None:
        return None
    code = Code(refusal.code.value)
    return (
        wait(code, refusal.message, continues=continues) if refusal.queue else refuse(code, refusal.message)
    )


def _planned(
    request: EntryRequest,
    market: Market,
    same: ActiveGroup | None,
    chosen: Chosen | None,
    max_cost: Decimal | None,
) -> Verdict:
    """The entry as a grid, or why it cannot be one."""
    if same is not None:
        plan = same.plan if chosen is None else chosen.plan
        bar = request.bar()
        if bar is not None and same.last_bar is not None and bar <= same.last_bar:
            return refuse(Code.duplicate_bar, "The position has an entry of this candle already.")
        if same.pyramids >= plan.max_pyramids:
            words = f"The position has {same.pyramids} of at most {plan.max_pyramids} entries."
            return refuse(Code.max_pyramids, words)
    elif chosen is None:
        words = f"No configuration fits {request.symbol}; add one, or one for all pairs."
        return refuse(Code.no_config, words)
    else:
        plan = chosen.plan
    number = 1 if same is None else same.pyramids + 1
    laid = _laid(request, market, plan, number)
    if not isinstance(laid, Grid):
        return laid
    if max_cost is not None and laid.cost > max_cost:
        words = f"{plain(laid.cost)} is more than the strategy's limit of {plain(max_cost)}."
        return refuse(Code.amount_too_large, words)
    opens = same is None
    return Verdict(
        Step.open if opens else Step.extend,
        Code.position_opened if opens else Code.pyramid_added,
        f"{len(laid.legs)} legs, {plain(laid.cost)} {market.quote}."
        if opens
        else f"Entry {number} with {len(laid.legs)} legs, {plain(laid.cost)} {market.quote}.",
        continues=not opens,
        group_id=None if same is None else same.id,
        config_id=None if chosen is None else chosen.id,
        plan=plan,
        grid=laid,
    )


def _laid(request: EntryRequest, market: Market, plan: GridPlan, number: int) -> Grid | Verdict:
    capital = plan.capital_of(number, request.asked_capital())
    if capital is None:
        words = "Neither the configuration nor the alert says how much is to be traded."
        return refuse(Code.amount_missing, words)
    found = grid(
        side=request.side,
        base=request.price,
        capital=capital,
        levels=plan.levels_of(number),
        steps=steps_of(market),
        entry_type=plan.entry_type,
    )
    if isinstance(found, Grid):
        return found
    least = least_capital(found)
    if least is None:
        return refuse(Code.amount_too_large, next(e.message for e in found if e.most_capital is not None))
    words = found[0].message
    if len(found) > 1:
        words += f" For all legs a capital of {plain(least)} would do."
    return refuse(Code.below_min_notional, words)
