"""What a worker must know of a signal's key and market before it can decide, remembered for a moment."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.exchanges import queries as markets
from dollarclub.exchanges.gateway import Catalog, Market
from dollarclub.exchanges.service import request_catalog
from dollarclub.exchanges.steps import steps_of
from dollarclub.exchanges.venues.table import venue_named
from dollarclub.kit.recent import Recent
from dollarclub.orders.service import watches
from dollarclub.signals.repository.execution import Claimed
from dollarclub.signals.rules.payload import Alert
from dollarclub.signals.rules.route import Place
from dollarclub.signals.rules.states import Outcome
from dollarclub.signals.rules.symbols import choose, fits, meaning_of
from dollarclub.vault.queries import KeyAccess, default_paper_key, has_had_key, key_access

KEY_SECONDS = 1.0
MARKET_SECONDS = 30.0
SHORT = timedelta(milliseconds=250)
EXIT_PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True)
class Later:
    """Not now: look again after `pause`. With a key it waits for an unknown order, and an exit may go past it."""

    pause: timedelta
    reason: str
    key_id: UUID | None = None
    symbol: str | None = None


@dataclass(frozen=True)
class Ended:
    """Nothing will be ordered."""

    outcome: Outcome
    message: str
    key_id: UUID | None = None
    symbol: str | None = None


@dataclass(frozen=True)
class Target:
    """Where a signal is to be executed."""

    key: KeyAccess
    market: Market
    place: Place


class Lookups:
    """Finds targets. Safe for use by several threads."""

    def __init__(self, *, key_wait: timedelta, patience: timedelta) -> None:
        """`key_wait`: for how long a new account's paper key may not be on its way yet; `patience`: for how long a key
        that is on its way, and a list of markets, are waited for."""
        self._key_wait = key_wait
        self._patience = patience
        self._keys: Recent[object, KeyAccess] = Recent(KEY_SECONDS)
        self._markets: Recent[tuple[Catalog, str], Market] = Recent(MARKET_SECONDS)

    def target(
        self, session: Session, claimed: Claimed, alert: Alert, *, is_exit: bool
    ) -> Target | Later | Ended:
        """The key and the market of a signal, or why it has to wait or ends."""
        key = self._key(session, claimed, into_paper=alert.into_paper)
        if not isinstance(key, KeyAccess):
            return key
        if not watches.is_open(session, key.id) and not (is_exit and claimed.age > EXIT_PATIENCE):
            watches.ensure_watch(session, key.id, key.account_id)
            return Later(SHORT, "The exchange is being compared with the book before anything is sent.")
        market = self._market(session, claimed, alert, key)
        if not isinstance(market, Market):
            return market
        return Target(key, market, _place(key.catalog, market))

    def _key(self, session: Session, claimed: Claimed, *, into_paper: bool) -> KeyAccess | Later | Ended:
        strategy = claimed.strategy
        named = None if into_paper else strategy.key_id
        try:
            if named is not None:
                key = self._keys.get(named, lambda: _usable(key_access(session, named, claimed.account_id)))
            else:
                wanted = (claimed.account_id, strategy.market_type)
                key = self._keys.get(wanted, lambda: _usable(default_paper_key(session, *wanted)))
            if key is not None:
                return key
            if named is not None:
                found: KeyAccess | None = key_access(session, named, claimed.account_id)
            else:
                found = default_paper_key(session, claimed.account_id, strategy.market_type)
        except NotFound:
            return Ended(Outcome.no_key, "The key that this strategy names was deleted; choose another.")
        if found is not None and found.is_refused:
            return Ended(Outcome.key_refused, f"The key “{found.label}” was refused; see Keys.", found.id)
        coming = found is not None and found.is_coming
        wait = self._patience if coming else self._key_wait
        if claimed.age < wait and (coming or not has_had_key(session, claimed.account_id)):
            return Later(SHORT, "Waits for its key to be ready.")
        return Ended(Outcome.no_key, "There is no key that is ready to trade for this strategy; see Keys.")

    def _market(
        self, session: Session, claimed: Claimed, alert: Alert, key: KeyAccess
    ) -> Market | Later | Ended:
        meant = meaning_of(alert.raw_symbol)
        if meant is None:
            return Ended(Outcome.symbol_unknown, f"“{alert.raw_symbol}” is no symbol.", key.id)
        if not fits(meant, key.catalog.market_type):
            message = f"{alert.raw_symbol} is a perpetual, and the key “{key.label}” trades spot."
            return Ended(Outcome.market_type_mismatch, message, key.id)

        def look() -> Market | None:
            listed = markets.matching(
                session, key.catalog, venue_symbols=meant.venue_symbols, pairs=meant.pairs
            )
            return choose(meant, listed)

        found = self._markets.get((key.catalog, alert.raw_symbol), look)
        if found is not None:
            return found
        catalog = markets.catalog(session, key.catalog)
        if catalog is not None and catalog.fetched_at is not None:
            title = venue_named(key.catalog.venue).title
            message = f"{title} has no {key.catalog.market_type} market for {alert.raw_symbol}."
            return Ended(Outcome.symbol_unknown, message, key.id)
        if claimed.age > self._patience:
            return Ended(Outcome.exchange_error, "The exchange's list of markets cannot be read.", key.id)
        request_catalog(session, key.catalog)
        return Later(SHORT, "Waits for the exchange's list of markets.")


def _usable(key: KeyAccess | None) -> KeyAccess | None:
    return key if key is not None and key.may_trade else None


def _place(catalog: Catalog, market: Market) -> Place:
    return Place(
        market_type=catalog.market_type,
        quote=market.settle or market.quote,
        steps=steps_of(market),
        contract_size=market.contract_size,
        by_cost=venue_named(catalog.venue).market_by_cost,
    )
