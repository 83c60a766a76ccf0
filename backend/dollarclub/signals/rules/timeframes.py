"""Timeframes as alerts write them, in minutes: TradingView's `{{interval}}` and the usual short forms."""

import re

_PARTS = re.compile(r"(\d*)\s*([a-zA-Z]*)")
# A bare M is TradingView's month; only the small letter means minutes.
_MINUTES = {
    "": 1,
    "m": 1,
    "min": 1,
    "h": 60,
    "H": 60,
    "d": 1440,
    "D": 1440,
    "w": 10_080,
    "W": 10_080,
    "M": 43_200,
}
_SECONDS = frozenset({"s", "S"})


def minutes_of(text: str) -> int | None:
    """`15`, `15m` → 15; `4h` → 240; `D`, `1D` → 1440; `M` → 43200; below a minute (`30S`) → 0; None when unreadable."""
    found = _PARTS.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    number, unit = found.groups()
    count = int(number or 1)
    if count == 0:
        return None
    if unit in _SECONDS:
        return count // 60
    return count * _MINUTES[unit] if unit in _MINUTES else None
