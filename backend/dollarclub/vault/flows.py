"""Making paper keys and trying keys: a claim, calls to an exchange while no transaction is open, what came of it."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from dollarclub.accounts import queries as accounts
from dollarclub.core.context import Context
from dollarclub.core.errors import DomainError
from dollarclub.core.logging import logger
from dollarclub.core.security import Cipher
from dollarclub.exchanges.errors import CredentialsRefused, ExchangeError, RateLimited, Rejected
from dollarclub.exchanges.gateway import Environment, Gateway
from dollarclub.exchanges.venues.table import venue_named
from dollarclub.kit.clock import Clock
from dollarclub.vault import rules, service
from dollarclub.vault.gateways import Gateways
from dollarclub.vault.models import KeyStatus
from dollarclub.vault.paper import PaperAdmin
from dollarclub.vault.repository import SealedKey
from dollarclub.vault.rules import Powers, Problem, Tried
from dollarclub.vault.sealing import Secrets

ACCOUNTS_AT_ONCE = 200
_log = logger(__name__)


@dataclass(frozen=True)
class Verdict:
    """What a tried key is. `again_after` when its exchange could not be asked."""

    status: KeyStatus
    problems: list[Problem]
    permissions: dict[str, bool | None] | None = None
    again_after: timedelta | None = None


def check_due(context: Context, gateways: Gateways, paper: PaperAdmin | None, worker: str) -> bool:
    """Make or try one key that waits for it; whether there may be more.

    A worker that dies at any point leaves a lease that runs out, and the key is made or tried anew: at worst an unused
    key stays on the paper exchange.
    """
    lease = timedelta(seconds=context.settings.trading.lease_seconds)
    with context.db.transaction() as session:
        row = service.claim(session, worker=worker, lease=lease, provisioning=paper is not None)
    if row is None:
        return False
    if row.status is KeyStatus.provisioning:
        assert paper is not None
        _make(context, paper, row, worker)
    else:
        _try(context, gateways, row, worker)
    gateways.forget(row.key_id)
    return True


def provision_missing(context: Context) -> int:
    """Queue paper keys for the accounts that were made before there was a paper exchange; how many keys. Idempotent."""
    paper = context.settings.paper
    added = 0
    after = None
    while service.is_paper_there(paper):
        with context.db.transaction() as session:
            page = accounts.ids_after(session, after, limit=ACCOUNTS_AT_ONCE)
            missing = service.never_provisioned(session, page)
        for account_id in missing:
            with context.db.transaction() as session:
                added += service.provision_paper(session, account_id=account_id, paper=paper)
        if len(page) < ACCOUNTS_AT_ONCE:
            break
        after = page[-1]
    return added


def _make(context: Context, paper: PaperAdmin, row: SealedKey, worker: str) -> None:
    name = str(row.account_id)
    try:
        paper.open_account(name, context.settings.paper.start_usdt)
        key, secret = paper.new_key(name)
    except DomainError as error:
        _log.warning("paper_key_not_made", key_id=str(row.key_id), code=error.code)
        _store(
            context, row, worker, _put_off(row, Problem(error.code, error.message), KeyStatus.provisioning)
        )
        return
    cipher = Cipher(context.settings.security.encryption_key)
    with context.db.transaction() as session:
        service.store_made(session, row, worker=worker, secrets=Secrets(key, secret), cipher=cipher)


def _try(context: Context, gateways: Gateways, row: SealedKey, worker: str) -> None:
    try:
        verdict = _verdict(gateways, row, context.clock)
    except Exception:  # noqa: BLE001 whatever a venue's client does, the key must not stay in the queue
        _log.exception("key_check_failed", key_id=str(row.key_id), venue=row.catalog.venue)
        problem = Problem(
            "check_failed", "Testing this key failed unexpectedly; it is tried again by itself."
        )
        verdict = _put_off(row, problem)
    _store(context, row, worker, verdict)


def _store(context: Context, row: SealedKey, worker: str, verdict: Verdict) -> None:
    with context.db.transaction() as session:
        kept = service.store_verdict(
            session,
            row,
            worker=worker,
            status=verdict.status,
            problems=verdict.problems,
            permissions=verdict.permissions,
            again_after=verdict.again_after,
        )
    _log.info(
        "key_checked",
        key_id=str(row.key_id),
        status=verdict.status,
        problems=[problem.code for problem in verdict.problems],
        kept=kept,
    )


def _verdict(gateways: Gateways, row: SealedKey, clock: Clock) -> Verdict:
    tried = _tried(row)
    try:
        with gateways.opened_once(row) as gateway:
            return _ask(gateway, tried)
    except CredentialsRefused as error:
        return Verdict(KeyStatus.refused, [rules.refusal(tried, error.code, error.message)])
    except Rejected as error:
        return Verdict(KeyStatus.refused, [rules.rejection(tried, error.code, error.message)])
    except RateLimited as error:
        wait = max(error.retry_at - clock(), rules.pause_after(row.attempts + 1))
        return _put_off(row, rules.absence(tried, error.code, error.message), wait=wait)
    except ExchangeError as error:
        words = "" if error.code == "network" else error.message
        return _put_off(row, rules.absence(tried, "unreachable", words))


def _ask(gateway: Gateway, tried: Tried) -> Verdict:
    """The clock first: when it is off, no signed answer can be trusted. The balances prove the secret."""
    skewed = _clock_problem(gateway)
    if skewed is not None:
        # The first call also opened the connection, which blurs what it measured.
        skewed = _clock_problem(gateway)
    if skewed is not None:
        return Verdict(KeyStatus.refused, [skewed])
    permissions = gateway.permissions()
    powers = Powers(permissions.read, permissions.trade, permissions.withdraw)
    problems = rules.power_problems(tried, powers)
    if powers.read is not False:
        gateway.balances()
    status = KeyStatus.refused if problems else KeyStatus.ready
    return Verdict(status, problems, asdict(permissions))


def _clock_problem(gateway: Gateway) -> Problem | None:
    """None also where the venue does not tell its time."""
    try:
        return rules.clock_problem(gateway.clock_skew())
    except Rejected:
        return None


def _put_off(
    row: SealedKey,
    problem: Problem,
    status: KeyStatus = KeyStatus.unreachable,
    *,
    wait: timedelta | None = None,
) -> Verdict:
    pause = rules.pause_after(row.attempts + 1) if wait is None else wait
    return Verdict(status, [problem], again_after=pause)


def _tried(row: SealedKey) -> Tried:
    catalog = row.catalog
    title = venue_named(catalog.venue).title
    return Tried(
        venue=catalog.venue,
        title="the paper exchange" if catalog.environment is Environment.paper else title,
        environment=catalog.environment,
        allow_withdraw=row.allow_withdraw,
    )
