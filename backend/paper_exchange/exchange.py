"""The exchange as one object: state, store, clock, markets; `act` is the only way to change anything."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from paper_exchange.clock import Clock
from paper_exchange.engine import futures, spot, symbols, upkeep
from paper_exchange.engine.events import Event
from paper_exchange.engine.prices import Course, Segment, Shape
from paper_exchange.engine.refusal import Refusal
from paper_exchange.engine.state import Effects, State
from paper_exchange.engine.symbols import Symbol
from paper_exchange.listen_keys import ListenKeys
from paper_exchange.market import Quotes
from paper_exchange.store.sqlite import Store

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Exchange:
    """One process's exchange. `publish` receives what happened, after it was stored; `moved` a pair whose price was set."""

    store: Store
    clock: Clock
    state: State
    quotes: Quotes = field(init=False)
    listen_keys: ListenKeys = field(init=False)
    ticked_ms: int = 0
    publish: Callable[[list[Event]], None] = lambda events: None
    moved: Callable[[str], None] = lambda name: None

    def __post_init__(self) -> None:
        self.quotes = Quotes(self.state, self.clock)
        self.listen_keys = ListenKeys(self.store)

    @classmethod
    def opened(cls, folder: Path, *, seed: int, clock: Clock) -> "Exchange":
        """The exchange whose data is in `folder`; a new one gets `seed` and the usual pairs."""
        store = Store(folder / "exchange.sqlite3")
        state = store.load()
        if state is None:
            state = State(seed=seed)
            effects = Effects()
            for symbol in symbols.defaults():
                list_symbol(state, effects, symbol, clock.now_ms())
            store.commit(state, effects)
        return cls(store, clock, state)

    def act(self, action: Callable[[Effects], Answer]) -> Answer:
        """Carry out one request: in memory, into the store, to the streams.

        A `Refusal` means that nothing was changed; after any other error the state is read back from the store.
        """
        effects = Effects()
        try:
            answer = action(effects)
            if not effects.is_empty:
                self.store.commit(self.state, effects)
        except Refusal:
            raise
        except BaseException:
            self.reload()
            raise
        self.publish(effects.events)
        return answer

    def reload(self) -> None:
        """Back to what the store has."""
        stored = self.store.load()
        if stored is None:
            raise RuntimeError("the data file is empty")
        for name in State.__slots__:
            setattr(self.state, name, getattr(stored, name))
        self.quotes.forget()

    def tick(self) -> None:
        """Let the market come to the resting orders, and due payments to the positions."""
        now = self.clock.now_ms()
        try:
            for at_ms in [*self.quotes.turns(self.ticked_ms or now, now), now]:
                self.quotes.pinned_ms = at_ms
                self.act(self._tick)
        finally:
            self.quotes.pinned_ms = None
        self.ticked_ms = now

    def _tick(self, effects: Effects) -> None:
        for symbol in self.state.symbols.values():
            spot.on_tick(self.state, effects, symbol, self.quotes)
            futures.on_tick(self.state, effects, symbol, self.quotes)
            upkeep.due_funding(self.state, effects, symbol, self.quotes)
        for account in self.state.accounts.values():
            upkeep.liquidate(self.state, effects, account, self.quotes)

    def close(self) -> None:
        self.store.close()


def list_symbol(state: State, effects: Effects, symbol: Symbol, now_ms: int) -> None:
    """Open trading in a pair; its price walks from its start price, which it has now."""
    state.symbols[symbol.name] = symbol
    walk = Segment(now_ms, Shape.walk, Decimal(symbol.start_price))
    state.courses[symbol.name] = Course(symbol.name, symbol.volatility, [walk])
    effects.symbols.add(symbol.name)
