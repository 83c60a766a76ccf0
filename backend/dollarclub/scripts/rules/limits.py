"""Which limits a run gets: the script's wish, never above the installation's bound."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class RunLimits:
    """Seconds of wall and CPU time (0 means none), bytes, counts."""

    max_execution_time: int
    cpu_seconds: int
    memory_bytes: int
    processes: int
    open_files: int
    scratch_bytes: int

    def as_json(self) -> dict[str, int]:
        return asdict(self)


TIMES = frozenset({"max_execution_time", "cpu_seconds"})


def effective(wished: Mapping[str, int | None], bounds: RunLimits) -> RunLimits:
    """`bounds` narrowed by what the script wishes. For a time, 0 means unlimited and is thus the widest wish."""
    chosen = bounds.as_json()
    for name, bound in chosen.items():
        wish = wished.get(name)
        if wish is None:
            continue
        if name in TIMES:
            chosen[name] = min((value for value in (wish, bound) if value), default=0)
        else:
            chosen[name] = min(wish, bound)
    return RunLimits(**chosen)
