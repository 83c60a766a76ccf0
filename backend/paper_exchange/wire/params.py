"""A request's parameters, read as Binance reads them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from paper_exchange.engine.money import ZERO
from paper_exchange.engine.refusal import Refusal, missing

NUMBER = re.compile(r"([0-9]{1,20})(\.[0-9]{1,20})?")
WHOLE = re.compile(r"-?[0-9]{1,18}")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Params:
    """Names and texts; the query goes before the body."""

    values: dict[str, str]

    @classmethod
    def read(cls, query: str, body: str) -> "Params":
        values: dict[str, str] = {}
        for part in (query, body):
            seen: set[str] = set()
            for name, value in parse_qsl(part, keep_blank_values=True):
                if name in seen:
                    raise Refusal(-1101, "Duplicate values for a parameter detected.")
                seen.add(name)
                values.setdefault(name, value)
        return cls(values)

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """A parameter that has to be there."""
        value = self.values.get(name, "")
        if not value:
            raise missing(name)
        return value

    def get(self, name: str) -> str | None:
        """A parameter that may be absent but not empty."""
        value = self.values.get(name)
        if value == "":
            raise Refusal(-1105, f"Parameter '{name}' was empty.")
        return value

    def whole(self, name: str) -> int | None:
        value = self.get(name)
        if value is None:
            return None
        if not WHOLE.fullmatch(value):
            raise Refusal(
                -1100, f"Illegal characters found in parameter '{name}'; legal range is '^[0-9]{{1,20}}$'."
            )
        return int(value)

    def number(self, name: str) -> Decimal:
        """A decimal that is not negative; zero when it is absent."""
        value = self.get(name)
        if value is None:
            return ZERO
        if not NUMBER.fullmatch(value):
            raise Refusal(
                -1100,
                f"Illegal characters found in parameter '{name}'; legal range is '^([0-9]{{1,20}})(\\.[0-9]{{1,20}})?$'.",
            )
        return Decimal(value)

    def needed_number(self, name: str) -> Decimal:
        self.text(name)
        return self.number(name)

    def flag(self, name: str) -> bool:
        value = (self.get(name) or "false").lower()
        if value not in ("true", "false"):
            raise Refusal(-1130, f"Data sent for parameter '{name}' is not valid.")
        return value == "true"

    def choice(self, name: str, kind: type[Choice], refusal: Refusal) -> Choice:
        try:
            return kind(self.text(name))
        except ValueError:
            raise refusal from None

    def limit(self, default: int, most: int) -> int:
        value = self.whole("limit")
        if value is None:
            return default
        if value < 1:
            raise Refusal(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(value, most)
