"""Lists that need more than one of ccxt's calls: own trades to the end of the pages, orders that have ended."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

_PAGE = 1000
_WINDOW = timedelta(days=1)
_PAGINATION_CALLS = 100

Row = Mapping[str, Any]
Fetch = Callable[[int | None, int | None, dict[str, Any]], list[Any]]


def trades_since(fetch: Fetch, since: datetime, now: datetime, *, by_id: bool) -> list[Any]:
    """ccxt's trades from `since` on, oldest first, each once. `fetch(since_ms, limit, params)` asks for one page.

    With `by_id` the first page is looked for in windows of a day, the longest that Binance's spot allows, and the
    following ones by the last trade's id: an id is exact where several trades share a millisecond.
    """
    start = _ms(since)
    if not by_id:
        params = {"paginate": True, "paginationCalls": _PAGINATION_CALLS}
        return _ordered(fetch(start, None, params))
    found = _first_page(fetch, since, now)
    page: list[Any] = found
    while len(page) >= _PAGE:
        page = fetch(None, _PAGE, {"fromId": int(page[-1]["id"]) + 1})
        found = found + page
    return _ordered(found)


def ended_orders(client: Any, symbol: str) -> list[Any]:
    """The latest orders of a pair that are no longer open, by what the venue has for them."""
    has = client.has
    if has.get("fetchCanceledAndClosedOrders"):
        return list(client.fetch_canceled_and_closed_orders(symbol))
    if has.get("fetchOrders"):
        return list(client.fetch_orders(symbol))
    found = list(client.fetch_closed_orders(symbol))
    if has.get("fetchCanceledOrders"):
        found += client.fetch_canceled_orders(symbol)
    return found


def _first_page(fetch: Fetch, since: datetime, now: datetime) -> list[Any]:
    begin = since
    while True:
        end = begin + _WINDOW
        last = end >= now
        params = {} if last else {"endTime": _ms(end) - 1}
        page = fetch(_ms(begin), _PAGE, params)
        if page and not last:
            # Later windows follow by id, from the first one that holds a trade.
            return (
                page if len(page) >= _PAGE else page + fetch(None, _PAGE, {"fromId": int(page[-1]["id"]) + 1})
            )
        if page or last:
            return page
        begin = end


def _ordered(rows: Iterable[Any]) -> list[Any]:
    """Each trade once, by time and then by id."""
    unique = {str(row["id"]): row for row in rows}
    return sorted(
        unique.values(), key=lambda row: (row["timestamp"] or 0, len(str(row["id"])), str(row["id"]))
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
