"""Watched prices in memory: which of them a new price reaches. The common price reaches none and costs two comparisons."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

from dollarclub.exchanges.gateway import Catalog
from dollarclub.positions.rules.states import Direction

Place = tuple[Catalog, str]
"""Where a price is of: whose markets, and the unified symbol."""

_HUNDRED = Decimal(100)
_price_of = attrgetter("price")


@dataclass(frozen=True, slots=True)
class Armed:
    """A watched price as it is stored.

    With `trail_percent` it is followed from `price` on: `extreme` is the best price since then (None: not reached yet),
    and it fires that far from it.
    """

    id: UUID
    revision: int
    catalog: Catalog
    symbol: str
    direction: Direction
    price: Decimal
    trail_percent: Decimal | None = None
    extreme: Decimal | None = None

    @property
    def place(self) -> Place:
        return self.catalog, self.symbol


@dataclass(frozen=True, slots=True)
class Firing:
    """`price` has reached the trigger as it was in `revision`."""

    trigger_id: UUID
    revision: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Extreme:
    """The best price that a trailing trigger has seen."""

    trigger_id: UUID
    revision: int
    price: Decimal


@dataclass(slots=True)
class _Trail:
    armed: Armed
    extreme: Decimal | None
    is_stored: bool = True

    def fires(self, price: Decimal) -> bool:
        """Follow the price; whether it has come back far enough."""
        rising = self.armed.direction is Direction.above
        best = self.extreme
        if best is None:
            if price >= self.armed.price if rising else price <= self.armed.price:
                self.extreme, self.is_stored = price, False
            return False
        if price > best if rising else price < best:
            self.extreme, self.is_stored = price, False
            return False
        percent = self.armed.trail_percent or Decimal(0)
        if rising:
            return price <= best * (1 - percent / _HUNDRED)
        return price >= best * (1 + percent / _HUNDRED)


@dataclass(slots=True)
class _Lane:
    """The triggers of one place: `above` and `below` by rising price."""

    above: list[Armed] = field(default_factory=list)
    below: list[Armed] = field(default_factory=list)
    trails: list[_Trail] = field(default_factory=list)
    versions: frozenset[tuple[UUID, int]] = frozenset()

    def reached(self, price: Decimal) -> list[Armed]:
        """Take out what this price fires."""
        fired: list[Armed] = []
        if self.above and price >= self.above[0].price:
            cut = bisect_right(self.above, price, key=_price_of)
            fired += self.above[:cut]
            del self.above[:cut]
        if self.below and price <= self.below[-1].price:
            cut = bisect_left(self.below, price, key=_price_of)
            fired += self.below[cut:]
            del self.below[cut:]
        if self.trails:
            over = [trail for trail in self.trails if trail.fires(price)]
            if over:
                fired += [trail.armed for trail in over]
                self.trails = [trail for trail in self.trails if trail not in over]
        return fired


class TriggerBook:
    """All armed triggers by place. A trigger fires once for each of its revisions."""

    def __init__(self) -> None:
        self._lanes: dict[Place, _Lane] = {}
        self._fired: set[tuple[UUID, int]] = set()

    @property
    def places(self) -> frozenset[Place]:
        return frozenset(self._lanes)

    def replace(self, armed: Iterable[Armed]) -> frozenset[Place]:
        """Watch these and no others; the places where anything has changed. What fired already is not watched again."""
        wanted: dict[Place, list[Armed]] = {}
        known: set[tuple[UUID, int]] = set()
        for each in armed:
            version = (each.id, each.revision)
            known.add(version)
            if version not in self._fired:
                wanted.setdefault(each.place, []).append(each)
        self._fired &= known
        changed = set()
        for place, triggers in wanted.items():
            versions = frozenset((each.id, each.revision) for each in triggers)
            before = self._lanes.get(place)
            if before is None or before.versions != versions:
                self._lanes[place] = _lane(triggers, versions, before)
                changed.add(place)
        for place in [place for place in self._lanes if place not in wanted]:
            del self._lanes[place]
        return frozenset(changed)

    def on_price(self, catalog: Catalog, symbol: str, price: Decimal) -> list[Firing]:
        """What this price fires."""
        lane = self._lanes.get((catalog, symbol))
        if lane is None:
            return []
        reached = lane.reached(price)
        if not reached:
            return []
        versions = {(each.id, each.revision) for each in reached}
        self._fired |= versions
        lane.versions -= versions
        return [Firing(each.id, each.revision, price) for each in reached]

    def moved_extremes(self) -> list[Extreme]:
        """The extremes that have moved since they were last asked for."""
        found = []
        for lane in self._lanes.values():
            for trail in lane.trails:
                if not trail.is_stored and trail.extreme is not None:
                    trail.is_stored = True
                    found.append(Extreme(trail.armed.id, trail.armed.revision, trail.extreme))
        return found


def _lane(triggers: list[Armed], versions: frozenset[tuple[UUID, int]], before: _Lane | None) -> _Lane:
    known = {(trail.armed.id, trail.armed.revision): trail for trail in before.trails} if before else {}
    plain = sorted((each for each in triggers if each.trail_percent is None), key=_price_of)
    trails = []
    for each in triggers:
        if each.trail_percent is not None:
            kept = known.get((each.id, each.revision))
            trails.append(kept if kept and kept.extreme is not None else _Trail(each, each.extreme))
    return _Lane(
        above=[each for each in plain if each.direction is Direction.above],
        below=[each for each in plain if each.direction is Direction.below],
        trails=trails,
        versions=versions,
    )
