"""Applying a document: checked whole first, then carried out in the caller's one transaction."""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.errors import Conflict, Invalid
from dollarclub.core.security import Cipher
from dollarclub.entry.configuration.documents import (
    Keys,
    all_strategies,
    differences,
    exported,
    fingerprint,
    scope,
)
from dollarclub.entry.configuration.schemas import (
    ChangeOut,
    ConfigEntry,
    DiffOut,
    Document,
    ErrorOut,
    Section,
    StrategyEntry,
)
from dollarclub.pool.schemas import PoolSettings
from dollarclub.pool.service import settings as pool
from dollarclub.positions.config_schemas import ConfigIn
from dollarclub.positions.queries.configs import all_configs
from dollarclub.positions.rules.config import flaws
from dollarclub.positions.service import configs
from dollarclub.risk.schemas import RiskSettings
from dollarclub.risk.service import settings as risk
from dollarclub.signals.service import strategies

_NOTE = "Imported."
_Scope = tuple[str, int | None, UUID | None]


def compared(session: Session, account_id: UUID, document: Document) -> DiffOut:
    """What an import would change, and what keeps it from being done."""
    before = exported(session, account_id)
    return DiffOut(
        changes=differences(before, document),
        errors=_errors(document, Keys(session, account_id)),
        seen=fingerprint(before),
    )


def apply(
    session: Session, *, account_id: UUID, document: Document, seen: str | None, cipher: Cipher
) -> list[ChangeOut]:
    """Carry a document out; what changed.

    Raises Invalid (`configuration_invalid`), and Conflict (`changed_meanwhile`) when `seen` is not in force any more.
    """
    diff = compared(session, account_id, document)
    if diff.errors:
        raise Invalid(
            "Nothing was imported: " + diff.errors[0].message,
            code="configuration_invalid",
            errors=[each.model_dump() for each in diff.errors],
        )
    if seen is not None and seen != diff.seen:
        raise Conflict(
            "The configuration was changed by someone else meanwhile; look at the differences again.",
            code="changed_meanwhile",
        )
    keys = Keys(session, account_id)
    sections = {each.section for each in diff.changes}
    if document.pool is not None and "pool" in sections:
        _set_pool(session, account_id, document.pool, _NOTE)
    if document.risk is not None and "risk" in sections:
        _set_risk(session, account_id, document.risk, _NOTE)
    if document.dca_configs is not None and "dca_configs" in sections:
        _set_configs(session, account_id, document.dca_configs, keys)
    if document.strategies is not None and "strategies" in sections:
        _set_strategies(session, account_id, document.strategies, keys, cipher)
    audit.record(
        session,
        account_id=account_id,
        actor_id=account_id,
        action="configuration.imported",
        subject_kind="configuration",
        after={"changes": len(diff.changes), "sections": sorted(sections)},
    )
    return diff.changes


def reset(session: Session, *, account_id: UUID, section: Section) -> None:
    """Put a section back to its defaults, as its next version."""
    if section is Section.pool:
        _set_pool(session, account_id, PoolSettings(), "Reset.")
    else:
        _set_risk(session, account_id, RiskSettings(), "Reset.")


def _set_pool(session: Session, account_id: UUID, wanted: PoolSettings, note: str) -> None:
    _, version = pool.current(session, account_id)
    pool.replace(
        session, account_id=account_id, actor_id=account_id, settings=wanted, version=version, note=note
    )


def _set_risk(session: Session, account_id: UUID, wanted: RiskSettings, note: str) -> None:
    version = risk.read(session, account_id).version
    risk.write(session, account_id=account_id, values=wanted, after=version, author_id=account_id, note=note)


def _set_configs(session: Session, account_id: UUID, entries: list[ConfigEntry], keys: Keys) -> None:
    wanted: dict[_Scope, ConfigIn] = {}
    for entry in entries:
        key_id = None if entry.key is None else keys.id(entry.key)
        body = ConfigIn(
            pair=entry.pair,
            timeframe=entry.timeframe,
            key_id=key_id,
            enabled=entry.enabled,
            plan=entry.plan,
        )
        wanted[body.pair, body.timeframe, key_id] = body
    for row in all_configs(session, account_id=account_id):
        body_of = wanted.pop((row.pair, row.timeframe, row.key_id), None)
        if body_of is None:
            configs.delete(session, account_id=account_id, actor_id=account_id, config_id=row.id)
        elif (row.enabled, row.plan) != (body_of.enabled, body_of.plan.grid_plan().as_json()):
            configs.change(
                session,
                account_id=account_id,
                actor_id=account_id,
                config_id=row.id,
                body=body_of,
                version=row.version,
            )
    for body in wanted.values():
        configs.create(session, account_id=account_id, actor_id=account_id, body=body)


def _set_strategies(
    session: Session, account_id: UUID, entries: list[StrategyEntry], keys: Keys, cipher: Cipher
) -> None:
    strategies.ensure_default(session, account_id=account_id, cipher=cipher)
    there = all_strategies(session, account_id)
    for entry in entries:
        values: dict[str, Any] = entry.model_dump(exclude={"key", "is_default"})
        values["key_id"] = None if entry.key is None else keys.id(entry.key)
        found = next(
            (each for each in there if each.is_default == entry.is_default and _is(each.name, entry)), None
        )
        if found is None:
            strategies.create(session, account_id=account_id, values=values, cipher=cipher)
        else:
            changed = {name: value for name, value in values.items() if getattr(found, name) != value}
            strategies.change(session, account_id=account_id, strategy_id=found.id, values=changed)


def _is(name: str, entry: StrategyEntry) -> bool:
    return entry.is_default or name == entry.name


def _errors(document: Document, keys: Keys) -> list[ErrorOut]:
    """Everything that keeps a document from being imported, by where it stands in it."""
    found: list[ErrorOut] = []
    configs_of = document.dca_configs or []
    strategies_of = document.strategies or []
    for at, entry in enumerate(configs_of):
        found += [
            ErrorOut(field=f"dca_configs.{at}.plan.{each.field}", message=each.message)
            for each in flaws(entry.plan.grid_plan())
        ]
    named = {
        "dca_configs": [entry.key for entry in configs_of],
        "strategies": [entry.key for entry in strategies_of],
    }
    for section, names_of in named.items():
        for at, key in enumerate(names_of):
            if key is not None and keys.id(key) is None:
                words = f"There is no key “{key.label}” here; add it first, or choose another."
                found.append(ErrorOut(field=f"{section}.{at}.key", message=words))
    for at, strategy in enumerate(strategies_of):
        if strategy.key is not None and strategy.key.market_type is not strategy.market_type:
            words = f"The key trades {strategy.key.market_type}, the strategy {strategy.market_type}."
            found.append(ErrorOut(field=f"strategies.{at}.market_type", message=words))
    scopes = Counter(scope(entry.model_dump(mode="json")) for entry in configs_of)
    names = Counter("" if entry.is_default else entry.name for entry in strategies_of)
    found += [
        ErrorOut(field="dca_configs", message=f"Named twice: {name}.")
        for name, count in scopes.items()
        if count > 1
    ]
    found += [
        ErrorOut(field="strategies", message=f"Named twice: {name or 'the default strategy'}.")
        for name, count in names.items()
        if count > 1
    ]
    return found
