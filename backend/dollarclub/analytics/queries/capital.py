"""What an account's keys have at their exchanges, in dollars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.exchanges import queries as prices
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.kit.clock import utc_now
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.orders.queries.watches import watches
from dollarclub.positions.queries.groups import FRESH
from dollarclub.risk.rules.purse import DOLLARS
from dollarclub.vault.queries import keys_page

MOST_KEYS = 1000
Place = tuple[Catalog, str]
_QUOTES = ("USDT", "USDC", "FDUSD")


@dataclass(frozen=True)
class KeyCapital:
    """Dollars, as the exchange told them at `read_at`; dollar coins count 1 : 1.

    `free` is not bound by orders or positions, `dollars` all of the dollar coins, `total` with everything else at its
    latest price. `unvalued` are the assets that have none: nobody watches their price at the moment.
    """

    key_id: UUID
    label: str
    venue: str
    market_type: MarketType
    environment: Environment
    read_at: datetime | None
    free: Decimal
    dollars: Decimal
    total: Decimal
    unvalued: tuple[str, ...]


def capital(session: Session, account_id: UUID) -> list[KeyCapital]:
    """Of each key of the account that is not deleted, oldest first."""
    keys = keys_page(session, account_id=account_id, limit=MOST_KEYS).items
    known = {row.key_id: row for row in watches(session, account_id)}
    balances = {key.id: known[key.id].balances if key.id in known else [] for key in keys}
    places = {
        key.id: _places(Catalog(key.venue, key.market_type, key.environment), balances[key.id])
        for key in keys
    }
    lasts = _lasts(session, [place for found in places.values() for each in found.values() for place in each])
    found = []
    for key in keys:
        worth = _worth(balances[key.id], places[key.id], lasts)
        found.append(
            KeyCapital(
                key_id=key.id,
                label=key.label,
                venue=key.venue,
                market_type=key.market_type,
                environment=key.environment,
                read_at=known[key.id].read_at if key.id in known else None,
                free=worth.free,
                dollars=worth.dollars,
                total=worth.total,
                unvalued=worth.unvalued,
            )
        )
    return found


@dataclass(frozen=True)
class _Worth:
    free: Decimal
    dollars: Decimal
    total: Decimal
    unvalued: tuple[str, ...]


def _worth(
    balances: Sequence[Mapping[str, str]],
    places: Mapping[str, Sequence[Place]],
    lasts: Mapping[Place, Decimal],
) -> _Worth:
    free, dollars, others, unvalued = ZERO, ZERO, ZERO, []
    for each in balances:
        amount = Decimal(each["free"]) + Decimal(each["used"])
        if each["asset"] in DOLLARS:
            free += Decimal(each["free"])
            dollars += amount
        elif amount != ZERO:
            price = next((lasts[place] for place in places[each["asset"]] if place in lasts), None)
            if price is None:
                unvalued.append(each["asset"])
            else:
                others += PRECISE.multiply(amount, price)
    return _Worth(free, dollars, dollars + others, tuple(sorted(unvalued)))


def _places(catalog: Catalog, balances: Sequence[Mapping[str, str]]) -> dict[str, list[Place]]:
    """Where the price in dollars of each asset that is not dollars may be known."""
    ending = "{0}" if catalog.market_type is MarketType.spot else "{0}:{0}"
    return {
        each["asset"]: [(catalog, f"{each['asset']}/{ending.format(quote)}") for quote in _QUOTES]
        for each in balances
        if each["asset"] not in DOLLARS
    }


def _lasts(session: Session, wanted: Sequence[Place]) -> dict[Place, Decimal]:
    if not wanted:
        return {}
    oldest = utc_now() - FRESH
    known = prices.last_prices(session, set(wanted))
    return {place: price.last for place, price in known.items() if price.seen_at > oldest}
