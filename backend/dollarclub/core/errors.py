"""One tree of errors that domain code raises; only `core.web` knows how they look in HTTP."""

from typing import Any


class DomainError(Exception):
    """Something a caller can understand and act on.

    `code` is stable and machine readable; `message` is for a person; `facts` are extra members of the answer.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.facts = facts


class NotFound(DomainError):
    code = "not_found"


class Conflict(DomainError):
    code = "conflict"


class Invalid(DomainError):
    code = "invalid"


class TooLarge(DomainError):
    code = "too_large"


class Unauthenticated(DomainError):
    code = "unauthenticated"


class Forbidden(DomainError):
    code = "forbidden"


class TooManyRequests(DomainError):
    """`retry_after` seconds must pass before the next try."""

    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A part that this request needs is away; trying again later may work."""

    code = "unavailable"
