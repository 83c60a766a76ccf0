"""Processes that die at a chosen boundary: around every commit and around every call to an exchange."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.context import Context
from dollarclub.core.db import Database
from dollarclub.exchanges.gateway import Gateway
from dollarclub.vault.gateways import Gateways


class Death(BaseException):
    """The process is gone: no handler of ordinary errors sees it, as none would see a kill -9."""


def die_by_exception(where: str) -> None:
    raise Death(where)


def die_by_kill(where: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Standstill:
    """In place of `Boundaries`: where the boundary of a name is crossed first, the process is suspended by the kernel."""

    where: str
    reached: bool = False

    def cross(self, where: str) -> None:
        if where == self.where and not self.reached:
            self.reached = True
            os.kill(os.getpid(), signal.SIGSTOP)


@dataclass
class Boundaries:
    """Counts boundaries in the order in which they are crossed; at number `fatal` the process dies."""

    fatal: int = -1
    die: Callable[[str], None] = die_by_exception
    crossed: list[str] = field(default_factory=list)

    def cross(self, where: str) -> None:
        self.crossed.append(where)
        if len(self.crossed) - 1 == self.fatal:
            self.die(where)


class MortalDatabase(Database):
    """The same engine; each transaction may be the last thing that the process does."""

    def __init__(self, database: Database, boundaries: Boundaries | Standstill) -> None:
        self.__dict__.update(database.__dict__)
        self._boundaries = boundaries

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with super().transaction() as session:
            yield session
            self._boundaries.cross("before a commit")
        self._boundaries.cross("after a commit")


class MortalGateway:
    """Each call to the exchange may be the last thing that the process does, before it is made or before its answer is used."""

    def __init__(self, gateway: Gateway, boundaries: Boundaries | Standstill) -> None:
        self._gateway = gateway
        self._boundaries = boundaries

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._gateway, name)
        if name == "validity":
            return method

        def call(*arguments: Any, **named: Any) -> Any:
            self._boundaries.cross(f"before {name}")
            try:
                return method(*arguments, **named)
            finally:
                self._boundaries.cross(f"after {name}")

        return call


class MortalGateways(Gateways):
    """Hands out the gateways of another one, mortal."""

    def __init__(self, gateways: Gateways, boundaries: Boundaries | Standstill) -> None:
        self.__dict__.update(gateways.__dict__)
        self._boundaries = boundaries

    def get(self, key_id: UUID, *, for_trading: bool = True) -> Gateway:
        return MortalGateway(super().get(key_id, for_trading=for_trading), self._boundaries)


def mortal(context: Context, boundaries: Boundaries | Standstill) -> Context:
    """The parts of a process that may die."""
    return replace(context, db=MortalDatabase(context.db, boundaries))
