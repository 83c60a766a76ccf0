"""Reading an account's configuration into a document, and telling two documents apart."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.entry.configuration.schemas import (
    Change,
    ChangeOut,
    ConfigEntry,
    Document,
    KeyName,
    StrategyEntry,
)
from dollarclub.kit.paging import Slice
from dollarclub.pool.service import settings as pool
from dollarclub.positions.config_schemas import PlanBody
from dollarclub.positions.queries.configs import all_configs
from dollarclub.risk.service import settings as risk
from dollarclub.signals.queries.strategies import strategies_page
from dollarclub.signals.schemas import StrategyOut
from dollarclub.vault import queries as vault

EVERYTHING = 100_000


class Keys:
    """The account's keys by name and by id."""

    def __init__(self, session: Session, account_id: UUID) -> None:
        self._names: dict[UUID, KeyName] = {}
        self._ids: dict[tuple[str, ...], UUID] = {}
        for row in vault.keys_page(session, account_id=account_id, limit=EVERYTHING).items:
            name = KeyName(
                label=row.label, venue=row.venue, market_type=row.market_type, environment=row.environment
            )
            self._names[row.id] = name
            self._ids.setdefault(_parts(name), row.id)

    def name(self, key_id: UUID | None) -> KeyName | None:
        """None for no key, and for one that was deleted."""
        return None if key_id is None else self._names.get(key_id)

    def id(self, name: KeyName) -> UUID | None:
        """The oldest key of this name; None when there is none."""
        return self._ids.get(_parts(name))


def _parts(name: KeyName) -> tuple[str, ...]:
    return name.label, name.venue, name.market_type, name.environment


def all_strategies(session: Session, account_id: UUID) -> list[StrategyOut]:
    found: Slice[StrategyOut] = strategies_page(session, account_id=account_id, limit=EVERYTHING)
    return found.items


def exported(session: Session, account_id: UUID) -> Document:
    """Everything that is in force now, without a date."""
    keys = Keys(session, account_id)
    return Document(
        pool=pool.current(session, account_id)[0],
        risk=risk.read(session, account_id).values,
        dca_configs=[
            ConfigEntry(
                pair=row.pair,
                timeframe=row.timeframe,
                key=keys.name(row.key_id),
                enabled=row.enabled,
                plan=PlanBody.model_validate(row.plan),
            )
            for row in all_configs(session, account_id=account_id)
        ],
        strategies=[_strategy(row, keys) for row in all_strategies(session, account_id)],
    )


def _strategy(row: StrategyOut, keys: Keys) -> StrategyEntry:
    columns = {name: getattr(row, name) for name in StrategyEntry.model_fields if name != "key"}
    return StrategyEntry(key=keys.name(row.key_id), **columns)


def fingerprint(document: Document) -> str:
    """Differs whenever what is in force differs."""
    text = json.dumps(document.model_dump(mode="json", exclude={"exported_at"}), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(before: Document, after: Document) -> list[ChangeOut]:
    """What an import of `after` changes; sections that it does not have stay as they are."""
    return list(_differences(before, after))


def _differences(before: Document, after: Document) -> Iterator[ChangeOut]:
    was, becomes = (each.model_dump(mode="json") for each in (before, after))
    for section in ("pool", "risk"):
        if becomes[section] is not None:
            yield from _fields(section, "", was[section] or {}, becomes[section])
    for section, name_of, removes in (("dca_configs", scope, True), ("strategies", _named, False)):
        if becomes[section] is not None:
            old = {name_of(each): each for each in was[section] or []}
            new = {name_of(each): each for each in becomes[section]}
            yield from _members(section, old, new, removes=removes)


def _members(section: str, old: dict[str, Any], new: dict[str, Any], *, removes: bool) -> Iterator[ChangeOut]:
    for subject, each in new.items():
        if subject in old:
            yield from _fields(section, subject, old[subject], each)
        else:
            yield _change(section, subject, Change.added, "", None, each)
    for subject, each in old.items():
        if removes and subject not in new:
            yield _change(section, subject, Change.removed, "", each, None)


def _fields(section: str, subject: str, old: Any, new: Any, path: str = "") -> Iterator[ChangeOut]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            below = f"{path}.{name}" if path else name
            yield from _fields(section, subject, old.get(name), new.get(name), below)
    elif old != new:
        yield _change(section, subject, Change.changed, path, old, new)


def _change(section: str, subject: str, change: Change, field: str, before: Any, after: Any) -> ChangeOut:
    return ChangeOut(section=section, subject=subject, change=change, field=field, before=before, after=after)


def scope(entry: dict[str, Any]) -> str:
    """A configuration by where it applies."""
    key = entry["key"]
    told = "any key" if key is None else f"{key['label']} ({key['venue']} {key['environment']})"
    timeframe = "any timeframe" if entry["timeframe"] is None else f"{entry['timeframe']} min"
    return f"{entry['pair']}, {timeframe}, {told}"


def _named(entry: dict[str, Any]) -> str:
    return "default strategy" if entry["is_default"] else str(entry["name"])
