"""An exchange's answer as a person needs it: small, storable, and without anything that signs requests."""

import json
import re
from typing import Any

MOST_BYTES = 8 * 1024
_MOST_ITEMS = 20
_MOST_CHARACTERS = 500
_SECRET_NAMES = re.compile(r"api.?key|secret|signature|passphrase|authorization|listen.?key", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"((?:api.?key|secret|signature|passphrase|listen.?key)[\"']?\s*[=:]\s*[\"']?)[^&\s\"',}]+", re.IGNORECASE
)


def trimmed(raw: dict[str, Any] | None) -> dict[str, Any] | None:
    """`raw` within 8 KiB: long lists and texts are cut, members named like secrets left out."""
    if raw is None:
        return None
    clean = _clean(raw, 0)
    if len(_text(clean)) <= MOST_BYTES:
        return dict(clean)
    kept: dict[str, Any] = {"cut": True}
    for name, value in sorted(clean.items(), key=lambda member: len(_text(member[1]))):
        if len(_text({**kept, name: value})) > MOST_BYTES:
            break
        kept[name] = value
    return kept


def readable(text: str) -> str:
    """An exchange's words without secrets and without characters that cannot be stored."""
    return _SECRET_TEXT.sub(r"\1…", text.replace("\x00", "")).encode("utf-8", "replace").decode()[:2000]


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        members = [(str(name), item) for name, item in value.items()]
        return {
            readable(name): _clean(item, depth + 1)
            for name, item in members
            if not _SECRET_NAMES.search(name) and depth < 8
        }
    if isinstance(value, list | tuple):
        return [_clean(item, depth + 1) for item in value[:_MOST_ITEMS]]
    if isinstance(value, bool | int) or value is None:
        return value
    return readable(str(value))[:_MOST_CHARACTERS]


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
