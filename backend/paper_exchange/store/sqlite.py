"""SQLite in WAL mode: one transaction for each accepted request, so an order that was answered is there after a kill -9."""

import fcntl
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO, TypeVar

from pydantic import TypeAdapter

from paper_exchange.engine.model import Account, ApiKey, Market, Order, Trade
from paper_exchange.engine.prices import Course
from paper_exchange.engine.state import Effects, Income, State
from paper_exchange.engine.symbols import Symbol

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS symbols (id TEXT PRIMARY KEY, body BLOB NOT NULL, course BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, market TEXT NOT NULL, account TEXT NOT NULL, symbol TEXT NOT NULL,
    client_id TEXT NOT NULL, open INTEGER NOT NULL, conditional INTEGER NOT NULL, created_ms INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS orders_own ON orders (account, market, symbol, id);
CREATE INDEX IF NOT EXISTS orders_client ON orders (account, market, client_id);
CREATE INDEX IF NOT EXISTS orders_open ON orders (id) WHERE open;
CREATE TABLE IF NOT EXISTS trades (id INTEGER PRIMARY KEY, market TEXT NOT NULL, account TEXT NOT NULL, symbol TEXT NOT NULL,
    order_id INTEGER NOT NULL, time_ms INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS trades_own ON trades (account, market, symbol, id);
CREATE INDEX IF NOT EXISTS trades_order ON trades (order_id);
CREATE TABLE IF NOT EXISTS income (id INTEGER PRIMARY KEY, account TEXT NOT NULL, time_ms INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS income_own ON income (account, id);
"""
TABLES = ("meta", "accounts", "keys", "symbols", "orders", "trades", "income")
ACCOUNT, KEY, SYMBOL, COURSE = (
    TypeAdapter(Account),
    TypeAdapter(ApiKey),
    TypeAdapter(Symbol),
    TypeAdapter(Course),
)
ORDER, TRADE, INCOME = TypeAdapter(Order), TypeAdapter(Trade), TypeAdapter(Income)
Stored = TypeVar("Stored")


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a history: ids from `from_id` on, times inclusive; without either the newest `limit`, oldest first."""

    symbol: str | None = None
    from_id: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    limit: int = 500
    order_id: int | None = None


class InUse(Exception):
    """Another process has the data file."""


@dataclass(slots=True)
class Store:
    """The data file of one exchange. One process at a time: a second one is refused with `InUse`."""

    path: Path
    _db: sqlite3.Connection = field(init=False)
    _lock: TextIO = field(init=False)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = (self.path.parent / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise InUse(f"another paper exchange uses {self.path.parent}") from None
        self._db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.path.chmod(0o600)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    def load(self) -> State | None:
        """Everything that is not history; nothing when this exchange was never started."""
        meta = dict(self._db.execute("SELECT name, body FROM meta"))
        if "seed" not in meta:
            return None
        state = State(seed=int(meta["seed"]), last_id=int(meta["last_id"]))
        state.accounts = {a.id: a for a in self._all(ACCOUNT, "SELECT body FROM accounts")}
        state.keys = {k.key: k for k in self._all(KEY, "SELECT body FROM keys")}
        state.symbols = {s.name: s for s in self._all(SYMBOL, "SELECT body FROM symbols")}
        state.courses = {c.symbol: c for c in self._all(COURSE, "SELECT course FROM symbols")}
        for order in self._all(ORDER, "SELECT body FROM orders WHERE open ORDER BY id"):
            state.orders_on(order.market, order.symbol)[order.id] = order
        return state

    def setting(self, name: str) -> str | None:
        """A value that `put_setting` left."""
        row = self._db.execute("SELECT body FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put_setting(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def commit(self, state: State, effects: Effects) -> None:
        """Store what changed, all or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._write(state, effects)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _write(self, state: State, effects: Effects) -> None:
        put = self._db.execute
        put(
            "INSERT OR REPLACE INTO meta VALUES ('seed', ?), ('last_id', ?)",
            (str(state.seed), str(state.last_id)),
        )
        for name in effects.accounts:
            put(
                "INSERT OR REPLACE INTO accounts VALUES (?, ?)",
                (name, ACCOUNT.dump_json(state.accounts[name])),
            )
        for name in effects.keys:
            if name in state.keys:
                put("INSERT OR REPLACE INTO keys VALUES (?, ?)", (name, KEY.dump_json(state.keys[name])))
            else:
                put("DELETE FROM keys WHERE id = ?", (name,))
        for name in effects.symbols:
            bodies = (SYMBOL.dump_json(state.symbols[name]), COURSE.dump_json(state.courses[name]))
            put("INSERT OR REPLACE INTO symbols VALUES (?, ?, ?)", (name, *bodies))
        self._db.executemany(
            "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (o.id, o.market, o.account, o.symbol, o.client_id, o.status.is_open, o.is_conditional, o.created_ms,
                 ORDER.dump_json(o))
                for o in effects.orders.values()
            ],
        )  # fmt: skip
        self._db.executemany(
            "INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (t.id, t.market, t.account, t.symbol, t.order_id, t.time_ms, TRADE.dump_json(t))
                for t in effects.trades
            ],
        )
        self._db.executemany(
            "INSERT INTO income VALUES (?, ?, ?, ?)",
            [(i.id, i.account, i.time_ms, INCOME.dump_json(i)) for i in effects.income],
        )

    def order(
        self,
        account: str,
        market: Market,
        *,
        order_id: int | None,
        client_id: str | None,
        conditional: bool = False,
    ) -> Order | None:
        """The order with this id, or the newest one with this client id; `conditional` tells which of futures' two kinds."""
        column, value = ("id", order_id) if order_id is not None else ("client_id", client_id)
        found = self._all(
            ORDER,
            f"SELECT body FROM orders WHERE account = ? AND market = ? AND conditional = ? AND {column} = ? "  # noqa: S608
            "ORDER BY id DESC LIMIT 1",
            account, market, conditional, value,
        )  # fmt: skip
        return next(iter(found), None)

    def orders(self, account: str, market: Market, span: Span) -> list[Order]:
        return self._span(ORDER, "orders", "created_ms", account, market, span)

    def trades(self, account: str, market: Market, span: Span) -> list[Trade]:
        return self._span(TRADE, "trades", "time_ms", account, market, span)

    def income(self, account: str, *, limit: int = 1000) -> list[Income]:
        """The newest lines of an account's futures history, oldest first."""
        return self._all(
            INCOME, "SELECT body FROM income WHERE account = ? ORDER BY id DESC LIMIT ?", account, limit
        )[::-1]

    def every_order(
        self, *, account: str | None, symbol: str | None, open_only: bool, limit: int
    ) -> list[Order]:
        """Orders of everybody, newest first."""
        return self._all(
            ORDER,
            "SELECT body FROM orders WHERE (? IS NULL OR account = ?) AND (? IS NULL OR symbol = ?) AND (NOT ? OR open) "
            "ORDER BY id DESC LIMIT ?",
            account, account, symbol, symbol, open_only, limit,
        )  # fmt: skip

    def snapshot(self, target: Path) -> None:
        """A complete copy of the data in one file, replacing an older one of that name."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = target.with_suffix(".part")
        fresh.unlink(missing_ok=True)
        self._db.execute("VACUUM INTO ?", (str(fresh),))
        fresh.replace(target)

    def restore(self, source: Path) -> None:
        """Replace everything by what a snapshot holds, all or nothing."""
        self._db.execute("ATTACH ? AS taken", (str(source),))
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                self._db.execute(f"DELETE FROM main.{table}")  # noqa: S608 (our own names)
                self._db.execute(f"INSERT INTO main.{table} SELECT * FROM taken.{table}")  # noqa: S608
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        finally:
            self._db.execute("DETACH taken")

    def _span(
        self, adapter: TypeAdapter[Stored], table: str, time: str, account: str, market: Market, span: Span
    ) -> list[Stored]:
        backwards = span.from_id is None and span.start_ms is None
        found = self._all(
            adapter,
            f"SELECT body FROM {table} WHERE account = ? AND market = ? AND (? IS NULL OR symbol = ?) AND id >= ? "  # noqa: S608
            f"AND {time} BETWEEN ? AND ? {'AND order_id = ?' if span.order_id is not None else ''} "
            f"ORDER BY id {'DESC' if backwards else 'ASC'} LIMIT ?",
            account, market, span.symbol, span.symbol, span.from_id or 0, span.start_ms or 0,
            span.end_ms if span.end_ms is not None else 1 << 62,
            *([span.order_id] if span.order_id is not None else []), span.limit,
        )  # fmt: skip
        return found[::-1] if backwards else found

    def _all(self, adapter: TypeAdapter[Stored], statement: str, *values: Any) -> list[Stored]:
        rows: Iterable[tuple[bytes]] = self._db.execute(statement, values)
        return [adapter.validate_json(body) for (body,) in rows]
