"""What an exchange's answers make of an order. Whoever brings the news, and in whatever order, the end is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.core.outbox import emit
from dollarclub.exchanges.errors import CredentialsRefused, ExchangeError, NotSent, RateLimited, Rejected
from dollarclub.exchanges.gateway import OrderReport, TradeReport
from dollarclub.kit.clock import utc_now
from dollarclub.kit.money import ZERO
from dollarclub.orders.events import order_changed, wake_followers, wake_orders
from dollarclub.orders.repository.fills import AddedFills, FillRepository
from dollarclub.orders.repository.orders import LockedOrder, OrderRepository, after
from dollarclub.orders.rules.answers import readable, trimmed
from dollarclub.orders.rules.progress import Sums, Told, progressed
from dollarclub.orders.rules.states import FINAL, RESTING, UNSETTLED, OrderStatus

COMPLETE_AFTER = timedelta(seconds=1)
"""When fills that are missing are asked for, unless whoever learned of them was quicker."""

NOT_SENT_PAUSE = timedelta(milliseconds=500)


@dataclass(frozen=True)
class Advanced:
    """What an order is now, and how many trades were news; `complete`: its fills explain all that was told."""

    status: OrderStatus
    complete: bool
    fills: int


def apply_report(session: Session, order_id: UUID, report: OrderReport, *, source: str) -> OrderStatus:
    """Take in what the exchange tells of an order, with the trades it tells along; the order's status now.

    Old news changes nothing. `source` is answer, stream or sweep. Raises NotFound.
    """
    return take_report(session, order_id, report, source=source).status


def take_report(session: Session, order_id: UUID, report: OrderReport, *, source: str) -> Advanced:
    """Like `apply_report`; tells more."""
    told = Told(report.state, report.filled, report.average)
    order = _locked(session, order_id)
    return advance(session, order, told=told, trades=report.trades, source=source, report=report)


def status_of(session: Session, order_id: UUID) -> OrderStatus:
    """Raises NotFound."""
    status = OrderRepository(session).status(order_id)
    if status is None:
        raise NotFound("No such order.", order_id=order_id)
    return status


def apply_refusal(
    session: Session, order_id: UUID, error: ExchangeError, *, attempt: int | None = None
) -> OrderStatus:
    """Take in that an order was not placed: `rejected`, or `new` again where waiting helps; the order's status now.

    Only for the `attempt` that it answers: a later one may have been taken since. Raises NotFound.
    """
    order = _locked(session, order_id)
    if order.status not in UNSETTLED or attempt not in (None, order.attempts):
        return order.status
    if isinstance(error, RateLimited | NotSent) and order.status is OrderStatus.sending:
        return _put_back(session, order, error)
    if not isinstance(error, Rejected | CredentialsRefused):
        return mark_unknown(session, order_id, error, attempt=attempt)
    detail = readable(error.message)
    OrderRepository(session).move(
        order,
        OrderStatus.rejected,
        code=error.code,
        detail=detail,
        answer={"code": error.code, "venue_code": error.venue_code, "message": detail},
    )
    wake_orders(session)
    wake_followers(session)
    emit(session, order_changed(order.account_id, order_id))
    return OrderStatus.rejected


def mark_unknown(
    session: Session, order_id: UUID, error: Exception, *, attempt: int | None = None
) -> OrderStatus:
    """It is not known whether the exchange has the order; the resolver asks at once. The order's status now."""
    order = _locked(session, order_id)
    orders = OrderRepository(session)
    if attempt not in (None, order.attempts):
        return order.status
    if order.status in RESTING:
        # The stream was quicker than the answer that never came: what it told may not be all.
        orders.check_in(order_id, order.status, timedelta(0))
        return order.status
    code, detail = _words(error)
    if order.status is OrderStatus.unknown:
        orders.call_ended(order_id, code, detail)
    if order.status is not OrderStatus.sending:
        return order.status
    orders.move(
        order,
        OrderStatus.unknown,
        unknown_at=after(timedelta(0)),
        check_at=after(timedelta(0)),
        code=code,
        detail=detail,
    )
    orders.add_step(order_id, "unknown", f"{code}: {detail}")
    wake_orders(session)
    emit(session, order_changed(order.account_id, order_id))
    return OrderStatus.unknown


def advance(
    session: Session,
    order: LockedOrder,
    *,
    told: Told | None,
    trades: Sequence[TradeReport],
    source: str,
    report: OrderReport | None = None,
) -> Advanced:
    """Store trades of a locked order and what they and the exchange's summary make of it."""
    knows_fills = bool(trades) or order.filled > ZERO
    fills = FillRepository(session).add(order, trades, source) if knows_fills else AddedFills(0, Sums())
    known = order.progress
    progress = progressed(known, amount=order.amount, sums=fills.sums, told=told)
    venue_order_id = (report.venue_order_id or None) if report else None
    is_news = progress != known or fills.count or (venue_order_id and order.venue_order_id is None)
    if not is_news and (order.acknowledged or told is None):
        return Advanced(known.status, known.complete, 0)
    orders = OrderRepository(session)
    if known.status in FINAL and progress.filled > known.filled:
        orders.add_step(order.order_id, "late_fill", f"{source}: {progress.filled} filled in all")
    if known.status is OrderStatus.unknown and progress.status is not known.status:
        orders.add_step(order.order_id, "found", f"{source}: {progress.status}")
    lane_wanted = orders.progress(
        order,
        progress,
        venue_order_id=venue_order_id,
        answer=trimmed(report.raw) if report else None,
        look_again=None if progress.complete else COMPLETE_AFTER,
    )
    if lane_wanted or order.cancel_requested:
        wake_orders(session)
    wake_followers(session)
    emit(session, order_changed(order.account_id, order.order_id))
    return Advanced(progress.status, progress.complete, fills.count)


def _put_back(session: Session, order: LockedOrder, error: RateLimited | NotSent) -> OrderStatus:
    """Nothing was placed, so it may go later, unless it is no longer wanted."""
    orders = OrderRepository(session)
    code, detail = _words(error)
    orders.add_step(order.order_id, "not_sent", f"{code}: {detail}")
    target = OrderStatus.cancelled if order.cancel_requested else OrderStatus.new
    pause = NOT_SENT_PAUSE
    if isinstance(error, RateLimited):
        pause = max(pause, error.retry_at - utc_now())
    if target is OrderStatus.cancelled:
        orders.move(order, target, code="cancelled_unsent", detail="Cancelled before it was placed.")
    else:
        orders.move(order, target, code=code, detail=detail, check_at=after(pause))
    wake_orders(session)
    emit(session, order_changed(order.account_id, order.order_id))
    return target


def _locked(session: Session, order_id: UUID) -> LockedOrder:
    order = OrderRepository(session).locked(order_id)
    if order is None:
        raise NotFound("No such order.", order_id=order_id)
    return order


def _words(error: Exception) -> tuple[str, str]:
    if isinstance(error, ExchangeError):
        return error.code, readable(error.message)
    return "unexpected", type(error).__name__
