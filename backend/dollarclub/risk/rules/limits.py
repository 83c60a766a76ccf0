"""The limits as a person sees them: what each does, and how much of it is used."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from dollarclub.kit.money import ZERO
from dollarclub.risk.rules.pretrade import Exposure, Limits


class Effect(StrEnum):
    blocks_entries = "blocks entries"
    closes_positions = "closes positions"


@dataclass(frozen=True)
class Usage:
    """`used` and `limit` are quote units or counts. A `limit` of None is off."""

    name: str
    effect: Effect
    used: Decimal
    limit: Decimal | None

    @property
    def is_reached(self) -> bool:
        return self.limit is not None and self.used >= self.limit


EFFECTS: dict[str, Effect] = {
    "max_groups_per_symbol": Effect.blocks_entries,
    "max_exposure_per_symbol": Effect.blocks_entries,
    "max_exposure": Effect.blocks_entries,
    "max_daily_loss": Effect.blocks_entries,
    "max_daily_trades": Effect.blocks_entries,
    "loss_threshold_percent": Effect.closes_positions,
    "required_pyramids": Effect.closes_positions,
    "wait_minutes": Effect.closes_positions,
    "max_winners": Effect.closes_positions,
    "max_winner_fraction_percent": Effect.closes_positions,
    "min_close_notional": Effect.closes_positions,
}
"""What each setting of the section `risk` does when it binds."""


def usages(limits: Limits, exposure: Exposure) -> list[Usage]:
    """Of every limit that blocks entries. The symbol's figures are those of the symbol that uses most."""
    used: dict[str, tuple[Decimal, Decimal | int | None]] = {
        "max_groups_per_symbol": (Decimal(exposure.groups_of_symbol), limits.max_groups_per_symbol),
        "max_exposure_per_symbol": (exposure.exposure_of_symbol, limits.max_exposure_per_symbol),
        "max_exposure": (exposure.exposure_total, limits.max_exposure),
        "max_daily_loss": (max(ZERO, -exposure.realised_today), limits.max_daily_loss),
        "max_daily_trades": (Decimal(exposure.trades_today), limits.max_daily_trades),
    }
    return [
        Usage(name, EFFECTS[name], amount, None if limit is None else Decimal(limit))
        for name, (amount, limit) in used.items()
    ]
