"""Which faults are switched on, and which one a request or a stream event meets."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from pydantic import TypeAdapter


class FaultKind(StrEnum):
    """What happens. "after" means that the request was carried out and stored."""

    drop_answer = "drop_answer"
    late_answer = "late_answer"
    error_before = "error_before"
    error_after = "error_after"
    disconnect = "disconnect"
    too_many_requests = "too_many_requests"
    clock_skew = "clock_skew"
    stream_delay = "stream_delay"
    stream_reorder = "stream_reorder"
    stream_duplicate = "stream_duplicate"
    stream_drop = "stream_drop"
    stream_disconnect = "stream_disconnect"


BEFORE = (FaultKind.error_before, FaultKind.disconnect, FaultKind.too_many_requests)
AFTER = (FaultKind.drop_answer, FaultKind.late_answer, FaultKind.error_after)
STREAM = (
    FaultKind.stream_delay, FaultKind.stream_reorder, FaultKind.stream_duplicate, FaultKind.stream_drop,
    FaultKind.stream_disconnect,
)  # fmt: skip


@dataclass(slots=True)
class Fault:
    """One switched-on fault. Empty scopes match everything.

    `endpoint` is a pattern of `METHOD /path` (`POST /api/v3/order`, `* /fapi/*`), for stream faults of the event or channel
    (`executionReport`, `*@trade`). `times` is how often it still strikes (absent: always), `probability` how likely each time.
    `delay_ms` is for late answers and stream delays, `skew_ms` for the clock, `status` for errors (a number below 600),
    `code` and `message` for the body of an error (without a code the body is a proxy's HTML).
    """

    kind: FaultKind
    id: int = 0
    key: str | None = None
    account: str | None = None
    symbol: str | None = None
    endpoint: str | None = None
    times: int | None = None
    probability: float = 1.0
    delay_ms: int = 1_000
    skew_ms: int = 0
    status: int = 503
    code: int | None = None
    message: str = "Service Unavailable"
    struck: int = 0

    def fits(self, subject: "Subject") -> bool:
        return (
            self.key in (None, subject.key)
            and self.account in (None, subject.account)
            and self.symbol in (None, subject.symbol)
            and (self.endpoint is None or fnmatchcase(subject.endpoint, self.endpoint))
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fault may strike: a request or a stream event."""

    endpoint: str
    key: str | None = None
    account: str | None = None
    symbol: str | None = None


FAULTS = TypeAdapter(list[Fault])


@dataclass(slots=True)
class Plan:
    """The faults that are on, in the order in which they were switched on."""

    seed: int
    faults: list[Fault] = field(default_factory=list)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 (repeatable drills, no secret)

    def add(self, fault: Fault) -> Fault:
        """Switch on; the fault gets its id."""
        fault.id = max((other.id for other in self.faults), default=0) + 1
        self.faults.append(fault)
        return fault

    def remove(self, fault_id: int | None) -> int:
        """Switch off one or all; how many went off."""
        kept = [fault for fault in self.faults if fault_id is not None and fault.id != fault_id]
        gone = len(self.faults) - len(kept)
        self.faults[:] = kept
        return gone

    def strike(self, kinds: tuple[FaultKind, ...], subject: Subject) -> Fault | None:
        """The first fault of these kinds that strikes now; one that has struck often enough is gone."""
        for fault in self.faults:
            if (
                fault.kind not in kinds
                or not fault.fits(subject)
                or self._chance.random() >= fault.probability
            ):
                continue
            fault.struck += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
            return fault
        return None

    def skew_ms(self, subject: Subject) -> int:
        """How wrong the clock is for this request."""
        return sum(
            fault.skew_ms
            for fault in self.faults
            if fault.kind is FaultKind.clock_skew and fault.fits(subject)
        )

    def dump(self) -> str:
        return FAULTS.dump_json(self.faults).decode()

    def load(self, text: str) -> None:
        self.faults[:] = FAULTS.validate_json(text)
