"""People with scripts and runs on a database, as their requests would make them, for tests of what runs them."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from pydantic import SecretStr

from dollarclub.accounts import service as accounts
from dollarclub.accounts.rules import Role
from dollarclub.core.context import Context
from dollarclub.core.security import Cipher
from dollarclub.scripts import flows
from dollarclub.scripts.queries import logs
from dollarclub.scripts.queries import runs as queries
from dollarclub.scripts.rules.states import FINAL, RunStatus
from dollarclub.scripts.schemas import LogFragmentOut, RunOut, ScriptSettings
from dollarclub.scripts.service import runs as service
from dollarclub.scripts.service import secrets
from dollarclub.scripts.supervisor.supervisor import Supervisor
from tests.support.waiting import eventually, processes_of_run

_numbers = itertools.count(1)


class Run:
    """One run, seen from its owner's side."""

    def __init__(self, context: Context, account_id: UUID, run_id: UUID) -> None:
        self._context = context
        self._account_id = account_id
        self.id = run_id

    def look(self) -> RunOut:
        with self._context.db.transaction() as session:
            found = queries.run(session, account_id=self._account_id, run_id=self.id)
        assert found is not None
        return found

    def wait(self, *wanted: RunStatus, seconds: float = 30) -> RunOut:
        """Until it is in one of these states; fails at once when it ended in another."""

        def check() -> RunOut | None:
            found = self.look()
            if found.status in wanted:
                return found
            assert found.status not in FINAL, (
                f"{found.status} ({found.explanation}), log: {self.text()[-2000:]}"
            )
            return None

        found = eventually(check, seconds=seconds, what=f"run in {wanted}")
        assert found is not None
        return found

    def end(self, *, seconds: float = 30) -> RunOut:
        """Until it has ended, however."""
        return self.wait(*FINAL, seconds=seconds)

    def cancel(self) -> None:
        with self._context.db.transaction() as session:
            service.cancel(session, account_id=self._account_id, run_id=self.id)

    def raw(self) -> bytes:
        """The stored bytes, as `logs.txt` gives them."""
        return b"".join(logs.raw(self._context.db, account_id=self._account_id, run_id=self.id))

    def text(self) -> str:
        return self.raw().decode(errors="replace")

    def fragments(self) -> list[LogFragmentOut]:
        """All pages of the log, one after the other."""
        found: list[LogFragmentOut] = []
        while True:
            with self._context.db.transaction() as session:
                page = logs.page(
                    session,
                    account_id=self._account_id,
                    run_id=self.id,
                    after=found[-1].seq if found else 0,
                )
            assert page is not None
            if not page.items:
                return found
            found += page.items

    def stream(self, name: str) -> str:
        """What came through one stream."""
        return "".join(item.text for item in self.fragments() if item.stream == name)

    def wait_for_output(self, text: str, *, seconds: float = 30) -> None:
        eventually(lambda: text in self.text(), seconds=seconds, what=f"{text!r} in the log")

    def processes(self) -> list[int]:
        return processes_of_run(self.id)


class Trader:
    """An account and what it does."""

    def __init__(self, context: Context, account_id: UUID) -> None:
        self.context = context
        self.id = account_id

    def script(self, source: str, **settings: object) -> UUID:
        """Upload a script; keyword arguments are its settings."""
        script_id = flows.upload(
            self.context.db,
            account_id=self.id,
            filename="bot.py",
            content=source.encode(),
            max_bytes=10 * 1024**2,
        )
        if settings:
            self.configure(script_id, **settings)
        return script_id

    def configure(self, script_id: UUID, **settings: object) -> None:
        flows.configure(
            self.context.db,
            account_id=self.id,
            script_id=script_id,
            settings=ScriptSettings.model_validate(settings),
        )

    def execute(self, script_id: UUID) -> Run:
        with self.context.db.transaction() as session:
            run_id = service.enqueue(
                session,
                account_id=self.id,
                script_id=script_id,
                bounds=flows.bounds(self.context.settings.scripts),
                grace=5,
            )
        return Run(self.context, self.id, run_id)

    def run(self, source: str, **settings: object) -> Run:
        """Upload and run."""
        return self.execute(self.script(source, **settings))

    def keep_secret(self, name: str, value: str) -> None:
        cipher = Cipher(self.context.settings.security.encryption_key)
        with self.context.db.transaction() as session:
            secrets.put(session, account_id=self.id, name=name, value=SecretStr(value), cipher=cipher)


def new_trader(context: Context) -> Trader:
    number = next(_numbers)
    with context.db.transaction() as session:
        account = accounts.create_account(
            session,
            email=f"trader{number}@example.com",
            username=f"trader{number}",
            password=SecretStr("correct horse battery staple"),
            role=Role.trader,
            now=context.clock(),
        )
        return Trader(context, account.id)


@contextmanager
def supervising(context: Context) -> Iterator[Supervisor]:
    """A supervisor at work in this process. One at a time: a process is one worker."""
    supervisor = Supervisor(context)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
