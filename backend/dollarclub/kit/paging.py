"""The shape of every paged list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Slice(Generic[Item]):
    """`items` from `offset` on, out of `total`."""

    items: list[Item]
    total: int
    limit: int
    offset: int
