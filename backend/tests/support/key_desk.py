"""People who keep exchange keys, and the trading worker's part that tries them, on a real paper exchange."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import text

from dollarclub.core.context import Context
from dollarclub.core.relay import Relay
from dollarclub.core.security import Cipher
from dollarclub.core.settings import PaperSettings
from dollarclub.entry.reactions import CONSUMER, reactions
from dollarclub.exchanges.gateway import GatewayFactory
from dollarclub.vault import flows, queries
from dollarclub.vault.gateways import Gateways
from dollarclub.vault.paper import PaperAdmin
from dollarclub.vault.queries import KeyAccess
from tests.support.paper import Keys, PaperSite
from tests.support.people import Person
from tests.support.waiting import eventually

WORKER = "trading@test"


def paper_environment(site: PaperSite) -> dict[str, str]:
    """The environment of an installation whose paper exchange this is."""
    return {
        "PAPER_EXCHANGE_URL": site.url,
        "PAPER_ADMIN_URL": str(site.admin.base_url),
        "PAPER_ADMIN_TOKEN": site.admin.headers["Authorization"].removeprefix("Bearer "),
    }


def admin_of(paper: PaperSettings) -> PaperAdmin | None:
    return PaperAdmin.from_settings(paper)


class KeyDesk:
    """The API on one side, the worker's duty on the other."""

    def __init__(
        self, context: Context, client: TestClient, site: PaperSite, factory: GatewayFactory
    ) -> None:
        self.context = context
        self.client = client
        self.site = site
        self.open_by(factory)
        self.paper = admin_of(context.settings.paper)
        self._relay = Relay(CONSUMER, reactions(context.settings))

    def open_by(self, factory: GatewayFactory) -> None:
        """Open gateways by this factory from now on."""
        self.gateways = Gateways(
            self.context.db, Cipher(self.context.settings.security.encryption_key), factory
        )

    def ask(self, person: Person, method: str, path: str = "", *, status: int = 202, **body: Any) -> Any:
        answer = self.client.request(method, f"/api/keys{path}", headers=person.headers, json=body or None)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def add(self, person: Person, keys: Keys, *, status: int = 202, **changes: Any) -> Any:
        """Save a spot key of the paper exchange."""
        body = {
            "label": "mine",
            "venue": "binance",
            "market_type": "spot",
            "environment": "paper",
            "key": keys.key,
            "secret": keys.secret,
        }
        return self.ask(person, "POST", status=status, **(body | changes))

    def look(self, person: Person, key_id: str) -> Any:
        return self.ask(person, "GET", f"/{key_id}", status=200)

    def keys(self, person: Person) -> list[Any]:
        items: list[Any] = self.ask(person, "GET", status=200)["items"]
        return items

    def check(self, paper: PaperAdmin | None = None, worker: str = WORKER) -> bool:
        """What the duty does when it is woken: one key."""
        return flows.check_due(self.context, self.gateways, paper or self.paper, worker)

    @contextmanager
    def checking_behind(self) -> Iterator[None]:
        """Meanwhile a worker has taken a key and waits for its exchange."""
        thread = Thread(target=self.check)
        thread.start()
        eventually(
            lambda: self.execute("SELECT 1 FROM exchange_keys WHERE worker IS NOT NULL"), what="a claim"
        )
        yield
        thread.join(30)

    @contextmanager
    def overheard(self) -> Iterator[list[str]]:
        """What goes through Redis meanwhile: every command that it is sent."""
        heard: list[str] = []
        done = Event()
        redis = self.context.redis

        def listen() -> None:
            with redis.monitor() as monitor:
                ready.set()
                for command in monitor.listen():
                    heard.append(str(command))
                    if done.is_set():
                        return

        ready = Event()
        thread = Thread(target=listen)
        thread.start()
        ready.wait(10)
        yield heard
        eventually(lambda: any("publish" in line.lower() for line in heard), what="messages")
        done.set()
        redis.ping()
        thread.join(10)

    def access(self, person: Person, key_id: str) -> KeyAccess:
        """The key as other domains see it."""
        with self.context.db.transaction() as session:
            return queries.key_access(session, UUID(key_id), UUID(person.id))

    def work(self) -> None:
        """Everything that is due."""
        while self.check():
            pass

    def tried(self, person: Person, keys: Keys, **changes: Any) -> Any:
        """Save a key and let it be tried; the key as its owner sees it then."""
        key = self.add(person, keys, **changes)
        assert key["status"] == "checking"
        self.work()
        return self.look(person, key["id"])

    def deliver(self) -> None:
        """Let reactions catch up."""
        while self.deliver_once():
            pass

    def deliver_once(self) -> bool:
        return self._relay.deliver(self.context.db)

    def execute(self, statement: str, **values: Any) -> Any:
        with self.context.db.transaction() as session:
            result = session.execute(text(statement), values)
            return result.all() if result.returns_rows else None  # type: ignore[attr-defined]

    def due_again(self) -> None:
        """Let the pause of what could not be reached, and every lease, be over."""
        self.execute(
            "UPDATE exchange_keys SET lease_until = NULL, check_requested_at = clock_timestamp()"
            " WHERE check_requested_at IS NOT NULL"
        )

    def version_of(self, key_id: str) -> int:
        [row] = self.execute("SELECT version FROM exchange_keys WHERE id = :id", id=UUID(key_id))
        return int(row.version)


@contextmanager
def opened_desk(
    context: Context, client: TestClient, site: PaperSite, factory: GatewayFactory
) -> Iterator[KeyDesk]:
    desk = KeyDesk(context, client, site, factory)
    yield desk
    desk.gateways.close()


def problems(key: Any) -> list[str]:
    """The codes of what is wrong with a key."""
    return [problem["code"] for problem in key["problems"]]
