"""Reading members of a decoded body: what is there, of the right type, within bounds, and no placeholder."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any, Literal, TypeVar, overload

Chosen = TypeVar("Chosen")

LEFT_OPEN = re.compile(r"\{\{\s*[\w.\"() ]{1,60}?\s*\}\}")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_LARGEST_DIGITS = 18
_SMALLEST = Decimal(1).scaleb(-18)
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_MILLISECONDS_FROM = Decimal(10) ** 11
_BROKEN = re.compile("[\x00\ud800-\udfff]")


class Refused(Exception):
    """The body cannot be an alert. `code` is an outcome of a signal; `message` says what to change."""

    def __init__(self, code: Literal["malformed", "placeholder", "stale"], message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @classmethod
    def malformed(cls, message: str) -> "Refused":
        return cls("malformed", message)

    @classmethod
    def placeholder(cls, found: str, where: str) -> "Refused":
        return cls(
            "placeholder",
            f"The placeholder {storable(found)[:80]} in {where} was not replaced by TradingView; use it only where "
            "it has a value (strategy placeholders need an alert of a strategy).",
        )


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot keep: NUL characters and broken surrogates."""
    return _BROKEN.sub("\ufffd", text)


class Fields:
    """Members of one object of the body. Every method raises Refused and names the member by its full path."""

    def __init__(self, members: Mapping[str, Any], path: str = "") -> None:
        self._members = members
        self._path = path

    def name(self, member: str) -> str:
        return f"{self._path}{member}"

    def part(self, member: str, *, required: bool = True) -> "Fields":
        """An object inside this one; an empty one when it may be missing and is."""
        value = self._members.get(member)
        if value is None and not required:
            value = {}
        if value is None:
            raise Refused.malformed(f"{self.name(member)} is missing.")
        if not isinstance(value, dict):
            raise Refused.malformed(f"{self.name(member)} must be an object: {{ … }}.")
        return Fields(value, f"{self.name(member)}.")

    def free(self, member: str, longest: int) -> str:
        """Text that is only kept, cut to `longest`."""
        value = self._members.get(member)
        return str(value)[:longest] if isinstance(value, str | int) else ""

    def text(self, member: str, longest: int) -> str:
        """Trimmed text, a whole number as text too; empty when it is missing."""
        value = self._members.get(member)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Refused.malformed(f"{self.name(member)} must be text.")
        found = str(value).strip()
        self._refuse_placeholder(member, found)
        if len(found) > longest:
            raise Refused.malformed(f"{self.name(member)} is longer than {longest} characters.")
        if _BROKEN.search(found):
            raise Refused.malformed(f"{self.name(member)} holds characters that are no text.")
        return found

    @overload
    def one_of(self, member: str, choices: Mapping[str, Chosen]) -> Chosen: ...
    @overload
    def one_of(
        self, member: str, choices: Mapping[str, Chosen], *, required: Literal[False]
    ) -> Chosen | None: ...
    def one_of(self, member: str, choices: Mapping[str, Chosen], *, required: bool = True) -> Chosen | None:
        """The choice that the text names, in any case."""
        word = self.text(member, 60).lower()
        if not word and not required:
            return None
        if word not in choices:
            said = f"is {word!r}" if word else "is missing"
            raise Refused.malformed(f"{self.name(member)} {said}; it may be {', '.join(choices)}.")
        return choices[word]

    def number(self, member: str) -> Decimal | None:
        """A finite number, also written as text, rounded to 18 places; None when it is missing."""
        value = self._members.get(member)
        if isinstance(value, str):
            value = value.strip()
            self._refuse_placeholder(member, value)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise Refused.malformed(f"{self.name(member)} must be a number.")
        try:
            found = Decimal(value)
        except InvalidOperation as error:
            raise Refused.malformed(
                f"{self.name(member)} is no number: {storable(str(value))[:40]!r}."
            ) from error
        if not found.is_finite():
            raise Refused.malformed(f"{self.name(member)} is not a finite number.")
        if found and found.adjusted() >= _LARGEST_DIGITS:
            raise Refused.malformed(f"{self.name(member)} is too large.")
        if found.adjusted() < -60:
            return Decimal(0)
        return found.quantize(_SMALLEST, context=_EXACT) if _places(found) > _LARGEST_DIGITS else found

    def share(self, member: str) -> tuple[Decimal | None, bool]:
        """A number, and whether it was written with a percent sign."""
        value = self._members.get(member)
        if isinstance(value, str) and value.strip().endswith("%"):
            return Fields({member: value.strip()[:-1]}, self._path).number(member), True
        return self.number(member), False

    def moment(self, member: str) -> datetime | None:
        """ISO 8601 (UTC when it names no zone), or Unix seconds or milliseconds; None when it is missing."""
        value = self._members.get(member)
        if isinstance(value, str):
            value = value.strip()
            self._refuse_placeholder(member, value)
        if value is None or value == "":
            return None
        found = _from_iso(value) if isinstance(value, str) else None
        if found is None:
            found = _from_unix(self.number(member)) if _is_numeric(value) else None
        if found is None or not EARLIEST <= found <= LATEST:
            raise Refused.malformed(
                f"{self.name(member)} must be a time like 2026-01-31T12:00:00Z, which {{{{timenow}}}} gives."
            )
        return found

    def _refuse_placeholder(self, member: str, text: str) -> None:
        if "{{" in text or "}}" in text:
            raise Refused.placeholder(text, self.name(member))


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _is_numeric(value: Any) -> bool:
    if isinstance(value, str):
        return value.replace(".", "", 1).isdecimal()
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _from_iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _from_unix(number: Decimal | None) -> datetime | None:
    if number is None:
        return None
    seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(seconds * 1_000_000))
    except OverflowError:
        return None
