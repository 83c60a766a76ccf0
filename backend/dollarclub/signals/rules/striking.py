"""Taking the secret out of a body before anything of it is stored."""

import re
from typing import Any

STRUCK = "***"
_SHORTEST_SECRET = 8
_STRING = r'"(?:[^"\\]|\\.)*"'
_MEMBER = re.compile(rf'("secret"\s*:\s*)({_STRING}|[^,}}\s]+)', re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


def secret_of(body: dict[str, Any] | None, text: str) -> str:
    """The secret that a body shows; empty when there is none. In a broken one it is looked for in the text."""
    if body is not None:
        found = body.get("secret")
        return found if isinstance(found, str) else ""
    member = _MEMBER.search(text)
    return member[2].strip('"') if member else ""


def struck(text: str, secret: str) -> str:
    """`text` with the value of every member `secret` replaced by `***`, and `secret` wherever else it stands."""
    if "\\u" in text:
        text = _ESCAPE.sub(_spelled_out, text)
    text = _MEMBER.sub(rf'\1"{STRUCK}"', text)
    return text.replace(secret, STRUCK) if len(secret) >= _SHORTEST_SECRET else text


def _spelled_out(escape: re.Match[str]) -> str:
    """Letters behind an escape, where a secret could hide, as letters; every other escape as it stands."""
    character = chr(int(escape[1], 16)) if escape[1] else ""
    return (
        character if character.isascii() and character.isprintable() and character not in '"\\' else escape[0]
    )
