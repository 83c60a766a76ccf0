"""The bytes of a request's body as text, as JSON, and with the secret apart."""

from dataclasses import dataclass
from typing import Any

from dollarclub.signals.rules.fields import Refused, storable
from dollarclub.signals.rules.payload import decoded
from dollarclub.signals.rules.striking import secret_of, struck


@dataclass(frozen=True)
class Reading:
    """`text` is storable and has no secret in it. `body` is None when `problem` says why."""

    text: str
    secret: str
    body: dict[str, Any] | None
    problem: Refused | None


def read(content: bytes) -> Reading:
    """Read a body, whatever it is; its content type is not believed."""
    body: dict[str, Any] | None = None
    problem = None
    try:
        text = content.decode("utf-8-sig")
        body = decoded(text)
    except UnicodeDecodeError:
        text = content.decode(errors="replace")
        problem = Refused.malformed("The body is not UTF-8 text.")
    except Refused as refused:
        problem = refused
    secret = secret_of(body, text)
    return Reading(storable(struck(text, secret)), secret, body, problem)
