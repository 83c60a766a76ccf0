"""What comes in through webhooks, many at once: who sent it, whether it can be an alert, whether it is known already."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.accounts.queries import ACTIVE_ACCOUNTS
from dollarclub.core.bus import nudge
from dollarclub.core.errors import DomainError, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from dollarclub.core.outbox import emit
from dollarclub.core.security import Cipher
from dollarclub.kit.buckets import TokenBuckets
from dollarclub.kit.ids import new_id
from dollarclub.signals.events import SIGNALS_WAIT, signal_changed
from dollarclub.signals.repository.inbox import Guard, Identity, InboxRepository, Known
from dollarclub.signals.rules.fields import Refused
from dollarclub.signals.rules.identity import body_hash, dedup_key, lane
from dollarclub.signals.rules.payload import Alert, alert_of
from dollarclub.signals.rules.reading import Reading, read
from dollarclub.signals.rules.states import Outcome, SignalStatus
from dollarclub.signals.rules.verify import Lock, Proof, Turned, check_age, is_allowed, is_signature, judge
from dollarclub.signals.service.sealing import secret_context

NEW, REPEATED = "accepted", "duplicate"


@dataclass(frozen=True)
class Post:
    """One request: for the default strategy of `account_id`, or for the one whose token has `token_digest`.

    `arrived` is by the clock `time.monotonic`.
    """

    account_id: UUID | None
    token_digest: bytes | None
    body: bytes = field(repr=False)
    content_type: str
    signature: str = field(repr=False)
    address: str
    arrived: float


@dataclass(frozen=True)
class Receipt:
    """The signal that a request became, or whose repeat it is."""

    signal_id: UUID
    status: str
    received_at: datetime


@dataclass
class _Entry:
    """A row to insert, and the answer that goes with it: none for an accepted alert, an error for a refused one."""

    identity: Identity
    keyed: bool
    row: dict[str, Any]
    account_id: UUID
    refusal: DomainError | None = None
    known: Known | None = field(default=None)
    is_new: bool = False


Answer = Receipt | DomainError

_DISABLED = "The strategy is switched off, so the alert was kept and not executed."
_TURNED: dict[Turned, tuple[type[DomainError], str]] = {
    Turned.unknown_webhook: (
        NotFound,
        "There is no webhook at this address; copy it again from the strategy's page.",
    ),
    Turned.secret_missing: (
        Unauthenticated,
        'The alert shows no secret; add "secret": "…" to its message, or use the address with the token.',
    ),
    Turned.wrong_secret: (
        Forbidden,
        "The secret in the alert is not the strategy's; copy the message again from its page.",
    ),
    Turned.signature_missing: (
        Unauthenticated,
        "This strategy takes signed alerts only; send X-Signature: hex(HMAC-SHA256(secret, body)).",
    ),
    Turned.wrong_signature: (
        Forbidden,
        "X-Signature is not hex(HMAC-SHA256(secret, body)) of this body with the strategy's secret.",
    ),
}


def receive(
    session: Session, posts: Sequence[Post], *, cipher: Cipher, buckets: TokenBuckets, now: float
) -> list[Answer]:
    """Judge `posts` and store what may be stored; one answer each, true once the session has committed.

    `now` is the present by the clock of `Post.arrived`.
    """
    inbox = InboxRepository(session)
    guards = _Guards(inbox, posts)
    judged = [_judge(post, guards.of(post), cipher, buckets, now) for post in posts]
    entries = [entry for entry in judged if isinstance(entry, _Entry)]
    if entries:
        _store(session, inbox, entries)
    return [entry if isinstance(entry, DomainError) else _answer(entry) for entry in judged]


class _Guards:
    """The strategies that a batch is for, read in the transaction that stores it: a revoked one is not among them."""

    def __init__(self, inbox: InboxRepository, posts: Sequence[Post]) -> None:
        found = inbox.guards(
            accounts={post.account_id for post in posts if post.account_id},
            digests={post.token_digest for post in posts if post.token_digest},
            active=ACTIVE_ACCOUNTS,
        )
        self._by_token = {bytes(guard.token_digest): guard for guard in found}
        self._by_account = {guard.account_id: guard for guard in found if guard.is_default}

    def of(self, post: Post) -> Guard | None:
        if post.token_digest is not None:
            return self._by_token.get(post.token_digest)
        return self._by_account.get(post.account_id) if post.account_id else None


def _judge(
    post: Post, guard: Guard | None, cipher: Cipher, buckets: TokenBuckets, now: float
) -> _Entry | DomainError:
    if guard is None:
        return _turn(Turned.unknown_webhook)
    reading = read(post.body)
    if refusal := _turned_away(post, guard, reading, cipher):
        return refusal
    if not buckets.take(guard.account_id, now):
        return Unavailable("Too many alerts at once for this account; send it again.", code="overflow")
    received_at = guard.now - timedelta(seconds=max(0.0, now - post.arrived))
    entry = _entry(post, guard, reading, received_at)
    if not is_allowed(post.address, guard.allowed_addresses):
        message = f"Alerts from {post.address or 'this address'} are not allowed for this strategy."
        return _refused(entry, reading, Outcome.address_refused, message)
    try:
        if reading.body is None:
            raise reading.problem or Refused.malformed("The body cannot be read.")
        alert = alert_of(reading.body)
        max_lag = timedelta(seconds=guard.max_lag_seconds) if guard.max_lag_seconds else None
        check_age(alert.told_at, now=received_at, max_lag=max_lag)
    except Refused as refused:
        return _refused(entry, reading, Outcome(refused.code), refused.message)
    return _accepted(entry, guard, reading, alert)


def _turned_away(post: Post, guard: Guard, reading: Reading, cipher: Cipher) -> DomainError | None:
    signed = None
    if post.signature:
        secret = cipher.decrypt_text(guard.secret_sealed, secret_context(guard.strategy_id))
        signed = is_signature(secret, post.body, post.signature)
    proof = Proof(by_token=post.token_digest is not None, secret=reading.secret, signed=signed)
    lock = Lock(bytes(guard.secret_digest), guard.require_secret, guard.require_signature)
    turned = judge(lock, proof)
    if turned is Turned.secret_missing and reading.problem is not None:
        return Invalid(reading.problem.message, code=reading.problem.code)
    return _turn(turned) if turned else None


def _turn(turned: Turned) -> DomainError:
    kind, message = _TURNED[turned]
    return kind(message, code=turned)


def _entry(post: Post, guard: Guard, reading: Reading, received_at: datetime) -> _Entry:
    row = {
        "id": new_id(),
        "account_id": guard.account_id,
        "strategy_id": guard.strategy_id,
        "raw": reading.text,
        "content_type": post.content_type[:100],
        "address": post.address[:64],
        "received_at": received_at,
        "alert": {},
        "lane": lane(guard.strategy_id, ""),
        "dedup_key": None,
        "told_at": None,
        "status": SignalStatus.received,
        "outcome": None,
        "message": None,
        "decided_at": None,
        "settled_at": None,
    }
    return _Entry((guard.strategy_id, b""), False, row, guard.account_id)


def _refused(entry: _Entry, reading: Reading, outcome: Outcome, message: str) -> _Entry:
    """Stored, since its sender has proven itself and will look for it; no repeat of an accepted one."""
    digest = body_hash(reading.text, outcome)
    _settle(entry, outcome, message)
    entry.row |= {"body_hash": digest}
    kind = Forbidden if outcome is Outcome.address_refused else Invalid
    refusal = kind(message, code=outcome, signal_id=entry.row["id"])
    return replace(entry, identity=(entry.identity[0], digest), refusal=refusal)


def _accepted(entry: _Entry, guard: Guard, reading: Reading, alert: Alert) -> _Entry:
    key, digest = dedup_key(alert), body_hash(reading.text)
    entry.row |= {
        "body_hash": digest,
        "dedup_key": key,
        "alert": alert.as_json(),
        "lane": lane(guard.strategy_id, alert.raw_symbol),
        "told_at": alert.told_at,
    }
    if not guard.enabled:
        _settle(entry, Outcome.disabled, _DISABLED)
    return replace(entry, identity=(guard.strategy_id, key or digest), keyed=key is not None)


def _settle(entry: _Entry, outcome: Outcome, message: str) -> None:
    at = entry.row["received_at"]
    entry.row |= {
        "status": SignalStatus.done,
        "outcome": outcome,
        "message": message,
        "decided_at": at,
        "settled_at": at,
    }


def _store(session: Session, inbox: InboxRepository, entries: list[_Entry]) -> None:
    """Insert what is new and count what is not. Locks are taken in one order everywhere, so writers never deadlock."""
    firsts: dict[Identity, _Entry] = {}
    for entry in entries:
        firsts.setdefault(entry.identity, entry)
    known = _known_bodies(inbox, [entry for entry in firsts.values() if not entry.keyed])
    fresh = sorted((entry for identity, entry in firsts.items() if identity not in known), key=_order)
    added = inbox.add([entry.row for entry in fresh]) if fresh else set()
    missed = [entry.identity for entry in fresh if entry.row["id"] not in added]
    known |= inbox.by_key(missed) if missed else {}
    repeats: Counter[UUID] = Counter()
    for entry in entries:
        first = firsts[entry.identity]
        entry.is_new = entry is first and entry.row["id"] in added
        if first.row["id"] in added:
            entry.known = Known(first.row["id"], first.row["received_at"])
        else:
            entry.known = known.get(entry.identity)
        if entry.known and not entry.is_new:
            repeats[entry.known.signal_id] += 1
    if repeats:
        inbox.count_repeats(repeats)
    changed = {entry.known.signal_id: entry.account_id for entry in entries if entry.known}
    emit(session, *(signal_changed(account_id, signal_id) for signal_id, account_id in changed.items()))
    if any(entry.is_new and entry.row["status"] is SignalStatus.received for entry in entries):
        nudge(session, SIGNALS_WAIT)


def _known_bodies(inbox: InboxRepository, entries: list[_Entry]) -> dict[Identity, Known]:
    if not entries:
        return {}
    inbox.lock_bodies(sorted({_lock_of(entry.identity) for entry in entries}))
    return inbox.by_body([entry.identity for entry in entries])


def _lock_of(identity: Identity) -> int:
    strategy_id, digest = identity
    mixed = bytes(one ^ other for one, other in zip(strategy_id.bytes[8:], digest[:8], strict=True))
    return int.from_bytes(mixed, "big", signed=True)


def _order(entry: _Entry) -> tuple[bytes, bytes]:
    return entry.identity[0].bytes, entry.identity[1]


def _answer(entry: _Entry) -> Answer:
    if entry.known is None:
        return Unavailable("The alert could not be stored; send it again.", code="not_stored")
    if entry.refusal is not None:
        entry.refusal.facts["signal_id"] = entry.known.signal_id
        return entry.refusal
    return Receipt(entry.known.signal_id, NEW if entry.is_new else REPEATED, entry.known.received_at)
