"""The futures' listen keys: one an account, good for an hour of the wall's time from the last call."""

import json
import secrets
from dataclasses import dataclass, field

from paper_exchange.clock import Clock
from paper_exchange.store.sqlite import Store

GOOD_FOR_MS = 3_600_000
SETTING = "listen_keys"


@dataclass(slots=True)
class ListenKeys:
    """Kept in the store, so that a restart ends no client's stream for longer than its reconnect."""

    store: Store
    _keys: dict[str, tuple[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        kept = json.loads(self.store.setting(SETTING) or "{}")
        self._keys = {account: (key, until) for account, (key, until) in kept.items()}

    def open(self, account: str) -> str:
        """The account's key, a new one when it has none; good for an hour from now."""
        key = self._valid(account) or secrets.token_urlsafe(48)[:64]
        self._put(account, key)
        return key

    def extend(self, account: str) -> str | None:
        """An hour more; nothing when there is none."""
        key = self._valid(account)
        if key is not None:
            self._put(account, key)
        return key

    def close(self, account: str) -> None:
        if self._keys.pop(account, None) is not None:
            self._keep()

    def owner(self, key: str) -> str | None:
        """Whose key it is, while it is good."""
        now = Clock.wall_ms()
        return next(
            (account for account, (name, until) in self._keys.items() if name == key and now < until), None
        )

    def _valid(self, account: str) -> str | None:
        key, until = self._keys.get(account, ("", 0))
        return key if Clock.wall_ms() < until else None

    def _put(self, account: str, key: str) -> None:
        self._keys[account] = (key, Clock.wall_ms() + GOOD_FOR_MS)
        self._keep()

    def _keep(self) -> None:
        self.store.put_setting(SETTING, json.dumps(self._keys))
