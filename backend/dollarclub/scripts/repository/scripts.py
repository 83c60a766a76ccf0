"""Writes and locked reads of scripts, versions, secrets and the allow-list."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.scripts.models import AllowedPackage, Script, Secret, Source, Version


class ScriptRepository:
    """Statements on an open session; every look-up carries the owner's id."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def store_source(self, sha256: str, content: bytes) -> None:
        self._session.execute(insert(Source).values(sha256=sha256, content=content).on_conflict_do_nothing())

    def add(self, row: Script | Version) -> None:
        self._session.add(row)
        self._session.flush()

    def locked(self, script_id: UUID, account_id: UUID) -> Script | None:
        """The script, locked until the transaction ends; archived ones are not found."""
        return self._session.scalar(
            select(Script)
            .where(Script.id == script_id, Script.account_id == account_id, Script.archived_at.is_(None))
            .with_for_update(key_share=True)
        )

    def version(self, script_id: UUID, number: int) -> Version | None:
        return self._session.scalar(
            select(Version).where(Version.script_id == script_id, Version.number == number)
        )

    def change(self, script_id: UUID, **values: Any) -> None:
        """Set columns of a script that the caller has locked."""
        self._session.execute(
            update(Script).where(Script.id == script_id).values(updated_at=func.clock_timestamp(), **values)
        )

    def archive(self, script_id: UUID) -> None:
        self._session.execute(update(Script).where(Script.id == script_id).values(archived_at=func.now()))

    def put_secret(self, account_id: UUID, name: str, ciphertext: bytes) -> None:
        self._session.execute(
            insert(Secret)
            .values(account_id=account_id, name=name, ciphertext=ciphertext)
            .on_conflict_do_update(
                index_elements=[Secret.account_id, Secret.name],
                set_={"ciphertext": ciphertext, "updated_at": func.clock_timestamp()},
            )
        )

    def delete_secret(self, account_id: UUID, name: str) -> bool:
        gone = self._session.scalar(
            delete(Secret).where(Secret.account_id == account_id, Secret.name == name).returning(Secret.id)
        )
        return gone is not None

    def secrets(self, account_id: UUID, names: Sequence[str]) -> dict[str, bytes]:
        """Ciphertexts by name, of those that exist."""
        rows = self._session.execute(
            select(Secret.name, Secret.ciphertext).where(
                Secret.account_id == account_id, Secret.name.in_(names)
            )
        )
        return dict(rows.all())

    def all_secrets(self) -> list[tuple[UUID, str, bytes]]:
        """Account, name and ciphertext of every stored secret, locked."""
        rows = self._session.execute(
            select(Secret.account_id, Secret.name, Secret.ciphertext).with_for_update()
        )
        return [(row.account_id, row.name, row.ciphertext) for row in rows]

    def replace_secret(self, account_id: UUID, name: str, ciphertext: bytes) -> None:
        """Another ciphertext of the same value."""
        self._session.execute(
            update(Secret)
            .where(Secret.account_id == account_id, Secret.name == name)
            .values(ciphertext=ciphertext)
            .execution_options(synchronize_session=False)
        )

    def allow(self, names: Iterable[str], note: str = "") -> int:
        """Put normalised names on the allow-list; how many were new."""
        added = self._session.scalars(
            insert(AllowedPackage)
            .values([{"name": name, "note": note} for name in names])
            .on_conflict_do_nothing()
            .returning(AllowedPackage.name)
        )
        return len(added.all())

    def disallow(self, name: str) -> bool:
        gone = self._session.scalar(
            delete(AllowedPackage).where(AllowedPackage.name == name).returning(AllowedPackage.name)
        )
        return gone is not None

    def allowed(self) -> frozenset[str]:
        return frozenset(self._session.scalars(select(AllowedPackage.name)))
