"""Pydantic pieces that every domain's schemas share."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

Item = TypeVar("Item")


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("The time is out of range.") from error


Instant = Annotated[datetime, AfterValidator(_in_utc)]
"""A moment that is asked for, in UTC: PostgreSQL refuses some offsets that ISO 8601 allows."""


class Out(BaseModel):
    """An answer; built from ORM rows or read models by attribute."""

    model_config = ConfigDict(from_attributes=True)


def _is_storable(value: Any) -> bool:
    """Whether PostgreSQL can keep all text in a decoded JSON value."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_is_storable(item) for item in value)
    return True


class In(BaseModel):
    """A request body; unknown members are refused so that a typo is noticed."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if not _is_storable(value):
            raise ValueError("Text must not hold NUL characters or broken surrogates.")
        return value


class Page(Out, Generic[Item]):
    """One page of a list: `items` from `offset` on, out of `total`."""

    items: list[Item]
    total: int
    limit: int
    offset: int


class Problem(BaseModel):
    """RFC 9457 `application/problem+json`. `code` is stable; `detail` is for a person."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    correlation_id: str | None = None
