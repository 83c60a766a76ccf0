"""The kill switch over HTTP."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, PlainSerializer

from dollarclub.core.schemas import In, Out
from dollarclub.kit.money import plain
from dollarclub.orders.models import Halt


class HaltScope(StrEnum):
    account = "account"
    installation = "installation"


class HaltIn(In):
    """`flatten`: also close every position at market prices."""

    scope: HaltScope = HaltScope.account
    flatten: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""


class LiftIn(In):
    scope: HaltScope = HaltScope.account


class ProofOut(Out):
    """What one key's exchange showed `at`. `open_orders` are ours and have to go; `foreign_orders` are only listed.

    `positions` are what is still held, `dust` what is too little for the exchange to take. `ok`: nothing is left to do.
    """

    label: str
    ok: bool
    at: datetime
    problem: str | None
    open_orders: list[dict[str, Any]]
    foreign_orders: list[dict[str, Any]]
    positions: list[dict[str, Any]]
    dust: list[dict[str, Any]]


class HaltOut(Out):
    """`proof` by key; `proven_at` is when every key's exchange showed that nothing was left."""

    id: UUID
    scope: HaltScope
    reason: str
    flatten: bool
    engaged_at: datetime
    proof: dict[UUID, ProofOut]
    proven_at: datetime | None
    lifted_at: datetime | None

    @classmethod
    def seen_by(cls, halt: Halt, account_id: UUID, *, all_keys: bool) -> "HaltOut":
        """As an account sees it: of the installation's halts, only administrators see other people's keys."""
        return cls(
            id=halt.id,
            scope=HaltScope.installation if halt.account_id is None else HaltScope.account,
            reason=halt.reason,
            flatten=halt.flatten,
            engaged_at=halt.engaged_at,
            proof={
                UUID(key_id): ProofOut(**{name: entry[name] for name in ProofOut.model_fields})
                for key_id, entry in halt.proof.items()
                if all_keys or entry["account_id"] == str(account_id)
            },
            proven_at=halt.proven_at,
            lifted_at=halt.lifted_at,
        )


class HeldOut(Out):
    key_id: UUID
    symbol: str
    amount: Annotated[Decimal, PlainSerializer(plain, return_type=str, when_used="json")]


class PreviewOut(Out):
    """What a halt of the account would do now: orders to cancel, positions to close if it flattens."""

    resting_orders: int
    positions: list[HeldOut]


class HaltsOut(Out):
    """What is engaged; entries are refused while either is."""

    account: HaltOut | None
    installation: HaltOut | None
    preview: PreviewOut
