"""Where the book and the exchange disagree: pure comparisons of sums, each seen twice before anybody is told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dollarclub.kit.money import ZERO, plain

POSITION = "position_mismatch"
BALANCE = "balance_mismatch"


@dataclass(frozen=True)
class Turnover:
    """Fills of one symbol, side and fee asset added up: base units, quote units, fees."""

    symbol: str
    is_buy: bool
    fee_asset: str | None
    amount: Decimal
    cost: Decimal
    fee: Decimal


@dataclass(frozen=True)
class Difference:
    """`subject` is a symbol for positions and an asset for balances; `book` and `exchange` are what each side says."""

    kind: str
    subject: str
    book: Decimal
    exchange: Decimal

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.subject}"

    @property
    def size(self) -> Decimal:
        """What the exchange has more than the book."""
        return self.exchange - self.book


@dataclass(frozen=True)
class Holding:
    """What one ledger of a key holds of a symbol, signed; `book_id` is None for what belongs to no ledger."""

    symbol: str
    book_id: UUID | None
    amount: Decimal


def base_of(symbol: str) -> str:
    """`BTC` of `BTC/USDT` and of `BTC/USDT:USDT`."""
    return symbol.partition("/")[0]


def quote_of(symbol: str) -> str:
    return symbol.partition("/")[2].partition(":")[0]


def positions_by_symbol(turnovers: Iterable[Turnover]) -> dict[str, Decimal]:
    """The sum of fills of each symbol, signed."""
    sums: dict[str, Decimal] = {}
    for each in turnovers:
        signed = each.amount if each.is_buy else -each.amount
        sums[each.symbol] = sums.get(each.symbol, ZERO) + signed
    return sums


def assets_held(turnovers: Iterable[Turnover]) -> dict[str, Decimal]:
    """What spot fills have made of each asset: base, quote and fees together."""
    sums: dict[str, Decimal] = {}

    def add(asset: str, amount: Decimal) -> None:
        sums[asset] = sums.get(asset, ZERO) + amount

    for each in turnovers:
        sign = 1 if each.is_buy else -1
        add(base_of(each.symbol), sign * each.amount)
        add(quote_of(each.symbol), -sign * each.cost)
        if each.fee_asset is not None:
            add(each.fee_asset, -each.fee)
    return sums


def position_differences(
    turnovers: Iterable[Turnover], positions: Mapping[str, Decimal], *, moving: Collection[str]
) -> list[Difference]:
    """Symbols whose position is not the sum of the fills; those in `moving` are not judged now."""
    book = positions_by_symbol(turnovers)
    return [
        Difference(POSITION, symbol, book.get(symbol, ZERO), positions.get(symbol, ZERO))
        for symbol in sorted({*book, *positions} - set(moving))
        if book.get(symbol, ZERO) != positions.get(symbol, ZERO)
    ]


def shortages(
    turnovers: Sequence[Turnover], balances: Mapping[str, Decimal], *, moving: Collection[str]
) -> list[Difference]:
    """Assets of which the exchange has less than the fills say.

    More is never a difference: deposits and older holdings are not in the book. `moving` are symbols that are not
    judged now, with both of their assets.
    """
    unsure = {part for symbol in moving for part in (base_of(symbol), quote_of(symbol))}
    bases = {base_of(each.symbol) for each in turnovers} - unsure
    held = assets_held(turnovers)
    return [
        Difference(BALANCE, asset, held[asset], balances.get(asset, ZERO))
        for asset in sorted(bases)
        if held[asset] > balances.get(asset, ZERO)
    ]


def seen_again(
    differences: Iterable[Difference], suspects: Mapping[str, str]
) -> tuple[list[Difference], dict[str, str]]:
    """Those that the last look showed with the same size, and all of this look for the next one."""
    now = {each.name: each for each in differences}
    again = [each for name, each in now.items() if suspects.get(name) == plain(each.size)]
    return again, {name: plain(each.size) for name, each in now.items()}


def shares(size: Decimal, holdings: Sequence[Holding]) -> list[tuple[UUID | None, str, Decimal]]:
    """Which ledgers a correction of `size` goes to: (ledger, symbol, signed amount), adding up to `size`.

    What the exchange lacks is taken from the ledgers that hold most; the rest, and whatever the exchange has more,
    goes to no ledger, with the symbol of the largest holding. `holdings` must not be empty.
    """
    largest = sorted(holdings, key=lambda each: (-abs(each.amount), str(each.book_id)))
    parts: list[tuple[UUID | None, str, Decimal]] = []
    left = size
    for each in largest:
        if left and each.amount * left < 0:
            part = -each.amount if abs(each.amount) < abs(left) else left
            parts.append((each.book_id, each.symbol, part))
            left -= part
    if left:
        parts.append((None, largest[0].symbol, left))
    return parts
